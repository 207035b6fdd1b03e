"""The shape that each type of field promises, and values for a test to write."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sync.engine.normalise import normal_field
from sync.model.fields import Field, FieldType, Value

T = FieldType

TEXTS = (T.TEXT, T.LONG_TEXT, T.EMAIL, T.PHONE, T.URL, T.CHOICE)

FITS: Mapping[FieldType, Callable[[Value], bool]] = {
    **{kind: lambda value: isinstance(value, str) and value != "" for kind in TEXTS},
    **{
        kind: lambda value: isinstance(value, str) and "e" not in value.lower() and Decimal(value).is_finite()
        for kind in (T.NUMBER, T.MONEY)
    },
    T.DATE: lambda value: date.fromisoformat(value).isoformat() == value,
    T.DATE_TIME: lambda value: datetime.fromisoformat(value).tzinfo is not None,
    T.YES_NO: lambda value: isinstance(value, bool),
    **{
        kind: lambda value: (
            isinstance(value, list) and value == sorted(value) and all(isinstance(v, str) for v in value)
        )
        for kind in (T.MULTI_CHOICE, T.LABELS)
    },
    T.ADDRESS: lambda value: isinstance(value, dict) and all(isinstance(part, str) for part in value.values()),
}

SAMPLES: Mapping[FieldType, Value] = {
    T.TEXT: "Ada",
    T.LONG_TEXT: "First line\nsecond line",
    T.EMAIL: "ada@changed.example",
    T.PHONE: "+44 20 7946 0998",
    T.URL: "https://changed.example",
    T.NUMBER: "12.5",
    T.MONEY: "1200",
    T.DATE: "2001-02-03",
    T.DATE_TIME: "2026-02-03T10:00:00+00:00",
    T.YES_NO: True,
    T.LABELS: ["Friends", "VIP"],
    T.ADDRESS: {"street": "1 New Street", "city": "Bath", "postcode": "BA1 1AA", "country": "United Kingdom"},
}


def fits(field: Field, value: Value) -> bool:
    """Whether a value has the shape that `sync.model.fields` promises."""
    if value is None:
        return True
    if field.many:
        one = replace(field, many=False)
        return (
            isinstance(value, list)
            and value != []
            and all(
                entry["value"] is not None and fits(one, entry["value"]) and isinstance(entry["label"], str)
                for entry in value
            )
        )
    return FITS[field.type](value)


def sample(field: Field) -> Value:
    """A value that the field takes."""
    if field.many:
        label = field.entry_labels[0] if field.entry_labels else ""
        return [{"value": SAMPLES[field.type], "label": label}]
    if field.type is T.CHOICE:
        return field.options[-1].value
    if field.type is T.MULTI_CHOICE:
        return sorted(option.value for option in field.options)[:2]
    return SAMPLES[field.type]


def same(field: Field, one: Value, other: Value) -> bool:
    return bool(normal_field(field, one, "GB") == normal_field(field, other, "GB"))


def numbered(field: Field, number: int) -> Value:
    """A sample for each number, all different."""
    if field.type is T.ADDRESS:
        return {**SAMPLES[T.ADDRESS], "street": f"{number} New Street"}
    if field.type is T.PHONE:
        return f"+44 20 7946 010{number}"
    return f"{SAMPLES[field.type]}/{number}" if field.type is T.URL else f"{number}{SAMPLES[field.type]}"
