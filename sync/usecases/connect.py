"""Making a connection, choice by choice, and what people do with one later: pause, resume, disconnect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process

from sync.connectors import registry
from sync.connectors.base import Container
from sync.connectors.registry import App
from sync.engine.run import whole
from sync.model.connections import Direction, Document, Options, Winner
from sync.model.endpoints import Account, Endpoint
from sync.model.errors import NotFound, NotNow
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, Run
from sync.store.accounts import Draft
from sync.store.ledger import Event
from sync.store.repository import Transaction
from sync.usecases import forecast, held, report
from sync.usecases.actors import Actor, may_change, may_connect
from sync.usecases.forecast import Today
from sync.usecases.schemes import default_mappings
from sync.usecases.services import Services

KIND = "connect"


def begin(services: Services, actor: Actor, channel: str) -> Draft:
    """A new draft; `channel` is where the command was typed. Raises NotAllowed."""
    may_connect(actor)
    with services.store.transaction(actor.workspace) as tx:
        return tx.drafts.create(actor=actor.id, kind=KIND, data={"channel": channel})


def choose(services: Services, actor: Actor, draft_id: str, **choices: Any) -> Draft:
    """Keep choices in the draft. Raises NotNow when the draft is gone or somebody else's."""
    draft = load(services, actor, draft_id)
    with services.store.transaction(actor.workspace) as tx:
        return tx.drafts.merge(draft.id, choices)


def load(services: Services, actor: Actor, draft_id: str) -> Draft:
    try:
        with services.store.reading(actor.workspace) as tx:
            draft = tx.drafts.get(draft_id)
    except LookupError:
        raise NotNow("form_old") from None
    if draft.actor != actor.id:
        raise NotNow("form_of_another")
    return draft


def accounts_of(services: Services, actor: Actor, app: str) -> list[Account]:
    """Accounts that can be used again."""
    with services.store.reading(actor.workspace) as tx:
        return [account for account in tx.accounts.all(app) if account.state == "ok"]


def account(services: Services, actor: Actor, account_id: str) -> Account:
    with services.store.reading(actor.workspace) as tx:
        return tx.accounts.get(account_id)


def containers(services: Services, actor: Actor, account_id: str) -> Sequence[Container]:
    """What the account can be connected to. Calls the app."""
    return services.connector(actor.workspace, account(services, actor, account_id), "", by_person=True).containers()


