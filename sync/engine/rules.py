"""Filters: which records a rule brings into scope. Pure.

Logic is three-valued: a condition on a value that is not known yet is neither true nor false, and a group is only decided where the unknown
cannot change it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sync.engine.entries import choose
from sync.engine.normalise import normal, normal_field
from sync.model.connections import Condition, Group, Rule, Scheme
from sync.model.fields import Field, FieldRef, FieldType, Value, Values
from sync.model.records import Side

Truth = bool | None
"""True, False, or None: not known yet."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison: what people read, and the test on normal forms (`have` is never None unless `takes_empty`)."""

    name: str
    sentence: str
    test: Callable[[Value, Value], bool]
    takes_empty: bool = False


def _text(value: Value) -> str:
    return str(value).casefold()


OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("is", "{field} is {value}", lambda have, want: _text(have) == _text(want)),
        Operator("is not", "{field} is not {value}", lambda have, want: _text(have) != _text(want), takes_empty=True),
        Operator(
            "is any of", "{field} is any of {value}", lambda have, want: _text(have) in {_text(one) for one in want}
        ),
        Operator("contains", "{field} contains {value}", lambda have, want: _text(want) in _text(have)),
        Operator("has", "{field} has {value}", lambda have, want: want in have),
        Operator("has not", "{field} has not {value}", lambda have, want: want not in (have or ()), takes_empty=True),
        Operator("is empty", "{field} is empty", lambda have, _want: have is None, takes_empty=True),
        Operator("is not empty", "{field} is not empty", lambda have, _want: have is not None, takes_empty=True),
    )
}


def holds(condition: Condition, values: Values, fields: Mapping[str, Field], region: str) -> Truth:
    """Whether a condition holds for a record's values; a field that no longer exists is never known."""
    ref = FieldRef.parse(condition.field)
    field = fields.get(ref.key)
    if field is None or ref.key not in values:
        return None
    operator = OPERATORS[condition.operator]
    have = _form(field, ref, values[ref.key], region)
    if have is None and not operator.takes_empty:
        return False
    return operator.test(have, _wanted(field, condition.value, region))


def _form(field: Field, ref: FieldRef, value: Value, region: str) -> Value:
    if field.many and ref.label:
        return choose(field, ref, value or (), region=region).form
    return normal_field(field, value, region)


def _wanted(field: Field, value: Value, region: str) -> Value:
    if isinstance(value, list | tuple):
        return [normal(field.type, item, region) for item in value]
    if field.type in (FieldType.MULTI_CHOICE, FieldType.LABELS):
        return value
    return normal(field.type, value, region)


def group_holds(group: Group, values: Values, fields: Mapping[str, Field], region: str) -> Truth:
    truths = [holds(condition, values, fields, region) for condition in group.conditions]
    truths += [group_holds(inner, values, fields, region) for inner in group.groups]
    if not truths:
        return True
    return _any(truths) if group.any else _all(truths)


def _all(truths: Iterable[Truth]) -> Truth:
    found = set(truths)
    return False if False in found else None if None in found else True


def _any(truths: Iterable[Truth]) -> Truth:
    found = set(truths)
    return True if True in found else None if None in found else False


def in_scope(scheme: Scheme, side: Side, values: Values) -> Truth:
    """Whether a rule of this side brings the record in."""
    fields = scheme.side(side).fields
    return _any(group_holds(rule.when, values, fields, scheme.region) for rule in live_rules(scheme, side))


def live_rules(scheme: Scheme, side: Side) -> list[Rule]:
    return [rule for rule in scheme.document.rules if rule.side is side and rule.enabled]


def left_out(scheme: Scheme, side: Side, values: Values) -> str | None:
    """Why the connection leaves this record out before any matching ("kind", "inactive"), or None where it takes part."""
    for reason, condition in scheme.side(side).population:
        if holds(condition, values, scheme.side(side).fields, scheme.region) is False:
            return reason
    return None


def named_fields(scheme: Scheme, side: Side) -> set[str]:
    """The keys of all fields that live rules of this side look at."""
    found: set[str] = set()
    for rule in live_rules(scheme, side):
        for group in (rule.when, *rule.when.groups):
            found |= {FieldRef.parse(condition.field).key for condition in group.conditions}
    return found
