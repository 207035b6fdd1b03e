"""The merge of one field, as a table that anyone can extend."""

import pytest

from sync.engine.merge import Conflict, Policy, Settled, Travel, merge_field
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


@pytest.mark.parametrize(
    ("story", "left", "right", "base", "policy", "outcome"),
    [
        ("equal at the first meeting", "a", "a", None, Policy(), Settled()),
        ("both empty at the first meeting", None, None, None, Policy(), Settled()),
        ("the right is empty at the first meeting", "a", None, None, Policy(), Travel(RIGHT)),
        ("the left is empty at the first meeting", None, "b", None, Policy(), Travel(LEFT)),
        ("an empty winner never erases", None, "b", None, Policy(winner=Winner.LEFT), Travel(LEFT)),
        ("both filled at the first meeting: left wins", "a", "b", None, Policy(), Travel(RIGHT)),
        ("both filled at the first meeting: right wins", "a", "b", None, RIGHT_WINS, Travel(LEFT)),
        ("both filled at the first meeting: the newer wins", "a", "b", None, NEWEST_RIGHT, Travel(LEFT)),
        ("both filled at the first meeting: a person decides", "a", "b", None, ASK, Conflict()),
        ("one way, both filled: the source wins", "a", "b", None, TO_RIGHT, Travel(RIGHT)),
        ("one way, only the target filled: it stays", None, "b", None, TO_RIGHT, Settled("direction")),
        ("only the left moved", "b", "a", Base("a", "a"), Policy(), Travel(RIGHT)),
        ("only the right moved", "a", "b", Base("a", "a"), Policy(), Travel(LEFT)),
        ("both moved to the same", "b", "b", Base("a", "a"), Policy(), Settled()),
        ("both moved apart: left wins", "b", "c", Base("a", "a"), Policy(), Travel(RIGHT)),
        ("both moved apart: a person decides", "b", "c", Base("a", "a"), ASK, Conflict()),
        ("settled apart, none moved", None, "a", Base(None, "a"), Policy(), Settled()),
        ("settled apart, then the right moved", None, "b", Base(None, "a"), Policy(), Travel(LEFT)),
        ("the left was cleared: it stays there", None, "a", Base("a", "a"), Policy(), Settled("clear")),
        ("the left was cleared and clears travel", None, "a", Base("a", "a"), CLEARS, Travel(RIGHT)),
        ("cleared here, edited there: the edit travels", None, "b", Base("a", "a"), Policy(), Travel(LEFT)),
        ("cleared here, edited there, clears travel: left wins", None, "b", Base("a", "a"), CLEARS, Travel(RIGHT)),
        ("one way, the target moved: it stays", "a", "b", Base("a", "a"), TO_RIGHT, Settled("direction")),
        ("one way, both moved: the source wins", "b", "c", Base("a", "a"), TO_LEFT, Travel(LEFT)),
        ("nobody may be written", "b", "a", Base("a", "a"), READ_ONLY, Settled("direction")),
    ],
)
def test_a_field(story, left, right, base, policy, outcome):
    assert merge_field(left, right, base, policy) == outcome
