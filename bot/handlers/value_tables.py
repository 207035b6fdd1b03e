"""The value table in the form of a mapping: the rows that it shows, what was chosen in them, and the rows that it has no room for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.model.connections import FieldMapping
from sync.model.fields import Value
from sync.model.records import Side
from sync.usecases import mappings
from sync.usecases.configuration import Editing
from sync.usecases.mappings import Pair

MOST_ROWS = 60
MOST_CHOICES = 100

Option = tuple[str, str]
"""A value and its label."""


@dataclass(frozen=True, slots=True)
class Table:
    """A row for each option of the left side; where that has none, for each of the right side (`turned`). `shown` are the options whose
    rows there is room for, `unseen` the others; `known` are the rows as they are kept, each with its own value first."""

    shown: Sequence[Option]
    unseen: Sequence[Option]
    partners: Sequence[Option]
    turned: bool
    known: Sequence[tuple[Value, Value]]

    def hidden(self) -> list[Value]:
        """The own values of the kept rows that are not shown: of the rows of one value, the first one is."""
        left = {_form(value) for value, _ in self.shown}
        found = []
        for own, _ in self.known:
            if _form(own) not in left:
                found.append(own)
            left.discard(_form(own))
        return found


def table(editing: Editing, pair: Pair, kept: FieldMapping | None) -> Table | None:
    """None where the two fields need no table. What is `kept` counts where it is about the same two fields."""
    if not pair.verdict.needs_table:
        return None
    lefts = mappings.options_of(editing, Side.LEFT, pair.left)
    rights = mappings.options_of(editing, Side.RIGHT, pair.right)
    turned, pairs = not lefts, kept.translation.pairs if kept and _is_same(kept, pair) else ()
    rows, partners = (rights, lefts) if turned else (lefts, rights)
    known = [(right, left) if turned else (left, right) for left, right in pairs]
    return Table(rows[:MOST_ROWS], rows[MOST_ROWS:], partners, turned, known)


def _is_same(kept: FieldMapping, pair: Pair) -> bool:
    return (kept.left, kept.right) == (pair.left, pair.right)


def _form(value: Value) -> str:
    """What values are compared by, as the engine compares them."""
    return str(value).casefold()


# ---- what is shown -----------------------------------------------------------------------------------------------------------------------


def rows(shown: Table) -> list[dict[str, Any]]:
    first = {_form(own): partner for own, partner in reversed(shown.known)}
    same = {label.casefold(): value for value, label in shown.partners}
    arrow = "←" if shown.turned else "→"
    return [
        {"label": f"{label} {arrow}", **_choice(shown, first.get(_form(value)) or same.get(label.casefold(), ""))}
        for value, label in shown.shown
    ]


def _choice(shown: Table, chosen: Value) -> dict[str, Any]:
    """The partners to choose from, the chosen one among them."""
    mine = next((one for one in shown.partners if _form(one[0]) == _form(chosen)), None)
    some = shown.partners[:MOST_CHOICES]
    if mine and mine not in some:
        some = [mine, *some[:-1]]
    choices = [{"text": label, "value": value} for value, label in some]
    return {"choices": choices, "chosen": mine[0] if mine else str(chosen)}


def further(shown: Table) -> int:
    """How many rows are not shown, those without a partner included."""
    hidden = shown.hidden()
    named = {_form(own) for own in hidden}
    return len(hidden) + sum(_form(value) not in named for value, _ in shown.unseen)


# ---- what was chosen ---------------------------------------------------------------------------------------------------------------------


def pairs(shown: Table, form: Mapping[str, Any]) -> tuple[tuple[Value, Value], ...]:
    """The rows of the table: kept ones in their order, as where a value has several partners the first one counts. A row that was emptied
    goes, with all others of its value; a row that the form did not show stays."""
    typed = {int(block.split(":")[1]): chosen or None for block, chosen in form.items() if block.startswith("table:")}
    seen = {_form(own): (own, typed[at]) for at, (own, _) in enumerate(shown.shown) if at in typed}
    fresh = {key: row for key, row in seen.items() if row[1] is not None}
    found = []
    for own, partner in shown.known:
        if _form(own) in fresh:
            found.append(fresh.pop(_form(own)))
        elif _form(own) not in seen or seen[_form(own)][1] not in (None, partner):
            found.append((own, partner))
    every = [*found, *fresh.values()]
    return tuple((partner, own) if shown.turned else (own, partner) for own, partner in every)
