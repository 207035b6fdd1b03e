"""What became of an app's fields since they were last read, as far as a configuration uses them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sync.engine import rules
from sync.model.connections import Document
from sync.model.fields import Field, FieldRef
from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class Drift:
    """One field that changed: `code` is "removed", "retyped", "option_new" or "option_gone"; `facts` name the field, its types, the
    option. `key` is the field's."""

    code: str
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


def drifts(old: Sequence[Field], new: Sequence[Field]) -> list[Drift]:
    """Every change of a field that was known before."""
    fresh = {one.key: one for one in new}
    return [drift for one in old for drift in _of(one, fresh.get(one.key))]


def _of(old: Field, new: Field | None) -> Iterator[Drift]:
    named = {"field": old.label}
    if new is None:
        yield Drift("removed", old.key, named)
        return
    if new.type is not old.type:
        yield Drift("retyped", old.key, {**named, "before": old.type.value, "after": new.type.value})
        return
    before, after = ({option.value: option.label for option in one.options} for one in (old, new))
    yield from (Drift("option_new", old.key, {**named, "option": after[key]}) for key in after if key not in before)
    yield from (Drift("option_gone", old.key, {**named, "option": before[key]}) for key in before if key not in after)


def merged(old: Sequence[Field], new: Sequence[Field]) -> list[Field]:
    """Field definitions where not being seen does not mean being gone: custom fields that were known stay known."""
    seen = {one.key for one in new}
    return [*new, *(one for one in old if one.custom and one.key not in seen)]


def used_by(document: Document, side: Side, key: str) -> str:
    """Where a configuration uses a field of a side: "mapping", "rule", or nowhere."""
    if any(FieldRef.parse(one.ref(side)).key == key for one in document.mappings if one.enabled):
        return "mapping"
    named = {
        FieldRef.parse(one.field).key for rule in document.rules if rule.side is side for one in rules.conditions(rule)
    }
    acted = {action.field for rule in document.rules if rule.side is side.other for action in rule.actions}
    return "rule" if key in named | acted else ""
