"""What an acknowledged write changes: the mirror takes the app's own answer, the link's bases advance, the ledger gets its line.

Nothing here is done for a write that was only sent.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from sync.engine import entries, mapping
from sync.engine.absorb import Source, digest
from sync.engine.mapped import Mapped, by_base, gathering
from sync.engine.work import Work, mirror_in
from sync.model.connections import Scheme
from sync.model.fields import Value
from sync.model.plans import Base, Bucket, Change, Link, LinkState, Mirrored, Standing
from sync.model.records import Record, Side, WriteKind
from sync.model.runs import Operation
from sync.store.ledger import Event
from sync.store.repository import Transaction

EVENT_KINDS = {WriteKind.CREATE: "created", WriteKind.UPDATE: "changed", WriteKind.RETIRE: "retired"}


def acknowledge(
    tx: Transaction, work: Work, side: Side, answers: Sequence[tuple[Operation, Record]], *, late: bool = False
) -> None:
    """Take over the answers of one side's writes, all in one transaction. A `late` answer was found by looking: people may have edited the
    record since, so its base is what was sent, and the record is looked at again."""
    if not answers:
        return
    before, held, _ = mirror_in(tx, work, side, [record for _, record in answers], Source.WRITE)
    links = tx.links.get(operation.link_id for operation, _ in answers)
    advanced: dict[int, Link] = {}
    for operation, record in answers:
        link = advanced.get(operation.link_id) or links.get(operation.link_id)
        if link is not None:
            answer = held[record.id]
            quiet = (
                not late
                and not _gathers(operation, work.scheme)
                and _as_expected(before.get(record.id), operation, answer)
            )
            fresh = _advance(link, operation, answer, work.scheme, late=late)
            advanced[operation.link_id] = _seen(fresh, side, answer.seq) if quiet else fresh
    tx.operations.done({operation.id: held[record.id].row for operation, record in answers})
    tx.links.save(list(advanced.values()))
    created = {
        held[record.id].row: (side, Standing(Bucket.IN_STEP)) for op, record in answers if op.kind is WriteKind.CREATE
    }
    run_id = answers[0][0].run_id
    tx.standings.put(work.connection.id, created, run_id)
    rows = [row for link in advanced.values() for row in (link.left, link.right) if row]
    tx.standings.acknowledge(work.connection.id, rows, run_id)
    tx.ledger.append([_event(operation, held[record.id], work) for operation, record in answers])


def _gathers(operation: Operation, scheme: Scheme) -> bool:
    """Whether a field with several values on both sides was written: then the other side may have its turn next."""
    return any(change.mapping in gathering(scheme) for change in operation.changes)


def _as_expected(before: Mirrored | None, operation: Operation, answer: Mirrored) -> bool:
    """Whether the answer holds nothing but what we knew and wrote: else somebody edited another field meanwhile."""
    if operation.kind is WriteKind.CREATE:
        return True
    if before is None:
        return False
    expected = {**before.values, **operation.values}
    known = {key: value for key, value in answer.values.items() if key in expected and key not in operation.values}
    wanted = {key: expected[key] for key in known}
    return known == wanted or digest(known) == digest(wanted)


def _seen(link: Link, side: Side, seq: int) -> Link:
    """The link with our own write counted as looked at: it must not come back as news."""
    return replace(link, seen_left=seq) if side is Side.LEFT else replace(link, seen_right=seq)


def _advance(link: Link, operation: Operation, answer: Mirrored, scheme: Scheme, *, late: bool) -> Link:
    """The link once the app has taken this write."""
    mapped = by_base(scheme)
    base, bound, answers = dict(link.base), dict(link.bound), dict(link.answers)
    for change in operation.changes:
        if change.action:
            continue
        one = mapped.get(change.base_key)
        base[change.base_key] = change.settles if late else _settled(change, one, operation.side, answer, scheme)
        answers.pop(change.base_key, None)
        if one and (held := _bound(change, one, operation.side, answer, scheme, link)):
            bound[change.mapping] = held
    subjects = {**({operation.side: answer.subject} if answer.subject else {}), **link.subjects}
    acted = {change.action: change.applies for change in operation.changes if change.action}
    applied = {key: one for key, one in {**link.applied, **acted}.items() if one is not None}
    state = LinkState.ACTIVE if link.state is LinkState.CREATING else link.state
    settled = replace(link, base=base, bound=bound, answers=answers, applied=applied, subjects=subjects, state=state)
    if operation.side is Side.LEFT:
        return replace(settled, left=answer.row)
    return replace(settled, right=answer.row)


def _expected(change: Change, side: Side) -> Value:
    return change.settles.left if side is Side.LEFT else change.settles.right


def _settled(change: Change, mapped: Mapped | None, side: Side, answer: Mirrored, scheme: Scheme) -> Base:
    """The base after the write. The target's half is what the app says it holds now: it may spell the value in its own way."""
    if mapped is None or mapped.sets or mapped.refs[side].key not in answer.values:
        return change.settles
    reading = mapping.read(
        mapped.fields[side],
        mapped.refs[side],
        answer.values,
        region=scheme.region,
        single=side is mapped.several,
        wanted=_expected(change, side),
    )
    return Base(reading.form, change.settles.right) if side is Side.LEFT else Base(change.settles.left, reading.form)


def _bound(change: Change, mapped: Mapped, side: Side, answer: Mirrored, scheme: Scheme, link: Link) -> Value:
    """Which entry stands for the field from now on: the one that was written, or the one whose value travelled."""
    if mapped.several is None:
        return None
    form = change.settles.left if mapped.several is Side.LEFT else change.settles.right
    if side is not mapped.several:
        known = link.bound.get(change.mapping)
        others = known["others"] if known else []
        return {"field": mapped.refs[mapped.several].key, "value": form, "others": others} if form is not None else None
    rows = answer.values.get(mapped.refs[side].key) or ()
    return entries.bind(mapped.fields[side], rows, form, scheme.region) if form is not None else None


def told(operation: Operation) -> list[dict[str, Any]]:
    """An operation's changes as the ledger keeps them."""
    return [
        {"mapping": change.mapping, "before": change.before, "after": change.after} | _reason(change)
        for change in operation.changes
    ]


def _reason(change: Change) -> dict[str, str]:
    if change.by:
        return {"reason": "person", "by": change.by}
    if change.action:
        return {"reason": "rule", "field": change.label}
    return {"reason": change.won} if change.won else {}


def _event(operation: Operation, answer: Mirrored, work: Work) -> Event:
    body = {"name": answer.name, "id": answer.id, "changes": told(operation)}
    by = next((change.by for change in operation.changes if change.by), "")
    kind = EVENT_KINDS[operation.kind]
    return Event(kind, body, work.connection.id, operation.run_id, operation.side, answer.row, by)
