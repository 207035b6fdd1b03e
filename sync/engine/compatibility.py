"""Which type of field can fill which: one table, source type × target type. Pure.

It decides whether a pair of fields can be mapped and in which directions: both ways where both cells allow it, one way where one does, not
at all otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sync.engine.conversions import (
    Convert,
    Converted,
    Outcome,
    Skipped,
    Terms,
    Unfit,
    address,
    address_line,
    as_text,
    day_of,
    joined,
    label,
    midnight,
    one_line,
    option,
    option_by_label,
    options,
    same,
    to_date,
    to_email,
    to_moment,
    to_money,
    to_number,
    to_yes_no,
    yes_no_word,
)
from sync.model.connections import Direction, Translation, Unmapped
from sync.model.editing import Loss
from sync.model.fields import SETS, Field, FieldRef, FieldType, Value
from sync.model.records import Side

T = FieldType


@dataclass(frozen=True, slots=True)
class Cell:
    """How one type fills another. `warning` is the code of what a lossy way loses, `reason` and `remedy` of why a way is refused and what
    would help (their words are in the templates). `table`: values are put into the other side's words by a value table."""

    loss: Loss
    convert: Convert | None = None
    warning: str = ""
    reason: str = ""
    remedy: str = ""
    table: bool = False


# ---- the table ---------------------------------------------------------------------------------------------------------------------------

ANY_TEXT = (T.TEXT, T.LONG_TEXT, T.EMAIL, T.PHONE, T.URL)
PLAIN = (T.TEXT, T.LONG_TEXT)


def _kept(convert: Convert = same, *, table: bool = False) -> Cell:
    return Cell(Loss.LOSSLESS, convert, table=table)


def _loses(convert: Convert, warning: str, *, table: bool = False) -> Cell:
    return Cell(Loss.LOSSY, convert, warning, table=table)


def _cells() -> dict[tuple[FieldType, FieldType], Cell]:
    cells = {(one, one): _kept() for one in T}
    cells |= {(source, target): _kept(as_text) for source in ANY_TEXT for target in PLAIN if source is not target}
    cells |= {
        (T.LONG_TEXT, T.TEXT): _loses(one_line, "one_line"),
        **{(one, T.EMAIL): _loses(to_email, "email") for one in PLAIN},
        **{(one, T.URL): _kept(as_text) for one in (T.TEXT,)},
        **{(one, T.PHONE): _kept(as_text) for one in (T.TEXT,)},
        **{(one, text): _kept(as_text) for one in (T.NUMBER, T.MONEY, T.DATE, T.DATE_TIME) for text in PLAIN},
        **{(text, T.NUMBER): _loses(to_number, "number") for text in PLAIN},
        **{(text, T.MONEY): _loses(to_money, "money") for text in PLAIN},
        **{(text, T.DATE): _loses(to_date, "date") for text in PLAIN},
        **{(text, T.DATE_TIME): _loses(to_moment, "moment") for text in PLAIN},
        (T.NUMBER, T.MONEY): _loses(to_money, "rounded"),
        (T.MONEY, T.NUMBER): _kept(to_number),
        (T.DATE_TIME, T.DATE): _loses(day_of, "time_of_day"),
        (T.DATE, T.DATE_TIME): _kept(midnight),
        **{(T.YES_NO, text): _kept(yes_no_word) for text in PLAIN},
        **{(text, T.YES_NO): _loses(to_yes_no, "yes_no") for text in PLAIN},
        (T.CHOICE, T.CHOICE): _kept(option_by_label, table=True),
        **{(T.CHOICE, text): _kept(label, table=True) for text in PLAIN},
        **{(text, T.CHOICE): _loses(option, "option", table=True) for text in PLAIN},
        (T.CHOICE, T.YES_NO): Cell(Loss.LOSSY, _not_without_table, "table_only", table=True),
        (T.YES_NO, T.CHOICE): Cell(Loss.LOSSY, _not_without_table, "table_only", table=True),
        **{(one, other): _kept(options) for one in SETS for other in SETS},
        **{(one, text): _loses(joined, "comma") for one in SETS for text in PLAIN},
        (T.ADDRESS, T.ADDRESS): _kept(address),
        **{(T.ADDRESS, text): _loses(address_line, "address_line") for text in PLAIN},
    }  # fmt: skip  # a table reads best with a row on a line
    return {(source, target): cells.get((source, target)) or _refused(target) for source in T for target in T}


def _not_without_table(_value: Value, _terms: Terms) -> Outcome:
    return Unfit("unmapped")


