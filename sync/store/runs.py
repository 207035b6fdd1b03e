"""Runs: what each one is about, how far it is, and what it came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from sync.model.runs import PREVIEWS, Run, RunKind, RunState
from sync.store.database import dump, load, tables
from sync.store.shelf import Shelf, mine

PREVIEW_KINDS = tuple(kind.value for kind in PREVIEWS)
OVER = tuple(state.value for state in RunState if state.over)

RUN = tables["run"].c
OF_CONNECTION = mine("run").where(RUN.connection_id == bindparam("connection"))
IS_PREVIEW = RUN.kind.in_(PREVIEW_KINDS)
EARLIEST_OPEN = OF_CONNECTION.where(RUN.state.not_in(OVER)).order_by(RUN.started_at).limit(1)
OPEN = {
    True: EARLIEST_OPEN.where(IS_PREVIEW, RUN.state != RunState.HELD.value),
    False: EARLIEST_OPEN.where(~IS_PREVIEW),
}
"""The run that is not over; by whether a preview in the making is asked for."""


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
        row = self.with_id(run_id)
        if row is None:
            raise LookupError(run_id)
        return load(Run, row)

    def open(self, connection_id: str, *, preview: bool = False) -> Run | None:
        """The run that is not over yet; previews that are still in the making are apart from runs that write."""
        row = self.run(OPEN[preview], connection=connection_id).first()
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
