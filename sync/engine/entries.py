"""Several values against one: which entry of a field with several stands for the single value of the other side. Pure.

A link binds the entry that once matched. It is recognised by its value; if a person edited it, by being the one that is new; else the
app's primary entry stands in, else the label. The position never counts: no API promises it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sync.engine.normalise import normal
from sync.model.fields import ADDRESS_PARTS, Field, FieldRef, FieldType, Value

Entry = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The entry that stands for the field: its place in the list, its value and normal form (None where there is none)."""

    index: int | None = None
    value: Value = None
    form: Value = None


def choose(
    field: Field,
    ref: FieldRef,
    entries: Sequence[Entry],
    *,
    region: str,
    bound: Value = None,
    wanted: Value = None,
    taken: Collection[str] = (),
) -> Chosen:
    """`bound` is what `bind` returned earlier; `wanted` the other side's normal form at the first meeting; `taken` the normal forms
    (as `repr`) that other mappings of the same field have bound."""
    offered = [
        Chosen(index, entry["value"], form)
        for index, entry in enumerate(entries)
        if (form := normal(field.type, entry["value"], region)) is not None and repr(form) not in taken
    ]
    known = bound["value"] if bound else wanted
    if known is not None and (same := [chosen for chosen in offered if chosen.form == known]):
        return same[0]
    offered = [chosen for chosen in offered if not ref.label or entries[chosen.index or 0].get("label") == ref.label]
    if bound:
        fresh = [chosen for chosen in offered if chosen.form not in bound["others"]]
        offered = fresh or offered
    return _foremost(offered, entries)


def _foremost(offered: Sequence[Chosen], entries: Sequence[Entry]) -> Chosen:
    primary = [chosen for chosen in offered if entries[chosen.index or 0].get("primary")]
    return min(primary or offered, key=lambda chosen: repr(chosen.form), default=Chosen())


def bind(field: Field, entries: Sequence[Entry], form: Value, region: str) -> Value:
    """What a link must remember to find the entry with this normal form again."""
    forms = [normal(field.type, entry["value"], region) for entry in entries]
    return {"field": field.key, "value": form, "others": [other for other in forms if other not in (form, None)]}


def place(field: Field, ref: FieldRef, entries: Sequence[Entry], chosen: Chosen, value: Value) -> list[Entry]:
    """The entries with the chosen one set to `value` (`None` empties it, see `stripped`); the others and all labels stay."""
    placed = [dict(entry) for entry in entries]
    if chosen.index is None:
        label = ref.label or (field.entry_labels[0] if field.entry_labels else "")
        return placed if value is None else [*placed, {"value": value, "label": label}]
    placed[chosen.index]["value"] = overlay(field.type, placed[chosen.index]["value"], value)
    return placed


def stripped(value: Value) -> Value:
    """A field's value without emptied entries: they keep their place until all mappings of the field have been applied."""
    if not isinstance(value, list):
        return value
    return [entry for entry in value if not isinstance(entry, dict) or entry["value"] is not None]


def overlay(field_type: FieldType, before: Value, value: Value) -> Value:
    """A new value over an old one: an address keeps the parts that the other app does not know (attention, fax …)."""
    if field_type is not FieldType.ADDRESS or not isinstance(before, dict) or value is None:
        return value
    kept = {part: text for part, text in before.items() if part not in (*ADDRESS_PARTS, "country_code")}
    return kept | dict(value)
