"""`/zsync history`: the last runs of a connection."""

from typing import Any

from bot.handlers import Ask, Handler, Verb
from bot.handlers.connections import one
from sync.model.records import Side, WriteKind
from sync.model.runs import OperationState
from sync.usecases import history
from sync.usecases.history import Past


def show(ask: Ask) -> None:
    connection = one(ask, "History", "history.show")
    if connection is None:
        return
    found = history.history(ask.services, ask.actor, connection.id)
    rows = [_row(past) for past in found.runs]
    ask.reply.quietly("history/runs", connection=found.connection.name, titles=found.titles, rows=rows)


def _row(past: Past) -> dict[str, Any]:
    run = past.run
    failed = sum(n for key, n in past.written.counts.items() if key.startswith(OperationState.FAILED.value))
    return {
        "state": run.state.value,
        "started_at": run.started_at.timestamp(),
        "asked_by": run.asked_by,
        "approved_by": run.approved_by,
        "done": {side.value: _done(past, side) for side in Side},
        "failed": failed,
        "problem": run.error["said"] if run.error else "",
    }


def _done(past: Past, side: Side) -> dict[str, int]:
    kinds = {"created": WriteKind.CREATE, "updated": WriteKind.UPDATE}
    return {
        name: past.written[f"{OperationState.DONE.value}.{kind.value}.{side.value}"] for name, kind in kinds.items()
    }


VERBS = (Verb("history", "shows the last runs: what they changed, who started and approved them", show),)
BUTTONS: dict[str, Handler] = {"history.show": show}
