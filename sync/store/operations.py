"""Operations: the journal of writes, noted before they are sent and settled by what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from sync.model.plans import Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import Operation, OperationState
from sync.store.among import among
from sync.store.database import tables
from sync.store.shelf import Shelf, change, mine

OPERATION = tables["operation"].c
WHOLE = tuple(OPERATION[{"record": "record_id"}.get(name, name)] for name in Operation.__struct_fields__)
"""The columns of an operation, in the order of its parts."""
IN_ORDER = mine("operation").with_only_columns(*WHOLE).order_by(OPERATION.id)
OF_CONNECTION = IN_ORDER.where(OPERATION.connection_id == bindparam("connection"), among(OPERATION.state))
OF_RUN = IN_ORDER.where(OPERATION.run_id == bindparam("run"), among(OPERATION.state)).limit(bindparam("at_most"))
PLANNED = IN_ORDER.where(
    OPERATION.run_id == bindparam("run"),
    OPERATION.state == OperationState.PLANNED.value,
    OPERATION.side == bindparam("to"),
).limit(bindparam("at_most"))
LATELY = IN_ORDER.where(
    among(OPERATION.record_id), OPERATION.state == OperationState.DONE.value, OPERATION.done_at >= bindparam("since")
)
MARK = change("operation").where(among(OPERATION.id))
DONE = (
    change("operation")
    .where(OPERATION.id == bindparam("number"))
    .values(state=OperationState.DONE.value, done_at=bindparam("at"), record_id=bindparam("row"))
)


class Operations(Shelf):
    table_name = "operation"

    def plan(self, run_id: str, connection_id: str, operations: Sequence[Operation]) -> None:
        rows = [
            {
                "workspace_id": self.workspace,
                "connection_id": connection_id,
                "run_id": run_id,
                "link_id": operation.link_id,
                "side": operation.side.value,
                "kind": operation.kind.value,
                "key": operation.key,
                "record_id": operation.record,
                "values": dict(operation.values),
                "before": dict(operation.before),
                "changes": operation.changes,
                "state": OperationState.PLANNED.value,
                "planned_at": self.now,
            }
            for operation in operations
        ]
        if rows:
            self.connection.execute(self.table.insert(), rows)

    def planned(self, run_id: str, side: Side, limit: int) -> list[Operation]:
        return [_operation(row) for row in self.rows(PLANNED, run=run_id, to=side.value, at_most=limit)]

    def unsettled(self, connection_id: str) -> list[Operation]:
        """Sent operations without an answer, of runs that were cut off, and those whose answer was lost."""
        states = (OperationState.SENT.value, OperationState.UNKNOWN.value)
        return [_operation(row) for row in self.among(OF_CONNECTION, states, connection=connection_id)]

    def open_creates(self, connection_id: str) -> int:
        unknown = self.table.c.state == OperationState.UNKNOWN.value
        return self.number(self.table.c.connection_id == connection_id, unknown)

    def mark(
        self,
        ids: Sequence[int],
        state: OperationState,
        *,
        error: Mapping[str, Any] | None = None,
    ) -> None:
        if not ids:
            return
        values: dict[str, Any] = {"state": state.value}
        if state is OperationState.SENT:
            values["sent_at"] = self.now
        elif state is not OperationState.PLANNED:
            values["done_at"] = self.now
        if error is not None:
            values["error"] = dict(error)
        self.run(MARK, wanted=list(ids), **values)

    def done(self, records: Mapping[int, int]) -> None:
        """Operations that the app has acknowledged, each with the mirror row that it wrote to."""
        self.run_each(DONE, [{"number": number, "row": row, "at": self.now} for number, row in records.items()])

    def highest(self) -> int:
        """The number of the workspace's newest operation."""
        row = self.first(self.mine().with_only_columns(self.table.c.id).order_by(self.table.c.id.desc()))
        return int(row.id) if row else 0

    def done_lately(self, records: Sequence[int], hours: float = 24) -> list[Operation]:
        """Acknowledged operations on these records, oldest first, over all connections of the workspace."""
        since = self.now - timedelta(hours=hours)
        return [_operation(row) for row in self.among(LATELY, records, since=since)]

    def unapproved(self, connection_id: str, hours: float = 24) -> Tally:
        """What was written lately without a person's approval or decision, for the brakes: by kind, updates by `field.<mapping>` too."""
        runs = tables["run"]
        lately = and_(
            self.table.c.workspace_id == self.workspace,
            self.table.c.connection_id == connection_id,
            self.table.c.state == OperationState.DONE.value,
            self.table.c.done_at >= self.now - timedelta(hours=hours),
            self.table.c.run_id.in_(select(runs.c.id).where(runs.c.approved_by == "")),
        )
        update = WriteKind.UPDATE.value
        others = select(self.table.c.kind, func.count().label("n")).where(lately, self.table.c.kind != update)
        counts = Counter({row.kind: row.n for row in self.rows(others.group_by(self.table.c.kind))})
        for row in self.rows(select(self.table.c.changes).where(lately, self.table.c.kind == update)):
            undecided = {f"field.{change.mapping}" for change in row.changes if not change.by}
            counts.update([update, *undecided] if undecided or not row.changes else ())
        return Tally(counts)

    def progress(self, run_id: str) -> dict[OperationState, int]:
        of = select(self.table.c.state, func.count().label("n")).where(
            self.table.c.workspace_id == self.workspace, self.table.c.run_id == run_id
        )
        return {OperationState(row.state): row.n for row in self.rows(of.group_by(self.table.c.state))}

    def written(self, run_id: str) -> Tally:
        """Acknowledged writes of a run by kind and side, failed ones by code."""
        of = (
            self.mine()
            .where(self.table.c.run_id == run_id)
            .with_only_columns(self.table.c.kind, self.table.c.side, self.table.c.state, func.count().label("n"))
        )
        rows = self.rows(of.group_by(self.table.c.kind, self.table.c.side, self.table.c.state))
        return Tally({f"{row.state}.{row.kind}.{row.side}": row.n for row in rows})

    def lately(self, connection_id: str, since: datetime, until: datetime | None = None) -> Tally:
        """Acknowledged and refused writes since a moment (and before another), by state, kind and side."""
        states = (OperationState.DONE.value, OperationState.FAILED.value)
        by = (self.table.c.state, self.table.c.kind, self.table.c.side)
        of = self.mine().where(
            self.table.c.connection_id == connection_id,
            self.table.c.state.in_(states),
            self.table.c.done_at >= since,
        )
        of = of if until is None else of.where(self.table.c.done_at < until)
        rows = self.rows(of.with_only_columns(*by, func.count().label("n")).group_by(*by))
        return Tally({f"{row.state}.{row.kind}.{row.side}": row.n for row in rows})

    def of_run(self, run_id: str, states: Sequence[OperationState], limit: int) -> list[Operation]:
        wanted = [state.value for state in states]
        return [_operation(row) for row in self.among(OF_RUN, wanted, run=run_id, at_most=limit)]


def _operation(row: Any) -> Operation:
    number, connection_id, run_id, link_id, side, kind, key, record, values, before, changes, state, sent_at = row
    about = (number, connection_id, run_id, link_id, Side(side), WriteKind(kind), key, record)
    return Operation(*about, values, before, changes, OperationState(state), sent_at)
