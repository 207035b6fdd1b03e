"""A store on each database that zsync supports."""

from collections.abc import Callable, Iterator

import pytest

from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens stores on the same database, as several processes would."""
    stores: list[Store] = []
    vault = Vault([new_key()])

    def open_store() -> Store:
        new_id = counted_ids(f"p{len(stores)}-")
        stores.append(Store(url, vault=vault, now=clock.now, new_id=new_id))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    """A store that knows two workspaces, T1 and T2."""
    store = opened()
    store.welcome("T1", "Quayside Trading")
    store.welcome("T2", "Somebody Else")
    return store
