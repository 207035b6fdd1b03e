"""Runs: claim, do one slice, decide when to go on, say what happened."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sync.engine import run as engine
from sync.engine.work import Work
from sync.model.endpoints import Lease
from sync.model.errors import LeaseLost, NotNow, SyncError
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, Run, RunKind, RunState
from sync.store.connections import CLAIM_SECONDS
from sync.store.ledger import Event
from sync.store.repository import Due, Transaction
from sync.usecases import digest, drift, forecast, report, schemes, trouble
from sync.usecases.actors import Actor, may_change
from sync.usecases.services import Services

log = structlog.get_logger()

SLICE = timedelta(seconds=60)
BUSY_SECONDS = 5.0
FIRST_BACK_OFF = 30.0
LONGEST_BACK_OFF = 3600.0


def due(services: Services, busy: Sequence[str] = ()) -> Sequence[Due]:
    """Connections whose time has come, claimed for this process; but for those with the ids `busy`."""
    return services.store.claim_due(services.process, busy)


def carry_on(services: Services, workspace: str, connection_id: str) -> None:
    """Do one slice of a claimed connection's run, and say when the next one is due."""
    with services.store.transaction(workspace) as tx:
        connection = tx.connections.get(connection_id)
        run = _open_run(tx, connection)
    try:
        with _working(services, workspace, connection, run) as work:
            run = engine.advance(work, run)
            _tell(services, work, run)
            if run.state.over:
                drift.watch(services, work)
    except SyncError as error:
        _put_off(services, workspace, connection, run, error)
        return
    _go_on(services, workspace, connection, run)


def _open_run(tx: Transaction, connection: Connection) -> Run:
    """A preview that somebody waits for, else the run that is under way, else a new one. A preview that waits for a decision holds nothing
    up: the live version goes on."""
    kind = RunKind.FIRST if connection.state is ConnectionState.DRAFT else RunKind.SYNC
    under_way = tx.runs.open(connection.id, preview=True) or tx.runs.open(connection.id)
    return under_way or tx.runs.start(connection.id, kind, connection.version)


@contextmanager
def _working(services: Services, workspace: str, connection: Connection, run: Run) -> Iterator[Work]:
    """Both endpoints leased, everything read that a slice needs. Raises LeaseLost while another connection works with one of them."""
    with services.store.transaction(workspace) as tx:
        leases = {side: _lease(tx, services, connection, side) for side in Side}
        endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
        accounts = {side: tx.accounts.get(endpoints[side].account_id) for side in Side}
        document = tx.connections.document(connection.id, run.version)
    by_person = bool(run.asked_by)
    try:
        connectors = {
            side: services.connector(workspace, accounts[side], endpoints[side].container, by_person=by_person)
            for side in Side
        }
        scheme = schemes.scheme(document, run.version, endpoints, services.now())
        deadline = services.now() + SLICE
        day_calls = {
            side: services.pacer(endpoints[side].app, endpoints[side].container).today().allowed for side in Side
        }
        yield Work(
            services.store,
            workspace,
            connection,
            scheme,
            endpoints,
            connectors,
            leases,
            services.now,
            services.new_id,
            deadline,
            by_person,
            day_calls,
        )
    finally:
        with services.store.transaction(workspace) as tx:
            for lease in leases.values():
                tx.endpoints.release(lease)


def _lease(tx: Transaction, services: Services, connection: Connection, side: Side) -> Lease:
    owner = f"{services.process}:{connection.id}"
    lease = tx.endpoints.acquire(connection.endpoint_id(side), owner, CLAIM_SECONDS)
    if lease is None:
        raise LeaseLost(retry_after=BUSY_SECONDS)
    return lease


def _tell(services: Services, work: Work, run: Run) -> None:
    """Owe Slack what people should hear of this slice."""
    counts = engine.account(work) if run.state.over else None
    today = forecast.today(services, work.endpoints[Side.LEFT])
    with services.store.transaction(work.workspace) as tx:
        for message in report.of_slice(tx, work, run, counts, today):
            tx.outbox.add_message(message)
        if run.kind is RunKind.PREVIEW and run.state.over:
            tx.decisions.drop(run.id)


