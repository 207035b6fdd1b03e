"""Sends the operations of a run to the apps, journal first; the only file that writes to an app.

An operation goes planned → sent → done, failed or superseded. It is marked as sent before the call, so that after a crash it is known what
may have happened. What was planned from a record that moved meanwhile is not sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from sync.engine import brakes, planning
from sync.engine.acknowledge import acknowledge
from sync.engine.refresh import refresh
from sync.engine.work import Work, read_again
from sync.model.errors import NameTaken, RecordGone, StaleRevision, SyncError
from sync.model.fields import Value
from sync.model.plans import Bucket, Link, Mirrored, Standing
from sync.model.records import Record, Side, Write, WriteKind, Written
from sync.model.runs import Operation, OperationState, Run
from sync.store.ledger import Event
from sync.store.repository import Transaction

GROUP = 20
"""Writes between two notes in the journal where the app takes one at a time."""

FRESH_FOR = timedelta(seconds=60)
TRIES = 10
BACK_OFF_SECONDS = 60.0
LONGEST_BACK_OFF = 86_400.0


def send_planned(work: Work, run: Run) -> bool:
    """Send what is planned, one group after another, first to the right. True when nothing is left, False when time ran out."""
    for side in (Side.RIGHT, Side.LEFT):
        while True:
            if work.out_of_time():
                return False
            with work.store.reading(work.workspace) as tx:
                group = tx.operations.planned(run.id, side, _group_size(work, side))
            if not group:
                break
            # Creates and updates are calls of their own: one that breaks off leaves the other in no doubt.
            send(work, side, [operation for operation in group if operation.kind is group[0].kind])
    return True


def _group_size(work: Work, side: Side) -> int:
    return max(work.connectors[side].capabilities.batch, GROUP)


@dataclass(slots=True)
class Sending:
    """One group of operations on its way: those with an answer, those refused, and what is still open."""

    open: dict[str, Operation]
    written: list[tuple[Operation, Record]] = field(default_factory=list)
    refused: list[tuple[Operation, SyncError]] = field(default_factory=list)


def send(work: Work, side: Side, group: Sequence[Operation]) -> None:
    """Send one group. An error of the whole account is raised after everything that is known was written down."""
    _make_sure(work, side, group)
    records = _records(work, group)
    sound = _sift(work, side, group, records)
    if not sound:
        return
    sending = Sending({operation.key: operation for operation in sound})
    try:
        for verdict in work.connectors[side].write([_write(operation, records) for operation in sound]):
            operation = sending.open.pop(verdict.key)
            if isinstance(verdict, Written):
                sending.written.append((operation, verdict.record))
            else:
                sending.refused.append((operation, verdict.error))
    except SyncError as error:
        _note(work, side, sending, error)
        raise
    _note(work, side, sending, None)


def _write(operation: Operation, records: dict[int, Mirrored]) -> Write:
    record = records[operation.record].record() if operation.record is not None else None
    return Write(operation.key, operation.kind, operation.values, record)


def _make_sure(work: Work, side: Side, group: Sequence[Operation]) -> None:
    """Look again before a write that the app would take although others were faster: at what changed on the endpoint, if the last look
    was more than a minute ago, and at single records whose detail-only fields are to be overwritten. No app refuses to create somebody
    whom it has."""
    creates = any(operation.kind is WriteKind.CREATE for operation in group)
    if work.connectors[side].capabilities.refuses_stale_writes and not creates:
        return
    refreshed = work.endpoints[side].refreshed_at
    if refreshed is None or work.now() - refreshed >= FRESH_FOR:
        refresh(work, side, at_once=True)
    fields = work.scheme.side(side).fields
    deep = [op for op in group if any(key in fields and fields[key].detail_only for key in op.values)]
    if deep:
        read_again(work, side, [record for record in _records(work, deep).values() if _old_detail(work, record)])


def _old_detail(work: Work, record: Mirrored) -> bool:
    return record.detail_at is None or work.now() - record.detail_at >= FRESH_FOR


def _records(work: Work, group: Iterable[Operation]) -> dict[int, Mirrored]:
    with work.store.reading(work.workspace) as tx:
        return tx.mirror.by_row(operation.record for operation in group if operation.record is not None)


def _sift(work: Work, side: Side, group: Sequence[Operation], records: dict[int, Mirrored]) -> list[Operation]:
    """The operations that may still be sent, marked as sent; the others are superseded, and frozen fields are reported."""
    with work.store.transaction(work.workspace) as tx:
        lately = tx.operations.done_lately(list(records))
        links = tx.links.get(operation.link_id for operation in group)
        doubled = _doubled(tx, work, side, group, links)
        sound = []
        for operation in group:
            record, link = records.get(operation.record or 0), links.get(operation.link_id)
            thawed = link.thawed if link else {}
            flipping = _flipping(operation, [op for op in lately if op.record == operation.record], thawed)
            if operation.id in doubled or _outdated(operation, record):
                supersede(tx, work, operation, Standing(Bucket.WAITING, "replanned", recheck_after=0))
            elif flipping:
                _freeze(tx, work, operation, flipping)
            else:
                sound.append(operation)
        tx.operations.mark([operation.id for operation in sound], OperationState.SENT)
    return sound


def _doubled(
    tx: Transaction, work: Work, side: Side, group: Sequence[Operation], links: Mapping[int, Link]
) -> set[int]:
    """The creates whose record has met somebody on the other side since they were planned: both would be the same customer."""
    sources = {
        operation.id: source
        for operation in group
        if operation.kind is WriteKind.CREATE
        and (link := links.get(operation.link_id))
        and (source := link.left or link.right)
    }
    met = planning.met(tx, work, side, sources.values())
    return {number for number, source in sources.items() if source in met}


def _outdated(operation: Operation, record: Mirrored | None) -> bool:
    """Whether the record that is to be changed went, or holds something else than when this was planned."""
    if operation.kind is WriteKind.CREATE:
        return False
    return record is None or any(record.values.get(key) != before for key, before in operation.before.items())


def _flipping(operation: Operation, lately: Sequence[Operation], thawed: Mapping[str, int]) -> list[str]:
    return [
        change.mapping
        for change in operation.changes
        if brakes.flips(_written(change.mapping, lately, thawed.get(change.mapping, 0)), change.after)
    ]


def _written(mapping: str, lately: Sequence[Operation], above: int) -> list[Value]:
    """The values that operations above this number wrote through a mapping, oldest first."""
    return [change.after for done in lately if done.id > above for change in done.changes if change.mapping == mapping]


def _freeze(tx: Transaction, work: Work, operation: Operation, mappings: Sequence[str]) -> None:
    link = tx.links.get([operation.link_id])[operation.link_id]
    tx.links.save([replace(link, frozen=tuple(sorted({*link.frozen, *mappings})))])
    # The other fields of the operation travel with the next run.
    supersede(tx, work, operation, Standing(Bucket.HELD, "frozen", {"mapping": mappings[0]}, recheck_after=0))
    body = {"mappings": list(mappings)}
    tx.ledger.append([Event("frozen", body, work.connection.id, operation.run_id, operation.side, operation.record)])


def supersede(tx: Transaction, work: Work, operation: Operation, standing: Standing) -> None:
    """Give up an operation that was not carried out; a create's link never came about."""
    tx.operations.mark([operation.id], OperationState.SUPERSEDED)
    stand(tx, work, operation, standing)


