"""A record in one app's fields → the other's: reading a mapped value, and placing it on the other side. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from sync.engine import entries
from sync.engine.entries import Chosen
from sync.engine.normalise import normal_field
from sync.model.fields import ADDRESS_PARTS, Field, FieldRef, FieldType, Value, Values


@dataclass(frozen=True, slots=True)
class Reading:
    """A mapped value of one side: as spelled, in its normal form, and which entry it came from."""

    value: Value = None
    form: Value = None
    chosen: Chosen | None = None


UNKNOWN = Reading()


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


def converted(source: Field, target: Field, value: Value) -> Value:
    """The value in the target's terms. An address carries its standard parts and the country's code, nothing app-specific."""
    if value is not None and source.type is FieldType.ADDRESS and target.type is FieldType.ADDRESS:
        return {part: value[part] for part in (*ADDRESS_PARTS, "country_code") if value.get(part)}
    return value


def unfit(target: Field, value: Value) -> tuple[str, dict[str, str]] | None:
    """Why the target cannot take this value, as a code with facts, or None where it can."""
    length = len(value) if isinstance(value, str) else 0
    if target.max_length and length > target.max_length:
        return "too_long", {"field": target.label, "length": str(length), "limit": str(target.max_length)}
    return None
