"""The daily digest: what a connection did in a day, posted in the morning of its organisation's time zone, quiet when nothing changed."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.model.connections import Verbosity
from sync.model.plans import Bucket, Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import Connection, OperationState
from sync.store.outbox import Message
from sync.store.repository import Transaction
from sync.usecases import report
from sync.usecases.services import Services

MORNING = time(9)
DAY = timedelta(days=1)
WEEK = 7
NEED_A_LOOK = (Bucket.HELD, Bucket.DUPLICATE, Bucket.FAILED)


def next_morning(now: datetime, time_zone: str) -> datetime:
    """The next nine o'clock there."""
    here = now.astimezone(ZoneInfo(time_zone))
    today = datetime.combine(here.date(), MORNING, here.tzinfo)
    return today if today > here else datetime.combine(here.date() + DAY, MORNING, here.tzinfo)


def zone_of(tx: Transaction, connection: Connection) -> str:
    return tx.endpoints.get(connection.left_id).facts.get("time_zone", "UTC")


def post_due(services: Services) -> None:
    """Owe Slack the digests whose time has come."""
    for due in services.store.due_digests():
        with services.store.transaction(due.workspace) as tx:
            connection = tx.connections.get(due.connection_id)
            if connection.digest_at is None or connection.digest_at > services.now():
                continue  # another process was faster
            following = next_morning(services.now(), zone_of(tx, connection))
            tx.connections.set(connection.id, digest_at=following)
            message = digest(tx, connection, following - DAY)
            if message is not None:
                tx.outbox.add_message(message)


def digest(tx: Transaction, connection: Connection, morning: datetime) -> Message | None:
    """What happened in the day before this morning; None where that is nothing, or where the channel should stay quiet. A digest that is
    posted late is of the same day, so that the next one tells the rest."""
    document = tx.connections.document(connection.id, connection.version)
    done = tx.operations.lately(connection.id, morning - DAY, morning)
    if document.options.verbosity is Verbosity.QUIET or not any(done.counts.values()):
        return None
    standing = tx.standings.counts(connection.id)
    data = {
        "connection": connection.name,
        "connection_id": connection.id,
        "titles": report.titles(tx, connection),
        "done": {side.value: _written(done, side) for side in Side},
        "week": _week(tx, connection, morning),
        "failed": sum(n for key, n in done.counts.items() if key.startswith(OperationState.FAILED.value)),
        "attention": {bucket.value: sum(standing[side].get(bucket, 0) for side in Side) for bucket in NEED_A_LOOK},
        "links": tx.links.count(connection.id),
    }
    return Message(f"digest:{connection.id}:{morning.date().isoformat()}", connection.channel, "run/digest", data)


def _week(tx: Transaction, connection: Connection, morning: datetime) -> dict[str, Any]:
    """Changes of each side on each day since the connection was made, a week at the most; a day ends in its morning."""
    zone = ZoneInfo(zone_of(tx, connection))
    ends = [morning - DAY * back for back in range(WEEK - 1, -1, -1)]
    ends = [end for end in ends if end > connection.created_at]
    days = [tx.operations.lately(connection.id, end - DAY, end) for end in ends]
    sides = {side.value: [sum(_written(day, side).values()) for day in days] for side in Side}
    return {"days": [end.astimezone(zone).strftime("%a %d") for end in ends], **sides}


def _written(done: Tally, side: Side) -> Mapping[str, int]:
    kinds = {"created": WriteKind.CREATE, "updated": WriteKind.UPDATE}
    return {name: done[f"{OperationState.DONE.value}.{kind.value}.{side.value}"] for name, kind in kinds.items()}
