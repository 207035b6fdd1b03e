"""A mapping with the fields that it points at, and all that follows from both: worked out once, for any number of records. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from sync.engine.compatibility import Converter, compatible, converter
from sync.engine.conversions import Terms
from sync.engine.mapping import Whole, reader
from sync.engine.merge import Policy
from sync.engine.normalise import normal, normal_field
from sync.model.connections import FieldMapping, Scheme
from sync.model.fields import SETS, Field, FieldRef, FieldType, Value, Values
from sync.model.records import SIDES, Side


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping with the fields it points at."""

    mapping: FieldMapping
    base_key: str
    fields: Mapping[Side, Field]
    refs: Mapping[Side, FieldRef]
    several: Side | None
    """The side with several entries where the other has one value: there an entry is bound."""
    ways: frozenset[Side]
    """The sides that the types of the fields allow to write."""
    writable: frozenset[Side]
    """Those that may be written: the connection's direction caps the mapping's own."""
    sets: bool
    """Whether both sides hold several values, which are merged one by one."""
    alike: bool
    """Whether both sides say a value in the same terms."""
    kept: bool
    """Whether a value also travels as it is, so that its normal form stays the same."""
    policies: Mapping[Side | None, Policy]
    """By the side whose record changed last. A field that cannot take the other's type, or is read-only, is never written."""
    readers: Mapping[Side, Callable[[Values], Whole]]
    """They read the whole field of a record."""
    forms: Mapping[Side, Callable[[Value], Value]]
    """The normal form of a travelling value on one side."""
    converters: Mapping[Side, Converter]
    """They put a value of the other side into the terms of this one."""


@lru_cache(maxsize=16)
def mapped_fields(scheme: Scheme) -> Sequence[Mapped]:
    """The active mappings whose fields exist on both sides; a vanished field pauses its mapping, not the connection."""
    found = []
    for one in scheme.document.active_mappings():
        refs = {side: FieldRef.parse(one.ref(side)) for side in SIDES}
        fields = {side: each for side in SIDES if (each := scheme.side(side).fields.get(refs[side].key))}
        if len(fields) == len(SIDES):
            found.append(_mapped(one, fields, refs, scheme))
    return found


@lru_cache(maxsize=16)
def by_base(scheme: Scheme) -> Mapping[str, Mapped]:
    """The same by the keys of their bases."""
    return {one.base_key: one for one in mapped_fields(scheme)}


@lru_cache(maxsize=16)
def gathering(scheme: Scheme) -> frozenset[str]:
    """The mappings between fields that hold several values on both sides."""
    return frozenset(one.mapping.id for one in mapped_fields(scheme) if one.sets)


def _mapped(one: FieldMapping, fields: Mapping[Side, Field], refs: Mapping[Side, FieldRef], scheme: Scheme) -> Mapped:
    many = [side for side in SIDES if fields[side].many]
    several = many[0] if len(many) == 1 else None
    ways = compatible(fields[Side.LEFT], refs[Side.LEFT], fields[Side.RIGHT], refs[Side.RIGHT]).ways
    options, region = scheme.document.options, scheme.region
    writable = frozenset(side for side in ways if options.direction.writes(side) and one.direction.writes(side))
    left, right = (fields[side].type for side in SIDES)
    alike = left is right and not one.translation.pairs
    return Mapped(
        one,
        one.base_key,
        fields,
        refs,
        several,
        ways,
        writable,
        sets=len(many) == len(SIDES) or (left in SETS and right in SETS),
        alike=alike,
        kept=alike and left not in (FieldType.CHOICE, *SETS),
        policies={who: Policy(writable, options.winner, who, options.clears_travel) for who in (*SIDES, None)},
        readers={side: reader(fields[side], region) for side in SIDES},
        forms={side: _form(fields[side], region, single=side is several) for side in SIDES},
        converters={side: _converter(side, one, fields, scheme) for side in SIDES},
    )


def _form(field: Field, region: str, *, single: bool) -> Callable[[Value], Value]:
    return partial(normal, field.type, region=region) if single else partial(normal_field, field, region=region)


def _converter(to: Side, one: FieldMapping, fields: Mapping[Side, Field], scheme: Scheme) -> Converter:
    terms = Terms(fields[to.other], fields[to], one.translation, scheme.decimals, scheme.time_zone)
    return converter(terms, to)
