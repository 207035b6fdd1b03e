"""Field by field: what each mapping of a pair does. A new record is a pair whose other side is still empty. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sync.engine import entries, mapping
from sync.engine.mapping import Reading
from sync.engine.merge import Conflict, Outcome, Policy, Settled, Travel, merge_field
from sync.engine.normalise import normal, normal_field
from sync.model.connections import FieldMapping, Scheme
from sync.model.fields import Field, FieldRef, Value
from sync.model.plans import Base, Bucket, Change, Link, Mirrored, Standing
from sync.model.records import Side


def _per_side() -> dict[Side, dict[str, Value]]:
    return {side: {} for side in Side}


@dataclass(slots=True)
class Result:
    """What all mappings of a pair come to. `values` are whole new field values per side, `before` what they replace."""

    values: dict[Side, dict[str, Value]] = field(default_factory=_per_side)
    before: dict[Side, dict[str, Value]] = field(default_factory=_per_side)
    changes: dict[Side, list[Change]] = field(default_factory=lambda: {side: [] for side in Side})
    settle: dict[str, Base] = field(default_factory=dict)
    bound: dict[str, Value] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    problem: Standing | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping with the fields it points at."""

    mapping: FieldMapping
    fields: Mapping[Side, Field]
    refs: Mapping[Side, FieldRef]
    several: Side | None
    """The side with several entries where the other has one value: there an entry is bound."""

    def form(self, side: Side, value: Value, region: str) -> Value:
        """The normal form of a travelling value on one side."""
        target = self.fields[side]
        return normal(target.type, value, region) if side is self.several else normal_field(target, value, region)


@lru_cache(maxsize=16)
def mapped_fields(scheme: Scheme) -> Sequence[Mapped]:
    """The active mappings whose fields exist on both sides; a vanished field pauses its mapping, not the connection."""
    found = []
    for one in scheme.document.active_mappings():
        refs = {side: FieldRef.parse(one.ref(side)) for side in Side}
        fields = {side: each for side in Side if (each := scheme.side(side).fields.get(refs[side].key))}
        if len(fields) == len(Side):
            many = [side for side in Side if fields[side].many]
            found.append(Mapped(one, fields, refs, many[0] if len(many) == 1 else None))
    return found


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
    newest = Side.LEFT if left.stamp >= right.stamp else Side.RIGHT
    for mapped in mapped_fields(scheme):
        if link and mapped.mapping.id in link.frozen:
            merging.result.problem = Standing(Bucket.HELD, "frozen", {"mapping": mapped.mapping.id})
            continue
        readings = _read_both(mapped, merging)
        base = link.base.get(mapped.mapping.base_key) if link else None
        forms = readings[Side.LEFT].form, readings[Side.RIGHT].form
        _carry_out(merge_field(*forms, base, policy_of(mapped, scheme, newest)), mapped, readings, merging)
    for values in merging.result.values.values():
        values |= {key: entries.stripped(value) for key, value in values.items()}
    return merging.result


def policy_of(mapped: Mapped, scheme: Scheme, newest: Side = Side.LEFT) -> Policy:
    """A mapping's policy: the connection's direction caps the mapping's own, and a read-only field is never written."""
    options = scheme.document.options
    ways = (options.direction, mapped.mapping.direction)
    writable = (side for side in Side if mapped.fields[side].writable and all(way.writes(side) for way in ways))
    return Policy(frozenset(writable), options.winner, newest, options.clears_travel)


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


def _carry_out(outcome: Outcome, mapped: Mapped, readings: Mapping[Side, Reading], merging: _Merging) -> None:
    result = merging.result
    match outcome:
        case Conflict():
            result.problem = Standing(Bucket.HELD, "conflict", {"mapping": mapped.mapping.id})
        case Settled(withheld=reason):
            result.settle[mapped.mapping.base_key] = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
            if reason:
                result.withheld[mapped.mapping.id] = reason
            if mapped.several:
                _bind(mapped, mapped.several, readings[mapped.several].form, merging)
        case Travel(to=side):
            _travel(side, mapped, readings, merging)


def _bind(mapped: Mapped, several: Side, form: Value, merging: _Merging, replaced: Value = None) -> None:
    """Remember which entry stands for the field; `replaced` is the form that the entry had before."""
    if form is None:
        return
    key = mapped.refs[several].key
    rows = [entry for entry in merging.working(several).get(key) or () if entry["value"] is not None]
    held = entries.bind(mapped.fields[several], rows, form, merging.scheme.region)
    held["others"] = [other for other in held["others"] if other != replaced]
    merging.result.bound[mapped.mapping.id] = held


def _travel(side: Side, mapped: Mapped, readings: Mapping[Side, Reading], merging: _Merging) -> None:
    """Put the other side's value where this side's was read, or hold the record if the target cannot take it."""
    source, target, result = mapped.fields[side.other], mapped.fields[side], merging.result
    value = mapping.converted(source, target, readings[side.other].value)
    unfit = mapping.unfit(target, value)
    if unfit:
        result.problem = Standing(Bucket.HELD, unfit[0], {**unfit[1], "side": side.value})
        return
    result.before[side].setdefault(target.key, merging.records[side].values.get(target.key))
    placed = mapping.written(target, mapped.refs[side], merging.working(side), readings[side], value)
    result.values[side][target.key] = placed
    form = mapped.form(side, value, merging.scheme.region)
    source_form = readings[side.other].form
    settles = Base(source_form, form) if side is Side.RIGHT else Base(form, source_form)
    stays = Base(readings[Side.LEFT].form, readings[Side.RIGHT].form)
    result.changes[side].append(
        Change(
            mapped.mapping.id,
            mapped.fields[Side.LEFT].label,
            mapped.mapping.base_key,
            readings[side].value,
            value,
            settles,
            stays,
        )
    )
    if mapped.several:
        several_form = form if side is mapped.several else readings[mapped.several].form
        _bind(mapped, mapped.several, several_form, merging, replaced=readings[side].form)
