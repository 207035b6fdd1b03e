"""What every part of a transaction shares: the database connection, the workspace it is bound to, and the time.

Statements that run all the time are made once, where their module is read: building one costs more than running it. They name what they are
about (`bindparam`, `among`), and are given it, and the workspace, when they run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    func,
    select,
    update,
)

from sync.store.database import tables
from sync.store.vault import Vault

WORKSPACE: Any = bindparam("of_workspace")
"""The workspace of whoever runs the statement."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One transaction of one workspace."""

    connection: Connection
    workspace: str
    now: datetime
    new_id: Callable[[], str]
    vault: Vault


def mine(table: str) -> Select[Any]:
    """All rows of the workspace."""
    return select(tables[table]).where(tables[table].c.workspace_id == WORKSPACE)


def change(table: str) -> Update:
    """Changes rows of the workspace; the values may come when it runs."""
    return update(tables[table]).where(tables[table].c.workspace_id == WORKSPACE)


@cache
def _with_id(table: str) -> Select[Any]:
    return mine(table).where(tables[table].c.id == bindparam("with_id"))


@cache
def _change_of(table: str) -> Update:
    return change(table).where(tables[table].c.id == bindparam("with_id"))


class Shelf:
    """A part of the store within one transaction. `table` names its main table; every query is bound to the workspace."""

    table_name: str

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.connection = bound.connection
        self.workspace = bound.workspace
        self.now = bound.now

    @property
    def table(self) -> Table:
        return tables[self.table_name]

    def mine(self, table: Table | None = None) -> Select[Any]:
        """All rows of the workspace."""
        source = self.table if table is None else table
        return select(source).where(source.c.workspace_id == self.workspace)

    def change(self, table: Table | None = None) -> Update:
        source = self.table if table is None else table
        return update(source).where(source.c.workspace_id == self.workspace)

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        """Run a statement, with what it is to be given."""
        return self.connection.execute(statement, {**values, "of_workspace": self.workspace})

    def run_each(self, statement: Executable, values: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each of these, if any."""
        if values:
            self.connection.execute(statement, [{**each, "of_workspace": self.workspace} for each in values])

    def first(self, statement: Select[Any]) -> Row[Any] | None:
        return self.connection.execute(statement.limit(1)).first()

    def with_id(self, id: Any) -> Row[Any] | None:
        return self.run(_with_id(self.table_name), with_id=id).first()

    def rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        return self.run(statement, **values).all()

    def among(self, statement: Executable, wanted: Iterable[Any], **values: Any) -> Sequence[Any]:
        """The rows with one of the wanted values."""
        some = list(wanted)
        return self.rows(statement, wanted=some, **values) if some else ()

    def pages(self, statement: Select[Any], size: int) -> Iterator[Sequence[Any]]:
        """All rows, however many: the database hands them over page by page."""
        with self.connection.execute(statement, execution_options={"yield_per": size}) as result:
            yield from result.partitions()

    def number(self, *conditions: ColumnElement[bool]) -> int:
        """How many rows of the workspace all of this holds for."""
        return int(self.connection.execute(self.mine().where(*conditions).with_only_columns(func.count())).scalar_one())

    def add(self, values: Mapping[str, Any], table: Table | None = None) -> int:
        """Insert one row of the workspace; the number it got where the table numbers its rows."""
        source = self.table if table is None else table
        result = self.connection.execute(source.insert(), {"workspace_id": self.workspace, **values})
        key = result.inserted_primary_key
        return key[0] if key else 0

    def set(self, id: Any, **values: Any) -> None:
        """Change the row with this id."""
        self.run(_change_of(self.table_name), with_id=id, **values)
