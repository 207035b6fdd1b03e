"""Field by field: what each mapping of a pair does. A new record is a pair whose other side is still empty. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from sync.engine import entries, mapping
from sync.engine.conversions import Converted, Skipped, Unfit
from sync.engine.mapped import Mapped, carried, mapped_fields
from sync.engine.mapping import Reading
from sync.engine.merge import Conflict, Gathered, Outcome, Policy, Settled, Travel, merge_field, merge_sets
from sync.engine.normalise import normal
from sync.model.connections import Scheme, Winner
from sync.model.fields import Value
from sync.model.plans import Answer, Applied, Base, Bucket, Change, Link, Mirrored, Standing
from sync.model.records import Side

SECOND = len("2026-11-28T09:15:00")
"""How much of a stamp tells the second."""


def _per_side() -> dict[Side, dict[str, Value]]:
    return {side: {} for side in Side}


@dataclass(slots=True)
class Result:
    """What all mappings of a pair come to. `values` are whole new field values per side, `before` what they replace; `readings` is what
    each mapping found, `problems` why some of them hold the record."""

    values: dict[Side, dict[str, Value]] = field(default_factory=_per_side)
    before: dict[Side, dict[str, Value]] = field(default_factory=_per_side)
    changes: dict[Side, list[Change]] = field(default_factory=lambda: {side: [] for side in Side})
    settle: dict[str, Base] = field(default_factory=dict)
    bound: dict[str, Value] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    applied: dict[str, Applied | None] = field(default_factory=dict)
    readings: dict[str, Mapping[Side, Reading]] = field(default_factory=dict)
    problems: dict[str, Standing] = field(default_factory=dict)

    @property
    def problem(self) -> Standing | None:
        """What the record is held for: one of its problems."""
        return next(reversed(self.problems.values()), None)


@dataclass(slots=True)
class _Merging:
    """One pair in the making."""

    records: Mapping[Side, Mirrored]
    link: Link | None
    scheme: Scheme
    result: Result = field(default_factory=Result)

    def working(self, side: Side) -> dict[str, Value]:
        """The side's values with what earlier mappings have put there."""
        return {**self.records[side].values, **self.result.values[side]}


def merge_pair(left: Mirrored, right: Mirrored, link: Link | None, scheme: Scheme) -> Result:
    """Every mapped field of two records, merged against the link's bases (without a link: first meeting)."""
    merging = _Merging({Side.LEFT: left, Side.RIGHT: right}, link, scheme)
    newest = _newest(left, right)
    for mapped in mapped_fields(scheme):
        readings = merging.result.readings[mapped.mapping.id] = _read_both(mapped, merging)
        if link and mapped.mapping.id in link.frozen:
            merging.result.problems[mapped.mapping.id] = Standing(Bucket.HELD, "frozen", {"mapping": mapped.mapping.id})
            continue
        base = link.base.get(mapped.mapping.base_key) if link else None
        policy = policy_of(mapped, scheme, newest)
        if answer := _answer(mapped, readings, link):
            policy = Policy(policy.writable, Winner(answer.keep.value), policy.newest, policy.clears_travel)
        if mapped.sets:
            gather(mapped, readings, base, policy, merging)
            continue
        forms = readings[Side.LEFT].form, readings[Side.RIGHT].form
        same = _alike(mapped, readings, scheme)
        _carry_out(merge_field(*forms, base, policy, same=same), mapped, readings, policy, merging)
    for values in merging.result.values.values():
        values |= {key: entries.stripped(value) for key, value in values.items()}
    return merging.result


def _newest(left: Mirrored, right: Mirrored) -> Side | None:
    """Whose record changed last; None where an app does not tell, or both tell the same second, which is as fine as some apps get."""
    one, other = left.stamp[:SECOND], right.stamp[:SECOND]
    if not one or not other or one == other:
        return None
    return Side.LEFT if one > other else Side.RIGHT


def policy_of(mapped: Mapped, scheme: Scheme, newest: Side | None) -> Policy:
    """A mapping's policy. A field that cannot take the other's type, or is read-only, is never written."""
    options = scheme.document.options
    return Policy(mapped.writable, options.winner, newest, options.clears_travel)


