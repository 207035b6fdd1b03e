"""A locked or full database: a clear sentence, and nothing half done."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from sync.model.errors import StoreUnavailable
from sync.store import database, migrate
from sync.store.outbox import Message
from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    store = Store(f"sqlite:///{tmp_path}/zsync.db", vault=Vault([new_key()]), now=Clock().now, new_id=counted_ids())
    migrate.upgrade(store.engine)
    store.welcome("T1")
    yield store
    store.close()


def test_a_locked_database_says_so(store):
    with store.transaction("T1"):
        with pytest.raises(StoreUnavailable) as caught:
            store.welcome("T2")
        assert "the database is locked" in caught.value.said()
        assert caught.value.waiting_helps
    assert store.workspaces() == ["T1"]


def test_a_full_disk_says_so_and_keeps_what_was_there(store):
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def fill() -> None:
        with store.transaction("T1") as tx:
            for _ in range(500):
                tx.drafts.create(actor="U1", kind="connect", data={"much": "x" * 2000})

    with pytest.raises(StoreUnavailable) as caught:
        fill()
    assert "the disk is full" in caught.value.said()
    with store.reading("T1") as tx:
        assert tx.drafts.newest("U1", "connect") is None


def test_a_database_without_tables_names_the_command(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path}/empty.db", vault=Vault([new_key()]), now=Clock().now, new_id=counted_ids())
    with pytest.raises(StoreUnavailable) as caught:
        store.workspaces()
    assert "`zsync migrate`" in caught.value.said()
    store.close()


def test_an_older_message_that_slack_put_off_never_covers_a_newer_one(store):
    def owe(words: str) -> None:
        with store.transaction("T1") as tx:
            tx.outbox.add_message(Message("run:1", "C1", "connections/done", {"text": words}))

    owe("62 % done")
    [older] = store.claim_messages()
    owe("finished")
    with store.transaction("T1") as tx:
        tx.outbox.later(older.id, 0, "ratelimited")
    assert [owed.data["text"] for owed in store.claim_messages()] == ["finished"]


def test_an_error_of_the_database_carries_no_customers_data(store):
    with store.transaction("T1") as tx, pytest.raises(IntegrityError) as caught:
        tx.drafts.add({"id": "d1", "actor": None, "kind": "iris@harbour.example", "data": {}, "touched_at": None})
    assert "iris@harbour.example" not in str(caught.value)
