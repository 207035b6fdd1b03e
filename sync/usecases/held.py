"""What waits for a person, reason by reason and record by record. Only looks; `deciding` carries out what people decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.engine import brakes, explain, plan
from sync.engine.match import Doubtful, Linked
from sync.engine.plan import Unit
from sync.model import errors
from sync.model.plans import Bucket, Mirrored, Standing, Tally
from sync.model.records import Side
from sync.model.runs import Connection
from sync.model.stories import FieldStory
from sync.store.repository import Transaction
from sync.usecases import pairings
from sync.usecases.actors import Actor, may_change
from sync.usecases.pairings import Pairing, name_of
from sync.usecases.services import Services

CONFLICT = explain.CONFLICT
BUCKETS = (Bucket.HELD, Bucket.DUPLICATE, Bucket.GONE, Bucket.FAILED)
PAGE = 8
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which records wait, and how many; a pair counts once."""

    bucket: Bucket
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits in a connection. Counts only, so everybody may see it; `may_decide` tells whether this person may go on."""

    connection: Connection
    reasons: Sequence[Reason]
    may_decide: bool


def overview(services: Services, actor: Actor, connection_id: str) -> Overview:
    with services.store.reading(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        return Overview(connection, reasons(tx, connection), _decides(actor, connection))


def reasons(tx: Transaction, connection: Connection) -> list[Reason]:
    return [Reason(*each) for each in tx.standings.waiting(connection.id, BUCKETS)]


def waiting(tx: Transaction, connection: Connection) -> dict[str, int]:
    """How many records wait for a person, and how many of them for a decision about a conflict."""
    found = reasons(tx, connection)
    conflicts = sum(one.count for one in found if one.code == CONFLICT)
    return {"all": sum(one.count for one in found), "conflicts": conflicts}


def _decides(actor: Actor, connection: Connection) -> bool:
    try:
        may_change(actor, connection)
    except errors.NotAllowed:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a duplicate group; a linked one belongs to somebody already. `code` is why it waits itself, if it does."""

    row: int
    side: Side
    name: str
    id: str
    linked: bool
    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One record, or pair, that waits. `row` is by what a decision names it; `questions` are the fields that hold it, `group` the records
    that it may be the same as, `problem` what the app said."""

    row: int
    side: Side
    name: str
    standing: Standing
    questions: Sequence[FieldStory] = ()
    group: Sequence[Member] = ()
    problem: errors.SyncError | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records that wait for one reason. `following` is where the next page starts, None on the last; `asks` is the number
    that this person types to decide all of them alike, 0 where one press does it."""

    connection: Connection
    titles: Mapping[str, str]
    items: Sequence[Item]
    total: int
    following: int | None
    asks: int = 0


