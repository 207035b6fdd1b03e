"""Filters: which records a rule brings into scope. Pure.

Logic is three-valued: a condition on a value that is not known yet is neither true nor false, and a group is only decided where the unknown
cannot change it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from sync.engine.entries import choose
from sync.engine.normalise import country_code, normal, normal_field
from sync.engine.operators import DATES, NUMBERS, OPERATORS, SETS, Operator, Test
from sync.model.connections import Condition, Group, Rule, Scheme
from sync.model.fields import Field, FieldRef, FieldType, Value, Values
from sync.model.records import Side

Truth = bool | None
"""True, False, or None: not known yet."""

EXISTING = "@existing"
EXISTING_FIELD = Field(EXISTING, "Exists in the other app", FieldType.YES_NO, writable=False)

Matcher = Callable[[Values], Truth]


def condition_type(field: Field, ref: FieldRef) -> FieldType:
    """By which type a condition compares: the parts of an address are texts."""
    return FieldType.TEXT if ref.part else field.type


def today(scheme: Scheme) -> date:
    """Which day it is for the organisation."""
    return scheme.now.astimezone(ZoneInfo(scheme.time_zone)).date()


# ---- one condition -----------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def matcher(scheme: Scheme, side: Side, condition_id: "Hashed") -> Matcher:
    """A condition made ready: what is wanted is normalised once, for any number of records."""
    condition = condition_id.condition
    ref = FieldRef.parse(condition.field)
    field = EXISTING_FIELD if ref.key == EXISTING else scheme.side(side).fields.get(ref.key)
    operator = OPERATORS.get(condition.operator)
    if field is None or operator is None:
        return lambda _values: None
    wanted = _wanted(field, ref, operator, condition.value, scheme)
    fits = _fits(operator, wanted, today(scheme), field.many and not ref.label)

    def match(values: Values) -> Truth:
        if ref.key not in values:
            return None
        return fits(_form(field, ref, values[ref.key], scheme))

    return match


class Hashed:
    """A condition as a key of a cache: its value may be a list."""

    __slots__ = ("_key", "condition")

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self._key = (condition.field, condition.operator, repr(condition.value))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and self._key == other._key


def _fits(operator: Operator, wanted: Value, day: date, several: bool) -> Callable[[Value], bool]:
    """The test on a record's normal form, emptiness and negation included."""
    test: Test | None = operator.test
    if test is None:
        return lambda have: (have is None) == operator.negated
    if wanted is None:
        return lambda _have: operator.negated

    def fits(have: Value) -> bool:
        if have is None:
            return operator.negated
        found = any(test(one, wanted, day) for one in have) if several else test(have, wanted, day)
        return found != operator.negated

    return fits


def _form(field: Field, ref: FieldRef, value: Value, scheme: Scheme) -> Value:
    """What a condition compares: the normal form of a field, of its entry with a label, or of a part of an address."""
    if ref.part:
        return _parts(field, ref, value)
    if field.many and ref.label:
        return choose(field, ref, value or (), region=scheme.region).form
    if field.type is FieldType.YES_NO:
        return bool(value)
    if field.type is FieldType.DATE_TIME:
        return _local_day(value, scheme.time_zone)
    return normal_field(field, value, scheme.region)


def _parts(field: Field, ref: FieldRef, value: Value) -> Value:
    """One part of an address, or of every address where there are several."""
    if not field.many:
        return _part(value or {}, ref.part)
    entries = [entry for entry in value or () if not ref.label or entry.get("label") == ref.label]
    found = [part for entry in entries if (part := _part(entry["value"] or {}, ref.part)) is not None]
    return (found[0] if found else None) if ref.label else found or None


def _part(address: Mapping[str, Value], part: str) -> Value:
    if part == "country":
        return str(address.get("country_code") or "").upper() or country_code(str(address.get("country") or "")) or None
    return " ".join(str(address.get(part) or "").split()) or None


def _local_day(value: Value, time_zone: str) -> Value:
    """The day of a moment where the organisation is."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    here = moment.astimezone(ZoneInfo(time_zone)) if moment.tzinfo else moment
    return here.date().isoformat()


def _wanted(field: Field, ref: FieldRef, operator: Operator, value: Value, scheme: Scheme) -> Value:
    """What a condition asks for, in the same form as what records have; None where it can't be compared."""
    if operator.flips is not None or value is None:
        return value
    if isinstance(value, list | tuple):
        forms = [_wanted_one(field, ref, operator, one, scheme) for one in value]
        return None if None in forms else forms
    return _wanted_one(field, ref, operator, value, scheme)


