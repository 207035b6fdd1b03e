"""The decisions of plans, each a row that is carried out on its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select, union

from sync.model.plans import Decision
from sync.store.among import among
from sync.store.columns import to_json
from sync.store.database import tables
from sync.store.shelf import WORKSPACE, Shelf, change

_decision = msgspec.json.Decoder(Decision)

DECISION = tables["decision"].c
OF_RUN = (DECISION.workspace_id == WORKSPACE) & (DECISION.run_id == bindparam("run"))
PLANNED = union(
    *(select(column).where(OF_RUN, among(column)) for column in (DECISION.left_record, DECISION.right_record))
)
IN_ORDER = select(DECISION.id, DECISION.body).where(OF_RUN).order_by(DECISION.id).limit(bindparam("at_most"))
UNREAD = IN_ORDER.where(DECISION.unread.is_(True))
TO_DO = IN_ORDER.where(DECISION.done.is_(False))
OF_KINDS = IN_ORDER.where(among(DECISION.kind), DECISION.id > bindparam("after"), DECISION.id <= bindparam("upto"))
HIGHEST = select(func.max(DECISION.id)).where(OF_RUN)
MARK_DONE = change("decision").where(among(DECISION.id)).values(done=True, unread=False)
REMOVE = delete(tables["decision"]).where(DECISION.workspace_id == WORKSPACE, among(DECISION.id))
DROP = delete(tables["decision"]).where(OF_RUN)


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
        return {row for (row,) in self.among(PLANNED, rows, run=run_id)}

    def unread(self, run_id: str, limit: int) -> dict[int, Decision]:
        """Decisions that wait for a detail, by their number."""
        return _decisions(self.rows(UNREAD, run=run_id, at_most=limit))

    def to_do(self, run_id: str, limit: int) -> dict[int, Decision]:
        return _decisions(self.rows(TO_DO, run=run_id, at_most=limit))

    def of_kinds(self, run_id: str, kinds: Sequence[str], after: int, upto: int, limit: int) -> dict[int, Decision]:
        """Decisions of these kinds behind a number and up to another, in order."""
        return _decisions(self.among(OF_KINDS, kinds, run=run_id, after=after, upto=upto, at_most=limit))

    def highest(self, run_id: str) -> int:
        """The number of the newest decision."""
        return int(self.run(HIGHEST, run=run_id).scalar_one() or 0)

    def mark_done(self, numbers: Iterable[int]) -> None:
        self.run(MARK_DONE, wanted=list(numbers))

    def remove(self, numbers: Iterable[int]) -> None:
        self.run(REMOVE, wanted=list(numbers))

    def drop(self, run_id: str) -> None:
        self.run(DROP, run=run_id)


def _decisions(rows: Sequence[Any]) -> dict[int, Decision]:
    return {number: _decision.decode(body) for number, body in rows}
