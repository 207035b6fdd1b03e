"""Field by field: what each mapping of a pair does. A new record is a pair whose other side is still empty. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.engine import entries, mapping
from sync.engine.conversions import Converted, Skipped, Unfit
from sync.engine.entries import Chosen, Entry
from sync.engine.mapped import Mapped, mapped_fields
from sync.engine.mapping import Reading, Whole
from sync.engine.merge import Conflict, Gathered, Outcome, Policy, Settled, Travel, merge_field, merge_sets
from sync.engine.normalise import normal
from sync.model.connections import Scheme, Winner
from sync.model.fields import Value
from sync.model.plans import Answer, Applied, Base, Bucket, Change, Link, Mirrored, Standing
from sync.model.records import SIDES, Side

SECOND = len("2026-11-28T09:15:00")
"""How much of a stamp tells the second."""


def _values() -> dict[Side, dict[str, Value]]:
    return {Side.LEFT: {}, Side.RIGHT: {}}


def _changes() -> dict[Side, list[Change]]:
    return {Side.LEFT: [], Side.RIGHT: []}


@dataclass(slots=True)
class Result:
    """What all mappings of a pair come to. `values` are whole new field values per side, `before` what they replace; `readings` is what
    each mapping found, `problems` why some of them hold the record."""

    values: dict[Side, dict[str, Value]] = field(default_factory=_values)
    before: dict[Side, dict[str, Value]] = field(default_factory=_values)
    changes: dict[Side, list[Change]] = field(default_factory=_changes)
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

    def working(self, side: Side, key: str) -> Value:
        """A field's value with what earlier mappings have put there."""
        given = self.result.values[side]
        return given[key] if key in given else self.records[side].values.get(key)


def merge_pair(left: Mirrored, right: Mirrored, link: Link | None, scheme: Scheme) -> Result:
    """Every mapped field of two records, merged against the link's bases (without a link: first meeting)."""
    merging = _Merging({Side.LEFT: left, Side.RIGHT: right}, link, scheme)
    newest = _newest(left, right)
    for mapped in mapped_fields(scheme):
        _merge(mapped, mapped.policies[newest], merging)
    for values in merging.result.values.values():
        for key, value in values.items():
            if type(value) is list:
                values[key] = entries.stripped(value)
    return merging.result


def _merge(mapped: Mapped, policy: Policy, merging: _Merging) -> None:
    name, link, result = mapped.mapping.id, merging.link, merging.result
    readings = result.readings[name] = _read_both(mapped, merging)
    if link and name in link.frozen:
        result.problems[name] = Standing(Bucket.HELD, "frozen", {"mapping": name})
        return
    base, answer = (link.base.get(mapped.base_key), _answer(mapped, readings, link)) if link else (None, None)
    if answer:
        policy = Policy(policy.writable, Winner(answer.keep.value), policy.newest, policy.clears_travel)
    left, right = readings[Side.LEFT].form, readings[Side.RIGHT].form
    if mapped.sets:
        gather(mapped, readings, base, policy, merging)
    elif left == right or (not mapped.alike and _same(mapped, readings)):
        _settle(mapped, readings, "", merging)
    else:
        outcome = merge_field(left, right, base, policy, same=False)
        _carry_out(outcome, mapped, readings, policy, answer, merging)


def _newest(left: Mirrored, right: Mirrored) -> Side | None:
    """Whose record changed last; None where an app does not tell, or both tell the same second, which is as fine as some apps get."""
    one, other = left.stamp[:SECOND], right.stamp[:SECOND]
    if not one or not other or one == other:
        return None
    return Side.LEFT if one > other else Side.RIGHT


def _answer(mapped: Mapped, readings: Mapping[Side, Reading], link: Link) -> Answer | None:
    """What a person decided about exactly these two values."""
    if not link.answers:
        return None
    answer = link.answers.get(mapped.base_key)
    forms = readings[Side.LEFT].form, readings[Side.RIGHT].form
    return answer if answer and (answer.left, answer.right) == forms else None


