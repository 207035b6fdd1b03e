"""Whether a record may exist for which some conditions hold: a search for values, type by type. Pure.

"No" is certain; where the search grows too long the answer is "perhaps", which is told as yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from sync.engine import rules
from sync.engine.operators import Operator, Piece
from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, SETS, FieldRef, FieldType, Value


def flat(want: Value) -> list[Value]:
    """What a condition asks for, one by one."""
    return list(want) if isinstance(want, list | tuple) else [] if want is None else [want]


@dataclass(frozen=True, slots=True)
class Literal:
    """A condition that holds, or one that does not. It is `fitting` if a value must fit the operator's test: then it can't be empty."""

    ready: rules.Ready
    holds: bool

    @property
    def fitting(self) -> bool:
        return self.holds is not self.ready.operator.negated

    def of(self, form: Value) -> bool:
        """Whether one value, or one entry of several, makes it true."""
        return self.ready.fits([form] if self.ready.several else form) is self.holds


@dataclass(frozen=True, slots=True)
class Joint:
    """All parts together, or any of them."""

    parts: tuple["Formula", ...]
    any: bool = False


Formula = Literal | Joint


def denied(formula: Formula) -> Formula:
    """What holds if and only if the formula does not."""
    if isinstance(formula, Literal):
        return replace(formula, holds=not formula.holds)
    return Joint(tuple(map(denied, formula.parts)), not formula.any)


MOST_STEPS = 400
"""How long a search may be; a configuration that people make takes some dozens of steps."""


def possible(formulas: Sequence[Formula], today: date) -> bool:
    """Whether a record may exist for which all of these hold. False is certain."""
    steps = iter(range(MOST_STEPS))

    def search(pending: Sequence[Formula], taken: frozenset[Literal]) -> bool:
        if not pending or next(steps, None) is None:
            return True
        first, *rest = sorted(pending, key=lambda one: isinstance(one, Joint) and one.any)
        if isinstance(first, Literal):
            beside = frozenset(one for one in taken if one.ready.ref.key == first.ready.ref.key) | {first}
            return _together(beside, today) and search(rest, taken | {first})
        if first.any:
            return any(search([one, *rest], taken) for one in first.parts)
        return search([*first.parts, *rest], taken)

    return search(formulas, frozenset())


@lru_cache(maxsize=4096)
def _together(literals: frozenset[Literal], today: date) -> bool:
    """Whether a field can have a value that makes all of these true.

    What an entry with a label satisfies, one of all entries satisfies; what has a part that is not empty is not empty itself.
    """
    about: dict[FieldRef, list[Literal]] = {}
    filled: set[FieldRef] = set()
    for one in literals:
        ref = one.ready.ref
        about.setdefault(ref, []).append(one)
        if one.fitting:
            filled |= {ref, replace(ref, part=""), FieldRef(ref.key)}
            if ref.label:
                about.setdefault(replace(ref, label=""), []).append(one)
                filled.add(replace(ref, label=""))
    return all(_satisfiable(ref, some, ref in filled, today) for ref, some in about.items())


def _satisfiable(ref: FieldRef, literals: Sequence[Literal], filled: bool, today: date) -> bool:
    kind = literals[0].ready.kind
    if not filled and kind is not FieldType.YES_NO:
        return True
    several = any(one.ready.several or one.ready.ref != ref for one in literals)
    modes = {_mode(one) for one in literals}
    for mode in modes:
        some = [one for one in literals if _mode(one) == mode or one.ready.operator.wants is Wants.NOTHING]
        fitting = [one for one in some if one.fitting]
        banned = [one for one in some if not one.fitting]
        for wanted in [[one] for one in fitting] or [[]] if several else [fitting]:
            asked = [*wanted, *banned]
            if not any(all(one.of(form) for one in asked) for form in _samples(kind, asked, today)):
                return False
    return True


def _mode(literal: Literal) -> str:
    """Conditions that read a value in different ways, or move with the days, are not held against each other."""
    ready = literal.ready
    spelled = ready.operator.piece and (ready.kind is FieldType.PHONE or ready.ref.part == "country")
    return "spelled" if spelled else "relative" if ready.operator.flips else ""


MOST_DIGITS = 200
OTHER = "\0"
"""A text that no condition asks for."""


def _samples(kind: FieldType, asked: Sequence[Literal], today: date) -> Sequence[Value]:
    """Normal forms of a type, one of which satisfies all that is asked if any value does that is not empty."""
    whole = [one for one in asked if not one.ready.operator.piece]
    wanted = [value for one in whole if not one.ready.operator.flips for value in flat(one.ready.wanted)]
    if kind in NUMBERS:
        return _numbers(sorted(wanted))
    if kind in DATES:
        return _days([*map(date.fromisoformat, wanted), *(day for one in whole for day in _bounds(one, today))])
    if kind in SETS:
        banned = {value for one in asked if not one.fitting for value in flat(one.ready.wanted)}
        return [[*(value for value in wanted if value not in banned), OTHER]]
    if kind is FieldType.YES_NO:
        return [True, False]
    pieces = _text([_piece(one.ready.operator, one.ready.wanted) for one in asked if one.fitting])
    return [text.casefold() for text in (*wanted, pieces)]


def _numbers(wanted: Sequence[Decimal]) -> list[Decimal]:
    """Each, what lies between two, and what lies beyond them all; with so many digits that nothing is rounded."""
    if not wanted:
        return [Decimal(0)]
    with localcontext(prec=MOST_DIGITS):
        return [wanted[0] - 1, *wanted, *((one + other) / 2 for one, other in pairwise(wanted)), wanted[-1] + 1]


def _bounds(literal: Literal, today: date) -> list[date]:
    span = literal.ready.wanted if literal.ready.operator.flips else 1
    return [today + timedelta(days=days) for days in (1 - span, 0, span - 1)]


def _days(bounds: Sequence[date]) -> list[str]:
    """Each, and the days beside it."""
    numbers = {bound.toordinal() + beside for bound in bounds for beside in (-1, 0, 1)}
    return [date.fromordinal(one).isoformat() for one in numbers if 1 <= one <= date.max.toordinal()]


def _piece(operator: Operator, want: Value) -> Piece:
    return operator.piece(want) if operator.piece else ("", "", "")


def _text(pieces: Sequence[Piece]) -> str:
    """A text made of all pieces, with something between them so that they form no others."""
    begins, inners, ends = zip(("", "", ""), *pieces, strict=True)
    return OTHER.join([max(begins, key=len), *inners, max(ends, key=len)])
