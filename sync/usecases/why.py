"""Why a record did or did not sync: which rules bring it in, what each field would do in the next run, how old every value is, and who
changed what. Only looks, and only at what the mirror knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from sync.engine import explain, plan
from sync.engine.actions import rule_of
from sync.engine.plan import Unit
from sync.engine.rule_words import rule_sentence
from sync.model.connections import Scheme
from sync.model.editing import Finding
from sync.model.errors import NotFound, NotNow
from sync.model.fields import Value
from sync.model.plans import Bucket, Decision, Mirrored, Standing
from sync.model.records import Side
from sync.model.runs import Connection
from sync.model.stories import FieldStory, RuleStory
from sync.store.ledger import Entry
from sync.store.repository import Transaction
from sync.usecases import pairings
from sync.usecases.actors import Actor, may_change
from sync.usecases.held import BUCKETS, Item, items_of
from sync.usecases.pairings import Pairing, name_of, rows_of
from sync.usecases.services import Services

MOST_FOUND = 20
MOST_LINES = 15


@dataclass(frozen=True, slots=True)
class Found:
    """A record that somebody may mean, in one connection."""

    connection: Connection
    row: int
    name: str
    titles: Sequence[str]


def find(services: Services, actor: Actor, text: str) -> list[Found]:
    """The records, over all connections that this person may decide in, whose name contains the text, or whose e-mail address or id it is;
    a linked pair once. Raises NotNow without a text, NotFound, NotAllowed where all connections are somebody else's."""
    if not text.strip():
        raise NotNow("which_record")
    with services.store.reading(actor.workspace) as tx:
        found = [one for connection in _open_to(tx, actor) for one in _find_in(services, tx, connection, text)]
    if not found:
        raise NotFound("no_record", text=text[:60])
    return found


def _open_to(tx: Transaction, actor: Actor) -> list[Connection]:
    every = tx.connections.all()
    mine = [one for one in every if (actor.is_admin or actor.id == one.owner) and not actor.is_guest]
    if every and not mine:
        may_change(actor, every[0])
    return mine


def _find_in(services: Services, tx: Transaction, connection: Connection, text: str) -> list[Found]:
    pairing = pairings.read(services, tx, connection.id)
    records = tx.mirror.search([pairing.endpoints[side].id for side in Side], text, MOST_FOUND)
    units = pairings.units(tx, pairing, [record.row for record in records])
    shown: dict[int, Found] = {}
    for record in records:
        unit = units[record.row]
        titles = [pairing.scheme.side(side).title for side, _ in unit.present]
        first = rows_of(unit)[0]
        shown.setdefault(first, Found(connection, first, name_of(unit), titles))
    return list(shown.values())


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one side's record, and how old that is: `listed_at` holds for what listings carry, `read_at` for the rest."""

    title: str
    id: str
    name: str
    listed_at: datetime | None
    read_at: datetime | None
    rules: Sequence[RuleStory]


@dataclass(frozen=True, slots=True)
class Told:
    """One value that changed. `reason` says why this one, where that is not plain: "person", "rule" (`rule` is its sentence, where it is
    still there), or why it won against the other side's, as in `Change`."""

    field: str
    before: Value
    after: Value
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: what happened when, by whom, and the values that changed."""

    at: datetime
    kind: str
    by: str
    title: str
    changes: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one record, or pair. `item` is there where it waits for a decision."""

    connection: Connection
    titles: Mapping[str, str]
    row: int
    name: str
    standing: Standing
    link: str
    decision: Decision
    known: Mapping[Side, Known]
    fields: Sequence[FieldStory]
    unlabelled: Sequence[Finding]
    lines: Sequence[Line]
    item: Item | None


def why(services: Services, actor: Actor, connection_id: str, row: int) -> Explanation:
    """Raises NotAllowed, NotNow where the record is gone."""
    with services.store.reading(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        unit = pairings.units(tx, pairing, [row]).get(row)
        if unit is None:
            raise NotNow("record_gone")
        return _explained(tx, pairing, row, unit)


def _explained(tx: Transaction, pairing: Pairing, row: int, unit: Unit) -> Explanation:
    decision = plan.decide(unit, pairing.scheme)
    standing = _standing(tx.standings.of_record(pairing.connection.id, row), decision)
    waits = items_of(tx, pairing, {row: standing}) if standing.bucket in BUCKETS else []
    return Explanation(
        pairing.connection,
        pairing.titles(),
        row,
        name_of(unit),
        standing,
        unit.link.state.value if unit.link else "",
        decision,
        {side: _known(pairing, unit, side, record) for side, record in unit.present},
        explain.fields(unit, pairing.scheme),
        explain.unlabelled(unit, pairing.scheme),
        _lines(tx, pairing, unit),
        waits[0] if waits else None,
    )


def _standing(held: Standing | None, decision: Decision) -> Standing:
    """Where the record stands; of one that is in step the plan knows what there is to say."""
    if held is None or held.bucket is decision.standing.bucket is Bucket.IN_STEP:
        return decision.standing
    return held


def _known(pairing: Pairing, unit: Unit, side: Side, record: Mirrored) -> Known:
    stories = explain.scope(side, record, pairing.scheme, existing=len(unit.present) == len(Side))
    listed = pairing.endpoints[side].refreshed_at or record.read_at
    return Known(pairing.scheme.side(side).title, record.id, record.name, listed, record.detail_at, stories)


def _lines(tx: Transaction, pairing: Pairing, unit: Unit) -> list[Line]:
    """The newest first; who approved a run stands for what it wrote."""
    entries = tx.ledger.of_record(pairing.connection.id, rows_of(unit), MOST_LINES)
    approved = {run_id: _approver(tx, run_id) for run_id in {entry.run_id for entry in entries if entry.run_id}}
    return [_line(entry, entry.by or approved.get(entry.run_id, ""), pairing) for entry in entries]


def _approver(tx: Transaction, run_id: str) -> str:
    run = tx.runs.get(run_id)
    return run.approved_by or run.asked_by


def _line(entry: Entry, by: str, pairing: Pairing) -> Line:
    body = msgspec.json.decode(entry.body) if entry.body else {}
    changes = [_told(one, pairing.scheme) for one in body.get("changes", ())]
    if "mapping" in body and "keep" in body:
        side, values = Side(body["keep"]), body["values"]
        changes = [Told(_name(body["mapping"], pairing.scheme), values[side.other.value], values[side.value])]
    title = pairing.scheme.side(Side(entry.side)).title if entry.side else ""
    return Line(entry.at, entry.kind, by, title, changes)


def _told(one: Mapping[str, Any], scheme: Scheme) -> Told:
    name, rule = one.get("field") or _name(one["mapping"], scheme), rule_of(one["mapping"], scheme.document)
    sentence = rule_sentence(rule, scheme) if rule else ""
    return Told(name, one["before"], one["after"], one.get("reason", ""), sentence)


def _name(mapping: str, scheme: Scheme) -> str:
    """What the field of a mapping is called; the mapping's id where it is not there any more."""
    known = (explain.field_name(one, scheme) for one in scheme.document.mappings if one.id == mapping)
    return next(known, mapping)
