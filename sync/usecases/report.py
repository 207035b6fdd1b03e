"""What people hear: run cards, previews, holds, failures. Data for templates, never words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sync.connectors import registry
from sync.engine import labelling
from sync.engine.differences import differences, mapping_words
from sync.engine.work import Work
from sync.model.connections import Rule, Scheme, Verbosity
from sync.model.endpoints import Endpoint
from sync.model.plans import Bucket, Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import PREVIEWS, Connection, OperationState, Run, RunKind, RunState
from sync.store.outbox import Message
from sync.store.repository import Transaction
from sync.usecases import examples, forecast, held, schemes, trouble
from sync.usecases.forecast import Today


def of_slice(
    tx: Transaction, work: Work, run: Run, counts: Mapping[Side, Mapping[str, int]] | None, today: Today
) -> Iterator[Message]:
    """A preview that fills itself, a run card while it works, a hold; later runs are quiet unless something needs a person."""
    yield from _cards(tx, work, run, counts, today)
    connection = tx.connections.get(work.connection.id)
    for side in Side:
        listing = work.endpoints[side].shrunk
        if listing and not listing.get("accepted"):
            yield trouble.shrunk(connection, work, side, listing)


def _cards(
    tx: Transaction, work: Work, run: Run, counts: Mapping[Side, Mapping[str, int]] | None, today: Today
) -> Iterator[Message]:
    connection = tx.connections.get(work.connection.id)
    undecided = not run.approved_by or run.state is RunState.HELD
    if run.kind in PREVIEWS or (run.kind is RunKind.FIRST and undecided):
        yield preview_card(tx, connection, run, today)
    if run.kind in PREVIEWS or (run.kind is RunKind.FIRST and not run.approved_by):
        return
    if run.kind is RunKind.FIRST or run.asked_by:
        yield run_card(tx, connection, run, counts)
        if counts is not None:
            yield details(tx, connection, run)
    elif run.state is RunState.DONE and work.scheme.document.options.verbosity is Verbosity.EVERY_RUN:
        card = run_card(tx, connection, run, counts)
        if card.data["finished"] or card.data["failed"]:
            yield card
    if run.kind is RunKind.SYNC and run.state is RunState.HELD:
        yield hold_card(tx, connection, run)


ATTENTION = (Bucket.FAILED, Bucket.HELD, Bucket.DUPLICATE, Bucket.WAITING, Bucket.EXCLUDED, Bucket.GONE)
MOST_NAMES = 5


def details(tx: Transaction, connection: Connection, run: Run) -> Message:
    """What stands in which bucket and why, with a few masked names: goes into the thread of the run's card."""
    rows = []
    for bucket in ATTENTION:
        names = _masked_names(tx, connection, bucket)
        rows += [
            {
                "bucket": bucket.value,
                "code": code,
                "side": side.value,
                "count": count,
                "names": names.get((side, code), []),
            }
            for side, code, count in tx.standings.reasons(connection.id, bucket)
        ]
    card = run_card(tx, connection, run)
    data = {
        "titles": titles(tx, connection),
        "rows": rows,
        "connection_id": connection.id,
        "waiting": held.waiting(tx, connection),
    }
    return Message(f"details:{run.id}", card.target, "run/details", data, card.card)


def _masked_names(tx: Transaction, connection: Connection, bucket: Bucket) -> dict[tuple[Side, str], list[str]]:
    """Names with all but their first letters hidden: a channel is no place for customers' data."""
    if bucket is Bucket.EXCLUDED:
        return {}
    found: dict[tuple[Side, str], list[str]] = {}
    standing = tx.standings.some(connection.id, bucket, 100)
    records = tx.mirror.by_row(row for row, _, _ in standing)
    for row, side, one in standing:
        names = found.setdefault((side, one.code), [])
        if len(names) < MOST_NAMES and row in records:
            names.append(masked(records[row].name))
    return found