def _go_on(services: Services, workspace: str, connection: Connection, run: Run) -> None:
    now = services.now()
    with services.store.transaction(workspace) as tx:
        if connection.failures:
            tx.connections.set(connection.id, failures=0, failing_since=None)
            if connection.failing_since:
                tx.outbox.add_message(trouble.recovered(connection, run))
        resting = run.state.over or run.state is RunState.HELD
        moment = slot(connection, now) if resting else now
        if run.state.over and (recheck := tx.standings.next_due(connection.id)) is not None:
            moment = max(min(moment, recheck), now)
        _release(services, tx, connection, moment)


def _release(services: Services, tx: Transaction, connection: Connection, moment: datetime | None) -> None:
    """A connection that was paused or asked to run meanwhile keeps what people decided."""
    current = tx.connections.get(connection.id)
    if current.state in (ConnectionState.PAUSED, ConnectionState.STOPPED):
        moment = None
    elif current.next_run_at != connection.next_run_at and current.next_run_at is not None and moment is not None:
        moment = min(moment, current.next_run_at)
    tx.connections.release(connection.id, services.process, moment)


def slot(connection: Connection, now: datetime) -> datetime:
    """The connection's next turn: its interval, shifted by a share of it that its id gives, so that connections spread evenly."""
    share = int(hashlib.sha256(connection.id.encode()).hexdigest(), 16) % 1000 / 1000
    interval = connection.interval
    turns = (now.timestamp() / interval - share) // 1 + 1
    return datetime.fromtimestamp((turns + share) * interval, now.tzinfo)


def _put_off(services: Services, workspace: str, connection: Connection, run: Run, error: SyncError) -> None:
    """The slice could not go on: try again when that helps, else stop and tell."""
    log.info("run put off", connection=connection.id, run=run.id, code=error.code)
    if isinstance(error, LeaseLost):
        with services.store.transaction(workspace) as tx:
            _release(services, tx, connection, services.now() + timedelta(seconds=BUSY_SECONDS))
        return
    wait = error.retry_after or min(FIRST_BACK_OFF * 2**connection.failures, LONGEST_BACK_OFF)
    resume = services.now() + timedelta(seconds=wait) if error.waiting_helps else None
    with services.store.transaction(workspace) as tx:
        tx.runs.update(run.id, error=error.kept(), resume_at=resume)
        since = connection.failing_since or services.now()
        tx.connections.set(connection.id, failures=connection.failures + 1, failing_since=since)
        if not error.waiting_helps:
            tx.connections.set(connection.id, state=ConnectionState.STOPPED.value)
        for message in trouble.put_off(tx, connection, tx.runs.get(run.id), error, resume):
            tx.outbox.add_message(message)
        _release(services, tx, connection, resume)


# ---- what people ask for -----------------------------------------------------------------------------------------------------------------


def request(services: Services, actor: Actor, connection_id: str) -> Connection:
    """Have a run start as soon as possible. Raises NotAllowed, NotNow."""
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        if connection.state is ConnectionState.PAUSED:
            raise NotNow("paused", name=connection.name)
        if connection.state is ConnectionState.STOPPED:
            raise NotNow("account_needed", name=connection.name)
        run = tx.runs.open(connection.id)
        if run is None and connection.state is ConnectionState.LIVE:
            run = tx.runs.start(connection.id, RunKind.SYNC, connection.version, asked_by=actor.id)
        tx.connections.set(connection.id, next_run_at=services.now())
        return connection


