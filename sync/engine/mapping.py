"""A record in one app's fields → the other's: reading a mapped value, and placing it on the other side. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from sync.engine import entries
from sync.engine.entries import Chosen
from sync.engine.normalise import former, normal_field
from sync.model.fields import Field, FieldRef, Value, Values


@dataclass(frozen=True, slots=True)
class Whole:
    """The value of a whole field, as spelled and in its normal form."""

    value: Value = None
    form: Value = None


Reading: TypeAlias = Whole | Chosen
"""A mapped value of one side: of a whole field, or of the entry that stands for it."""

NOTHING = Whole()


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
    if field.many and single:
        return entries.choose(field, ref, value or (), region=region, bound=bound, wanted=wanted, taken=taken)
    return Whole(value, normal_field(field, value, region))


def reader(field: Field, region: str) -> Callable[[Values], Whole]:
    """Reads a whole field of any number of records."""
    key, form = field.key, partial(normal_field, field, region=region) if field.many else former(field.type, region)

    def read_whole(values: Values) -> Whole:
        value = values.get(key)
        if value is None:
            return NOTHING
        return Whole(value, form(value) if value or value == 0 else None)

    return read_whole


def written(field: Field, ref: FieldRef, before: Value, reading: Reading, value: Value) -> Value:
    """The whole new value of the target field, which holds `before`, when `value` is put where `reading` was read."""
    if isinstance(reading, Chosen):
        return entries.place(field, ref, before or (), reading, value)
    return entries.overlay(field.type, before, value)
