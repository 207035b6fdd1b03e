"""The decision for one pair of records, or for a record without a counterpart. Pure: no clock, no store, no app.

The order of questions: is the link still good · does the record take part · which other record is it · is it in scope · is everything
known · what does each mapped field do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec.structs import replace

from sync.engine import actions, fieldwise, labelling, rules
from sync.engine.actions import Acting
from sync.engine.match import Alone, Doubtful, LeftOut, Match
from sync.model.connections import Scheme
from sync.model.fields import FieldRef
from sync.model.plans import Bucket, Decision, Intent, Link, LinkState, Mirrored, Seen, Standing
from sync.model.records import SIDES, Side, WriteKind

IN_STEP = Standing(Bucket.IN_STEP)
PARTED = (LinkState.ACTIVE, LinkState.GONE, LinkState.KEPT)
"""States of a link whose halves may be deleted, and come back."""
ALONE = Alone()
NO_RULE = "no_rule"
GONE = Standing(Bucket.GONE, "counterpart_gone")
KEPT = Standing(Bucket.HELD, "kept")
NOBODY = Mirrored(0, "", {})


@dataclass(frozen=True, slots=True)
class Unit:
    """What one decision is about: a linked pair, a new pair (`match` is Linked), or one record alone. `lost` is the half of a linked pair
    that its app deleted, as it last was."""

    left: Mirrored | None
    right: Mirrored | None
    link: Link | None = None
    match: Match = ALONE
    lost: Mirrored | None = None
    present: Sequence[tuple[Side, Mirrored]] = field(init=False, repr=False, compare=False)
    """The records that are there."""

    def __post_init__(self) -> None:
        both = ((Side.LEFT, self.left), (Side.RIGHT, self.right))
        object.__setattr__(self, "present", [(side, record) for side, record in both if record is not None])

    def on(self, side: Side) -> Mirrored | None:
        return self.left if side is Side.LEFT else self.right


def decide(unit: Unit, scheme: Scheme) -> Decision:
    """The decision for a unit; the same unit and scheme always give the same one. Where a rule asks for relative dates, the record is
    looked at again on the day that changes the answer."""
    decision, moments = _decide(unit, scheme), [rules.next_flip(scheme, side, one.values) for side, one in unit.present]
    flips = [moment for moment in moments if moment is not None]
    if not flips or decision.standing.recheck_after is not None:
        return decision
    seconds = (min(flips) - scheme.now).total_seconds()
    return replace(decision, standing=replace(decision.standing, recheck_after=max(seconds, 0.0)))


def _decide(unit: Unit, scheme: Scheme) -> Decision:
    if unit.link and len(unit.present) < len(SIDES) and unit.link.state in PARTED:
        return _parted(unit, unit.link, scheme)
    standing = _stop(unit, scheme)
    if standing is not None:
        return _left_scope(unit, standing, scheme) if standing.code == NO_RULE else _decision(unit, standing)
    return _pair(unit, scheme) if unit.left and unit.right else _lonely(unit, scheme)


def _stop(unit: Unit, scheme: Scheme) -> Standing | None:
    """The first reason to leave everything as it is."""
    return (
        _broken_link(unit.link)
        or _outside(unit, scheme)
        or _unmatched(unit)
        or _unscoped(unit, scheme)
        or _changed_person(unit)
    )


def _broken_link(link: Link | None) -> Standing | None:
    if link is None or link.state in PARTED:
        return None
    return {
        LinkState.DISMISSED: Standing(Bucket.EXCLUDED, "dismissed"),
        LinkState.CREATING: Standing(Bucket.WAITING, "creating"),
    }[link.state]


def _outside(unit: Unit, scheme: Scheme) -> Standing | None:
    for side, record in unit.present:
        reason = rules.left_out(scheme, side, record.values)
        if reason:
            return Standing(Bucket.EXCLUDED, reason, {"side": side.value})
    return None


def _unmatched(unit: Unit) -> Standing | None:
    match unit.match:
        case Doubtful(reason=reason):
            return Standing(Bucket.DUPLICATE, reason)
        case LeftOut():
            return Standing(Bucket.EXCLUDED, "counterpart_left_out")
    return None


def _unscoped(unit: Unit, scheme: Scheme) -> Standing | None:
    """A rule whose field has vanished brings nobody in: reading more would not decide it."""
    existing = len(unit.present) == len(SIDES)
    truths = {rules.in_scope(scheme, side, record.values, existing=existing) for side, record in unit.present}
    if True in truths:
        return None
    if None in truths and _waits_for_detail(unit, scheme):
        return Standing(Bucket.WAITING, "detail")
    return Standing(Bucket.EXCLUDED, NO_RULE)


def _left_scope(unit: Unit, standing: Standing, scheme: Scheme) -> Decision:
    """Changes no longer travel; what actions did is undone where a person wanted that."""
    result = fieldwise.Result()
    if unit.link and unit.link.applied and unit.left and unit.right and not _waits_for_detail(unit, scheme):
        actions.act(Acting({Side.LEFT: unit.left, Side.RIGHT: unit.right}, unit.link, scheme, result, scoped=False))
    return _decision(unit, standing, intents=_updates(result), applied=result.applied)


def _parted(unit: Unit, link: Link, scheme: Scheme) -> Decision:
    """One half was deleted in its app: the link ends, and the other half stays as it is but for the label that the connection may want.
    Where a person decided to keep the link, it waits for the deleted half to come back."""
    ((side, record),) = unit.present
    if link.state is LinkState.KEPT:
        return _decision(unit, KEPT)
    if labelling.deletion_rules(scheme) and lacks(record, scheme, side):
        return _decision(unit, Standing(Bucket.WAITING, "detail"))
    result = fieldwise.Result()
    records = {side: record, side.other: NOBODY}
    actions.act(Acting(records, link, scheme, result, lost=side.other, scoped=_took_part(unit, scheme)))
    becomes = None if link.state is LinkState.GONE else LinkState.GONE
    return _decision(unit, GONE, intents=_updates(result), applied=result.applied, becomes=becomes)


def _took_part(unit: Unit, scheme: Scheme) -> bool:
    """Whether the connection wanted a pair, as both halves last were."""
    ((side, record),) = unit.present
    halves = [(side, record.values), *([(side.other, unit.lost.values)] if unit.lost else [])]
    if any(rules.left_out(scheme, one, values) for one, values in halves):
        return False
    return any(rules.in_scope(scheme, one, values, existing=True) for one, values in halves)


def _changed_person(unit: Unit) -> Standing | None:
    for side, record in unit.present:
        known = unit.link.subjects.get(side) if unit.link else None
        if known and record.subject and record.subject != known:
            return Standing(Bucket.HELD, "person_changed", {"side": side.value})
    return None


@lru_cache(maxsize=64)
def needed(scheme: Scheme, side: Side) -> frozenset[str]:
    """The fields of this side that mappings, rules and actions look at."""
    mapped = {FieldRef.parse(mapping.ref(side)).key for mapping in scheme.document.active_mappings()}
    labels = (*labelling.deletion_rules(scheme), *labelling.unsubscribe_rules(scheme))
    acting = (*rules.live_rules(scheme, side.other), *(rule for rule in labels if rule.side is side.other))
    acted = {action.field for rule in acting for action in rule.actions}
    told = {FieldRef.parse(one.field).key for rule in labels if rule.side is side for one in rule.when.conditions}
    return frozenset((mapped | acted | told | rules.named_fields(scheme, side)) & scheme.side(side).fields.keys())


@lru_cache(maxsize=64)
def needs_detail(scheme: Scheme, side: Side) -> bool:
    """Whether any of them is missing from listings."""
    return any(scheme.side(side).fields[key].detail_only for key in needed(scheme, side))


def lacks(record: Mirrored, scheme: Scheme, side: Side) -> bool:
    """Whether the record must be read on its own before anything is decided: its detail is older than its listing, or a field that is
    looked at was never read (a custom field that was made since)."""
    stale = not record.detailed and needs_detail(scheme, side)
    return stale or not needed(scheme, side) <= record.values.keys()


def _waits_for_detail(unit: Unit, scheme: Scheme) -> bool:
    return any(lacks(record, scheme, side) for side, record in unit.present)


def _lonely(unit: Unit, scheme: Scheme) -> Decision:
    """A record without a counterpart: created on the other side, or left alone for a reason."""
    side, record = unit.present[0]
    options = scheme.document.options
    if not options.direction.writes(side.other):
        return _decision(unit, Standing(Bucket.EXCLUDED, "direction", {"side": side.value}))
    if options.avoid_duplicates and not has_match_key(record, scheme, side):
        return _decision(unit, Standing(Bucket.EXCLUDED, "no_email", {"side": side.value}))
    if _waits_for_detail(unit, scheme):
        return _decision(unit, Standing(Bucket.WAITING, "detail"))
    left, right = (record, NOBODY) if side is Side.LEFT else (NOBODY, record)
    result = fieldwise.merge_pair(left, right, None, scheme)
    if result.problem:
        return _decision(unit, result.problem)
    actions.act(Acting({Side.LEFT: left, Side.RIGHT: right}, None, scheme, result))
    values = {**scheme.side(side.other).newborn, **result.values[side.other]}
    intent = Intent(side.other, WriteKind.CREATE, values, {}, tuple(result.changes[side.other]))
    return _decision(
        unit,
        _in_step(result),
        links=True,
        first=True,
        intents=(intent,),
        settle=result.settle,
        bound=result.bound,
        applied=result.applied,
    )


def has_match_key(record: Mirrored, scheme: Scheme, side: Side) -> bool:
    return any(record.values.get(key) for key in scheme.side(side).match_primary)


def _pair(unit: Unit, scheme: Scheme) -> Decision:
    """Two records that are the same customer: each mapped field is merged."""
    if _waits_for_detail(unit, scheme):
        return _decision(unit, Standing(Bucket.WAITING, "detail"), links=unit.link is None)
    assert unit.left is not None  # _pair is asked only for two records
    assert unit.right is not None
    result = fieldwise.merge_pair(unit.left, unit.right, unit.link, scheme)
    actions.act(Acting({Side.LEFT: unit.left, Side.RIGHT: unit.right}, unit.link, scheme, result))
    return _decision(
        unit,
        result.problem or _in_step(result),
        links=unit.link is None,
        first=unit.link is None,
        intents=_updates(result),
        settle=result.settle,
        bound=result.bound,
        withheld=result.withheld,
        applied=result.applied,
        becomes=LinkState.ACTIVE if unit.link and unit.link.state is not LinkState.ACTIVE else None,
    )


def _updates(result: fieldwise.Result) -> tuple[Intent, ...]:
    return tuple(
        Intent(side, WriteKind.UPDATE, result.values[side], result.before[side], tuple(result.changes[side]))
        for side in (Side.RIGHT, Side.LEFT)
        if result.values[side]
    )


def _in_step(result: fieldwise.Result) -> Standing:
    """In step; where two rules disagree about a field, the record says so."""
    return Standing(Bucket.IN_STEP, "first_rule") if "first_rule" in result.withheld.values() else IN_STEP


def _decision(unit: Unit, standing: Standing, **more: object) -> Decision:
    group = unit.match.rows if isinstance(unit.match, Doubtful) else ()
    subjects = {side: record.subject for side, record in unit.present if record.subject}
    link = unit.link.row if unit.link else None
    return Decision(
        _seen(unit.left),
        _seen(unit.right),
        standing,
        link=link,
        subjects=subjects,
        group=group,
        **more,  # type: ignore[arg-type]  # the named parts of a Decision, passed on as they are
    )


def _seen(record: Mirrored | None) -> Seen | None:
    return Seen(record.row, record.id, record.seq, record.name) if record else None
