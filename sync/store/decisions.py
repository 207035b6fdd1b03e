"""The decisions of plans, each a row that is carried out on its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, delete, func, select

from sync.model.plans import Decision
from sync.store.database import slices, to_json
from sync.store.shelf import Shelf

_decision = msgspec.json.Decoder(Decision)


class Decisions(Shelf):
    table_name = "decision"

    def add_all(self, run_id: str, decisions: Mapping[str, Sequence[Decision]]) -> None:
        """Store decisions by kind."""
        rows = [
            {
                "workspace_id": self.workspace,
                "run_id": run_id,
                "left_record": decision.rows[0],
                "right_record": decision.rows[1],
                "kind": kind,
                "unread": decision.unread,
                "done": False,
                "body": to_json(decision),
            }
            for kind, of_kind in decisions.items()
            for decision in of_kind
        ]
        if rows:
            self.connection.execute(self.table.insert(), rows)

    def planned_rows(self, run_id: str, rows: Iterable[int]) -> set[int]:
        """Which of these mirror rows this run has decided on already."""
        found: set[int] = set()
        for some in slices(list(rows)):
            for column in (self.table.c.left_record, self.table.c.right_record):
                of = select(column).where(self._of(run_id), column.in_(some))
                found |= {row[0] for row in self.connection.execute(of)}
        return found

    def unread(self, run_id: str, limit: int) -> dict[int, Decision]:
        """Decisions that wait for a detail, by their number."""
        return self._some(self._of(run_id) & self.table.c.unread.is_(True), limit)

    def to_do(self, run_id: str, limit: int) -> dict[int, Decision]:
        return self._some(self._of(run_id) & self.table.c.done.is_(False), limit)

    def of_kinds(self, run_id: str, kinds: Sequence[str], after: int, upto: int, limit: int) -> dict[int, Decision]:
        """Decisions of these kinds behind a number and up to another, in order."""
        between = (self.table.c.id > after) & (self.table.c.id <= upto)
        return self._some(self._of(run_id) & self.table.c.kind.in_(kinds) & between, limit)

    def highest(self, run_id: str) -> int:
        """The number of the newest decision."""
        return int(self.connection.execute(select(func.max(self.table.c.id)).where(self._of(run_id))).scalar_one() or 0)

    def mark_done(self, numbers: Iterable[int]) -> None:
        for some in slices(list(numbers)):
            self.connection.execute(self.change().where(self.table.c.id.in_(some)).values(done=True, unread=False))

    def remove(self, numbers: Iterable[int]) -> None:
        for some in slices(list(numbers)):
            mine = self.table.c.workspace_id == self.workspace
            self.connection.execute(delete(self.table).where(mine, self.table.c.id.in_(some)))

    def drop(self, run_id: str) -> None:
        self.connection.execute(delete(self.table).where(self._of(run_id)))

    def _some(self, condition: Any, limit: int) -> dict[int, Decision]:
        rows = self.rows(self.mine().where(condition).order_by(self.table.c.id).limit(limit))
        return {row.id: _decision.decode(row.body) for row in rows}

    def _of(self, run_id: str) -> Any:
        return and_(self.table.c.workspace_id == self.workspace, self.table.c.run_id == run_id)
