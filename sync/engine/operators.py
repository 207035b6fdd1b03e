"""The operators of filters: one table that feeds menus, evaluation, sentences and the README. Pure.

Tests work on normal forms. A negated operator is true where its partner is false; so it holds for an empty value, and for a field with
several entries when none of them fits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sync.model.editing import Wants
from sync.model.fields import FieldType, Value

T = FieldType
TEXTS = (T.TEXT, T.LONG_TEXT, T.EMAIL, T.PHONE, T.URL)
NUMBERS = (T.NUMBER, T.MONEY)
DATES = (T.DATE, T.DATE_TIME)
SETS = (T.MULTI_CHOICE, T.LABELS)


Test = Callable[[Value, Value, date], bool]
"""(what the record has, what is wanted, today) → whether it fits. What the record has is never empty."""

Flip = Callable[[date, int, date], date | None]


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `sentence` is what people read; `test` is None for the tests of emptiness. `flips` tells for a date on which day
    the answer changes next although nobody edits anything (None: never again)."""

    name: str
    types: tuple[FieldType, ...]
    wants: Wants
    sentence: str
    test: Test | None
    negated: bool = False
    flips: Flip | None = None


def _text(value: Value) -> str:
    return str(value).casefold()


def _is(have: Value, want: Value, _today: date) -> bool:
    return _text(have) == _text(want)


def _any_of(have: Value, want: Value, _today: date) -> bool:
    return _text(have) in {_text(one) for one in want}


def _contains(have: Value, want: Value, _today: date) -> bool:
    return _text(want) in _text(have)


def _starts(have: Value, want: Value, _today: date) -> bool:
    return _text(have).startswith(_text(want))


def _ends(have: Value, want: Value, _today: date) -> bool:
    return _text(have).endswith(_text(want))


def _domain(have: Value, want: Value, _today: date) -> bool:
    return _text(have).rpartition("@")[2] == _text(want).rpartition("@")[2]


def _has(have: Value, want: Value, _today: date) -> bool:
    return want in have


def _has_any(have: Value, want: Value, _today: date) -> bool:
    return not set(have).isdisjoint(want)


def _compares(test: Callable[[Decimal, Decimal], bool]) -> Test:
    return lambda have, want, _today: test(Decimal(have), Decimal(want))


def _between(have: Value, want: Value, _today: date) -> bool:
    return Decimal(want[0]) <= Decimal(have) <= Decimal(want[1])


def _day(test: Callable[[date, date], bool]) -> Test:
    return lambda have, want, _today: test(date.fromisoformat(have), date.fromisoformat(want))


def _days_between(have: Value, want: Value, _today: date) -> bool:
    return bool(want[0] <= have <= want[1])


def _last(have: Value, want: Value, today: date) -> bool:
    """Today counts as the first of the last N days."""
    return today - timedelta(days=int(want)) < date.fromisoformat(have) <= today


def _next(have: Value, want: Value, today: date) -> bool:
    return today <= date.fromisoformat(have) < today + timedelta(days=int(want))


def _last_flips(have: date, want: int, today: date) -> date | None:
    if have > today:
        return have
    leaves = have + timedelta(days=want)
    return leaves if leaves > today else None


def _next_flips(have: date, want: int, today: date) -> date | None:
    enters = have - timedelta(days=want - 1)
    if enters > today:
        return enters
    return have + timedelta(days=1) if have >= today else None


ALL = tuple(FieldType)
ONE, SEVERAL, RANGE, DAYS, NOTHING = Wants.ONE, Wants.SEVERAL, Wants.RANGE, Wants.DAYS, Wants.NOTHING

OPERATORS: Mapping[str, Operator] = {
    one.name: one
    for one in (
        Operator("is", (*TEXTS, T.CHOICE, T.YES_NO), ONE, "{field} is {value}", _is),
        Operator("is not", (*TEXTS, T.CHOICE), ONE, "{field} is not {value}", _is, negated=True),
        Operator("is any of", (*TEXTS, T.CHOICE), SEVERAL, "{field} is any of {value}", _any_of),
        Operator("contains", TEXTS, ONE, "{field} contains {value}", _contains),
        Operator("does not contain", TEXTS, ONE, "{field} does not contain {value}", _contains, negated=True),
        Operator("starts with", TEXTS, ONE, "{field} starts with {value}", _starts),
        Operator("ends with", TEXTS, ONE, "{field} ends with {value}", _ends),
        Operator("domain is", (T.EMAIL,), ONE, "the domain of {field} is {value}", _domain),
        Operator("=", NUMBERS, ONE, "{field} is {value}", _compares(lambda have, want: have == want)),
        Operator("≠", NUMBERS, ONE, "{field} is not {value}", _compares(lambda have, want: have == want), negated=True),
        Operator("<", NUMBERS, ONE, "{field} is less than {value}", _compares(lambda have, want: have < want)),
        Operator("≤", NUMBERS, ONE, "{field} is at most {value}", _compares(lambda have, want: have <= want)),
        Operator(">", NUMBERS, ONE, "{field} is more than {value}", _compares(lambda have, want: have > want)),
        Operator("≥", NUMBERS, ONE, "{field} is at least {value}", _compares(lambda have, want: have >= want)),
        Operator("between", NUMBERS, RANGE, "{field} is between {value} and {upto}", _between),
        Operator("on", DATES, ONE, "{field} is on {value}", _day(lambda have, want: have == want)),
        Operator("before", DATES, ONE, "{field} is before {value}", _day(lambda have, want: have < want)),
        Operator("after", DATES, ONE, "{field} is after {value}", _day(lambda have, want: have > want)),
        Operator("from … to", DATES, RANGE, "{field} is from {value} to {upto}", _days_between),
        Operator("in the last days", DATES, DAYS, "{field} is in the last {value} days", _last, flips=_last_flips),
        Operator("in the next days", DATES, DAYS, "{field} is in the next {value} days", _next, flips=_next_flips),
        Operator("has", SETS, ONE, "{field} has {value}", _has),
        Operator("has not", SETS, ONE, "{field} has not {value}", _has, negated=True),
        Operator("has any of", SETS, SEVERAL, "{field} has any of {value}", _has_any),
        Operator("is not empty", tuple(t for t in ALL if t is not T.YES_NO), NOTHING, "{field} is not empty", None),
        Operator(
            "is empty", tuple(t for t in ALL if t is not T.YES_NO), NOTHING, "{field} is empty", None, negated=True
        ),
    )
}


def operators_for(kind: FieldType) -> Sequence[Operator]:
    """The operators of a type of field, in the order of menus: an empty test last."""
    return [one for one in OPERATORS.values() if kind in one.types]
