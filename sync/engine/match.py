"""First meeting: which unlinked records are the same customer. Pure.

Records match by normalised e-mail only, and only where nothing has to be guessed: exactly one candidate on each side, both unlinked.
Everything else is a duplicate group that people look at; name and phone never link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class Member:
    """One live record of a family: records of both sides connected by shared match keys, directly or through others.

    `partakes` is false for records that the connection leaves out (vendors, inactive ones): they never link, but they do stop a second
    copy of themselves from being created. `weak` are keys that belong to somebody else in the record (another contact person).
    """

    row: int
    side: Side
    keys: frozenset[str]
    weak: frozenset[str] = frozenset()
    linked: bool = False
    partakes: bool = True


@dataclass(frozen=True, slots=True)
class Linked:
    """These two are the same customer."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Alone:
    """Nobody else shares a key with this record."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """More than one reading is possible: the group's rows, and why ("several", "taken", "secondary")."""

    rows: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The counterpart exists but the connection leaves it out: creating another would make a duplicate."""

    row: int


Match = Linked | Alone | Doubtful | LeftOut


def match(record: Member, family: Sequence[Member]) -> Match:
    """What becomes of an unlinked record, given its whole family (itself included)."""
    if not record.partakes:
        return Alone()
    others = [member for member in family if member.row != record.row]
    reach = _reach(record, family)
    near = [member for member in others if member.partakes and member.keys & reach]
    if not near:
        return _without_mate(record, [mate for mate in others if mate.side is not record.side])
    if len(near) == 1 and near[0].side is not record.side and not near[0].linked:
        return _pair(record, near[0])
    reason = "taken" if any(member.linked for member in near) else "several"
    return Doubtful(_rows(record, near), reason)


def _reach(record: Member, family: Sequence[Member]) -> frozenset[str]:
    """All primary keys that hang together with the record's own over the family's primary keys."""
    reach = record.keys
    while True:
        wider = reach.union(*(member.keys for member in family if member.keys & reach and member.partakes))
        if wider == reach:
            return reach
        reach = wider


def _without_mate(record: Member, mates: Sequence[Member]) -> Match:
    left_out = [mate for mate in mates if not mate.partakes and mate.keys & record.keys]
    if left_out:
        return LeftOut(left_out[0].row)
    secondary = [mate for mate in mates if mate.weak & record.keys or mate.keys & record.weak]
    if secondary:
        return Doubtful(_rows(record, secondary), "secondary")
    return Alone()


def _pair(record: Member, mate: Member) -> Linked:
    left, right = (record, mate) if record.side is Side.LEFT else (mate, record)
    return Linked(left.row, right.row)


def _rows(record: Member, others: Sequence[Member]) -> tuple[int, ...]:
    return tuple(sorted({record.row, *(member.row for member in others)}))


def families(members: Mapping[int, Member]) -> dict[int, list[Member]]:
    """Each row → all members connected with it by shared keys, weak ones included."""
    by_key: dict[str, list[int]] = {}
    for member in members.values():
        for key in member.keys | member.weak:
            by_key.setdefault(key, []).append(member.row)
    found: dict[int, list[Member]] = {}
    for row in members:
        if row not in found:
            rows = _closure(row, members, by_key)
            family = [members[relative] for relative in sorted(rows)]
            found |= dict.fromkeys(rows, family)
    return found


def _closure(row: int, members: Mapping[int, Member], by_key: Mapping[str, Sequence[int]]) -> set[int]:
    seen, ahead = {row}, [row]
    while ahead:
        member = members[ahead.pop()]
        for key in member.keys | member.weak:
            for relative in by_key[key]:
                if relative not in seen:
                    seen.add(relative)
                    ahead.append(relative)
    return seen
