"""Two configurations compared: what a person changed, and whether it changes what syncs. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from sync.engine import rule_words
from sync.model.connections import Document, FieldMapping, Rule, Scheme
from sync.model.editing import Difference
from sync.model.fields import spoken_ref
from sync.model.records import Side

QUIET_OPTIONS = ("interval", "verbosity")
"""What changes when zsync runs and what it says, not what it does to records."""


def differences(old: Document, new: Document, scheme: Scheme) -> list[Difference]:
    """What it takes to get from the old document to the new one. `scheme` knows the fields of both sides."""
    return [
        *_listed("mapping", _by_id(old.mappings), _by_id(new.mappings), lambda one: mapping_words(one, scheme)),
        *_listed("rule", _by_id(old.rules), _by_id(new.rules), lambda one: _rule_words(one, scheme)),
        *_valued("option", old.options, new.options),
        *_valued("limit", old.limits, new.limits),
    ]


def changes_records(old: Document, new: Document) -> bool:
    """Whether the new document may change what is written: such a change is previewed and approved."""
    quiet = {name: getattr(old.options, name) for name in QUIET_OPTIONS}
    told = replace(new.options, **quiet)
    return (old.mappings, old.rules, old.options) != (new.mappings, new.rules, told)


def renewed(old: Document, new: Document, number: int) -> Document:
    """The new document, to be version `number`, with that as a fresh epoch for every mapping that is new, switched on again, or may write
    where it could not before: it then meets its field for the first time."""
    known = _by_id(old.mappings)
    mappings = tuple(_renewed(known.get(one.id), one, old, new, number) for one in new.mappings)
    return replace(new, mappings=mappings)


def _renewed(
    old: FieldMapping | None, new: FieldMapping, before: Document, after: Document, number: int
) -> FieldMapping:
    if old is not None and not _writes(new, after) - _writes(old, before):
        return replace(new, epoch=old.epoch)
    return replace(new, epoch=number)


def _writes(mapping: FieldMapping, document: Document) -> set[Side]:
    ways = (mapping.direction, document.options.direction)
    return {side for side in Side if mapping.enabled and all(way.writes(side) for way in ways)}


def mapping_words(mapping: FieldMapping, scheme: Scheme) -> str:
    """ "Notes → Biography"."""
    left, right = (spoken_ref(scheme.side(side).fields, mapping.ref(side)) for side in Side)
    return f"{left} {mapping.direction.arrow} {right}"


def _rule_words(rule: Rule, scheme: Scheme) -> str:
    """The sentence of its filters, and what its actions do."""
    done = [rule_words.action_sentence(action, rule, scheme) for action in rule.actions]
    return ", then ".join([rule_words.rule_sentence(rule, scheme), *done])


def _by_id(things: Any) -> dict[str, Any]:
    return {one.id: one for one in things}


def _listed(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], words: Any) -> Iterator[Difference]:
    for key, one in new.items():
        known = old.get(key)
        if known is None:
            yield Difference("+", kind, words(one))
        elif known.enabled != one.enabled:
            yield Difference("~", kind, words(one), _switch(known), _switch(one))
        elif replace(known, **_epochless(one)) != one:
            before, after = words(known), words(one)
            yield Difference("~", kind, after, *((before, after) if before != after else ()))
    yield from (Difference("-", kind, words(one)) for key, one in old.items() if key not in new)


def _epochless(one: Any) -> dict[str, Any]:
    return {"epoch": one.epoch} if isinstance(one, FieldMapping) else {}


def _switch(one: Any) -> str:
    return "on" if one.enabled else "off"


def _valued(kind: str, old: Any, new: Any) -> Iterator[Difference]:
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if before != after:
            yield Difference("~", kind, one.name, _said(before), _said(after))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{100 * value:g} %"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
