"""Several values against one: which entry of a field with several stands for the single value of the other side. Pure.

A link binds the entry that once matched. It is recognised by its value; if a person edited it, by being the one that is new; else the
app's primary entry stands in, else the label. The position never counts: no API promises it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sync.engine.normalise import former
from sync.model.fields import ADDRESS_PARTS, Field, FieldRef, FieldType, Value

Entry = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The entry that stands for the field: its place in the list, its value and normal form (None where there is none)."""

    index: int | None = None
    value: Value = None
    form: Value = None


NONE = Chosen()


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
    if not entries:
        return NONE
    form_of, known = former(field.type, region), bound["value"] if bound else wanted
    offered: list[Chosen] = []
    for index, entry in enumerate(entries):
        value = entry["value"]
        form = form_of(value) if value or value == 0 else None
        if form is None or (taken and repr(form) in taken):
            continue
        chosen = Chosen(index, value, form)
        if form == known:
            return chosen
        offered.append(chosen)
    return _likeliest(offered, ref, entries, bound)


def _likeliest(offered: list[Chosen], ref: FieldRef, entries: Sequence[Entry], bound: Value) -> Chosen:
    """The entry that stands in where none has the value that is known."""
    if ref.label:
        offered = [chosen for chosen in offered if entries[chosen.index or 0].get("label") == ref.label]
    if bound:
        fresh = [chosen for chosen in offered if chosen.form not in bound["others"]]
        offered = fresh or offered
    return _foremost(offered, entries) if len(offered) > 1 else offered[0] if offered else NONE


def _foremost(offered: Sequence[Chosen], entries: Sequence[Entry]) -> Chosen:
    primary = [chosen for chosen in offered if entries[chosen.index or 0].get("primary")]
    return min(primary or offered, key=lambda chosen: repr(chosen.form))


def bind(field: Field, entries: Sequence[Entry], form: Value, region: str, standing: Value = None) -> Entry:
    """What a link must remember to find the entry with this normal form again. `standing` is its value, where that is known."""
    form_of, others = former(field.type, region), []
    for entry in entries:
        value = entry["value"]
        if value is standing or not (value or value == 0):
            continue
        other = form_of(value)
        if other is not None and other != form:
            others.append(other)
    return {"field": field.key, "value": form, "others": others}


def place(field: Field, ref: FieldRef, entries: Sequence[Entry], chosen: Chosen, value: Value) -> list[Entry]:
    """The entries with the chosen one set to `value` (`None` empties it, see `stripped`); the others and all labels stay."""
    placed = list(map(dict, entries))
    if chosen.index is None:
        label = ref.label or (field.entry_labels[0] if field.entry_labels else "")
        return placed if value is None else [*placed, {"value": value, "label": label}]
    placed[chosen.index]["value"] = overlay(field.type, placed[chosen.index]["value"], value)
    return placed


def stripped(value: Value) -> Value:
    """A field's value without emptied entries: they keep their place until all mappings of the field have been applied."""
    if not isinstance(value, list):
        return value
    return [entry for entry in value if type(entry) is not dict or entry["value"] is not None]


def overlay(field_type: FieldType, before: Value, value: Value) -> Value:
    """A new value over an old one: an address keeps the parts that the other app does not know (attention, fax …)."""
    if field_type is not FieldType.ADDRESS or not isinstance(before, dict) or value is None:
        return value
    kept = {part: text for part, text in before.items() if part not in (*ADDRESS_PARTS, "country_code")}
    return kept | dict(value)