def masked(name: str) -> str:
    """`Harbour Lane Bakery` → `Har… L… B…`."""
    words = name.split()
    return " ".join([f"{words[0][:3]}…", *(f"{word[:1]}…" for word in words[1:4])]) if words else "…"


def ends(tx: Transaction, connection: Connection) -> dict[Side, Endpoint]:
    return {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}


def titles(tx: Transaction, connection: Connection) -> dict[str, str]:
    """What both sides are called."""
    endpoints = ends(tx, connection)
    names = {side.value: registry.app(endpoint.app).title for side, endpoint in endpoints.items()}
    return names | {f"{side.value}_name": endpoint.name for side, endpoint in endpoints.items()}


def preview_card(tx: Transaction, connection: Connection, run: Run, today: Today | None = None) -> Message:
    """Goes to the person who asked or connected: it shows customers' data. `today` is for what it costs, told while it can be decided."""
    tally = run.tally
    data = {
        "connection": connection.name,
        "channel": connection.channel,
        "run": run.id,
        "state": run.state.value,
        "only_looking": run.kind is RunKind.PREVIEW,
        "by": run.approved_by,
        "limited": run.limit is not None,
        "hold": run.hold[0]["code"] if run.hold else "",
        "titles": titles(tx, connection),
        "mirrored": {side.value: tx.mirror.count(connection.endpoint_id(side)) for side in Side},
        "links": tally["links"],
        "sides": {side.value: side_counts(tally, side) for side in Side},
        "unread": tally["unread"],
        "resting": _resting(tx, run),
        "examples": examples.of_plan(tx, run) if run.state.planned else [],
        "changes": _changes(tx, connection, run),
        "idle": _is_idle(tx, connection, run),
        "writes": sum(tally[f"{kind.value}.{side.value}"] for kind in WriteKind for side in Side),
    }
    data["cost"] = forecast.of_plan(ends(tx, connection), tally, today) if today else {}
    return Message(f"preview:{run.id}", run.asked_by or connection.owner, "run/preview", data)


def _resting(tx: Transaction, run: Run) -> dict[str, int]:
    """How many linked pairs rest with the run's settings, and with those in force while they are still to be replaced."""
    undecided = run.state is RunState.HELD and run.hold[0]["code"] == RunKind.CHANGE.value
    before = tx.standings.resting(run.connection_id) if undecided else 0
    return {"new": run.tally["resting"], "old": before, "undoing": run.tally["undoing"]}


def _is_idle(tx: Transaction, connection: Connection, run: Run) -> bool:
    """Whether the run had no rule to go by."""
    return len(tx.connections.document(connection.id, run.version).ruleless()) == len(Side)


def _changes(tx: Transaction, connection: Connection, run: Run) -> list[dict[str, str]]:
    """What the previewed version changes in the live one."""
    if not (run.kind is RunKind.CHANGE or (run.hold and run.hold[0]["code"] == RunKind.CHANGE.value)):
        return []
    version = tx.connections.version(connection.id, run.version)
    old = tx.connections.document(connection.id, version.based_on)
    return [asdict(one) for one in differences(old, version.document, _scheme(tx, connection, run))]


def _scheme(tx: Transaction, connection: Connection, run: Run) -> Scheme:
    """What the run's plan was made with."""
    document = tx.connections.document(connection.id, run.version)
    return schemes.scheme(document, run.version, ends(tx, connection), run.started_at)


def side_counts(tally: Tally, side: Side) -> dict[str, int]:
    """What the plan comes to on one side."""
    excluded = {
        code: tally[f"reason.{code}.{side.value}"]
        for code in ("kind", "inactive", "no_email", "no_rule", "direction", "counterpart_left_out")
        if tally[f"reason.{code}.{side.value}"]
    }
    return {
        "creates": tally[f"create.{side.value}"],
        "updates": tally[f"update.{side.value}"],
        "excluded": tally[f"bucket.{Bucket.EXCLUDED.value}.{side.value}"],
        "duplicates": tally[f"bucket.{Bucket.DUPLICATE.value}.{side.value}"],
        "held": tally[f"bucket.{Bucket.HELD.value}.{side.value}"],
        "records": tally[f"records.{side.value}"],
        "gone": tally[f"gone.{side.value}"],
        **excluded,
    }


