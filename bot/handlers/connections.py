"""The list, status, preview, run, pause, resume and disconnect of connections; the overview and App Home."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from bot.handlers import Ask, Handler, Verb
from bot.render import render
from sync.model.errors import NotNow
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, Run, RunState
from sync.usecases import accounts, connect, run
from sync.usecases.actors import Actor
from sync.usecases.connect import Status
from sync.usecases.services import Services

MOST_AT_HOME = 8


def health(status: Status) -> dict[str, object]:
    """How a connection does, in a word (`templates/_health.j2` has the sentences), how many records need a look, who can decide, and
    the sides without a rule."""
    connection = status.connection
    return {
        "id": connection.id,
        "name": connection.name,
        "health": _word(connection, status.run, status.ruleless),
        "look": status.waiting,
        "owner": connection.owner,
        "ruleless": [status.titles[side.value] for side in status.ruleless],
    }


def _word(connection: Connection, current: Run | None, ruleless: Sequence[Side]) -> str:
    held = current is not None and current.state is RunState.HELD
    if connection.state is ConnectionState.DRAFT and current:
        return "to approve" if held else "preparing"
    if connection.state is not ConnectionState.LIVE:
        return connection.state.value
    if held:
        return "held"
    if connection.failing_since:
        return "trouble"
    if current and current.state is RunState.APPLYING:
        return "working"
    return "no rule" if len(ruleless) == len(Side) else "in step"


def show_list(ask: Ask) -> None:
    every = connect.connections(ask.services, ask.actor)
    rows = [health(connect.status(ask.services, ask.actor, one.id)) for one in every]
    ask.reply.quietly("connections/list", rows=rows, next=_next_step(rows))


def _next_step(rows: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """The first connection that waits for a person, else the first with records that do; nothing where neither is there."""
    stuck = (row for row in rows if row["health"] in ("stopped", "to approve", "held"))
    return next(stuck, next((row for row in rows if row["look"]), {}))


def home(services: Services, actor: Actor) -> dict[str, object]:
    """App Home: each connection's health with everything one can do to it, the accounts, and what waits for whom."""
    every = connect.connections(services, actor)
    rows = [_row(connect.status(services, actor, one.id)) for one in every[:MOST_AT_HOME]]
    signed_in = [
        {"title": one.title, "label": one.account.label, "state": one.account.state.value}
        for one in accounts.show(services, actor)
    ]
    days = {row["organisation"]: row for row in rows}
    return render(
        "home/home",
        rows=rows,
        days=list(days.values()),
        more=len(every) - len(rows),
        accounts=signed_in,
        next=_next_step(rows),
    )


def _row(status: Status) -> dict[str, object]:
    last = status.last
    return {
        **health(status),
        "state": status.connection.state.value,
        "titles": status.titles,
        "links": status.links,
        "buckets": {side.value: dict(counts) for side, counts in status.buckets.items()},
        "refreshed": {side.value: moment for side, moment in status.refreshed.items()},
        "organisation": status.connection.left_id,
        "day": asdict(status.today.day),
        "ended_at": last.ended_at.timestamp() if last and last.ended_at else 0,
    }


def one(ask: Ask, label: str, action: str) -> Connection | None:
    """The connection that is meant: named, pressed, the only one, or chosen from a menu."""
    if ask.value:
        return connect.get(ask.services, ask.actor, ask.value)
    if ask.text:
        return connect.named(ask.services, ask.actor, ask.text)
    every = connect.connections(ask.services, ask.actor)
    if not every:
        raise NotNow("nothing_connected")
    if len(every) == 1:
        return every[0]
    ask.reply.quietly(
        "connections/pick", rows=[{"id": c.id, "name": c.name} for c in every], label=label, action=action
    )
    return None


def status(ask: Ask) -> None:
    connection = one(ask, "Status", "connections.status")
    if connection is None:
        return
    ask.reply.quietly("connections/status", row=_row(connect.status(ask.services, ask.actor, connection.id)))


def run_now(ask: Ask) -> None:
    _act(ask, "Run", "run", run.request)


def preview(ask: Ask) -> None:
    _act(ask, "Preview", "preview", run.preview)


def pause(ask: Ask) -> None:
    _act(ask, "Pause", "pause", connect.pause)


def resume(ask: Ask) -> None:
    _act(ask, "Resume", "resume", connect.resume)


def leave(ask: Ask) -> None:
    """Ask whether the connection should really end."""
    connection = one(ask, "Disconnect", "connections.leave")
    if connection is not None:
        ask.reply.quietly("connections/disconnect", id=connection.id, name=connection.name)


def disconnect(ask: Ask) -> None:
    _act(ask, "Disconnect", "disconnect", connect.disconnect)


def _act(ask: Ask, label: str, verb: str, use_case: Callable[[Services, Actor, str], Connection]) -> None:
    connection = one(ask, label, f"connections.{verb}")
    if connection is not None:
        done = use_case(ask.services, ask.actor, connection.id)
        ask.reply.quietly("connections/done", what=verb, name=done.name)


VERBS = (
    Verb("list", "lists your connections", show_list),
    Verb("status", "shows how a connection does: counts, freshness, quota", status),
    Verb("preview", "shows what the next run would change", preview),
    Verb("run", "runs a connection now", run_now),
    Verb("pause", "pauses a connection", pause),
    Verb("resume", "resumes a paused connection", resume),
    Verb("disconnect", "ends a connection; nothing changes in either app", leave),
)
BUTTONS: dict[str, Handler] = {
    "connections.list": show_list,
    "connections.status": status,
    "connections.run": run_now,
    "connections.preview": preview,
    "connections.pause": pause,
    "connections.resume": resume,
    "connections.leave": leave,
    "connections.disconnect": disconnect,
}
