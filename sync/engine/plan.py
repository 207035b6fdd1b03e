"""The decision for one pair of records, or for a record without a counterpart. Pure: no clock, no store, no app.

The order of questions: is the link still good · does the record take part · which other record is it · is it in scope · is everything
known · what does each mapped field do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sync.engine import fieldwise, rules
from sync.engine.match import Alone, Doubtful, LeftOut, Match
from sync.model.connections import Scheme
from sync.model.fields import FieldRef
from sync.model.plans import Bucket, Decision, Intent, Link, LinkState, Mirrored, Seen, Standing, Tally
from sync.model.records import Side, WriteKind

IN_STEP = Standing(Bucket.IN_STEP)
ALONE = Alone()


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
    """The decision for a unit; the same unit and scheme always give the same one."""
    standing = _stop(unit, scheme)
    if standing is not None:
        return _decision(unit, standing)
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
    truths = {rules.in_scope(scheme, side, record.values) for side, record in unit.present}
    if True in truths:
        return None
    if None in truths and not all(record.detailed for _, record in unit.present):
        return Standing(Bucket.WAITING, "detail")
    return Standing(Bucket.EXCLUDED, "no_rule")


def _changed_person(unit: Unit) -> Standing | None:
    for side, record in unit.present:
        known = unit.link.subjects.get(side) if unit.link else None
        if known and record.subject and record.subject != known:
            return Standing(Bucket.HELD, "person_changed", {"side": side.value})
    return None


@lru_cache(maxsize=64)
def needs_detail(scheme: Scheme, side: Side) -> bool:
    """Whether mappings or rules look at a field of this side that listings do not carry."""
    fields = scheme.side(side).fields
    mapped = {FieldRef.parse(mapping.ref(side)).key for mapping in scheme.document.active_mappings()}
    named = mapped | rules.named_fields(scheme, side)
    return any(key in fields and fields[key].detail_only for key in named)


def _waits_for_detail(unit: Unit, scheme: Scheme) -> bool:
    return any(not record.detailed and needs_detail(scheme, side) for side, record in unit.present)


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
    intent = Intent(side.other, WriteKind.CREATE, result.values[side.other], {}, tuple(result.changes[side.other]))
    return _decision(unit, IN_STEP, links=True, first=True, intents=(intent,), settle=result.settle, bound=result.bound)


def has_match_key(record: Mirrored, scheme: Scheme, side: Side) -> bool:
    return any(record.values.get(key) for key in scheme.side(side).match_primary)


def _pair(unit: Unit, scheme: Scheme) -> Decision:
    """Two records that are the same customer: each mapped field is merged."""
    if _waits_for_detail(unit, scheme):
        return _decision(unit, Standing(Bucket.WAITING, "detail"), links=unit.link is None)
    assert unit.left is not None  # _pair is asked only for two records
    assert unit.right is not None
    result = fieldwise.merge_pair(unit.left, unit.right, unit.link, scheme)
    intents = tuple(
        Intent(side, WriteKind.UPDATE, result.values[side], result.before[side], tuple(result.changes[side]))
        for side in (Side.RIGHT, Side.LEFT)
        if result.values[side]
    )
    return _decision(
        unit,
        result.problem or IN_STEP,
        links=unit.link is None,
        first=unit.link is None,
        intents=intents,
        settle=result.settle,
        bound=result.bound,
        withheld=result.withheld,
    )


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