def run_card(
    tx: Transaction, connection: Connection, run: Run, counts: Mapping[Side, Mapping[str, int]] | None = None
) -> Message:
    """The card of a run: progress while it works, the result at its end."""
    written = tx.operations.written(run.id)
    done = {
        side.value: {
            "created": written[f"done.{WriteKind.CREATE.value}.{side.value}"],
            "updated": written[f"done.{WriteKind.UPDATE.value}.{side.value}"],
        }
        for side in Side
    }
    planned = sum(run.tally[f"{kind.value}.{side.value}"] for kind in WriteKind for side in Side)
    data = {
        "connection": connection.name,
        "run": run.id,
        "state": run.state.value,
        "by": run.approved_by or run.asked_by,
        "idle": _is_idle(tx, connection, run),
        "titles": titles(tx, connection),
        "done": done,
        "finished": sum(
            written[f"{OperationState.DONE.value}.{kind.value}.{side.value}"] for kind in WriteKind for side in Side
        ),
        "failed": sum(count for key, count in written.counts.items() if key.startswith(OperationState.FAILED.value)),
        "planned": min(planned, run.limit) if run.limit is not None else planned,
        "minutes": 0 if run.limit is not None else forecast.of_rest(ends(tx, connection), run.tally, _settled(written)),
        "buckets": {side.value: dict(by_bucket) for side, by_bucket in counts.items()} if counts else {},
        "problem": dict(run.error) if run.error else {},
        "resume_at": int(run.resume_at.timestamp()) if run.resume_at else 0,
        "started_at": int(run.started_at.timestamp()),
        "ended_at": int(run.ended_at.timestamp()) if run.ended_at else 0,
    }
    in_channel = run.kind is RunKind.FIRST or not run.asked_by
    return Message(f"run:{run.id}", connection.channel if in_channel else run.asked_by, "run/card", data)


def _settled(written: Tally) -> Tally:
    """Writes that need no more calls, by kind and side."""
    over = [key.partition(".") for key in written.counts if key.startswith(("done.", "failed."))]
    return sum((Tally({rest: written[f"{state}.{rest}"]}) for state, _, rest in over), Tally())


def hold_card(tx: Transaction, connection: Connection, run: Run, by: str = "") -> Message:
    """What the brakes stopped and why; once decided, `by` whom."""
    scheme = _scheme(tx, connection, run)
    data = {
        "connection": connection.name,
        "run": run.id,
        "causes": [dict(cause) | {"field": _mapping_words(cause, scheme)} for cause in run.hold],
        "titles": titles(tx, connection),
        "records": {side.value: scheme.side(side).records for side in Side},
        "sides": {side.value: side_counts(run.tally, side) for side in Side},
        "labelled": {side.value: bool(_labels(scheme, side)) for side in Side},
        "owner": connection.owner,
        "state": run.state.value,
        "by": by,
    }
    return Message(f"hold:{run.id}", connection.channel, "run/hold", data)


def _mapping_words(cause: Mapping[str, Any], scheme: Scheme) -> str:
    """What the mapping is called whose changes are too many; empty where they are not those of a mapping."""
    known = (one for one in scheme.document.mappings if one.id == cause.get("field"))
    return next((mapping_words(one, scheme) for one in known), "")


def _labels(scheme: Scheme, side: Side) -> list[Rule]:
    """What labels the counterparts of records that are deleted on a side."""
    return [rule for rule in labelling.deletion_rules(scheme) if rule.side is side]


def decided_card(tx: Transaction, connection: Connection, run: Run, by: str) -> Message:
    """The card that asked, once somebody has decided."""
    return hold_card(tx, connection, run, by) if run.braked else preview_card(tx, connection, run)