def check_container(services: Services, actor: Actor, account_id: str, container: str) -> None:
    """One cheap call that proves that contacts can be read there. Raises RightsMissing."""
    services.connector(actor.workspace, account(services, actor, account_id), container, by_person=True).check()


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that a connection is made of."""

    left_account: str
    left_container: Container
    right_account: str
    right_container: Container
    channel: str
    direction: Direction = Direction.BOTH
    winner: Winner = Winner.LEFT


def finish(services: Services, actor: Actor, draft_id: str, chosen: Choices) -> Connection:
    """Make the connection and ask for its preview. Raises NotNow when the pair is connected already."""
    may_connect(actor)
    ends = {
        Side.LEFT: (account(services, actor, chosen.left_account), chosen.left_container),
        Side.RIGHT: (account(services, actor, chosen.right_account), chosen.right_container),
    }
    fields = {
        side: services.connector(actor.workspace, of, container.id, by_person=True).fields()
        for side, (of, container) in ends.items()
    }
    with services.store.transaction(actor.workspace) as tx:
        endpoints = {side: _endpoint(tx, *ends[side], fields[side]) for side in Side}
        connection = _connection(tx, services, actor, chosen, endpoints)
        tx.connections.set(connection.id, next_run_at=services.now())
        tx.ledger.append([Event("connected", {"name": connection.name}, connection.id, by=actor.id)])
        tx.drafts.remove(draft_id)
        return tx.connections.get(connection.id)


def _endpoint(tx: Transaction, of: Account, container: Container, fields: Any) -> Endpoint:
    known = tx.endpoints.of(of.id, container.id)
    if known is not None:
        tx.endpoints.describe(known.id, fields)
        return tx.endpoints.get(known.id)
    return tx.endpoints.create(of.id, of.app, container.id, container.name, container.facts, fields)


def _connection(
    tx: Transaction, services: Services, actor: Actor, chosen: Choices, endpoints: Mapping[Side, Endpoint]
) -> Connection:
    left, right = endpoints[Side.LEFT], endpoints[Side.RIGHT]
    known = tx.connections.of_endpoints(left.id, right.id)
    if known is not None and known.state is not ConnectionState.DRAFT:
        raise NotNow("connected_already", name=known.name)
    document = document_of(registry.app(right.app), chosen, services.interval)
    if known is not None:
        _begin_anew(tx, actor, known, document)
        return tx.connections.get(known.id)
    name = f"{left.name} ↔ {right.name}"
    return tx.connections.create(
        name=name,
        left_id=left.id,
        right_id=right.id,
        owner=actor.id,
        channel=chosen.channel,
        document=document,
        reason="connected",
    )


def _begin_anew(tx: Transaction, actor: Actor, known: Connection, document: Document) -> None:
    """A draft whose preview was thrown away, or is not decided yet, starts over with the new choices."""
    run = tx.runs.open(known.id)
    if run is not None:
        tx.decisions.drop(run.id)
        tx.runs.update(run.id, state="discarded", ended_at=tx.bound.now)
    tx.connections.save(known.id, document, actor.id, "connected again")
    tx.connections.set(known.id, owner=actor.id)


def document_of(right: App, chosen: Choices, interval: int) -> Document:
    """The configuration that a new connection begins with."""
    options = replace(Options(), direction=chosen.direction, winner=chosen.winner, interval=interval)
    return Document(mappings=default_mappings(right), options=options)


# ---- later ------------------------------------------------------------------------------------------------------------------------------


def connections(services: Services, actor: Actor) -> list[Connection]:
    with services.store.reading(actor.workspace) as tx:
        return tx.connections.all()


def named(services: Services, actor: Actor, text: str) -> Connection:
    """The connection that a person means. Raises NotFound with the nearest name, or NotNow when several fit."""
    every = connections(services, actor)
    exact = [one for one in every if text.casefold() in (one.name.casefold(), one.id)]
    near = exact or [one for one in every if text.casefold() in one.name.casefold()]
    if len(near) == 1:
        return near[0]
    if near:
        raise NotNow("several_connections", text=text)
    guess = process.extractOne(text, [one.name for one in every], score_cutoff=50)
    raise NotFound("near_connection", text=text, near=guess[0]) if guess else NotFound("no_connection", text=text)


def get(services: Services, actor: Actor, connection_id: str) -> Connection:
    with services.store.reading(actor.workspace) as tx:
        try:
            return tx.connections.get(connection_id)
        except LookupError:
            raise NotNow("connection_gone") from None


def pause(services: Services, actor: Actor, connection_id: str) -> Connection:
    """Stop running until somebody resumes. Raises NotAllowed, NotNow."""
    return _turn(services, actor, connection_id, ConnectionState.PAUSED, "paused")


def resume(services: Services, actor: Actor, connection_id: str) -> Connection:
    return _turn(services, actor, connection_id, ConnectionState.LIVE, "resumed")


def _turn(services: Services, actor: Actor, connection_id: str, state: ConnectionState, word: str) -> Connection:
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        if connection.state is state:
            raise NotNow(f"already_{state.value}", name=connection.name)
        if connection.state is ConnectionState.DRAFT:
            raise NotNow("not_approved", name=connection.name)
        next_run = services.now() if state is ConnectionState.LIVE else None
        tx.connections.set(connection.id, state=state.value, next_run_at=next_run)
        tx.ledger.append([Event(word, {}, connection.id, by=actor.id)])
        return tx.connections.get(connection.id)


def disconnect(services: Services, actor: Actor, connection_id: str) -> Connection:
    """Forget a connection with its links. Nothing changes in either app; the ledger stays."""
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        tx.connections.remove(connection.id)
        tx.ledger.append([Event("disconnected", {"name": connection.name}, connection.id, by=actor.id)])
        return connection


@dataclass(frozen=True, slots=True)
class Status:
    """How a connection does."""

    connection: Connection
    titles: Mapping[str, str]
    buckets: Mapping[Side, Mapping[str, int]]
    links: int
    run: Run | None
    last: Run | None
    refreshed: Mapping[Side, float]
    today: Today
    """Of the left side, whose calls are counted by the day."""
    waiting: int
    """How many records wait for a person; a pair counts once."""
    ruleless: Sequence[Side]


def status(services: Services, actor: Actor, connection_id: str) -> Status:
    with services.store.reading(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
        counts = tx.standings.counts(connection.id)
        mirrored = {side: tx.mirror.count(endpoints[side].id) for side in Side}
        run, last = tx.runs.open(connection.id), tx.runs.last(connection.id)
        refreshed = {side: e.refreshed_at.timestamp() if e.refreshed_at else 0.0 for side, e in endpoints.items()}
        titles, links = report.titles(tx, connection), tx.links.count(connection.id)
        waiting = held.waiting(tx, connection)["all"]
        ruleless = tx.connections.document(connection.id, connection.version).ruleless()
    buckets = {side: whole(counts[side], mirrored[side]) for side in Side}
    known = forecast.today(services, endpoints[Side.LEFT])
    return Status(connection, titles, buckets, links, run, last, refreshed, known, waiting, ruleless)