def _same(mapped: Mapped, readings: Mapping[Side, Reading]) -> bool:
    """Whether both sides say the same, each in its own terms."""
    for side in mapped.ways:
        put = mapped.converters[side](readings[side.other].value)
        if isinstance(put, Converted) and mapped.forms[side](put.value) == readings[side].form:
            return True
    return False


def _read_both(mapped: Mapped, merging: _Merging) -> dict[Side, Reading]:
    """The side with one value is read first, as the other looks for its match among several."""
    records, several = merging.records, mapped.several
    if several is None:
        left, right = mapped.readers[Side.LEFT], mapped.readers[Side.RIGHT]
        return {Side.LEFT: left(records[Side.LEFT].values), Side.RIGHT: right(records[Side.RIGHT].values)}
    one = mapped.readers[several.other](records[several.other].values)
    among = records[several].values.get(mapped.refs[several].key)
    return {several.other: one, several: _chosen(mapped, several, among, one.form, merging) if among else entries.NONE}


def _chosen(mapped: Mapped, several: Side, among: Sequence[Entry], wanted: Value, merging: _Merging) -> Chosen:
    one, ref, link = mapped.fields[several], mapped.refs[several], merging.link
    bound = link.bound.get(mapped.mapping.id) if link else None
    taken = _taken(mapped.mapping.id, ref.key, merging)
    return entries.choose(one, ref, among, region=merging.scheme.region, bound=bound, wanted=wanted, taken=taken)


def _taken(mapping: str, key: str, merging: _Merging) -> set[str]:
    """Normal forms of the entries that other mappings of the same field hold."""
    bound = merging.result.bound
    if merging.link:
        bound = {**merging.link.bound, **bound}
    return {repr(held["value"]) for name, held in bound.items() if held["field"] == key and name != mapping}


def _carry_out(
    outcome: Outcome,
    mapped: Mapped,
    readings: Mapping[Side, Reading],
    policy: Policy,
    answer: Answer | None,
    merging: _Merging,
) -> None:
    match outcome:
        case Conflict():
            facts = {"mapping": mapped.mapping.id, "winner": policy.winner.value}
            merging.result.problems[mapped.mapping.id] = Standing(Bucket.HELD, "conflict", facts)
        case Settled(withheld=reason):
            _settle(mapped, readings, reason, merging)
        case Travel(to=side, won=won):
            _travel(side, mapped, readings, policy.ground if won else "", answer, merging)


def _settle(mapped: Mapped, readings: Mapping[Side, Reading], reason: str, merging: _Merging) -> None:
    result, several = merging.result, mapped.several
    result.settle[mapped.base_key] = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
    if reason:
        result.withheld[mapped.mapping.id] = reason
    if several and readings[several].form is not None:
        result.bound[mapped.mapping.id] = _bound(mapped, several, readings[several], merging)


def _bound(
    mapped: Mapped, several: Side, standing: Reading, merging: _Merging, replaced: Value = None
) -> dict[str, Value]:
    """What tells which entry stands for the field; `replaced` is the form that the entry had before."""
    rows = merging.working(several, mapped.refs[several].key) or ()
    held = entries.bind(mapped.fields[several], rows, standing.form, merging.scheme.region, standing.value)
    if replaced is not None:
        held["others"] = [other for other in held["others"] if other != replaced]
    return held


