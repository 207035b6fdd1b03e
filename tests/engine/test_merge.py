"""The merge of one field, as a table that anyone can extend."""

import pytest

from sync.engine.merge import Conflict, Gathered, Policy, Settled, Travel, merge_field, merge_sets
from sync.model.connections import Winner
from sync.model.plans import Base
from sync.model.records import Side

LEFT, RIGHT = Side.LEFT, Side.RIGHT
ASK = Policy(winner=Winner.ASK)
CLEARS = Policy(clears_travel=True)
TO_RIGHT = Policy(writable=frozenset({RIGHT}))
TO_LEFT = Policy(writable=frozenset({LEFT}))
READ_ONLY = Policy(writable=frozenset())
RIGHT_WINS = Policy(winner=Winner.RIGHT)
NEWEST_RIGHT = Policy(winner=Winner.NEWEST, newest=RIGHT)
NEWEST_UNKNOWN = Policy(winner=Winner.NEWEST, newest=None)


@pytest.mark.parametrize(
    ("story", "left", "right", "base", "policy", "outcome"),
    [
        ("equal at the first meeting", "a", "a", None, Policy(), Settled()),
        ("both empty at the first meeting", None, None, None, Policy(), Settled()),
        ("the right is empty at the first meeting", "a", None, None, Policy(), Travel(RIGHT)),
        ("the left is empty at the first meeting", None, "b", None, Policy(), Travel(LEFT)),
        ("an empty winner never erases", None, "b", None, Policy(winner=Winner.LEFT), Travel(LEFT)),
        ("both filled at the first meeting: left wins", "a", "b", None, Policy(), Travel(RIGHT, won=True)),
        ("both filled at the first meeting: right wins", "a", "b", None, RIGHT_WINS, Travel(LEFT, won=True)),
        ("both filled at the first meeting: the newer wins", "a", "b", None, NEWEST_RIGHT, Travel(LEFT, won=True)),
        ("both filled at the first meeting: nobody knows which is newer", "a", "b", None, NEWEST_UNKNOWN, Conflict()),
        ("both filled at the first meeting: a person decides", "a", "b", None, ASK, Conflict()),
        ("one way, both filled: the source wins", "a", "b", None, TO_RIGHT, Travel(RIGHT, won=True)),
        ("one way, only the target filled: it stays", None, "b", None, TO_RIGHT, Settled("direction")),
        ("only the left moved", "b", "a", Base("a", "a"), Policy(), Travel(RIGHT)),
        ("only the right moved", "a", "b", Base("a", "a"), Policy(), Travel(LEFT)),
        ("both moved to the same", "b", "b", Base("a", "a"), Policy(), Settled()),
        ("both moved apart: left wins", "b", "c", Base("a", "a"), Policy(), Travel(RIGHT, won=True)),
        ("both moved apart: nobody knows which is newer", "b", "c", Base("a", "a"), NEWEST_UNKNOWN, Conflict()),
        ("only the right moved: its time does not matter", "a", "b", Base("a", "a"), NEWEST_UNKNOWN, Travel(LEFT)),
        ("both moved apart: a person decides", "b", "c", Base("a", "a"), ASK, Conflict()),
        ("settled apart, none moved", None, "a", Base(None, "a"), Policy(), Settled()),
        ("settled apart, then the right moved", None, "b", Base(None, "a"), Policy(), Travel(LEFT)),
        ("the left was cleared: it stays there", None, "a", Base("a", "a"), Policy(), Settled("clear")),
        ("the left was cleared and clears travel", None, "a", Base("a", "a"), CLEARS, Travel(RIGHT)),
        ("cleared here, edited there: the edit travels", None, "b", Base("a", "a"), Policy(), Travel(LEFT)),
        (
            "cleared here, edited there, clears travel: left wins",
            None,
            "b",
            Base("a", "a"),
            CLEARS,
            Travel(RIGHT, won=True),
        ),
        ("one way, the target moved: it stays", "a", "b", Base("a", "a"), TO_RIGHT, Settled("direction")),
        ("one way, both moved: the source wins", "b", "c", Base("a", "a"), TO_LEFT, Travel(LEFT, won=True)),
        ("nobody may be written", "b", "a", Base("a", "a"), READ_ONLY, Settled("direction")),
    ],
)
def test_a_field(story, left, right, base, policy, outcome):
    assert merge_field(left, right, base, policy) == outcome


def keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("story", "left", "right", "base", "outcome"),
    [
        ("first meeting: the right lacks", "a b", "b", None, (Side.RIGHT, "a b", ("a b", "a b"))),
        ("first meeting: the left lacks", "b", "a b", None, (Side.LEFT, "a b", ("a b", "a b"))),
        ("first meeting: both lack, the right is first", "a", "b", None, (Side.RIGHT, "a b", ("a", "a"))),
        ("then the left gets what the right had", "a", "a b", ("a", "a"), (Side.LEFT, "a b", ("a b", "a b"))),
        ("one added", "a b", "a", ("a", "a"), (Side.RIGHT, "a b", ("a b", "a b"))),
        ("one removed", "a", "a b", ("a b", "a b"), (Side.RIGHT, "a", ("a", "a"))),
        ("removed here, another added there", "a", "a b c", ("a b", "a b"), (Side.RIGHT, "a c", ("a", "a"))),
        ("settled apart stays apart", "a", "a b", ("a", "a b"), None),
        ("in step", "a b", "a b", ("a b", "a b"), None),
    ],
)
def test_several_values_on_both_sides(story, left, right, base, outcome):
    known = (keys(base[0]), keys(base[1])) if base else None
    found = merge_sets(keys(left), keys(right), known, Policy())
    if outcome is None:
        assert isinstance(found, Settled)
    else:
        to, wanted, after = outcome
        assert found == Gathered(to, keys(wanted), (keys(after[0]), keys(after[1])))


def test_a_side_that_was_emptied_stays_so_and_empties_nothing():
    assert merge_sets(keys(""), keys("a b"), (keys("a b"), keys("a b")), Policy()) == Settled("clear")
    emptied = merge_sets(keys(""), keys("a b"), (keys("a b"), keys("a b")), Policy(clears_travel=True))
    assert emptied == Gathered(Side.RIGHT, keys(""), (keys(""), keys("")))


def test_several_values_never_go_against_the_direction():
    one_way = Policy(frozenset({Side.RIGHT}))
    assert merge_sets(keys("a"), keys("a b"), (keys("a"), keys("a")), one_way) == Settled("direction")