def _answer(mapped: Mapped, readings: Mapping[Side, Reading], link: Link | None) -> Answer | None:
    """What a person decided about exactly these two values."""
    answer = link.answers.get(mapped.mapping.base_key) if link else None
    forms = readings[Side.LEFT].form, readings[Side.RIGHT].form
    return answer if answer and (answer.left, answer.right) == forms else None


def _alike(mapped: Mapped, readings: Mapping[Side, Reading], scheme: Scheme) -> bool:
    """Whether both sides say the same, each in its own terms."""
    left, right = readings[Side.LEFT], readings[Side.RIGHT]
    if left.form == right.form:
        return True
    if mapped.fields[Side.LEFT].type is mapped.fields[Side.RIGHT].type and not mapped.mapping.translation.pairs:
        return False
    for side in mapped.ways:
        put = carried(mapped, side, readings[side.other].value, scheme)
        if isinstance(put, Converted) and mapped.form(side, put.value, scheme.region) == readings[side].form:
            return True
    return False


def _read_both(mapped: Mapped, merging: _Merging) -> dict[Side, Reading]:
    """The side with one value is read first, as the other looks for its match among several."""
    several = mapped.several
    if several is None:
        return {side: _read(mapped, side, merging) for side in Side}
    one = _read(mapped, several.other, merging)
    bound = merging.link.bound.get(mapped.mapping.id) if merging.link else None
    among = mapping.read(
        mapped.fields[several],
        mapped.refs[several],
        merging.records[several].values,
        region=merging.scheme.region,
        single=True,
        bound=bound,
        wanted=one.form,
        taken=_taken(mapped, mapped.refs[several].key, merging),
    )
    return {several.other: one, several: among}


def _read(mapped: Mapped, side: Side, merging: _Merging) -> Reading:
    values = merging.records[side].values
    return mapping.read(mapped.fields[side], mapped.refs[side], values, region=merging.scheme.region, single=False)


def _taken(mapped: Mapped, key: str, merging: _Merging) -> set[str]:
    """Normal forms of the entries that other mappings of the same field hold."""
    bound = {**(merging.link.bound if merging.link else {}), **merging.result.bound}
    others = [held for name, held in bound.items() if name != mapped.mapping.id]
    return {repr(held["value"]) for held in others if held["field"] == key}


def _carry_out(
    outcome: Outcome, mapped: Mapped, readings: Mapping[Side, Reading], policy: Policy, merging: _Merging
) -> None:
    result = merging.result
    match outcome:
        case Conflict():
            facts = {"mapping": mapped.mapping.id, "winner": policy.winner.value}
            result.problems[mapped.mapping.id] = Standing(Bucket.HELD, "conflict", facts)
        case Settled(withheld=reason):
            result.settle[mapped.mapping.base_key] = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
            if reason:
                result.withheld[mapped.mapping.id] = reason
            if mapped.several:
                _bind(mapped, mapped.several, readings[mapped.several].form, merging)
        case Travel(to=side, won=won):
            _travel(side, mapped, readings, policy.ground if won else "", merging)


def _bind(mapped: Mapped, several: Side, form: Value, merging: _Merging, replaced: Value = None) -> None:
    """Remember which entry stands for the field; `replaced` is the form that the entry had before."""
    if form is None:
        return
    key = mapped.refs[several].key
    rows = [entry for entry in merging.working(several).get(key) or () if entry["value"] is not None]
    held = entries.bind(mapped.fields[several], rows, form, merging.scheme.region)
    held["others"] = [other for other in held["others"] if other != replaced]
    merging.result.bound[mapped.mapping.id] = held


