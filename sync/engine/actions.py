"""THEN: what rules do to the counterpart of a record, beside its mapped fields. Pure.

An action fires when a record enters its rule's scope, and when the action itself is changed. The link remembers that it fired, so a later
edit by a person stays. Where a person wanted it, the value from before comes back when the record stops matching, unless somebody changed
it meanwhile. Deletions and unsubscribes that are carried over as labels are such rules too.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from sync.engine import labelling, rules
from sync.engine.fieldwise import Result
from sync.engine.normalise import normal_field
from sync.model.connections import Action, ActionKind, Document, FieldMapping, Rule, Scheme
from sync.model.fields import Field, FieldRef, FieldType, Value
from sync.model.plans import Applied, Base, Change, Link, Mirrored
from sync.model.records import Side

NOTHING = Base(None, None)


@dataclass(frozen=True, slots=True)
class Acting:
    """One pair of records, the link between them (None while it is being made) and what its mappings already come to. `lost` is the side
    whose record its app deleted; `scoped` tells whether a rule wants the pair."""

    records: Mapping[Side, Mirrored]
    link: Link | None
    scheme: Scheme
    result: Result
    lost: Side | None = None
    scoped: bool = True

    @property
    def applied(self) -> Mapping[str, Applied]:
        return self.link.applied if self.link else {}

    @property
    def existing(self) -> bool:
        return all(record.row for record in self.records.values())

    def value(self, side: Side, key: str) -> Value:
        """A field's value with what mappings and earlier actions have put there."""
        return self.result.values[side].get(key, self.records[side].values.get(key))


def source(rule: Rule) -> str:
    """What stands for the mapping in a change that a rule makes."""
    return f"rule:{rule.id}"


def rule_of(mapping: str, document: Document) -> Rule | None:
    """The rule that stands for the mapping in a change; None where a mapping does, or the rule is gone."""
    return next((rule for rule in document.rules if source(rule) == mapping), None)


def action_key(rule: Rule, action: Action) -> str:
    """By which a link remembers that an action fired; another value or field makes it another action."""
    told = msgspec.json.encode([action.kind.value, action.field, action.value], order="sorted")
    return f"{rule.id}:{hashlib.blake2b(told, digest_size=6).hexdigest()}"


def invertible(field: Field) -> bool:
    """Whether the value from before can be put back: a field that must not be empty may have been empty."""
    return field.writable and not field.required


def offered(field: Field, mappings: tuple[FieldMapping, ...], side: Side) -> str:
    """Why a field can't be an action's target ("read_only", "mapped", "several"), or nothing where it can."""
    if not field.writable:
        return "read_only"
    if field.many or field.type is FieldType.ADDRESS:
        return "several"
    mapped = {FieldRef.parse(mapping.ref(side)).key for mapping in mappings if mapping.enabled}
    return "mapped" if field.key in mapped else ""


def act(acting: Acting) -> None:
    """Add to the result what the rules of both sides do; the first rule that sets a field wins."""
    claimed: dict[tuple[Side, str], Value] = {}
    remembered = dict(acting.applied)
    for rule, truth in _truths(acting):
        for action in rule.actions:
            key = action_key(rule, action)
            known = remembered.pop(key, None)
            field = acting.scheme.side(rule.side.other).fields.get(action.field)
            if field is None or offered(field, acting.scheme.document.mappings, rule.side.other):
                continue
            if truth is True and _claims(rule, action, claimed, acting.result) and known is None:
                _fire(rule, action, field, acting)
            elif truth is False and known is not None:
                _leave(rule, action, field, known, acting)
    acting.result.applied |= dict.fromkeys(remembered, None)


def _truths(acting: Acting) -> Iterator[tuple[Rule, rules.Truth]]:
    """Every rule that may act, with whether it holds; where that cannot be told, what it did stays as it is."""
    for rule in _able(acting.scheme):
        yield rule, None if acting.lost else _matches(rule, acting)
    for rule in labelling.deletion_rules(acting.scheme):
        deleted = True if acting.scoped and acting.lost is rule.side else None
        yield rule, deleted if acting.lost else False
    for rule in labelling.unsubscribe_rules(acting.scheme):
        yield rule, _matches(rule, acting) if acting.scoped and not acting.lost else None


@lru_cache(maxsize=16)
def _able(scheme: Scheme) -> Sequence[Rule]:
    """Live rules with actions on a side that may be written."""
    writes = scheme.document.options.direction.writes
    return [rule for side in Side if writes(side.other) for rule in rules.live_rules(scheme, side) if rule.actions]


def _matches(rule: Rule, acting: Acting) -> rules.Truth:
    record = acting.records[rule.side]
    return rules.matches(acting.scheme, rule, record.values, existing=acting.existing) if record.row else False


def _claims(rule: Rule, action: Action, claimed: dict[tuple[Side, str], Value], result: Result) -> bool:
    """Whether no earlier rule sets the same field to something else."""
    if action.kind is not ActionKind.SET:
        return True
    first = claimed.setdefault((rule.side, action.field), action.value)
    if first != action.value:
        result.withheld[source(rule)] = "first_rule"
    return bool(first == action.value)


def _fire(rule: Rule, action: Action, field: Field, acting: Acting) -> None:
    side = rule.side.other
    before = acting.value(side, field.key)
    after = _after(action, before)
    key = action_key(rule, action)
    if _same(field, before, after, acting.scheme):
        acting.result.applied[key] = Applied(before, before)
        return
    _change(rule, key, field, acting, after, Applied(_part(action, before), _part(action, after)))


def _after(action: Action, before: Value) -> Value:
    if action.kind is ActionKind.SET:
        return action.value
    kept = [value for value in before or () if value != action.value]
    return sorted([*kept, action.value]) if action.kind is ActionKind.ADD else kept or None


def _part(action: Action, value: Value) -> Value:
    """What a link remembers of a value: the whole of it, or whether it holds the one that is added or removed."""
    return value if action.kind is ActionKind.SET else action.value in (value or ())


def _leave(rule: Rule, action: Action, field: Field, known: Applied, acting: Acting) -> None:
    """The record stopped matching: restore what was before where that is wanted and nobody changed it since."""
    key, side = action_key(rule, action), rule.side.other
    now = acting.value(side, field.key)
    untouched = _part(action, now) == known.after
    if not (action.undo and invertible(field) and untouched and known.before != known.after):
        acting.result.applied[key] = None
        return
    restored = known.before if action.kind is ActionKind.SET else _toggled(action, now)
    _change(rule, key, field, acting, restored, None)


def _toggled(action: Action, now: Value) -> Value:
    opposite = ActionKind.REMOVE if action.kind is ActionKind.ADD else ActionKind.ADD
    return _after(Action(opposite, action.field, action.value), now)


def _same(field: Field, before: Value, after: Value, scheme: Scheme) -> bool:
    return bool(normal_field(field, before, scheme.region) == normal_field(field, after, scheme.region))


def _change(rule: Rule, key: str, field: Field, acting: Acting, after: Value, applies: Applied | None) -> None:
    side = rule.side.other
    result, before = acting.result, acting.records[side].values.get(field.key)
    result.before[side].setdefault(field.key, before)
    shown = acting.value(side, field.key)
    result.values[side][field.key] = after
    result.changes[side].append(
        Change(source(rule), field.label, "", shown, after, NOTHING, NOTHING, action=key, applies=applies)
    )