def stand(tx: Transaction, work: Work, operation: Operation, standing: Standing) -> None:
    """Let the records of the operation's link that are there stand where they now do."""
    link = tx.links.get([operation.link_id]).get(operation.link_id)
    if link is None:
        return
    sides = {row: side for side, row in ((Side.LEFT, link.left), (Side.RIGHT, link.right)) if row is not None}
    alive = tx.mirror.by_row(sides)
    tx.standings.put(work.connection.id, {row: (sides[row], standing) for row in alive})
    if operation.kind is WriteKind.CREATE:
        tx.links.remove([link.row])


def _note(work: Work, side: Side, sending: Sending, error: SyncError | None) -> None:
    """Write down every answer; what is open stays `sent` if it may have happened, else it is planned again."""
    uncertain = _uncertain(work, side, sending, error)
    again = [operation.id for operation in sending.open.values() if operation not in uncertain]
    with work.store.transaction(work.workspace) as tx:
        acknowledge(tx, work, side, sending.written)
        tx.operations.mark(again, OperationState.PLANNED)
        for operation, refusal in sending.refused:
            _refuse(tx, work, operation, refusal)
    moved = [op for op, refusal in sending.refused if isinstance(refusal, StaleRevision | RecordGone)]
    if moved:
        read_again(work, side, _records(work, moved).values())


def _uncertain(work: Work, side: Side, sending: Sending, error: SyncError | None) -> list[Operation]:
    """Of a call that broke off: the writes that were in it. Later ones were not sent yet."""
    if error is None or not error.uncertain:
        return []
    return list(sending.open.values())[: work.connectors[side].capabilities.batch]


def _refuse(tx: Transaction, work: Work, operation: Operation, error: SyncError) -> None:
    if isinstance(error, StaleRevision):
        supersede(tx, work, operation, Standing(Bucket.WAITING, "replanned", recheck_after=0))
        return
    tx.operations.mark([operation.id], OperationState.FAILED, error={"code": error.code, "facts": error.facts})
    stand(tx, work, operation, _failed(tx, work, operation, error))
    body = {"code": error.code}
    tx.ledger.append([Event("failed", body, work.connection.id, operation.run_id, operation.side, operation.record)])


def _failed(tx: Transaction, work: Work, operation: Operation, error: SyncError) -> Standing:
    """Where a refused record stands: tried again ever more rarely, and not at all where waiting does not help."""
    facts = {**error.facts, "side": operation.side.value}
    if isinstance(error, NameTaken):
        return Standing(Bucket.HELD, "name_taken", facts)
    link = tx.links.get([operation.link_id]).get(operation.link_id)
    row = (link.left or link.right or 0) if link else 0
    tries = tx.standings.tries(work.connection.id, row)
    again = min(BACK_OFF_SECONDS * 2**tries, LONGEST_BACK_OFF) if error.waiting_helps and tries < TRIES else None
    return Standing(Bucket.FAILED, error.code, facts, recheck_after=again)
