"""A record in one app's fields → the other's: reading a mapped value, and placing it on the other side. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from sync.engine import entries
from sync.engine.entries import Chosen
from sync.engine.normalise import normal_field
from sync.model.fields import Field, FieldRef, Value, Values


@dataclass(frozen=True, slots=True)
class Reading:
    """A mapped value of one side: as spelled, in its normal form, and which entry it came from."""

    value: Value = None
    form: Value = None
    chosen: Chosen | None = None


def read(
    field: Field,
    ref: FieldRef,
    values: Values,
    *,
    region: str,
    single: bool,
    bound: Value = None,
    wanted: Value = None,
    taken: Collection[str] = (),
) -> Reading:
    """The value that travels. `single` says that the other side holds one value, so that one entry must stand for the field."""
    value = values.get(field.key)
    if not (field.many and single):
        return Reading(value, normal_field(field, value, region))
    chosen = entries.choose(field, ref, value or (), region=region, bound=bound, wanted=wanted, taken=taken)
    return Reading(chosen.value, chosen.form, chosen)


def written(field: Field, ref: FieldRef, values: Values, reading: Reading, value: Value) -> Value:
    """The whole new value of the target field when `value` is put where `reading` was read."""
    before = values.get(field.key)
    if reading.chosen is None:
        return entries.overlay(field.type, before, value)
    return entries.place(field, ref, before or (), reading.chosen, value)
