"""The links between records of a connection."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete

from sync.model.plans import Link, LinkState
from sync.store.among import among
from sync.store.database import tables
from sync.store.shelf import Shelf, change, mine

LINK = tables["link"].c
LINKED = tuple(
    LINK[{"row": "id", "left": "left_record", "right": "right_record"}.get(name, name)]
    for name in Link.__struct_fields__
)
"""The columns of a link, in the order of its parts."""
WHOLE = mine("link").with_only_columns(*LINKED)
OF_CONNECTION = WHOLE.where(LINK.connection_id == bindparam("connection"))
OF_LEFT, OF_RIGHT = OF_CONNECTION.where(among(LINK.left_record)), OF_CONNECTION.where(among(LINK.right_record))
"""One side after the other: where either may do, SQLite uses neither's index."""
BY_NUMBER = WHOLE.where(among(LINK.id))
SAVE = change("link").where(LINK.id == bindparam("number"))
CREATE = tables["link"].insert().returning(LINK.id, LINK.left_record, LINK.right_record)
"""Asked for the numbers in order, SQLAlchemy would send one statement for each row to SQLite."""


class Links(Shelf):
    table_name = "link"

    def of_records(self, connection_id: str, rows: Iterable[int]) -> dict[int, Link]:
        """Mirror row → its link, for both sides."""
        some = list(rows)
        by_number = {
            row.id: row
            for of_side in (OF_LEFT, OF_RIGHT)
            for row in self.among(of_side, some, connection=connection_id)
        }
        links = [_link(row) for row in by_number.values()]
        return {side: link for link in links for side in (link.left, link.right) if side}

    def get(self, link_ids: Iterable[int]) -> dict[int, Link]:
        return {row.id: _link(row) for row in self.among(BY_NUMBER, link_ids)}

    def linked_rows(self, connection_id: str) -> set[int]:
        """The mirror rows, of both sides, that stand in a link whose two records are there."""
        of = self.mine().where(self.table.c.connection_id == connection_id, self.table.c.state == "active")
        pairs = self.rows(of.with_only_columns(self.table.c.left_record, self.table.c.right_record))
        return {row for pair in pairs for row in pair if row is not None}

    def count(self, connection_id: str) -> int:
        return self.number(self.table.c.connection_id == connection_id, self.table.c.state == "active")

    def create(self, connection_id: str, links: Sequence[Link]) -> list[int]:
        """Insert links, no two between the same records; their numbers, in the same order."""
        rows = [self._row(link) | {"connection_id": connection_id, "created_at": self.now} for link in links]
        if not rows:
            return []
        numbers = {(left, right): number for number, left, right in self.connection.execute(CREATE, rows)}
        return [numbers[link.left, link.right] for link in links]

    def save(self, links: Sequence[Link]) -> None:
        """Write back links that have a number."""
        self.run_each(SAVE, [self._row(link) | {"number": link.row} for link in links])

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget links that never came about."""
        ours = self.table.c.workspace_id == self.workspace
        self.run(delete(self.table).where(ours, among(LINK.id)), wanted=list(numbers))

    def _row(self, link: Link) -> dict[str, Any]:
        return {
            "workspace_id": self.workspace,
            "left_record": link.left,
            "right_record": link.right,
            "state": link.state.value,
            "base": link.base,
            "bound": link.bound,
            "subjects": link.subjects,
            "frozen": link.frozen,
            "thawed": link.thawed,
            "applied": link.applied,
            "answers": link.answers,
            "seen_left": link.seen_left,
            "seen_right": link.seen_right,
            "seen_version": link.seen_version,
        }


def _link(row: Any) -> Link:
    number, left, right, state, *more = row
    return Link(number, left, right, LinkState(state), *more)
