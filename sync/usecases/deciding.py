"""What people decide about single records that wait. Each decision is kept with its reason in the ledger and carried out by the next run.

Nothing is written to an app here. Pressed twice, the second one hears who was faster.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from sync.engine import explain
from sync.engine.explain import CONFLICT
from sync.engine.match import Doubtful
from sync.engine.plan import Unit
from sync.model.plans import Answer, Bucket, Link, LinkState, Standing
from sync.model.records import Side
from sync.model.stories import FieldStory
from sync.usecases import pairings
from sync.usecases.actors import Actor
from sync.usecases.desk import Became, Decided, Desk, desk_of
from sync.usecases.held import BUCKETS, asked_of, unlinked_pair
from sync.usecases.pairings import name_of
from sync.usecases.services import Services

BATCH = 200
ALONE = (LinkState.GONE, LinkState.KEPT)
APART = Standing(Bucket.EXCLUDED, "dismissed")

# ---- conflicts ---------------------------------------------------------------------------------------------------------------------------


def keep(
    services: Services, actor: Actor, connection_id: str, row: int, base_key: str, side: Side, mark: str
) -> Decided:
    """In a conflict, let this side's value stay. `mark` tells which two values the person saw."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        stories = explain.fields(unit, desk.pairing.scheme) if unit else []
        story = next((one for one in stories if one.base_key == base_key), None)
        if unit is None or unit.link is None or story is None or story.outcome != CONFLICT:
            return desk.late(unit, "kept")
        if story.mark != mark:
            return Decided(Became.MOVED, name_of(unit))
        _answer(desk, unit, unit.link, [story], side)
        return desk.done(unit)


def keep_all(services: Services, actor: Actor, connection_id: str, side: Side, *, typed: str = "") -> Decided:
    """Decide every conflict of a connection alike, by the values that both sides hold now. A batch beyond the limits takes a second person,
    or the number of its records, `typed`."""
    with desk_of(services, actor, connection_id) as desk:
        asks = asked_of(desk.tx, actor, desk.pairing)
    if asks and typed.strip() != str(asks):
        return Decided(Became.ASKS, count=asks)
    decided, after, name = 0, 0, ""
    while True:
        with desk_of(services, actor, connection_id) as desk:
            found = desk.tx.standings.waiting_for(connection_id, BUCKETS, CONFLICT, after=after, limit=BATCH)
            if not found:
                return Decided(Became.DONE if decided else Became.OVER, name, count=decided)
            units = pairings.units(desk.tx, desk.pairing, [row for row, _, _ in found])
            for unit in (units[row] for row, _, _ in found if row in units):
                count = _answer_all(desk, unit, side)
                decided, name = decided + count, desk.done(unit).name if count else name
            after = found[-1][0]


def _answer_all(desk: Desk, unit: Unit, side: Side) -> int:
    stories = [one for one in explain.questions(unit, desk.pairing.scheme) if one.outcome == CONFLICT]
    if unit.link is None or not stories:
        return 0
    _answer(desk, unit, unit.link, stories, side)
    return len(stories)


def _answer(desk: Desk, unit: Unit, link: Link, stories: Sequence[FieldStory], side: Side) -> None:
    answers = {
        story.base_key: Answer(side, story.forms[Side.LEFT], story.forms[Side.RIGHT], desk.actor.id)
        for story in stories
    }
    for story in stories:
        base = {"left": story.base.left, "right": story.base.right} if story.base else {}
        values = {each.value: story.values[each] for each in Side}
        desk.note("kept", unit, {"mapping": story.mapping, "keep": side.value, "values": values, "base": base})
    desk.hand_on(unit, replace(link, answers={**link.answers, **answers}))


# ---- fields, persons, counterparts -------------------------------------------------------------------------------------------------------


