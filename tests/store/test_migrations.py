"""The schema on both databases: reached from nothing, equal to the tables in the code, and changed without loss."""

import threading
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect
from sqlmodel import SQLModel

from sync.model.errors import StoreUnavailable
from sync.store import migrate
from sync.store.database import connect
from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids


@pytest.fixture
def engine(empty_url):
    engine = connect(empty_url)
    yield engine
    engine.dispose()


def test_an_empty_database_gets_every_table(engine):
    assert not migrate.is_current(engine)
    migrate.upgrade(engine)
    assert migrate.is_current(engine)
    assert set(inspect(engine).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


def test_the_migrations_make_exactly_the_tables_in_the_code(engine):
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_an_upgrade_that_fails_leaves_nothing_behind(engine):
    @event.listens_for(engine, "before_cursor_execute")
    def fail(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "CREATE TABLE ledger" in statement:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        migrate.upgrade(engine)
    assert inspect(engine).get_table_names() == []


def test_a_second_upgrade_changes_nothing_and_keeps_the_data(url):
    store = Store(url, vault=Vault([new_key()]), now=Clock().now, new_id=counted_ids())
    store.welcome("T1")
    migrate.upgrade(store.engine)
    assert store.workspaces() == ["T1"]
    store.close()


def test_foreign_keys_rest_while_sqlite_tables_are_rebuilt_and_count_again_afterwards(tmp_path):
    """A rebuilt parent table is dropped, which would take all its children along."""
    engine = connect(f"sqlite:///{tmp_path}/zsync.db")
    meanwhile: set[int] = set()

    @event.listens_for(engine, "before_cursor_execute")
    def watch(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "CREATE TABLE" in statement:
            meanwhile.add(connection.connection.driver_connection.execute("PRAGMA foreign_keys").fetchone()[0])

    migrate.upgrade(engine)
    assert meanwhile == {0}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    engine.dispose()


def test_a_store_without_its_schema_says_that_the_database_is_not_ready(empty_url):
    store = Store(empty_url, vault=Vault([new_key()]), now=Clock().now, new_id=counted_ids())
    with pytest.raises(StoreUnavailable, match="zsync migrate"):
        store.workspaces()
    store.close()


@pytest.mark.parametrize("address", ["postgres://u:p@host/db", "postgresql://u:p@host/db"])
def test_the_usual_spellings_of_a_postgresql_address_are_understood(address):
    engine = connect(address)
    assert (engine.dialect.name, engine.dialect.driver, engine.url.host) == ("postgresql", "psycopg", "host")
    engine.dispose()


def test_readers_of_sqlite_do_not_wait_for_a_writer(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/zsync.db", vault=Vault([new_key()]), now=Clock().now, new_id=counted_ids())
    migrate.upgrade(store.engine)
    store.welcome("T1")
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(list(store.workspaces()))

    with store.transaction("T1") as tx:
        tx.drafts.create(actor="U1", kind="connect", data={})
        reader = threading.Thread(target=look)
        reader.start()
        reader.join(timeout=5)
    assert seen == [["T1"]]
    store.close()
