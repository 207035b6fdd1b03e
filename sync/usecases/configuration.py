"""A connection's configuration: edited in a draft, saved as a version, previewed against the live one, rolled back, compared.

Whatever changes what is written is previewed and approved before it goes live; the rest goes live when it is saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from sync.engine import lint
from sync.engine.differences import changes_records, differences, renewed
from sync.model.connections import Document, Scheme, Version
from sync.model.editing import Difference, Finding
from sync.model.endpoints import Endpoint
from sync.model.errors import NotNow
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, RunKind
from sync.store.accounts import Draft
from sync.store.database import dump
from sync.store.ledger import Event
from sync.store.repository import Transaction
from sync.usecases import run, schemes
from sync.usecases.actors import Actor, may_change
from sync.usecases.services import Services

KIND = "configuration"
MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Editing:
    """A draft of a connection's configuration: `document` as it stands in the draft, `live` as it is now, `based_on` the version that was
    live when the editing began. `scheme` holds the draft's document and the fields of both sides."""

    id: str
    connection: Connection
    document: Document
    live: Document
    based_on: int
    scheme: Scheme
    endpoints: Mapping[Side, Endpoint]

    @property
    def differences(self) -> list[Difference]:
        return differences(self.live, self.document, self.scheme)

    @property
    def findings(self) -> list[Finding]:
        return lint.lint(self.document, self.scheme)


def edit(services: Services, actor: Actor, connection_id: str) -> Editing:
    """Go on with one's own unfinished draft if it is still based on the live version, or begin one. Raises NotAllowed."""
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        may_change(actor, connection)
        draft = tx.drafts.newest(actor.id, KIND)
        if draft is None or not _fits(draft, connection):
            draft = _begin(tx, actor, connection, tx.connections.document(connection.id, connection.version))
        return _editing(services, tx, draft)


def _fits(draft: Draft, connection: Connection) -> bool:
    return bool(draft.data["connection"] == connection.id and draft.data["based_on"] == connection.version)


def _begin(tx: Transaction, actor: Actor, connection: Connection, document: Document) -> Draft:
    data = {"connection": connection.id, "based_on": connection.version, "document": dump(document)}
    return tx.drafts.create(actor=actor.id, kind=KIND, data=data)


def load(services: Services, actor: Actor, draft_id: str) -> Editing:
    """Raises NotNow when the draft is gone or somebody else's."""
    with services.store.reading(actor.workspace) as tx:
        return _editing(services, tx, _own(tx, actor, draft_id))


def _own(tx: Transaction, actor: Actor, draft_id: str) -> Draft:
    try:
        draft = tx.drafts.get(draft_id)
    except LookupError:
        raise NotNow("settings_old") from None
    if draft.actor != actor.id:
        raise NotNow("settings_of_another")
    return draft


def _editing(services: Services, tx: Transaction, draft: Draft) -> Editing:
    connection = tx.connections.get(str(draft.data["connection"]))
    endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
    document = msgspec.convert(draft.data["document"], Document)
    live = tx.connections.document(connection.id, connection.version)
    scheme = schemes.scheme(document, connection.version, endpoints, services.now())
    return Editing(draft.id, connection, document, live, int(draft.data["based_on"]), scheme, endpoints)


def change(services: Services, actor: Actor, draft_id: str, edited: Callable[[Document], Document]) -> Editing:
    """Keep a change in the draft. Raises NotNow."""
    with services.store.transaction(actor.workspace) as tx:
        draft = _own(tx, actor, draft_id)
        document = edited(msgspec.convert(draft.data["document"], Document))
        return _editing(services, tx, tx.drafts.merge(draft.id, {"document": dump(document)}))


def remember(services: Services, actor: Actor, draft_id: str, **kept: object) -> Mapping[str, object]:
    """Keep what a half-filled form holds beside the document; everything that is kept."""
    with services.store.transaction(actor.workspace) as tx:
        return tx.drafts.merge(_own(tx, actor, draft_id).id, kept).data


def kept(services: Services, actor: Actor, draft_id: str) -> Mapping[str, object]:
    with services.store.reading(actor.workspace) as tx:
        return _own(tx, actor, draft_id).data


def throw_away(services: Services, actor: Actor, draft_id: str) -> None:
    with services.store.transaction(actor.workspace) as tx:
        tx.drafts.remove(_own(tx, actor, draft_id).id)