def unfreeze(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Let the frozen fields of a pair travel again; what was written before counts no longer against them."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        link = desk.link(unit, LinkState.ACTIVE)
        if unit is None or link is None or not link.frozen:
            return desk.late(unit, "unfrozen")
        thawed = dict.fromkeys(link.frozen, desk.tx.operations.highest())
        desk.note("unfrozen", unit, {"mappings": list(link.frozen)})
        desk.hand_on(unit, replace(link, frozen=(), thawed={**link.thawed, **thawed}))
        return desk.done(unit)


def accept_person(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Take the person who stands for the record now as the right one."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        link = desk.link(unit, LinkState.ACTIVE)
        present = {side: record.subject for side, record in unit.present if record.subject} if unit else {}
        if unit is None or link is None or all(link.subjects.get(side, now) == now for side, now in present.items()):
            return desk.late(unit, "person_accepted")
        before = {side.value: subject for side, subject in link.subjects.items()}
        desk.note("person_accepted", unit, {"before": before, "after": {s.value: now for s, now in present.items()}})
        desk.hand_on(unit, replace(link, subjects={**link.subjects, **present}))
        return desk.done(unit)


def recreate(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Forget that the counterpart was deleted: the record is met as if it were new, and gets a counterpart if a rule brings it in."""
    return _forget_link(services, actor, connection_id, row, "recreated", *ALONE)


def reopen(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Take back that a record stays alone."""
    return _forget_link(services, actor, connection_id, row, "reopened", LinkState.DISMISSED)


def _forget_link(
    services: Services, actor: Actor, connection_id: str, row: int, kind: str, *states: LinkState
) -> Decided:
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        link = desk.link(unit, *states)
        if unit is None or link is None:
            return desk.late(unit, kind, "left_alone")
        desk.note(kind, unit, {"left": link.left, "right": link.right})
        desk.tx.links.remove([link.row])
        desk.hand_on(unit)
        return desk.done(unit)


def leave(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Leave a record without its deleted counterpart for good."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        link = desk.link(unit, *ALONE)
        if unit is None or link is None:
            return desk.late(unit, "left_alone", "recreated")
        desk.note("left_alone", unit, {"left": link.left, "right": link.right})
        desk.tx.links.save([replace(link, state=LinkState.DISMISSED)])
        desk.stand(unit, APART)
        return desk.done(unit)


def try_again(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """Have a record that was refused, or does not fit, looked at now."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        standing = desk.tx.standings.of_record(connection_id, row)
        if unit is None or standing is None or standing.bucket not in BUCKETS:
            return desk.late(unit, "retried")
        desk.note("retried", unit, {"code": standing.code})
        desk.hand_on(unit)
        return desk.done(unit)


# ---- duplicates --------------------------------------------------------------------------------------------------------------------------


def join(services: Services, actor: Actor, connection_id: str, left: int, right: int) -> Decided:
    """Link exactly these two records. Raises NotNow where one of them is gone or linked."""
    with desk_of(services, actor, connection_id) as desk:
        pair = unlinked_pair(desk.tx, desk.pairing, left, right)
        near = pairings.units(desk.tx, desk.pairing, (left, right)).values()
        desk.tx.links.create(connection_id, [Link(0, left, right)])
        desk.note("joined", pair, {side.value: record.id for side, record in pair.present})
        desk.hand_on(pair)
        others = {row for one in near if isinstance(one.match, Doubtful) for row in one.match.rows}
        desk.tx.standings.look_again(connection_id, sorted(others))
        return desk.done(pair)


def tell_apart(services: Services, actor: Actor, connection_id: str, row: int) -> Decided:
    """The records of a duplicate group that belong to nobody stay alone, and nobody is asked about them again."""
    with desk_of(services, actor, connection_id) as desk:
        unit = desk.unit(row)
        if unit is None or not isinstance(unit.match, Doubtful):
            return desk.late(unit, "told_apart", "joined")
        rows = unit.match.rows
        group = pairings.units(desk.tx, desk.pairing, rows)
        unlinked = [pairings.alone(one, each) for each, one in group.items() if each in rows and one.link is None]
        desk.tx.links.create(connection_id, [_dismissed(one) for one in unlinked])
        for one in unlinked:
            desk.note("told_apart", one, {"group": list(rows)})
            desk.stand(one, APART)
        return desk.done(unit)


def _dismissed(unit: Unit) -> Link:
    """A link of one record with nobody."""
    left, right = (record.row if (record := unit.on(side)) else None for side in Side)
    return Link(0, left, right, LinkState.DISMISSED)
