"""Settles what an interrupted run left open, by looking: a write whose answer was lost is found again, never repeated."""

from datetime import timedelta

from sync.engine.acknowledge import acknowledge, told
from sync.engine.apply import supersede
from sync.engine.entries import Entry
from sync.engine.work import Work, read_again
from sync.model.fields import Value, Values
from sync.model.plans import Bucket, Mirrored, Standing
from sync.model.records import WriteKind
from sync.model.runs import Operation, OperationState, RunState
from sync.store.ledger import Event
from sync.store.repository import Transaction

PATIENCE = timedelta(minutes=30)
"""How long listings of an app that lags must lack a record before its create counts as not done."""

LOOK_AGAIN = Standing(Bucket.WAITING, "replanned", recheck_after=0)


def recover(work: Work) -> None:
    """Look at every operation of this connection that was sent and never answered."""
    with work.store.reading(work.workspace) as tx:
        unsettled = tx.operations.unsettled(work.connection.id)
    for operation in unsettled:
        if operation.kind is WriteKind.CREATE:
            _recover_create(work, operation)
        else:
            _recover_update(work, operation)


def _recover_create(work: Work, operation: Operation) -> None:
    connector, side = work.connectors[operation.side], operation.side
    with work.store.reading(work.workspace) as tx:
        mirrored = tx.mirror.by_marker(work.endpoints[side].id, operation.key)
    found = mirrored.record() if mirrored else connector.find_created(operation.key, operation.values)
    with work.store.transaction(work.workspace) as tx:
        if found is not None:
            acknowledge(tx, work, side, [(operation, found)], late=True)
        elif not connector.capabilities.lag or _overdue(work, operation):
            _again(tx, work, operation)
        else:
            tx.operations.mark([operation.id], OperationState.UNKNOWN)


def _overdue(work: Work, operation: Operation) -> bool:
    return operation.sent_at is None or work.now() - operation.sent_at >= PATIENCE


def _recover_update(work: Work, operation: Operation) -> None:
    """Read the record: either it holds what was sent, or the merge decides anew."""
    with work.store.reading(work.workspace) as tx:
        before = tx.mirror.by_row([operation.record or 0]).get(operation.record or 0)
    if before is not None:
        read_again(work, operation.side, [before])
    with work.store.transaction(work.workspace) as tx:
        now = tx.mirror.by_row([operation.record or 0]).get(operation.record or 0)
        if now is not None and _holds(operation.values, now):
            acknowledge(tx, work, operation.side, [(operation, now.record())], late=True)
        elif now is not None and _holds(operation.before, now):
            _again(tx, work, operation)
        else:
            supersede(tx, work, operation, LOOK_AGAIN)
            tx.ledger.append([_uncertain(operation, before, work)])


def _uncertain(operation: Operation, record: Mirrored | None, work: Work) -> Event:
    """The record holds neither what was there nor what was sent: whether our write arrived before somebody's own cannot be known."""
    whose = {"name": record.name, "id": record.id} if record else {}
    body = {**whose, "changes": told(operation)}
    return Event("uncertain", body, work.connection.id, operation.run_id, operation.side, operation.record)


def _again(tx: Transaction, work: Work, operation: Operation) -> None:
    """It did not happen: its run sends it once more; if that is over, the next run decides."""
    if tx.runs.get(operation.run_id).state is RunState.APPLYING:
        tx.operations.mark([operation.id], OperationState.PLANNED)
    else:
        supersede(tx, work, operation, LOOK_AGAIN)


def _holds(values: Values, record: Mirrored) -> bool:
    return all(_plain(record.values.get(key)) == _plain(value) for key, value in values.items())


def _plain(value: Value) -> Value:
    """A value without what apps add to entries or leave out of addresses."""
    if isinstance(value, list):
        entries: list[Entry | str] = [entry for entry in value if not isinstance(entry, dict) or entry.get("value")]
        return sorted(repr((_plain(e["value"]), e.get("label", ""))) if isinstance(e, dict) else e for e in entries)
    if isinstance(value, dict):
        return {part: text for part, text in value.items() if text}
    return value or None