def preview(services: Services, actor: Actor, connection_id: str) -> Connection:
    """Show what the next run would change. A connection that was never approved shows its first preview. Raises NotAllowed, NotNow."""
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        if connection.state in (ConnectionState.PAUSED, ConnectionState.STOPPED):
            raise NotNow("not_running", name=connection.name)
        if connection.state is ConnectionState.LIVE and tx.runs.open(connection.id, preview=True) is None:
            tx.runs.start(connection.id, RunKind.PREVIEW, connection.version, asked_by=actor.id)
        tx.connections.set(connection.id, next_run_at=services.now())
        return connection


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval and what it came to: `already` names who was faster; `asks` is what the person must type first."""

    connection: Connection
    run: Run
    already: str = ""
    asks: str = ""


def approve(services: Services, actor: Actor, run_id: str, limit: int | None = None, *, typed: str = "") -> Approved:
    """Let a held plan go, or its first few writes. What the brakes held takes a second person, or the number of its changes, `typed`.
    Pressing twice is harmless. Raises NotAllowed, NotNow."""
    with services.store.transaction(actor.workspace) as tx:
        run = tx.runs.get(run_id)
        connection = tx.connections.get(run.connection_id)
        may_change(actor, connection)
        if run.state is not RunState.HELD:
            return Approved(connection, run, already=run.approved_by or "somebody")
        asks = str(run.braked) if run.braked and limit is None and actor.id == connection.owner else ""
        if asks and typed.strip() != asks:
            return Approved(connection, run, asks=asks)
        if run.kind is RunKind.CHANGE:
            _go_live(services, tx, connection, run)
        tx.runs.update(run.id, state=RunState.APPLYING.value, approved_by=actor.id, limit=_allow(tx, run, limit))
        if connection.state is ConnectionState.DRAFT:
            morning = digest.next_morning(services.now(), digest.zone_of(tx, connection))
            tx.connections.set(connection.id, state=ConnectionState.LIVE.value, digest_at=morning)
        tx.connections.set(connection.id, next_run_at=services.now())
        tx.ledger.append([Event("approved", {"limit": limit}, connection.id, run.id, by=actor.id)])
        run = tx.runs.get(run.id)
        tx.outbox.add_message(report.run_card(tx, connection, run))
        tx.outbox.add_message(report.decided_card(tx, connection, run, actor.id))
        return Approved(connection, run)


def _go_live(services: Services, tx: Transaction, connection: Connection, run: Run) -> None:
    """The version that this run previews becomes the live one; a plan of the old version that is not being carried out is thrown away."""
    if tx.connections.version(connection.id, run.version).based_on != connection.version:
        raise NotNow("changed_meanwhile", name=connection.name)
    other = tx.runs.open(connection.id)
    if other is not None and other.state is RunState.APPLYING:
        raise NotNow("writing")
    if other is not None:
        throw_away(services, tx, other)
    tx.connections.go_live(connection.id, run.version)
    tx.runs.update(run.id, kind=RunKind.SYNC.value)


def throw_away(services: Services, tx: Transaction, run: Run) -> None:
    """End a run that has written nothing; nothing settles."""
    tx.decisions.drop(run.id)
    tx.runs.update(run.id, state=RunState.DISCARDED.value, ended_at=services.now())


def _allow(tx: Transaction, run: Run, limit: int | None) -> int | None:
    return None if limit is None else limit + sum(tx.operations.progress(run.id).values())


def discard(services: Services, actor: Actor, run_id: str) -> Approved:
    """Throw a held plan away. A first preview leaves no trace; later plans settle every record as it is."""
    with services.store.transaction(actor.workspace) as tx:
        run = tx.runs.get(run_id)
        connection = tx.connections.get(run.connection_id)
        may_change(actor, connection)
        if run.state is not RunState.HELD:
            return Approved(connection, run, already=run.approved_by or "somebody")
        tx.ledger.append([Event("discarded", {}, connection.id, run.id, by=actor.id)])
        first = run.kind is RunKind.FIRST and not run.approved_by
        unwritten = first or run.kind is RunKind.CHANGE
        if unwritten:
            throw_away(services, tx, run)
        if first:
            tx.connections.set(connection.id, next_run_at=None)
    if not unwritten:
        _settle_as_is(services, actor, connection, run)
    with services.store.transaction(actor.workspace) as tx:
        run = tx.runs.get(run.id)
        tx.outbox.add_message(report.decided_card(tx, connection, run, actor.id))
        return Approved(connection, run)


def _settle_as_is(services: Services, actor: Actor, connection: Connection, run: Run) -> None:
    with _working(services, actor.workspace, connection, run) as work:
        engine.discard(work, run)


def accept_absence(services: Services, actor: Actor, connection_id: str, side: Side) -> int:
    """A person confirms that the records a listing lacked are really gone; each is still looked at before it counts as gone."""
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        endpoint = tx.endpoints.get(connection.endpoint_id(side))
        if not endpoint.shrunk:
            raise NotNow("nothing_short")
        tx.endpoints.set(endpoint.id, shrunk={**endpoint.shrunk, "accepted": 1}, pull_complete=True)
        tx.connections.set(connection.id, next_run_at=services.now())
        return int(endpoint.shrunk["known"]) - int(endpoint.shrunk["found"])
