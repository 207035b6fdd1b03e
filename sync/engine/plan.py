"""The decision for one pair of records, or for a record without a counterpart. Pure: no clock, no store, no app.

The order of questions: is the link still good · does the record take part · which other record is it · is it in scope · is everything
known · what does each mapped field do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sync.engine import actions, fieldwise, rules
from sync.engine.actions import Acting
from sync.engine.match import Alone, Doubtful, LeftOut, Match
from sync.model.connections import Scheme
from sync.model.fields import FieldRef
from sync.model.plans import Bucket, Decision, Intent, Link, LinkState, Mirrored, Seen, Standing, Tally
from sync.model.records import Side, WriteKind

IN_STEP = Standing(Bucket.IN_STEP)
ALONE = Alone()
NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one decision is about: a linked pair, a new pair (`match` is Linked), or one record alone."""

    left: Mirrored | None
    right: Mirrored | None
    link: Link | None = None
    match: Match = ALONE

    def on(self, side: Side) -> Mirrored | None:
        return self.left if side is Side.LEFT else self.right

    @property
    def present(self) -> list[tuple[Side, Mirrored]]:
        both = ((Side.LEFT, self.left), (Side.RIGHT, self.right))
        return [(side, record) for side, record in both if record is not None]


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
    if link is None or link.state is LinkState.ACTIVE:
        return None
    return {
        LinkState.GONE: Standing(Bucket.GONE, "counterpart_gone"),
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
    existing = len(unit.present) == len(Side)
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
        actions.act(Acting({Side.LEFT: unit.left, Side.RIGHT: unit.right}, unit.link, scheme, result))
    return _decision(unit, standing, intents=_updates(result), applied=result.applied)


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
    acted = {action.field for rule in rules.live_rules(scheme, side.other) for action in rule.actions}
    return frozenset((mapped | acted | rules.named_fields(scheme, side)) & scheme.side(side).fields.keys())


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
    nobody = Mirrored(0, "", {})
    left, right = (record, nobody) if side is Side.LEFT else (nobody, record)
    result = fieldwise.merge_pair(left, right, None, scheme)
    if result.problem:
        return _decision(unit, result.problem)
    actions.act(Acting({Side.LEFT: left, Side.RIGHT: right}, None, scheme, result))
    intent = Intent(side.other, WriteKind.CREATE, result.values[side.other], {}, tuple(result.changes[side.other]))
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


def tally(decisions: Iterable[Decision]) -> Tally:
    """Counts over decisions, for the preview, the brakes and the report."""
    counts: dict[str, int] = {}
    for decision in decisions:
        for key in _counted(decision):
            counts[key] = counts.get(key, 0) + 1
    return Tally(counts)


def _counted(decision: Decision) -> Iterable[str]:
    for side in Side:
        if decision.seen(side):
            yield f"records.{side.value}"
            yield f"bucket.{decision.standing.bucket.value}.{side.value}"
            if decision.standing.code:
                yield f"reason.{decision.standing.code}.{side.value}"
    if decision.links and decision.left and decision.right:
        yield "links"
    if decision.unread:
        yield "unread"
    for intent in decision.intents:
        yield f"{intent.kind.value}.{intent.side.value}"
        if intent.kind is WriteKind.UPDATE and not decision.first:
            yield "later_updates"
            yield from {f"field.{change.mapping}" for change in intent.changes}


def kind_of(decision: Decision) -> str:
    """What a decision would do, in one word: for finding those that depend on matching."""
    if decision.intents and decision.intents[0].kind is WriteKind.CREATE:
        return "create"
    if decision.links:
        return "link"
    return "update" if decision.intents else "none"
