"""The database itself: engine, SQLite's settings, transactions, and the codec between rows and dataclasses.

SQLite's own deferred BEGIN loses updates silently under concurrency, so every writing transaction starts with BEGIN IMMEDIATE and readers
say that they only read.
"""

import dataclasses
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypedDict, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Row, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel

import sync.store.tables  # noqa: F401  registers the tables in SQLModel.metadata
from sync.model.errors import StoreUnavailable

T = TypeVar("T")
tables = SQLModel.metadata.tables

BUSY_TIMEOUT_MS = 10_000
CONNECTIONS = 24
"""Kept open: one for every thread of a process, so that nobody who only reads waits behind those who wait to write."""
UNDEFINED_TABLE = "42P01"  # PostgreSQL's code; SQLite calls the same an operational error
UNMIGRATED = "`zsync migrate` has not been run"


def decoder(keys: Collection[str]) -> Callable[[str], Mapping[str, Any]]:
    """Reads of a JSON object only what stands under these keys, and skips the rest."""
    some = TypedDict("some", dict.fromkeys(keys, Any), total=False)  # type: ignore[misc]  # made when it is known what is wanted
    return msgspec.json.Decoder(some).decode


def connect(url: str) -> Engine:
    """An engine for SQLite (`sqlite:///file.db`) or PostgreSQL (`postgresql+psycopg://…`)."""
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    sqlite_only: dict[str, Any] = {"connect_args": {"check_same_thread": False}} if url.startswith("sqlite") else {}
    engine = create_engine(
        url,
        json_deserializer=bytes,  # PostgreSQL's driver leaves JSON as it comes: the columns know its form
        pool_size=CONNECTIONS,
        hide_parameters=True,  # an error's text would carry customers' data into the logs
        pool_pre_ping=not sqlite_only,
        **sqlite_only,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is emitted below, the driver must not add its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def transaction(engine: Engine, *, reading: bool = False) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any error. Raises StoreUnavailable when the database does not play along."""
    try:
        with engine.connect() as connection, connection.begin():
            if engine.dialect.name == "sqlite":
                begin_sqlite(connection, reading=reading)
            yield connection
    except DBAPIError as error:
        if not isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") != UNDEFINED_TABLE:
            raise
        raise StoreUnavailable(reason=_reason(error.orig)) from error


def begin_sqlite(connection: Connection, *, reading: bool = False) -> None:
    """Said to the driver itself: SQLAlchemy leaves it to the driver, which would begin later and otherwise. As an event of the engine it
    would slow down every statement."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise StoreUnavailable(reason=_reason(error)) from error


def _reason(error: BaseException | None) -> str:
    text = str(error).lower()
    known = {"locked": "the database is locked", "full": "the disk is full", "readonly": "the database is read-only"}
    known |= {"unable to open": "the database cannot be opened", "no such table": UNMIGRATED, "relation": UNMIGRATED}
    return next((reason for mark, reason in known.items() if mark in text), type(error).__name__)


INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""The INSERT of each dialect, which knows ON CONFLICT."""


def insert(connection: Connection, table: str) -> sqlite.Insert | postgresql.Insert:
    return INSERTS[connection.dialect.name](tables[table])


def load(kind: type[T], row: Row[Any] | Mapping[str, Any], renamed: Mapping[str, Any] | None = None) -> T:
    """A row as the dataclass `kind`: columns of the same name, and `renamed` ones given by hand."""
    mapping = row._mapping if isinstance(row, Row) else row
    names = _names(kind)  # type: ignore[arg-type]  # a class can be hashed
    return msgspec.convert({name: mapping[name] for name in names if name in mapping} | dict(renamed or {}), kind)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def dump(value: Any) -> Any:
    """A dataclass (or mapping, or list of them) as plain JSON data for a JSON column."""
    return msgspec.to_builtins(value)
