"""The list, status, preview, run, pause, resume and disconnect of connections; the overview and App Home."""

from collections.abc import Callable, Sequence

from bot.handlers import Ask, Handler, Verb
from bot.render import render
from sync.model.errors import NotNow
from sync.model.plans import Bucket
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, RunState
from sync.usecases import accounts, connect, run
from sync.usecases.actors import Actor
from sync.usecases.connect import Status
from sync.usecases.services import Services

MOST_AT_HOME = 8
STATES = {
    ConnectionState.DRAFT: ":memo: Not approved yet.",
    ConnectionState.LIVE: ":large_green_circle: In step.",
    ConnectionState.PAUSED: ":double_vertical_bar: Paused.",
    ConnectionState.STOPPED: ":red_circle: Stopped: an account must be reconnected.",
}


def words_of(status: Status) -> str:
    """A connection's state in a sentence."""
    connection, current = status.connection, status.run
    if connection.state is ConnectionState.LIVE and current and current.state is RunState.HELD:
        return ":raised_hand: Waits for a decision."
    if connection.state is ConnectionState.DRAFT and current:
        held = current.state is RunState.HELD
        return (
            ":memo: The preview waits for your approval."
            if held
            else ":hourglass_flowing_sand: The preview is being prepared."
        )
    if connection.state is ConnectionState.LIVE and connection.failing_since:
        return ":warning: Has trouble and tries again by itself."
    if connection.state is ConnectionState.LIVE and current and current.state is RunState.APPLYING:
        return ":arrows_counterclockwise: Working."
    attention = sum(
        status.buckets[side].get(bucket.value, 0)
        for side in Side
        for bucket in (Bucket.HELD, Bucket.DUPLICATE, Bucket.FAILED)
    )
    more = f" {attention} records need a look." if connection.state is ConnectionState.LIVE and attention else ""
    return STATES[connection.state] + more


def _rows(services: Services, actor: Actor) -> list[dict[str, str]]:
    every = connect.connections(services, actor)
    return [{"id": c.id, "name": c.name, "words": words_of(connect.status(services, actor, c.id))} for c in every]


def show_list(ask: Ask) -> None:
    rows = _rows(ask.services, ask.actor)
    ask.reply.quietly("connections/list", rows=rows, waiting=_next_step(ask.services, ask.actor, rows))


def _next_step(services: Services, actor: Actor, rows: Sequence[object]) -> str:
    for connection in connect.connections(services, actor):
        if connection.state is ConnectionState.STOPPED:
            return f"reconnect the account of {connection.name} (/zsync accounts)"
        if connection.state is ConnectionState.DRAFT:
            return f"decide about the preview of {connection.name}; it is in your direct messages"
    return "" if rows else "/zsync connect"


def home(services: Services, actor: Actor) -> dict[str, object]:
    """App Home: each connection's health with everything one can do to it, the accounts, and what waits for whom."""
    every = connect.connections(services, actor)
    rows = [_health(connect.status(services, actor, one.id)) for one in every[:MOST_AT_HOME]]
    signed_in = [
        {"title": one.title, "label": one.account.label, "state": one.account.state.value}
        for one in accounts.show(services, actor)
    ]
    more = len(every) - len(rows)
    return render(
        "home/home", rows=rows, more=more, accounts=signed_in, next=_next_step(services, actor, rows) if rows else ""
    )


def _health(status: Status) -> dict[str, object]:
    connection, last = status.connection, status.last
    return {
        "id": connection.id,
        "name": connection.name,
        "words": words_of(status),
        "state": connection.state.value,
        "titles": status.titles,
        "links": status.links,
        "buckets": {side.value: dict(counts) for side, counts in status.buckets.items()},
        "refreshed": {side.value: moment for side, moment in status.refreshed.items()},
        "quota": status.quota,
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
        raise NotNow(reason="Nothing is connected yet.", hint="Start with `/zsync connect`.")
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
    shown = connect.status(ask.services, ask.actor, connection.id)
    ask.reply.quietly(
        "connections/status",
        connection=connection.name,
        id=connection.id,
        state=connection.state.value,
        words=words_of(shown),
        titles=shown.titles,
        links=shown.links,
        buckets={side.value: dict(counts) for side, counts in shown.buckets.items()},
        refreshed={side.value: moment for side, moment in shown.refreshed.items()},
        quota=shown.quota,
    )


def run_now(ask: Ask) -> None:
    _act(ask, "Run", "connections.run", run.request, "Looking at {name} now; you get the result as a direct message.")


def preview(ask: Ask) -> None:
    _act(ask, "Preview", "connections.preview", run.preview, "The preview of {name} comes as a direct message.")


def pause(ask: Ask) -> None:
    _act(
        ask,
        "Pause",
        "connections.pause",
        connect.pause,
        "{name} is paused. Edits wait in both apps until you resume it.",
    )


def resume(ask: Ask) -> None:
    _act(ask, "Resume", "connections.resume", connect.resume, "{name} is running again and catches up now.")


def disconnect(ask: Ask) -> None:
    words = "{name} is disconnected. Nothing was changed or deleted in either app."
    if ask.value:
        _act(ask, "Disconnect", "connections.disconnect", connect.disconnect, words)
        return
    connection = one(ask, "Disconnect", "connections.disconnect")
    if connection is not None:
        rows = [{"id": connection.id, "name": connection.name}]
        ask.reply.quietly("connections/disconnect", rows=rows)


def _act(ask: Ask, label: str, action: str, use_case: Callable[[Services, Actor, str], Connection], words: str) -> None:
    connection = one(ask, label, action)
    if connection is not None:
        done = use_case(ask.services, ask.actor, connection.id)
        ask.reply.quietly("connections/done", icon=":white_check_mark:", text=words.format(name=done.name))


VERBS = (
    Verb("list", "lists your connections", show_list),
    Verb("status", "shows how a connection does: counts, freshness, quota", status),
    Verb("preview", "shows what the next run would change", preview),
    Verb("run", "runs a connection now", run_now),
    Verb("pause", "pauses a connection", pause),
    Verb("resume", "resumes a paused connection", resume),
    Verb("disconnect", "ends a connection; nothing changes in either app", disconnect),
)
BUTTONS: dict[str, Handler] = {
    "connections.list": show_list,
    "connections.status": status,
    "connections.run": run_now,
    "connections.preview": preview,
    "connections.pause": pause,
    "connections.resume": resume,
    "connections.disconnect": disconnect,
}