def _travel(side: Side, mapped: Mapped, readings: Mapping[Side, Reading], won: str, merging: _Merging) -> None:
    """Put the other side's value where this side's was read, or hold the record if the target cannot take it. `won` is why that value
    prevailed, where both sides held one."""
    target, result = mapped.fields[side], merging.result
    put = carried(mapped, side, readings[side.other].value, merging.scheme)
    if not isinstance(put, Converted):
        _unable(put, side, mapped, readings, result)
        return
    value = put.value
    result.before[side].setdefault(target.key, merging.records[side].values.get(target.key))
    placed = mapping.written(target, mapped.refs[side], merging.working(side), readings[side], value)
    result.values[side][target.key] = placed
    form = mapped.form(side, value, merging.scheme.region)
    source_form = readings[side.other].form
    settles = Base(source_form, form) if side is Side.RIGHT else Base(form, source_form)
    stays = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
    answer = _answer(mapped, readings, merging.link)
    change = _change(mapped, readings[side].value, value, settles, stays)
    result.changes[side].append(replace(change, by=answer.by) if answer else replace(change, won=won))
    if mapped.several:
        several_form = form if side is mapped.several else readings[mapped.several].form
        _bind(mapped, mapped.several, several_form, merging, replaced=readings[side].form)


def _change(mapped: Mapped, before: Value, after: Value, settles: Base, stays: Base) -> Change:
    label = mapped.fields[Side.LEFT].label
    return Change(mapped.mapping.id, label, mapped.mapping.base_key, before, after, settles, stays)


def _unable(put: Unfit | Skipped, side: Side, mapped: Mapped, readings: Mapping[Side, Reading], result: Result) -> None:
    """A value that the other side cannot take: the record is held, or the field is left alone where the value table says so."""
    if isinstance(put, Skipped):
        result.settle[mapped.mapping.base_key] = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
        result.withheld[mapped.mapping.id] = "unmapped"
        return
    named = {"field": mapped.fields[side].label, "side": side.value, "mapping": mapped.mapping.id}
    result.problems[mapped.mapping.id] = Standing(Bucket.HELD, put.code, {**named, **put.facts})


# ---- several values on both sides --------------------------------------------------------------------------------------------------------


def gather(
    mapped: Mapped, readings: Mapping[Side, Reading], base: Base | None, policy: Policy, merging: _Merging
) -> None:
    """Merge a field with several values on both sides, value by value."""
    keyed = {side: {repr(form): form for form in readings[side].form or ()} for side in Side}
    known = (frozenset(map(repr, base.left or ())), frozenset(map(repr, base.right or ()))) if base else None
    outcome = merge_sets(frozenset(keyed[Side.LEFT]), frozenset(keyed[Side.RIGHT]), known, policy)
    stays = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
    if isinstance(outcome, Settled):
        merging.result.settle[mapped.mapping.base_key] = stays
        if outcome.withheld:
            merging.result.withheld[mapped.mapping.id] = outcome.withheld
        return
    _gathered(outcome, mapped, readings, keyed, stays, merging)


def _gathered(
    outcome: Gathered,
    mapped: Mapped,
    readings: Mapping[Side, Reading],
    keyed: Mapping[Side, Mapping[str, Value]],
    stays: Base,
    merging: _Merging,
) -> None:
    side, result = outcome.to, merging.result
    mine, theirs = (_spelled(mapped, one, readings[one].value, merging.scheme.region) for one in (side, side.other))
    added = [theirs[key] for key in sorted(outcome.keys - keyed[side].keys())]
    put = carried(mapped, side, added, merging.scheme)
    if not isinstance(put, Converted):
        _unable(put, side, mapped, readings, result)
        return
    whole = [one for key, one in mine.items() if key in outcome.keys] + list(put.value)
    value = (whole if mapped.fields[side].many else sorted(whole)) or None
    key = mapped.fields[side].key
    result.before[side].setdefault(key, merging.records[side].values.get(key))
    result.values[side][key] = value
    every = {**keyed[Side.LEFT], **keyed[Side.RIGHT]}
    settles = Base(*([every[one] for one in sorted(half) if one in every] or None for half in outcome.base))
    result.changes[side].append(_change(mapped, readings[side].value, value, settles, stays))


def _spelled(mapped: Mapped, side: Side, value: Value, region: str) -> dict[str, Value]:
    """The values of one side as spelled there, by the keys of their normal forms."""
    one = mapped.fields[side]
    if not one.many:
        return {repr(str(item).strip()): item for item in value or ()}
    return {
        repr(form): entry for entry in value or () if (form := normal(one.type, entry["value"], region)) is not None
    }