def _travel(
    side: Side,
    mapped: Mapped,
    readings: Mapping[Side, Reading],
    won: str,
    answer: Answer | None,
    merging: _Merging,
) -> None:
    """Put the other side's value where this side's was read, or hold the record if the target cannot take it. `won` is why that value
    prevailed, where both sides held one."""
    here, there, result = readings[side], readings[side.other], merging.result
    put = mapped.converters[side](there.value)
    if not isinstance(put, Converted):
        _unable(put, side, mapped, readings, result)
        return
    key, before, values = mapped.refs[side].key, result.before[side], result.values[side]
    if key not in before:
        before[key] = merging.records[side].values.get(key)
    values[key] = mapping.written(mapped.fields[side], mapped.refs[side], merging.working(side, key), here, put.value)
    fresh = Whole(put.value, there.form if mapped.kept else mapped.forms[side](put.value))
    settles = Base(there.form, fresh.form) if side is Side.RIGHT else Base(fresh.form, there.form)
    by, won = (answer.by, "") if answer else ("", won)
    result.changes[side].append(_change(mapped, readings, here.value, put.value, settles, by, won))
    standing = fresh if side is mapped.several else there
    if mapped.several and standing.form is not None:
        result.bound[mapped.mapping.id] = _bound(mapped, mapped.several, standing, merging, replaced=here.form)


def _change(
    mapped: Mapped,
    readings: Mapping[Side, Reading],
    before: Value,
    after: Value,
    settles: Base,
    by: str = "",
    won: str = "",
) -> Change:
    label = mapped.fields[Side.LEFT].label
    stays = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
    return Change(mapped.mapping.id, label, mapped.base_key, before, after, settles, stays, by=by, won=won)


def _unable(put: Unfit | Skipped, side: Side, mapped: Mapped, readings: Mapping[Side, Reading], result: Result) -> None:
    """A value that the other side cannot take: the record is held, or the field is left alone where the value table says so."""
    if isinstance(put, Skipped):
        result.settle[mapped.base_key] = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
        result.withheld[mapped.mapping.id] = "unmapped"
        return
    named = {"field": mapped.fields[side].label, "side": side.value, "mapping": mapped.mapping.id}
    result.problems[mapped.mapping.id] = Standing(Bucket.HELD, put.code, {**named, **put.facts})


# ---- several values on both sides --------------------------------------------------------------------------------------------------------


def gather(
    mapped: Mapped, readings: Mapping[Side, Reading], base: Base | None, policy: Policy, merging: _Merging
) -> None:
    """Merge a field with several values on both sides, value by value."""
    keyed = {side: {repr(form): form for form in readings[side].form or ()} for side in SIDES}
    known = (frozenset(map(repr, base.left or ())), frozenset(map(repr, base.right or ()))) if base else None
    outcome = merge_sets(frozenset(keyed[Side.LEFT]), frozenset(keyed[Side.RIGHT]), known, policy)
    if isinstance(outcome, Settled):
        _settle(mapped, readings, outcome.withheld, merging)
    else:
        _gathered(outcome, mapped, readings, keyed, merging)


def _gathered(
    outcome: Gathered,
    mapped: Mapped,
    readings: Mapping[Side, Reading],
    keyed: Mapping[Side, Mapping[str, Value]],
    merging: _Merging,
) -> None:
    side, result = outcome.to, merging.result
    mine, theirs = (_spelled(mapped, one, readings[one].value, merging.scheme.region) for one in (side, side.other))
    put = mapped.converters[side]([theirs[key] for key in sorted(outcome.keys - keyed[side].keys())])
    if not isinstance(put, Converted):
        _unable(put, side, mapped, readings, result)
        return
    whole = [one for key, one in mine.items() if key in outcome.keys] + list(put.value)
    value = (whole if mapped.fields[side].many else sorted(whole)) or None
    key = mapped.refs[side].key
    result.before[side].setdefault(key, merging.records[side].values.get(key))
    result.values[side][key] = value
    every = {**keyed[Side.LEFT], **keyed[Side.RIGHT]}
    settles = Base(*([every[one] for one in sorted(half) if one in every] or None for half in outcome.base))
    result.changes[side].append(_change(mapped, readings, readings[side].value, value, settles))


def _spelled(mapped: Mapped, side: Side, value: Value, region: str) -> dict[str, Value]:
    """The values of one side as spelled there, by the keys of their normal forms."""
    one = mapped.fields[side]
    if not one.many:
        return {repr(str(item).strip()): item for item in value or ()}
    return {
        repr(form): entry for entry in value or () if (form := normal(one.type, entry["value"], region)) is not None
    }
