"""What every part of a transaction shares: the database connection, the workspace it is bound to, and the time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, Update, func, select, update

from sync.store.database import tables
from sync.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Bound:
    """One transaction of one workspace."""

    connection: Connection
    workspace: str
    now: datetime
    new_id: Callable[[], str]
    vault: Vault


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

    def first(self, statement: Select[Any]) -> Row[Any] | None:
        return self.connection.execute(statement.limit(1)).first()

    def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        return self.connection.execute(statement).all()

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
        result = self.connection.execute(source.insert().values(workspace_id=self.workspace, **values))
        key = result.inserted_primary_key
        return key[0] if key else 0

    def set(self, id: Any, **values: Any) -> None:
        """Change the row with this id."""
        self.connection.execute(self.change().where(self.table.c.id == id).values(**values))