def _wanted_one(field: Field, ref: FieldRef, operator: Operator, value: Value, scheme: Scheme) -> Value:
    kind = condition_type(field, ref)
    if ref.part == "country":
        return country_code(str(value)) if operator.name in ("is", "is not", "is any of") else value
    if kind in SETS or (kind is FieldType.PHONE and operator.name not in ("is", "is not", "is any of")):
        return "".join(str(value).split()) if kind is FieldType.PHONE else value
    if kind in DATES:
        return value if is_day(value) else None
    form = normal(kind, value, scheme.region)
    return None if kind in NUMBERS and not is_number(form) else form


def is_number(value: Value) -> bool:
    text = str(value if value is not None else "").removeprefix("-")
    return text.replace(".", "", 1).isdigit()


def is_day(value: Value) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


# ---- groups and rules --------------------------------------------------------------------------------------------------------------------


def holds(condition: Condition, values: Values, scheme: Scheme, side: Side) -> Truth:
    """Whether a condition holds for a record's values; a field that no longer exists is never known."""
    return matcher(scheme, side, Hashed(condition))(values)


def group_holds(group: Group, values: Values, scheme: Scheme, side: Side) -> Truth:
    """Whether all, or any, of a group hold; an empty group holds always."""
    return _group(scheme, side, _Once(group))(values)


class _Once:
    """A group or rule as a key of a cache, by identity: documents live as long as their scheme."""

    __slots__ = ("thing",)

    def __init__(self, thing: Group) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self.thing is other.thing


@lru_cache(maxsize=1024)
def _group(scheme: Scheme, side: Side, once: _Once) -> Matcher:
    group = once.thing
    parts = [matcher(scheme, side, Hashed(condition)) for condition in group.conditions]
    parts += [_group(scheme, side, _Once(inner)) for inner in group.groups]
    if not parts:
        return lambda _values: True
    decisive = group.any

    def match(values: Values) -> Truth:
        unknown = False
        for part in parts:
            truth = part(values)
            if truth is decisive:
                return decisive
            unknown = unknown or truth is None
        return None if unknown else not decisive

    return match


def matches(scheme: Scheme, rule: Rule, values: Values, *, existing: bool | None = None) -> Truth:
    """Whether one rule brings a record in. `existing` tells whether it has a counterpart."""
    return group_holds(rule.when, _with(values, existing), scheme, rule.side)


def _with(values: Values, existing: bool | None) -> Values:
    return values if existing is None else {**values, EXISTING: existing}


def in_scope(scheme: Scheme, side: Side, values: Values, *, existing: bool | None = None) -> Truth:
    """Whether a rule of this side brings the record in."""
    known = _with(values, existing)
    return _any(group_holds(rule.when, known, scheme, side) for rule in live_rules(scheme, side))


def _any(truths: Iterable[Truth]) -> Truth:
    found = set(truths)
    return True if True in found else None if None in found else False


@lru_cache(maxsize=64)
def live_rules(scheme: Scheme, side: Side) -> tuple[Rule, ...]:
    return tuple(rule for rule in scheme.document.rules if rule.side is side and rule.enabled)


def left_out(scheme: Scheme, side: Side, values: Values) -> str | None:
    """Why the connection leaves this record out before any matching ("kind", "inactive"), or None where it takes part."""
    for reason, condition in scheme.side(side).population:
        if holds(condition, values, scheme, side) is False:
            return reason
    return None


def conditions(rule: Rule) -> list[Condition]:
    """All conditions of a rule, those of inner groups included."""
    return [one for group in (rule.when, *rule.when.groups) for one in group.conditions]


def named_fields(scheme: Scheme, side: Side) -> set[str]:
    """The keys of all fields that live rules of this side look at."""
    return {FieldRef.parse(one.field).key for rule in live_rules(scheme, side) for one in conditions(rule)}


# ---- time --------------------------------------------------------------------------------------------------------------------------------


def next_flip(scheme: Scheme, side: Side, values: Values) -> datetime | None:
    """The next midnight, where the organisation is, at which a live rule may judge these values otherwise although nobody edits them."""
    days = [day for one in _relative(scheme, side) if (day := _flip(one, scheme, side, values)) is not None]
    if not days:
        return None
    return datetime.combine(min(days), time(), ZoneInfo(scheme.time_zone))


@lru_cache(maxsize=64)
def _relative(scheme: Scheme, side: Side) -> tuple[Condition, ...]:
    every = (one for rule in live_rules(scheme, side) for one in conditions(rule))
    return tuple(one for one in every if one.operator in OPERATORS and OPERATORS[one.operator].flips)


def _flip(condition: Condition, scheme: Scheme, side: Side, values: Values) -> date | None:
    ref = FieldRef.parse(condition.field)
    field, flips = scheme.side(side).fields.get(ref.key), OPERATORS[condition.operator].flips
    have = _form(field, ref, values.get(ref.key), scheme) if field else None
    if have is None or flips is None:
        return None
    return flips(date.fromisoformat(have), int(condition.value), today(scheme))
