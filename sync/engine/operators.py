"""The operators of filters: one table that feeds menus, evaluation, sentences, lint and the README. Pure.

Tests work on what is read: normal forms, and those of texts in small letters. A negated operator is true where its partner is false; so it
holds for an empty value, and for a field with several entries when none of them fits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt

from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, SETS, FieldType, Value

T = FieldType
TEXTS = (T.TEXT, T.LONG_TEXT, T.EMAIL, T.PHONE, T.URL)

MOST_DAYS = 3650
"""The longest span that a relative date may have."""

Fits = Callable[[Value], bool]
"""Whether what a record has, which is never empty here, fits."""

Test = Callable[[Value, date], Fits]
"""(what is wanted, today) → the test, made ready for any number of records."""

Flip = Callable[[date, int, date], date | None]

Piece = tuple[str, str, str]
"""What a text must begin with, contain and end with."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `sentence` is what people read. `flips` tells for a date on which day the answer changes next although nobody edits
    anything (None: never again). `piece` is there for operators that look at a piece of a text, and tells where that piece stands."""

    name: str
    types: tuple[FieldType, ...]
    wants: Wants
    sentence: str
    test: Test
    negated: bool = False
    flips: Flip | None = None
    piece: Callable[[str], Piece] | None = None


def _is(want: Value, _today: date) -> Fits:
    wanted = want.casefold() if isinstance(want, str) else want
    return lambda have: have == wanted


def _any_of(want: Value, _today: date) -> Fits:
    wanted = {one.casefold() for one in want}
    return lambda have: have in wanted


def _contains(want: Value, _today: date) -> Fits:
    wanted = want.casefold()
    return lambda have: wanted in have


def _starts(want: Value, _today: date) -> Fits:
    wanted, size = want.casefold(), len(want.casefold())
    return lambda have: have[:size] == wanted


def _ends(want: Value, _today: date) -> Fits:
    wanted, size = want.casefold(), len(want.casefold())
    return lambda have: have[-size:] == wanted


def _at(want: str) -> str:
    """ "acme.example", "@acme.example" or a whole address: what addresses of that domain end with."""
    return "@" + want.rpartition("@")[2]


def _domain(want: Value, today: date) -> Fits:
    return _ends(_at(want), today)


def _filled(_want: Value, _today: date) -> Fits:
    return lambda _have: True


def _has(want: Value, _today: date) -> Fits:
    return lambda have: want in have


def _has_any(want: Value, _today: date) -> Fits:
    wanted = frozenset(want)
    return lambda have: not wanted.isdisjoint(have)


def _compares(test: Callable[[Value, Value], Value]) -> Test:
    """Numbers are decimals and days are ISO texts: both have an order of their own."""
    return lambda want, _today: lambda have: test(have, want)


def _between(want: Value, _today: date) -> Fits:
    low, upto = want
    return lambda have: low <= have <= upto


def _last(want: Value, today: date) -> Fits:
    """Today counts as the first of the last N days."""
    return _between(((today - timedelta(days=want - 1)).isoformat(), today.isoformat()), today)


def _next(want: Value, today: date) -> Fits:
    return _between((today.isoformat(), (today + timedelta(days=want - 1)).isoformat()), today)


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


def _begin(want: str) -> Piece:
    return want, "", ""


def _inner(want: str) -> Piece:
    return "", want, ""


def _end(want: str) -> Piece:
    return "", "", want


def _domain_end(want: str) -> Piece:
    return "", "", _at(want)


NOT_YES_NO = tuple(kind for kind in FieldType if kind is not T.YES_NO)
ONE, SEVERAL, RANGE, DAYS, NOTHING = Wants.ONE, Wants.SEVERAL, Wants.RANGE, Wants.DAYS, Wants.NOTHING

OPERATORS: Mapping[str, Operator] = {
    one.name: one for one in (
        Operator("is", (*TEXTS, T.CHOICE, T.YES_NO), ONE, "{field} is {value}", _is),
        Operator("is not", (*TEXTS, T.CHOICE), ONE, "{field} is not {value}", _is, negated=True),
        Operator("is any of", (*TEXTS, T.CHOICE), SEVERAL, "{field} is any of {value}", _any_of),
        Operator("contains", TEXTS, ONE, "{field} contains {value}", _contains, piece=_inner),
        Operator("does not contain", TEXTS, ONE, "{field} does not contain {value}", _contains, negated=True, piece=_inner),
        Operator("starts with", TEXTS, ONE, "{field} starts with {value}", _starts, piece=_begin),
        Operator("ends with", TEXTS, ONE, "{field} ends with {value}", _ends, piece=_end),
        Operator("domain is", (T.EMAIL,), ONE, "the domain of {field} is {value}", _domain, piece=_domain_end),
        Operator("=", NUMBERS, ONE, "{field} is {value}", _compares(eq)),
        Operator("≠", NUMBERS, ONE, "{field} is not {value}", _compares(eq), negated=True),
        Operator("<", NUMBERS, ONE, "{field} is less than {value}", _compares(lt)),
        Operator("≤", NUMBERS, ONE, "{field} is at most {value}", _compares(le)),
        Operator(">", NUMBERS, ONE, "{field} is more than {value}", _compares(gt)),
        Operator("≥", NUMBERS, ONE, "{field} is at least {value}", _compares(ge)),
        Operator("between", NUMBERS, RANGE, "{field} is between {value} and {upto}", _between),
        Operator("on", DATES, ONE, "{field} is on {value}", _compares(eq)),
        Operator("before", DATES, ONE, "{field} is before {value}", _compares(lt)),
        Operator("after", DATES, ONE, "{field} is after {value}", _compares(gt)),
        Operator("from … to", DATES, RANGE, "{field} is from {value} to {upto}", _between),
        Operator("in the last days", DATES, DAYS, "{field} is in the last {value}", _last, flips=_last_flips),
        Operator("in the next days", DATES, DAYS, "{field} is in the next {value}", _next, flips=_next_flips),
        Operator("has", SETS, ONE, "{field} has {value}", _has),
        Operator("has not", SETS, ONE, "{field} has not {value}", _has, negated=True),
        Operator("has any of", SETS, SEVERAL, "{field} has any of {value}", _has_any),
        Operator("is not empty", NOT_YES_NO, NOTHING, "{field} is not empty", _filled),
        Operator("is empty", NOT_YES_NO, NOTHING, "{field} is empty", _filled, negated=True),
    )
}  # fmt: skip  # a table reads best with a row on a line


def operators_for(kind: FieldType) -> Sequence[Operator]:
    """The operators of a type of field, in the order of menus: an empty test last."""
    return [one for one in OPERATORS.values() if kind in one.types]
