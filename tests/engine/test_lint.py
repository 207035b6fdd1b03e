"""What is wrong with a configuration, by a table of rules and the codes that are found."""

import pytest

from sync.engine.lint import lint
from sync.model.connections import (
    Action,
    ActionKind,
    Condition,
    Direction,
    Document,
    FieldMapping,
    Group,
    Options,
    Rule,
)
from sync.model.records import Side
from tests.engine.schemes import scheme

C = Condition
RIGHT = Rule("right", Side.RIGHT)


def rule(
    *conditions: Condition,
    id: str = "r",
    any: bool = False,
    groups: tuple[Group, ...] = (),
    actions: tuple[Action, ...] = (),
) -> Rule:
    return Rule(id, Side.LEFT, Group(conditions, groups, any), True, actions)


def codes(
    *rules: Rule, mappings: tuple[FieldMapping, ...] = (), options: Options | None = None
) -> list[tuple[str, bool]]:
    document = Document((*rules, RIGHT), mappings, options or Options())
    return [(one.code, one.refused) for one in lint(document, scheme(document))]


@pytest.mark.parametrize(
    "conditions",
    [
        (C("text", "is", "a"), C("text", "is", "b")),
        (C("text", "is", "a"), C("text", "is not", "a")),
        (C("text", "contains", "a"), C("text", "does not contain", "a")),
        (C("text", "is empty"), C("text", "contains", "a")),
        (C("text", "is empty"), C("text", "is not empty")),
        (C("number", ">", "5"), C("number", "<", "3")),
        (C("number", ">", "5"), C("number", "≤", "5")),
        (C("number", "=", "5"), C("number", "≠", "5")),
        (C("number", "between", ["1", "2"]), C("number", "≥", "3")),
        (C("labels", "has", "x"), C("labels", "has not", "x")),
        (C("date", "on", "2026-01-01"), C("date", "on", "2026-01-02")),
    ],
)
def test_conditions_that_cannot_hold_together(conditions):
    assert codes(rule(*conditions)) == [("never", False)]
    assert ("never", False) not in codes(rule(*conditions, any=True))


@pytest.mark.parametrize(
    "conditions",
    [
        (C("text", "is not", "a"), C("text", "is not", "b")),
        (C("text", "is empty"), C("text", "is not", "a")),
        (C("number", ">", "3"), C("number", "<", "5")),
        (C("number", "≥", "5"), C("number", "≤", "5")),
        (C("labels", "has", "x"), C("labels", "has not", "y")),
        (C("phones", "is", "+442079460018"), C("phones#work", "is", "+4930901820")),
    ],
)
def test_conditions_that_can_hold_together_are_not_complained_of(conditions):
    assert codes(rule(*conditions)) == []


def test_a_contradiction_is_found_across_groups_that_must_all_hold():
    inner = Group((C("text", "is", "b"),))
    assert codes(rule(C("text", "is", "a"), groups=(inner,))) == [("never", False)]


def test_a_rule_that_always_holds_although_it_has_conditions():
    assert codes(rule(C("text", "is", "a"), C("text", "is not", "a"), any=True)) == [("always", False)]


def test_a_rule_that_another_one_covers():
    wide, narrow = rule(C("text", "is", "a"), id="wide"), rule(C("text", "is", "a"), C("number", ">", "1"), id="narrow")
    assert codes(wide, narrow) == [("covered", False)]
    assert codes(rule(id="all"), narrow) == [("covered", False)]


def test_a_side_without_rules():
    document = Document((RIGHT,))
    assert [one.code for one in lint(document, scheme(document))] == ["no_rule"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (C("nothing", "is", "a"), "no_field"),
        (C("choice", "is", "royal"), "no_option"),
        (C("number", ">", "many"), "bad_value"),
        (C("date", "before", "soon"), "bad_value"),
        (C("date", "in the last days", 0), "bad_value"),
        (C("number", "between", ["1"]), "bad_value"),
        (C("text", "is", ""), "bad_value"),
        (C("text", ">", "1"), "no_operator"),
        (C("text", "sounds like", "a"), "no_operator"),
    ],
)
def test_a_condition_that_is_wrong_by_itself_is_refused(condition, code):
    assert (code, True) in codes(rule(condition))


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Action(ActionKind.SET, "nothing", "x"), "no_field"),
        (Action(ActionKind.SET, "email", "x"), "mapped"),
        (Action(ActionKind.SET, "phones", "x"), "several"),
        (Action(ActionKind.ADD, "text", "x"), "bad_value"),
        (Action(ActionKind.SET, "labels", "x"), "bad_value"),
    ],
)
def test_an_action_that_cannot_be_is_refused(action, code):
    mapping = FieldMapping("m", "email", "email")
    assert codes(rule(actions=(action,)), mappings=(mapping,)) == [(code, True)]


def test_actions_against_the_direction_do_nothing_and_it_says_so():
    one = rule(actions=(Action(ActionKind.SET, "text", "x"),))
    assert codes(one, options=Options(direction=Direction.TO_LEFT)) == [("one_way", False)]


def test_two_rules_that_set_a_field_to_different_values():
    def setting(value: str, *conditions: Condition, id: str) -> Rule:
        return rule(*conditions, id=id, actions=(Action(ActionKind.SET, "text", value),))

    business, individual = C("choice", "is", "business"), C("choice", "is", "individual")
    assert codes(setting("a", business, id="1"), setting("b", business, id="2")) == [("clash", True)]
    assert codes(setting("a", business, id="1"), setting("b", C("number", ">", "1"), id="2")) == [
        ("clash_possible", False)
    ]
    assert codes(setting("a", business, id="1"), setting("b", individual, id="2")) == []
    assert codes(setting("a", business, id="1"), setting("a", business, id="2")) == []
