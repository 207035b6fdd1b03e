"""What is told about single records is what the next run would do: the same functions, field by field and condition by condition."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from sync.engine import explain
from sync.engine.counting import tally
from sync.engine.plan import Unit, decide
from sync.model.connections import Condition, Direction, Group, Rule, Winner
from sync.model.plans import Answer, Base, Bucket
from sync.model.records import Side
from tests.engine.test_plan import LINKED, link, record, scheme

LEFT, RIGHT = Side.LEFT, Side.RIGHT
ASK: dict[str, Any] = {"winner": Winner.ASK}
APART = Unit(record(name="Iris N."), record(101, name="I. Novak"), link())


def answered(keep: Side, left: str, right: str) -> Unit:
    return replace(APART, link=link(answers={"name@1": Answer(keep, left, right, "U7")}))


@pytest.mark.parametrize(
    ("story", "unit", "settings", "outcome", "to"),
    [
        ("both hold the same", LINKED, {}, "same", None),
        ("the left was edited", replace(LINKED, left=record(name="Iris N.")), {}, "travels", RIGHT),
        ("the left was emptied", replace(LINKED, left=record(name=None)), {}, "clear", None),
        ("both were edited and the left wins", APART, {}, "travels", RIGHT),
        ("both were edited and a person is asked", APART, ASK, "conflict", None),
        ("the person keeps the right", answered(RIGHT, "Iris N.", "I. Novak"), ASK, "travels", LEFT),
        ("the person keeps the left", answered(LEFT, "Iris N.", "I. Novak"), ASK, "travels", RIGHT),
        ("the answer was about another value", answered(LEFT, "Iris N.", "Iris Novak"), ASK, "conflict", None),
        ("it went to and fro", replace(LINKED, link=link(frozen=("name",))), {}, "frozen", None),
        ("it does not fit", replace(LINKED, left=record(name="x" * 21)), {}, "too_long", None),
    ],
)
def test_a_field(story, unit, settings, outcome, to):
    (told,) = [one for one in explain.fields(unit, scheme(**settings)) if one.mapping == "name"]
    assert (told.outcome, told.to) == (outcome, to)
    assert told.held is (outcome in ("conflict", "frozen", "too_long"))


@pytest.mark.parametrize("keep", [LEFT, RIGHT])
def test_an_answer_is_carried_out_in_the_persons_name_and_holds_nobody_any_more(keep):
    decision = decide(answered(keep, "Iris N.", "I. Novak"), scheme(**ASK))
    (intent,) = decision.intents
    assert decision.standing.bucket is Bucket.IN_STEP
    assert intent.side is keep.other
    assert [change.by for change in intent.changes] == ["U7"]
    counts = tally([decision])
    assert (counts["decided"], counts[f"update.{keep.other.value}"], counts["field.name"]) == (1, 1, 0)


SECONDS = ("2026-11-28T09:15:00.000000Z", "2026-11-28T09:15:00.400000Z", "2026-11-28T09:15:01.000000Z")


@pytest.mark.parametrize(
    ("story", "stamps", "outcome", "to"),
    [
        ("the left is newer", (SECONDS[2], SECONDS[1]), "travels", RIGHT),
        ("the right is newer", (SECONDS[0], SECONDS[2]), "travels", LEFT),
        ("within one second", (SECONDS[0], SECONDS[1]), "conflict", None),
        ("the left tells no time", ("", SECONDS[1]), "conflict", None),
        ("the right tells no time", (SECONDS[1], ""), "conflict", None),
    ],
)
def test_the_newer_change_wins_only_where_both_apps_tell_the_second(story, stamps, outcome, to):
    assert APART.left is not None
    assert APART.right is not None
    left, right = (
        structs.replace(one, stamp=stamp) for one, stamp in zip((APART.left, APART.right), stamps, strict=True)
    )
    told = explain.fields(replace(APART, left=left, right=right), scheme(winner=Winner.NEWEST))[0]
    assert (told.outcome, told.to, told.won) == (outcome, to, "newest" if to else "")


@pytest.mark.parametrize(
    ("settings", "won"),
    [({}, "left"), ({"winner": Winner.RIGHT}, "right"), ({"direction": Direction.TO_RIGHT}, "direction")],
)
def test_what_wins_is_told_with_the_ground(settings, won):
    assert explain.fields(APART, scheme(**settings))[0].won == won


def test_an_answer_settles_a_first_meeting_too():
    known = answered(RIGHT, "Iris N.", "I. Novak")
    assert known.link is not None
    decision = decide(replace(known, link=structs.replace(known.link, base={})), scheme(**ASK))
    assert [intent.side for intent in decision.intents] == [LEFT]


def test_every_conflict_of_a_pair_is_told_not_only_the_last():
    unit = Unit(record(name="A", notes="A"), record(101, name="B", notes="B"), link())
    assert [one.mapping for one in explain.questions(unit, scheme(**ASK))] == ["name", "notes"]


def test_the_mark_moves_with_either_value_and_with_nothing_else():
    def mark(left: str, right: str, **settings: Any) -> str:
        unit = Unit(record(name=left), record(101, name=right), link())
        return explain.fields(unit, scheme(**settings))[0].mark

    assert mark("A", "B") == mark("A", "B", **ASK)
    assert len({mark("A", "B"), mark("A", "C"), mark("C", "B"), mark("B", "A")}) == 4


def test_a_value_that_was_never_read_is_told_as_such():
    told = explain.fields(Unit(record(detailed=False), record(101), link()), scheme())
    assert {one.mapping: one.unread for one in told} == {
        "name": frozenset(),
        "email": frozenset(),
        "notes": frozenset({LEFT}),
    }


def test_values_and_bases_are_told_as_they_are():
    (told,) = [one for one in explain.fields(APART, scheme()) if one.mapping == "name"]
    assert (told.values, told.base) == ({LEFT: "Iris N.", RIGHT: "I. Novak"}, Base("Iris", "Iris"))


def test_a_rule_is_told_condition_by_condition():
    named = Rule("r", LEFT, Group((Condition("name", "is", "Iris"), Condition("notes", "contains", "x"))))
    (told,) = explain.scope(LEFT, record(detailed=False), scheme(named), existing=True)
    assert told.truth is None
    assert [(one.truth, one.value) for one in told.conditions] == [(True, "Iris"), (None, None)]
    (told,) = explain.scope(LEFT, record(notes="y"), scheme(named), existing=True)
    assert (told.truth, [one.truth for one in told.conditions]) == (False, [True, False])


def test_whether_a_counterpart_exists_is_a_condition_like_any_other():
    there = Rule("r", LEFT, Group((Condition("@existing", "is", True),)))
    for existing in (True, False):
        (told,) = explain.scope(LEFT, record(), scheme(there), existing=existing)
        assert [one.truth for one in told.conditions] == [existing]
