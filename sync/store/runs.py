"""Runs, the decisions of their plans, and operations."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, and_, bindparam, delete, func, select

from sync.model.plans import Change, Decision, Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import PREVIEWS, Operation, OperationState, Run, RunKind, RunState
from sync.store.database import dump, load, slices, tables, to_json
from sync.store.shelf import Shelf

PREVIEW_KINDS = tuple(kind.value for kind in PREVIEWS)
OVER = tuple(state.value for state in RunState if state.over)
_decision = msgspec.json.Decoder(Decision)


class Runs(Shelf):
    table_name = "run"

    def start(self, connection_id: str, kind: RunKind, version: int, *, asked_by: str = "") -> Run:
        run_id = self.bound.new_id()
        values = {"id": run_id, "connection_id": connection_id, "kind": kind.value, "state": RunState.READING.value}
        times = {"started_at": self.now, "touched_at": self.now}
        self.add(
            {
                **values,
                **times,
                "version": version,
                "asked_by": asked_by,
                "approved_by": "",
                "progress": {},
                "counts": {},
                "hold": [],
            }
        )
        return self.get(run_id)

    def get(self, run_id: str) -> Run:
        row = self.first(self.mine().where(self.table.c.id == run_id))
        if row is None:
            raise LookupError(run_id)
        return load(Run, row)

    def open(self, connection_id: str, *, preview: bool = False) -> Run | None:
        """The run that is not over yet; previews that are still in the making are apart from runs that write."""
        is_preview = self.table.c.kind.in_(PREVIEW_KINDS)
        making = is_preview & (self.table.c.state != RunState.HELD.value)
        of = self.mine().where(
            self.table.c.connection_id == connection_id,
            self.table.c.state.not_in(OVER),
            making if preview else ~is_preview,
        )
        row = self.first(of.order_by(self.table.c.started_at))
        return load(Run, row) if row else None

    def proposed(self, connection_id: str) -> Run | None:
        """The preview of a changed configuration that nobody has decided about."""
        of = self.mine().where(
            self.table.c.connection_id == connection_id,
            self.table.c.kind == RunKind.CHANGE.value,
            self.table.c.state.not_in(OVER),
        )
        row = self.first(of)
        return load(Run, row) if row else None

    def last(self, connection_id: str) -> Run | None:
        """The newest run that is over and was not a mere preview."""
        of = self.mine().where(
            self.table.c.connection_id == connection_id,
            self.table.c.state.in_(OVER),
            self.table.c.kind.not_in(PREVIEW_KINDS),
        )
        row = self.first(of.order_by(self.table.c.ended_at.desc()))
        return load(Run, row) if row else None

    def recent(self, connection_id: str, limit: int) -> list[Run]:
        of = self.mine().where(self.table.c.connection_id == connection_id).order_by(self.table.c.started_at.desc())
        return [load(Run, row) for row in self.rows(of.limit(limit))]

    def eventful(self, connection_id: str, limit: int) -> list[Run]:
        """The newest runs that wrote something, that somebody asked for or decided about, or that are not over; mere previews left out."""
        operations = tables["operation"]
        wrote = select(operations.c.id).where(
            operations.c.workspace_id == self.workspace, operations.c.run_id == self.table.c.id
        )
        asked = (self.table.c.asked_by != "") | (self.table.c.approved_by != "")
        of = self.mine().where(
            self.table.c.connection_id == connection_id,
            self.table.c.kind.not_in(PREVIEW_KINDS),
            wrote.exists() | asked | self.table.c.state.not_in(OVER),
        )
        return [load(Run, row) for row in self.rows(of.order_by(self.table.c.started_at.desc()).limit(limit))]

    def update(self, run_id: str, **values: Any) -> None:
        plain = {
            name: dump(value) if name in ("progress", "counts", "hold", "error") else value
            for name, value in values.items()
        }
        self.set(run_id, touched_at=self.now, **plain)

    def forget_before(self, moment: datetime) -> None:
        """Drop the plans of runs that ended before this moment; counts, operations and ledger stay."""
        decisions = tables["decision"]
        old = select(self.table.c.id).where(self.table.c.workspace_id == self.workspace, self.table.c.ended_at < moment)
        self.connection.execute(delete(decisions).where(decisions.c.run_id.in_(old)))


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
                "changes": dump(operation.changes),
                "state": OperationState.PLANNED.value,
                "planned_at": self.now,
            }
            for operation in operations
        ]
        if rows:
            self.connection.execute(self.table.insert(), rows)

    def planned(self, run_id: str, side: Side, limit: int) -> list[Operation]:
        return self._in_state(self.table.c.run_id == run_id, OperationState.PLANNED, side, limit)

    def unsettled(self, connection_id: str) -> list[Operation]:
        """Sent operations without an answer, of runs that were cut off, and those whose answer was lost."""
        states = (OperationState.SENT.value, OperationState.UNKNOWN.value)
        of = self.mine().where(self.table.c.connection_id == connection_id, self.table.c.state.in_(states))
        return [_operation(row) for row in self.rows(of.order_by(self.table.c.id))]

    def open_creates(self, connection_id: str) -> int:
        of = (
            select(func.count())
            .select_from(self.table)
            .where(
                self.table.c.workspace_id == self.workspace,
                self.table.c.connection_id == connection_id,
                self.table.c.state == OperationState.UNKNOWN.value,
            )
        )
        return int(self.connection.execute(of).scalar_one())

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
        self.connection.execute(self.change().where(self.table.c.id.in_(ids)).values(**values))

    def done(self, records: Mapping[int, int]) -> None:
        """Operations that the app has acknowledged, each with the mirror row that it wrote to."""
        one = self.change().where(self.table.c.id == bindparam("number"))
        done = one.values(state=OperationState.DONE.value, done_at=self.now, record_id=bindparam("row"))
        self.connection.execute(done, [{"number": number, "row": row} for number, row in records.items()])

    def highest(self) -> int:
        """The number of the workspace's newest operation."""
        of = select(func.max(self.table.c.id)).where(self.table.c.workspace_id == self.workspace)
        return int(self.connection.execute(of).scalar_one() or 0)

    def done_lately(self, records: Sequence[int], hours: float = 24) -> list[Operation]:
        """Acknowledged operations on these records, oldest first, over all connections of the workspace."""
        since = self.now - timedelta(hours=hours)
        of = self.mine().where(
            self.table.c.record_id.in_(records),
            self.table.c.state == OperationState.DONE.value,
            self.table.c.done_at >= since,
        )
        return [_operation(row) for row in self.rows(of.order_by(self.table.c.id))]

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
            undecided = {f"field.{change['mapping']}" for change in row.changes if not change["by"]}
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
        of = self.mine().where(self.table.c.run_id == run_id, self.table.c.state.in_(wanted))
        return [_operation(row) for row in self.rows(of.order_by(self.table.c.id).limit(limit))]

    def _in_state(self, condition: Any, state: OperationState, side: Side, limit: int) -> list[Operation]:
        of = self.mine().where(condition, self.table.c.state == state.value, self.table.c.side == side.value)
        return [_operation(row) for row in self.rows(of.order_by(self.table.c.id).limit(limit))]


def _operation(row: Row[Any]) -> Operation:
    return load(Operation, row, {"record": row.record_id, "changes": msgspec.convert(row.changes, tuple[Change, ...])})
