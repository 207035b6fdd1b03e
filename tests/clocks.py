"""Time and ids that tests hold in their hands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Time(Protocol):
    """What zsync asks of a clock."""

    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None: ...


class Clock:
    """Now is what the test says; sleeping only moves it on."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def pass_(self, **amount: float) -> None:
        self.moment += timedelta(**amount)

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def counted_ids(prefix: str = "id", count: int = 0) -> Callable[[], str]:
    """Ids in order: id1, id2, …"""

    def new_id() -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    return new_id
