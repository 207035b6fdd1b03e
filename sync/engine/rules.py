"""Filters: which records a rule brings into scope. Pure.

Logic is three-valued: a condition on a value that is not known yet is neither true nor false, and a group is only decided where the unknown
cannot change it. Conditions, groups and the rules of a side are made ready once, for any number of records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from sync.engine.asking import at_once
from sync.engine.normalise import empty
from sync.engine.operators import OPERATORS, Fits, Operator
from sync.engine.readers import Reader, field_reader, wanted_form
from sync.model.connections import Condition, Group, Rule, Scheme
from sync.model.editing import Wants
from sync.model.fields import ADDRESS_PARTS, Field, FieldRef, FieldType, Value, Values
from sync.model.records import Side

Truth = bool | None
"""True, False, or None: not known yet."""

EXISTING = "@existing"
EXISTING_FIELD = Field(EXISTING, "Exists in the other app", FieldType.YES_NO, writable=False)

Matcher = Callable[[Values, bool | None], Truth]
"""(a record's values, whether it has a counterpart) → the truth."""


def condition_type(field: Field, ref: FieldRef) -> FieldType:
    """By which type a condition compares: the parts of an address are texts."""
    return FieldType.TEXT if ref.part else field.type


def subject(scheme: Scheme, side: Side, text: str) -> tuple[Field, FieldRef] | None:
    """What a condition asks about, or None where the field, or such a part of it, is not there."""
    ref = FieldRef.parse(text)
    field = EXISTING_FIELD if ref.key == EXISTING else scheme.side(side).fields.get(ref.key)
    if field is None or (ref.part and (field.type is not FieldType.ADDRESS or ref.part not in ADDRESS_PARTS)):
        return None
    return field, ref


def today(scheme: Scheme) -> date:
    """Which day it is for the organisation."""
    return scheme.now.astimezone(ZoneInfo(scheme.time_zone)).date()


# ---- one condition -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A condition made ready. `read` gives what it compares of a field's value that is not empty: a normal form, or a list of them where
    there are `several`; `test` tests that, and `at_once` does both where the type allows it. `wanted` is None where what is asked for
    can't be compared: then no value fits."""

    ref: FieldRef
    kind: FieldType
    operator: Operator
    wanted: Value
    several: bool
    read: Reader
    test: Fits
    at_once: Fits | None

    def fits(self, have: Value) -> bool:
        """Whether what was read makes the condition true; None is nothing, which nothing but a negated operator is true for."""
        return self.operator.negated if have is None else self.test(have) is not self.operator.negated


def ready(scheme: Scheme, side: Side, condition: Condition) -> Ready | None:
    """None where the field is gone, or has become of a type that the operator can't compare."""
    found, operator = subject(scheme, side, condition.field), OPERATORS.get(condition.operator)
    if found is None or operator is None or condition_type(*found) not in operator.types:
        return None
    field, ref = found
    kind = condition_type(field, ref)
    spelled = kind is FieldType.PHONE and operator.piece is not None
    several = (field.many and not ref.label) or spelled
    wanted = wanted_form(kind, ref, operator, condition.value, scheme.region)
    test = _test(operator, wanted, today(scheme), several)
    read = field_reader(field, ref, operator, scheme.region, ZoneInfo(scheme.time_zone))
    quick = None if field.many or ref.part else at_once(kind, operator, wanted, scheme.region)
    return Ready(ref, kind, operator, wanted, several, read, test, quick)


def _test(operator: Operator, wanted: Value, day: date, several: bool) -> Fits:
    if wanted is None and operator.wants is not Wants.NOTHING:
        return lambda _have: False
    one = operator.test(wanted, day)

    def any_fits(forms: Value) -> bool:
        for form in forms:  # noqa: SIM110  `any` would make a generator for what are mostly two
            if one(form):
                return True
        return False

    return any_fits if several else one


# ---- groups and rules --------------------------------------------------------------------------------------------------------------------

Part = TypeVar("Part", Condition, Group)


class _Once(Generic[Part]):
    """A condition or group as a key of a cache, by identity: its value may be a list."""

    __slots__ = ("part",)

    def __init__(self, part: Part) -> None:
        self.part: Part = part

    def __hash__(self) -> int:
        return id(self.part)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self.part is other.part


def holds(condition: Condition, values: Values, scheme: Scheme, side: Side, *, existing: bool | None = None) -> Truth:
    """Whether a condition holds for a record's values; a field that no longer exists is never known."""
    return _condition(scheme, side, _Once(condition))(values, existing)


def group_holds(group: Group, values: Values, scheme: Scheme, side: Side) -> Truth:
    """Whether all, or any, of a group hold; an empty group holds always."""
    return _group(scheme, side, _Once(group))(values, None)


@lru_cache(maxsize=1024)
def _condition(scheme: Scheme, side: Side, once: _Once[Condition]) -> Matcher:
    return _joined(scheme, side, Group((once.part,)))


@lru_cache(maxsize=512)
def _group(scheme: Scheme, side: Side, once: _Once[Group]) -> Matcher:
    return _joined(scheme, side, once.part)


Asked = tuple[str, Reader | None, Fits, bool, bool]
"""A condition about a field's value: the field's key, how it is read (None where the test does that itself), the test, its outcome for what
is empty, and which outcome decides the group."""


def _joined(scheme: Scheme, side: Side, group: Group) -> Matcher:
    """A group made ready. What is asked of values is laid out in tuples and asked here, as it is asked of every record."""
    made = [ready(scheme, side, one) for one in group.conditions]
    asked = [_asked(one, group.any) for one in sorted(filter(None, made), key=_dear) if one.ref.key != EXISTING]
    others = [_other(one) for one in made if one is None or one.ref.key == EXISTING]
    others += [_group(scheme, side, _Once(inner)) for inner in group.groups]
    decisive, decided = group.any, not group.any or not (asked or others)

    def match(values: Values, existing: bool | None) -> Truth:
        unknown = False
        for key, read, test, blank, turns in asked:
            try:
                value = values[key]
            except KeyError:
                unknown = True
                continue
            have = None if not value and value != 0 else read(value) if read else value
            if (blank if have is None else test(have)) is turns:
                return decisive
        for other in others:
            truth = other(values, existing)
            if truth is decisive:
                return decisive
            unknown = unknown or truth is None
        return None if unknown else decided

    return match


def _asked(one: Ready, decisive: bool) -> Asked:
    """What is empty is a no where a field is yes or no, and fits nothing elsewhere."""
    blank = one.kind is FieldType.YES_NO and one.test(False)
    read, test = (None, one.at_once) if one.at_once else (one.read, one.test)
    return one.ref.key, read, test, blank, decisive is not one.operator.negated


def _other(one: Ready | None) -> Matcher:
    """A condition that can't be asked is never known; the other one asks for the counterpart."""
    if one is None:
        return lambda _values, _existing: None
    return lambda _values, existing: None if existing is None else one.fits(existing)


def _dear(one: Ready) -> bool:
    """Reading a phone number costs ten times what anything else does, so it comes last."""
    return one.kind is FieldType.PHONE


def matcher(group: Group, scheme: Scheme, side: Side) -> Matcher:
    """A group made ready, for those who ask it about many records."""
    return _group(scheme, side, _Once(group))


def matches(scheme: Scheme, rule: Rule, values: Values, *, existing: bool | None = None) -> Truth:
    """Whether one rule brings a record in. `existing` tells whether it has a counterpart."""
    return _group(scheme, rule.side, _Once(rule.when))(values, existing)


def in_scope(scheme: Scheme, side: Side, values: Values, *, existing: bool | None = None) -> Truth:
    """Whether a rule of this side brings the record in."""
    found: Truth = False
    for match in _matchers(scheme, side):
        truth = match(values, existing)
        if truth:
            return True
        found = None if truth is None else found
    return found


@lru_cache(maxsize=64)
def live_rules(scheme: Scheme, side: Side) -> tuple[Rule, ...]:
    return tuple(rule for rule in scheme.document.rules if rule.side is side and rule.enabled)


@lru_cache(maxsize=64)
def _matchers(scheme: Scheme, side: Side) -> tuple[Matcher, ...]:
    return tuple(_group(scheme, side, _Once(rule.when)) for rule in live_rules(scheme, side))


def left_out(scheme: Scheme, side: Side, values: Values) -> str | None:
    """Why the connection leaves this record out before any matching ("kind", "inactive"), or None where it takes part."""
    for reason, match in _population(scheme, side):
        if match(values, None) is False:
            return reason
    return None


@lru_cache(maxsize=64)
def _population(scheme: Scheme, side: Side) -> tuple[tuple[str, Matcher], ...]:
    return tuple((reason, _condition(scheme, side, _Once(one))) for reason, one in scheme.side(side).population)


def population(scheme: Scheme, side: Side) -> Group:
    """What the connection asks of every record of a side: one for which this is false is left out."""
    return Group(tuple(one for _, one in scheme.side(side).population))


def conditions(rule: Rule) -> list[Condition]:
    """All conditions of a rule, those of inner groups included."""
    return _within(rule.when)


def _within(group: Group) -> list[Condition]:
    return [*group.conditions, *(one for inner in group.groups for one in _within(inner))]


def keys(*groups: Group) -> set[str]:
    """The keys of all fields that these groups look at."""
    return {FieldRef.parse(one.field).key for group in groups for one in _within(group)}


def named_fields(scheme: Scheme, side: Side) -> set[str]:
    """The keys of all fields that live rules of this side look at."""
    return keys(*(rule.when for rule in live_rules(scheme, side)))


# ---- time --------------------------------------------------------------------------------------------------------------------------------


def next_flip(scheme: Scheme, side: Side, values: Values) -> datetime | None:
    """The next midnight, where the organisation is, at which a live rule may judge these values otherwise although nobody edits them."""
    days = [found for one in _relative(scheme, side) for found in _flips(one, values, today(scheme))]
    if not days:
        return None
    return datetime.combine(min(days), time(), ZoneInfo(scheme.time_zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def _relative(scheme: Scheme, side: Side) -> tuple[Ready, ...]:
    every = (ready(scheme, side, one) for rule in live_rules(scheme, side) for one in conditions(rule))
    return tuple(one for one in every if one and one.operator.flips and one.wanted)


def _flips(one: Ready, values: Values, now: date) -> list[date]:
    value, flips = values.get(one.ref.key), one.operator.flips
    have = None if empty(value) else one.read(value)
    if have is None or flips is None:
        return []
    found = (flips(date.fromisoformat(form), one.wanted, now) for form in (have if one.several else [have]))
    return [flip for flip in found if flip is not None]
