"""Who is the same customer: a table of families."""

import pytest

from sync.engine.match import Alone, Doubtful, LeftOut, Linked, Member, families, match
from sync.model.records import Side


def member(row: int, keys: str = "", weak: str = "", **more: bool) -> Member:
    """Rows under 100 are customers on the left, others contacts on the right."""
    side = Side.LEFT if row < 100 else Side.RIGHT
    return Member(row, side, frozenset(keys.split()), frozenset(weak.split()), **more)


@pytest.mark.parametrize(
    ("story", "members", "outcome"),
    [
        ("nobody else", [member(1, "a")], Alone()),
        ("no e-mail at all", [member(1), member(101)], Alone()),
        ("one candidate", [member(1, "a"), member(101, "a")], Linked(1, 101)),
        ("any address of the other side matches", [member(1, "a"), member(101, "b a")], Linked(1, 101)),
        ("two candidates", [member(1, "a"), member(101, "a"), member(102, "a")], Doubtful((1, 101, 102), "several")),
        ("a twin on its own side", [member(1, "a"), member(2, "a")], Doubtful((1, 2), "several")),
        (
            "a twin through the candidate",
            [member(1, "a"), member(2, "b"), member(101, "a b")],
            Doubtful((1, 2, 101), "several"),
        ),
        (
            "the candidate is linked already",
            [member(1, "a"), member(101, "a", linked=True)],
            Doubtful((1, 101), "taken"),
        ),
        (
            "only a further person's e-mail",
            [member(1, "x", weak="a"), member(101, "a")],
            Doubtful((1, 101), "secondary"),
        ),
        ("the counterpart is left out", [member(1, "a"), member(101, "a", partakes=False)], LeftOut(101)),
        (
            "a twin that is left out does not count",
            [member(1, "a"), member(2, "a", partakes=False), member(101, "a")],
            Linked(1, 101),
        ),
        ("who is left out never links", [member(1, "a", partakes=False), member(101, "a")], Alone()),
    ],
)
def test_the_first_of_the_family(story, members, outcome):
    family = families({one.row: one for one in members})[members[0].row]
    assert match(members[0], family) == outcome


def test_both_halves_of_a_pair_come_to_the_same_end():
    left, right = member(1, "a"), member(101, "a")
    assert match(left, [left, right]) == match(right, [left, right]) == Linked(1, 101)