def page(services: Services, actor: Actor, connection_id: str, code: str, after: int = 0) -> Page:
    """Raises NotAllowed: these are customers' data."""
    with services.store.reading(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        found = tx.standings.waiting_for(connection_id, BUCKETS, code, after=after, limit=PAGE + 1)
        total = sum(one.count for one in reasons(tx, pairing.connection) if one.code == code)
        shown = found[:PAGE]
        items = items_of(tx, pairing, {row: standing for row, _, standing in shown})
        asks = asked_of(tx, actor, pairing) if code == CONFLICT else 0
    following = shown[-1][0] if len(found) > PAGE else None
    first = [item for item in items if _is_first(item)]
    return Page(pairing.connection, pairing.titles(), first, total, following, asks)


def asked_of(tx: Transaction, actor: Actor, pairing: Pairing) -> int:
    """How many conflicts wait, where deciding all of them alike is a batch that the brakes would stop and this person made the connection:
    what approves such a batch then approves the decision, and the run does not ask once more."""
    connection, document = pairing.connection, pairing.scheme.document
    if actor.id != connection.owner:
        return 0
    count = waiting(tx, connection)["conflicts"]
    planned = {f"update.{Side.LEFT.value}": count} | {f"field.{one.id}": count for one in document.active_mappings()}
    lately, links = tx.operations.unapproved(connection.id), tx.links.count(connection.id)
    return count if brakes.causes(Tally(planned), lately, links, document.limits) else 0


def _is_first(item: Item) -> bool:
    """A group of duplicates is shown with the first of those of its records that wait for the same reason."""
    return item.row == min((one.row for one in item.group if one.code == item.standing.code), default=item.row)


def items_of(tx: Transaction, pairing: Pairing, standings: Mapping[int, Standing]) -> list[Item]:
    """The records behind these standings, each with what a person needs for a decision."""
    units = pairings.units(tx, pairing, standings)
    return [_item(tx, pairing, row, units[row], standing) for row, standing in standings.items() if row in units]


def _item(tx: Transaction, pairing: Pairing, row: int, unit: Unit, standing: Standing) -> Item:
    side = next(side for side, record in unit.present if record.row == row)
    problem = errors.recalled(standing.code, standing.facts, app=pairing.scheme.side(_about(standing, side)).title)
    questions = explain.questions(unit, pairing.scheme) if standing.bucket is Bucket.HELD else ()
    return Item(row, side, name_of(unit), standing, questions, members(tx, pairing, unit), problem)


def _about(standing: Standing, side: Side) -> Side:
    """The side that a standing speaks of."""
    return Side(standing.facts.get("side", side.value))


def members(tx: Transaction, pairing: Pairing, unit: Unit) -> list[Member]:
    """The records of a duplicate group, left ones first."""
    if not isinstance(unit.match, Doubtful):
        return []
    scene = pairings.units(tx, pairing, unit.match.rows)
    found = [
        _member(tx, pairing, side, record, linked=each.link is not None)
        for row, each in scene.items()
        for side, record in each.present
        if record.row == row and row in unit.match.rows
    ]
    return sorted(found, key=lambda member: (member.side is Side.RIGHT, member.linked, member.row))


def _member(tx: Transaction, pairing: Pairing, side: Side, record: Mirrored, *, linked: bool) -> Member:
    standing = tx.standings.of_record(pairing.connection.id, record.row)
    code, values = standing.code if standing else "", _shown(pairing, side, record)
    return Member(record.row, side, record.name or record.id, record.id, linked, code, values)


def _shown(pairing: Pairing, side: Side, record: Mirrored) -> dict[str, str]:
    """The mapped values of a record, by their labels, for looking at two side by side."""
    alone = Unit(record, None) if side is Side.LEFT else Unit(None, record)
    stories = explain.fields(alone, pairing.scheme)
    return {story.names[side]: story.values[side] for story in stories if story.forms[side] is not None}


@dataclass(frozen=True, slots=True)
class Shown:
    """One record that waits, with its connection."""

    connection: Connection
    titles: Mapping[str, str]
    item: Item


def group(services: Services, actor: Actor, connection_id: str, row: int) -> Shown:
    """A duplicate group by one of its records. Raises NotAllowed, NotNow where nothing waits there any more."""
    with services.store.reading(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        standing = tx.standings.of_record(connection_id, row)
        items = items_of(tx, pairing, {row: standing}) if standing and standing.bucket is Bucket.DUPLICATE else []
    if not items or not items[0].group:
        raise errors.NotNow("nothing_waits")
    return Shown(pairing.connection, pairing.titles(), items[0])


@dataclass(frozen=True, slots=True)
class Proposal:
    """What it would mean if two records were the same: where the next run would see them, and what becomes of each field."""

    connection: Connection
    titles: Mapping[str, str]
    names: Mapping[Side, str]
    standing: Standing
    fields: Sequence[FieldStory]


def propose(services: Services, actor: Actor, connection_id: str, left: int, right: int) -> Proposal:
    """Raises NotAllowed, NotNow where one of the two is gone or linked meanwhile."""
    with services.store.reading(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        pair = unlinked_pair(tx, pairing, left, right)
    standing = plan.decide(pair, pairing.scheme).standing
    names = {side: record.name or record.id for side, record in pair.present}
    fields = explain.fields(pair, pairing.scheme)
    return Proposal(pairing.connection, pairing.titles(), names, standing, fields)


def unlinked_pair(tx: Transaction, pairing: Pairing, left: int, right: int) -> Unit:
    """Two records, one of each side, that belong to nobody yet. Raises NotNow."""
    units = pairings.units(tx, pairing, (left, right))
    one, other = units.get(left), units.get(right)
    if one is None or other is None or one.left is None or other.right is None:
        raise errors.NotNow("one_gone")
    if one.link is not None or other.link is not None:
        raise errors.NotNow("one_linked")
    return Unit(one.left, other.right, None, Linked(left, right))


def search(services: Services, actor: Actor, connection_id: str, text: str) -> list[tuple[int, str, str]]:
    """(row, name, what its side is called) of records that wait and whose name, e-mail or id fits. Raises NotAllowed."""
    with services.store.reading(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        found = tx.mirror.search([pairing.endpoints[side].id for side in Side], text, MOST_FOUND)
        standing = {record.row: tx.standings.of_record(connection_id, record.row) for record in found}
        endpoint_of = tx.mirror.endpoint_of(standing)
    titles = {pairing.endpoints[side].id: pairing.scheme.side(side).title for side in Side}
    waiting = (record for record in found if (one := standing[record.row]) and one.bucket in BUCKETS)
    return [(record.row, record.name or record.id, titles[endpoint_of[record.row]]) for record in waiting]
