"""Three-way merge of one mapped field on normal forms. Pure; knows no app, no record and no spelling.

The base holds what *each side* last settled on, so a side has moved if and only if it differs from its own base. A withheld clear or a
discarded change settles both sides at differing values, and the field travels again only after a person edits it.
"""

from dataclasses import dataclass
from typing import TypeAlias

from sync.model.connections import Winner
from sync.model.fields import Value
from sync.model.plans import Base
from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides when the values alone do not. `writable` are the sides that may be written; `newest` is the side whose record
    changed last, None where that cannot be told."""

    writable: frozenset[Side] = frozenset(Side)
    winner: Winner = Winner.LEFT
    newest: Side | None = Side.LEFT
    clears_travel: bool = False

    def prevails(self) -> Side | None:
        """The side that wins a difference; None where a person must decide. The source of a one-way connection always wins."""
        if len(self.writable) == 1:
            return next(iter(self.writable)).other
        return {Winner.LEFT: Side.LEFT, Winner.RIGHT: Side.RIGHT, Winner.NEWEST: self.newest}.get(self.winner)

    @property
    def ground(self) -> str:
        """Why that side wins, as a code."""
        return "direction" if len(self.writable) == 1 else self.winner.value


@dataclass(frozen=True, slots=True)
class Travel:
    """The value of the other side goes to this one; `won` against a value that this side held or was given."""

    to: Side
    won: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing to write; `withheld` says why a change stays where it is."""

    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides moved apart and a person decides."""


Outcome: TypeAlias = Travel | Settled | Conflict

SETTLED = Settled()
TRAVELS = {(side, won): Travel(side, won) for side in Side for won in (True, False)}


def merge_field(left: Value, right: Value, base: Base | None, policy: Policy, *, same: bool | None = None) -> Outcome:
    """What happens to a field whose sides hold these normal forms. `same` tells whether they say the same where fields of different
    types hold them."""
    if left == right if same is None else same:
        return SETTLED
    if base is None:
        return meet_field(left, right, policy)
    match left != base.left, right != base.right:
        case True, False:
            return _follow(Side.LEFT, left, policy)
        case False, True:
            return _follow(Side.RIGHT, right, policy)
        case True, True:
            return _collide(left, right, policy)
    return SETTLED


def meet_field(left: Value, right: Value, policy: Policy) -> Outcome:
    """First meeting of two different values: an empty side takes the other's, two filled ones ask the winner."""
    if left is None:
        return _carry(Side.RIGHT, policy)
    if right is None:
        return _carry(Side.LEFT, policy)
    return _win(policy)


def _follow(mover: Side, value: Value, policy: Policy) -> Outcome:
    if value is None and not policy.clears_travel:
        return Settled("clear")
    return _carry(mover, policy)


def _collide(left: Value, right: Value, policy: Policy) -> Outcome:
    if not policy.clears_travel and (left is None or right is None):
        return _carry(Side.RIGHT if left is None else Side.LEFT, policy)
    return _win(policy)


def _win(policy: Policy) -> Outcome:
    winner = policy.prevails()
    return Conflict() if winner is None else _carry(winner, policy, won=True)


def _carry(source: Side, policy: Policy, *, won: bool = False) -> Outcome:
    return TRAVELS[source.other, won] if source.other in policy.writable else Settled("direction")


# ---- several values on both sides --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one side should hold, as keys of normal forms, and its base once it does."""

    to: Side
    keys: frozenset[str]
    base: tuple[frozenset[str], frozenset[str]]


def merge_sets(
    left: frozenset[str], right: frozenset[str], base: tuple[frozenset[str], frozenset[str]] | None, policy: Policy
) -> Gathered | Settled:
    """Each side's own additions and removals go to the other; at the first meeting everything is an addition. One side is written at a
    time: its base takes in what it was given, the other's what it gave, so that a write that fails loses nothing."""
    known = base or (frozenset(), frozenset())
    if not policy.clears_travel and any(was and not now for was, now in zip(known, (left, right), strict=True)):
        return Settled("clear")
    for to, mine, theirs, own, other in (
        (Side.RIGHT, right, left, known[1], known[0]),
        (Side.LEFT, left, right, *known),
    ):
        wanted = (mine | (theirs - other)) - (other - theirs)
        if wanted != mine and to in policy.writable:
            taken = (own | (theirs - other)) - (other - theirs)
            return Gathered(to, wanted, (theirs, taken) if to is Side.RIGHT else (taken, theirs))
    return Settled("direction" if left != right and len(policy.writable) < len(Side) else "")