class Fate(StrEnum):
    """What became of a saved draft."""

    UNCHANGED = "unchanged"
    LIVE = "live"
    PREVIEW = "preview"
    OUTDATED = "outdated"
    """Somebody else's version went live meanwhile; the draft is kept."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Saved:
    """`differences` are against the live version; for an outdated draft they are what the other person changed, `by` whom."""

    fate: Fate
    connection: Connection
    differences: Sequence[Difference] = ()
    findings: Sequence[Finding] = ()
    by: str = ""


def save(services: Services, actor: Actor, draft_id: str, reason: str = "") -> Saved:
    """Save a draft as a version, and preview it where it changes what is written. Raises NotAllowed, NotNow."""
    editing = load(services, actor, draft_id)
    refused = [one for one in editing.findings if one.refused]
    if refused:
        return Saved(Fate.REFUSED, editing.connection, findings=refused)
    if editing.based_on != editing.connection.version:
        return _outdated(services, actor, editing)
    found = editing.differences
    if not found:
        throw_away(services, actor, draft_id)
        return Saved(Fate.UNCHANGED, editing.connection)
    with services.store.transaction(actor.workspace) as tx:
        connection = tx.connections.get(editing.connection.id)
        may_change(actor, connection)
        document = renewed(editing.live, editing.document, tx.connections.next_number(connection.id))
        fate = _store(services, tx, actor, connection, document, reason or _summary(found), editing.live)
        tx.drafts.remove(draft_id)
        return Saved(fate, tx.connections.get(connection.id), found)


def _summary(found: Sequence[Difference]) -> str:
    return f"{found[0].sign} {found[0].kind} {found[0].text}" + (f" and {len(found) - 1} more" if found[1:] else "")


def _outdated(services: Services, actor: Actor, editing: Editing) -> Saved:
    with services.store.reading(actor.workspace) as tx:
        before = tx.connections.document(editing.connection.id, editing.based_on)
        latest = tx.connections.version(editing.connection.id, editing.connection.version)
    theirs = differences(before, latest.document, editing.scheme)
    return Saved(Fate.OUTDATED, editing.connection, theirs, by=latest.by)


def insist(services: Services, actor: Actor, draft_id: str) -> Editing:
    """Having seen what somebody else changed, keep one's own draft on top of it."""
    with services.store.transaction(actor.workspace) as tx:
        draft = _own(tx, actor, draft_id)
        connection = tx.connections.get(str(draft.data["connection"]))
        return _editing(services, tx, tx.drafts.merge(draft.id, {"based_on": connection.version}))


def _store(
    services: Services,
    tx: Transaction,
    actor: Actor,
    connection: Connection,
    document: Document,
    reason: str,
    live: Document,
) -> Fate:
    if connection.state is ConnectionState.DRAFT:
        return _start_over(services, tx, actor, connection, document, reason)
    if not changes_records(live, document):
        number = tx.connections.save(connection.id, document, actor.id, reason)
        if connection.planned_version == connection.version:  # nothing to look at anew
            tx.connections.set(connection.id, planned_version=number)
        _noted(tx, actor, connection, "configured", number)
        return Fate.LIVE
    if connection.state is not ConnectionState.LIVE:
        raise NotNow("resume_first", name=connection.name)
    proposed = tx.runs.proposed(connection.id)
    if proposed is not None:
        run.throw_away(services, tx, proposed)
    number = tx.connections.propose(connection.id, document, actor.id, reason)
    tx.runs.start(connection.id, RunKind.CHANGE, number, asked_by=actor.id)
    tx.connections.set(connection.id, next_run_at=services.now())
    _noted(tx, actor, connection, "proposed", number)
    return Fate.PREVIEW


def _start_over(
    services: Services, tx: Transaction, actor: Actor, connection: Connection, document: Document, reason: str
) -> Fate:
    """A connection that was never approved has nothing live: its first preview begins again."""
    under_way = tx.runs.open(connection.id)
    if under_way is not None:
        run.throw_away(services, tx, under_way)
    number = tx.connections.save(connection.id, document, actor.id, reason)
    tx.connections.set(connection.id, next_run_at=services.now())
    _noted(tx, actor, connection, "configured", number)
    return Fate.PREVIEW


def _noted(tx: Transaction, actor: Actor, connection: Connection, kind: str, number: int) -> None:
    tx.ledger.append([Event(kind, {"version": number}, connection.id, by=actor.id)])


# ---- versions ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """A saved version and what it changed in the one that it was made from."""

    version: Version
    differences: Sequence[Difference]
    is_live: bool


def versions(services: Services, actor: Actor, connection_id: str) -> list[Past]:
    """The newest versions first."""
    with services.store.reading(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
        found = tx.connections.versions(connection.id, MOST_VERSIONS)
        bases = {one.number: one.document for one in found}
        older = {one.based_on for one in found if one.based_on} - bases.keys()
        bases |= {number: tx.connections.document(connection.id, number) for number in older}
    scheme = schemes.scheme(found[0].document, connection.version, endpoints, services.now())
    return [
        Past(
            one,
            differences(bases[one.based_on], one.document, scheme) if one.based_on else (),
            one.number == connection.version,
        )
        for one in found
    ]


def roll_back(services: Services, actor: Actor, connection_id: str, number: int) -> Editing:
    """A draft that holds an earlier version's document. Raises NotAllowed, LookupError."""
    with services.store.reading(actor.workspace) as tx:
        document = tx.connections.document(connection_id, number)
    return change(services, actor, edit(services, actor, connection_id).id, lambda _: document)
