"""A mapping with the fields that it points at, and a value of one of them in the other's terms. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sync.engine import compatibility
from sync.engine.compatibility import compatible
from sync.engine.conversions import Converted, Skipped, Unfit
from sync.engine.normalise import normal, normal_field
from sync.model.connections import FieldMapping, Scheme
from sync.model.fields import SETS, Field, FieldRef, Value
from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping with the fields it points at."""

    mapping: FieldMapping
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
            found.append(_mapped(one, fields, refs, scheme))
    return found


@lru_cache(maxsize=16)
def by_base(scheme: Scheme) -> Mapping[str, Mapped]:
    """The same by the keys of their bases."""
    return {one.mapping.base_key: one for one in mapped_fields(scheme)}


@lru_cache(maxsize=16)
def gathering(scheme: Scheme) -> frozenset[str]:
    """The mappings between fields that hold several values on both sides."""
    return frozenset(one.mapping.id for one in mapped_fields(scheme) if one.sets)


def _mapped(one: FieldMapping, fields: Mapping[Side, Field], refs: Mapping[Side, FieldRef], scheme: Scheme) -> Mapped:
    many = [side for side in Side if fields[side].many]
    ways = compatible(fields[Side.LEFT], refs[Side.LEFT], fields[Side.RIGHT], refs[Side.RIGHT]).ways
    directions = (scheme.document.options.direction, one.direction)
    writable = frozenset(side for side in ways if all(direction.writes(side) for direction in directions))
    sets = len(many) == len(Side) or all(fields[side].type in SETS for side in Side)
    return Mapped(one, fields, refs, many[0] if len(many) == 1 else None, ways, writable, sets)


def carried(mapped: Mapped, to: Side, value: Value, scheme: Scheme) -> Converted | Unfit | Skipped:
    """A value of one side in the other's terms."""
    return compatibility.convert(
        mapped.fields[to.other],
        mapped.fields[to],
        value,
        mapped.mapping.translation,
        to=to,
        decimals=scheme.decimals,
        time_zone=scheme.time_zone,
    )