def _refused(target: FieldType) -> Cell:
    remedy = "rule" if target in (T.CHOICE, T.MULTI_CHOICE, T.LABELS, T.YES_NO) else "text"
    return Cell(Loss.REFUSED, reason=f"into_{target.name.lower()}", remedy=remedy)


TABLE: Mapping[tuple[FieldType, FieldType], Cell] = _cells()


Converter = Callable[[Value], Outcome]


def convert(
    source: Field,
    target: Field,
    value: Value,
    translation: Translation,
    *,
    to: Side,
    decimals: int = 2,
    time_zone: str = "UTC",
) -> Outcome:
    """A value of the source in the target's terms; empty stays empty. `to` is the side of the target."""
    return converter(Terms(source, target, translation, decimals, time_zone), to)(value)


def converter(terms: Terms, to: Side) -> Converter:
    """The same, made ready for any number of values."""
    target, translation = terms.target, terms.translation
    cell, limit = TABLE[terms.source.type, target.type], target.max_length
    turn, by_table = cell.convert, cell.table and translation.pairs

    def put(value: Value) -> Outcome:
        if value is None:
            return EMPTY
        if turn is None:
            return Unfit("unmapped")
        if by_table:
            return _by_table(value, translation, to)
        outcome = turn(value, terms)
        if type(outcome) is not Converted:
            return _otherwise(translation, to) if cell.table else outcome
        text = outcome.value
        return _too_long(target, text) if limit and type(text) is str and len(text) > limit else outcome

    return put


EMPTY = Converted(None)


def _too_long(target: Field, text: str) -> Unfit:
    return Unfit("too_long", {"field": target.label, "length": str(len(text)), "limit": str(target.max_length)})


def _by_table(value: Value, translation: Translation, to: Side) -> Outcome:
    """The first row counts where a value has several partners."""
    for left, right in translation.pairs:
        have, give = (left, right) if to is Side.RIGHT else (right, left)
        if _alike(have, value):
            return Converted(_plain(give))
    return _otherwise(translation, to)


def _alike(one: Value, other: Value) -> bool:
    return str(_plain(one)).casefold() == str(other).casefold()


def _plain(value: Value) -> Value:
    """A row of the table may name a yes/no value by its word."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _otherwise(translation: Translation, to: Side) -> Outcome:
    """A value that the table does not name."""
    if translation.unmapped is Unmapped.SKIP:
        return Skipped()
    fixed = translation.fixed_right if to is Side.RIGHT else translation.fixed_left
    if translation.unmapped is Unmapped.FIXED and fixed is not None:
        return Converted(_plain(fixed))
    return Unfit("unmapped")


# ---- pairs of fields ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be done with a pair of fields: which sides can be written, what each way loses (by the side that is written), why a way
    is closed and what would help, as codes."""

    ways: frozenset[Side]
    loss: Mapping[Side, Loss]
    warning: Mapping[Side, str]
    reason: str = ""
    remedy: str = ""
    needs_table: bool = False


def compatible(left: Field, left_ref: FieldRef, right: Field, right_ref: FieldRef) -> Verdict:
    """The verdict on two fields, by their types, how many values they hold, and whether they can be written."""
    fields = {Side.LEFT: left, Side.RIGHT: right}
    cells = {side: TABLE[fields[side.other].type, fields[side].type] for side in Side}
    closed = {side: _closed(cells[side], fields, side, (left_ref, right_ref)) for side in Side}
    ways = frozenset(side for side in Side if not closed[side])
    reason, remedy = next(((one[0], one[1]) for side in (Side.RIGHT, Side.LEFT) if (one := closed[side])), ("", ""))
    loss = {side: cells[side].loss for side in Side}
    warning = {side: cells[side].warning for side in Side}
    return Verdict(ways, loss, warning, reason, remedy, any(cells[side].table for side in ways))


def _closed(
    cell: Cell, fields: Mapping[Side, Field], side: Side, refs: tuple[FieldRef, FieldRef]
) -> tuple[str, str] | None:
    """Why one way is closed, and what would help, as codes."""
    source, target = fields[side.other], fields[side]
    if any(ref.part for ref in refs):
        return "part", "whole_address"
    if source.many and target.many and source.type is not target.type:
        return "several", "single_label"
    if not target.writable:
        return "read_only", "another_field"
    return (cell.reason, cell.remedy) if cell.loss is Loss.REFUSED else None


def direction_of(verdict: Verdict) -> Direction | None:
    """The widest direction that a pair allows; None where it is refused."""
    if len(verdict.ways) == len(Side):
        return Direction.BOTH
    return {frozenset({Side.RIGHT}): Direction.TO_RIGHT, frozenset({Side.LEFT}): Direction.TO_LEFT}.get(verdict.ways)
