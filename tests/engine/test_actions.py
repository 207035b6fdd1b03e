"""THEN: when an action fires, is remembered, yields to people, and is undone."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from sync.engine import plan
from sync.engine.actions import action_key
from sync.engine.plan import Unit
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
from sync.model.plans import Applied, Bucket, Link, Mirrored
from sync.model.records import Side, WriteKind
from tests.engine.schemes import every_type, scheme

ADD = Action(ActionKind.ADD, "labels", "Trade", undo=True)
SET = Action(ActionKind.SET, "text", "gold", undo=True)
WHEN = Group((Condition("choice", "is", "business"),))
EVERYBODY = Rule("right", Side.RIGHT)
EMPTY = dict.fromkeys(every_type())


def record(row: int, **values: object) -> Mirrored:
    return Mirrored(
        row, f"id{row}", {**EMPTY, "email": "ann@acme.example", **values}, "2026", detail_stamp="2026", seq=row
    )


def decide(
    action: Action, left: Mirrored, right: Mirrored | None, link: Link | None = None, *others: Rule, **options: Any
):
    rule = Rule("r", Side.LEFT, WHEN, True, (action,))
    mappings = (FieldMapping("email", "email", "email"),)
    document = Document((rule, *others, EVERYBODY), mappings, replace(Options(), **options))
    return plan.decide(Unit(left, right, link), scheme(document))


def key(action: Action) -> str:
    return action_key(Rule("r", Side.LEFT), action)


def linked(**applied: Applied) -> Link:
    return Link(1, 1, 2, applied=applied)


@pytest.mark.parametrize(
    ("action", "before", "after", "applied"),
    [
        (ADD, None, ["Trade"], Applied(False, True)),
        (ADD, ["A", "Z"], ["A", "Trade", "Z"], Applied(False, True)),
        (Action(ActionKind.REMOVE, "labels", "Trade"), ["A", "Trade"], ["A"], Applied(True, False)),
        (Action(ActionKind.REMOVE, "labels", "Trade"), ["Trade"], None, Applied(True, False)),
    ],
)
def test_a_label_is_added_or_removed_and_the_others_stay(action, before, after, applied):
    decision = decide(action, record(1, choice="business"), record(2, labels=before), linked())
    (intent,) = decision.intents
    assert (intent.side, intent.values, intent.before) == (Side.RIGHT, {"labels": after}, {"labels": before})
    assert (intent.changes[0].action, intent.changes[0].applies) == (key(action), applied)


def test_a_field_is_set_once():
    left = record(1, choice="business")
    (intent,) = decide(SET, left, record(2, text="silver"), linked()).intents
    assert intent.values == {"text": "gold"}
    assert decide(SET, left, record(2, text="silver"), linked(**{key(SET): Applied(None, "gold")})).intents == ()


def test_what_is_so_already_is_only_remembered():
    decision = decide(ADD, record(1, choice="business"), record(2, labels=["Trade"]), linked())
    assert decision.intents == ()
    assert decision.applied[key(ADD)] is not None


def test_a_new_counterpart_is_created_with_it():
    (intent,) = decide(SET, record(1, choice="business"), None).intents
    assert (intent.kind, intent.values["text"]) == (WriteKind.CREATE, "gold")


def test_a_changed_action_fires_again():
    changed = replace(SET, value="platinum")
    known = linked(**{key(SET): Applied(None, "gold")})
    decision = decide(changed, record(1, choice="business"), record(2, text="gold"), known)
    assert decision.intents[0].values == {"text": "platinum"}
    assert decision.applied[key(SET)] is None


@pytest.mark.parametrize(
    ("action", "applied", "now", "restored"),
    [
        (SET, Applied("silver", "gold"), {"text": "gold"}, {"text": "silver"}),
        (SET, Applied(None, "gold"), {"text": "gold"}, {"text": None}),
        (ADD, Applied(False, True), {"labels": ["A", "Trade"]}, {"labels": ["A"]}),
        (replace(ADD, kind=ActionKind.REMOVE), Applied(True, False), {"labels": ["A"]}, {"labels": ["A", "Trade"]}),
    ],
)
def test_leaving_the_rule_undoes_it(action, applied, now, restored):
    decision = decide(action, record(1, choice="individual"), record(2, **now), linked(**{key(action): applied}))
    (intent,) = decision.intents
    assert intent.values == restored
    assert (intent.changes[0].action, intent.changes[0].applies) == (key(action), None)


@pytest.mark.parametrize(
    ("action", "applied", "now"),
    [
        (SET, Applied("silver", "gold"), {"text": "bronze"}),
        (ADD, Applied(False, True), {"labels": ["A"]}),
        (ADD, Applied(True, True), {"labels": ["Trade"]}),
        (replace(SET, undo=False), Applied("silver", "gold"), {"text": "gold"}),
    ],
)
def test_what_somebody_changed_or_was_so_before_is_not_undone_but_forgotten(action, applied, now):
    decision = decide(action, record(1, choice="individual"), record(2, **now), linked(**{key(action): applied}))
    assert decision.intents == ()
    assert decision.applied == {key(action): None}


def test_leaving_all_rules_undoes_it_although_the_pair_is_excluded():
    rule = Rule("r", Side.LEFT, WHEN, True, (SET,))
    document = Document((rule,), (FieldMapping("email", "email", "email"),))
    link = linked(**{key(SET): Applied("silver", "gold")})
    decision = plan.decide(Unit(record(1, choice="individual"), record(2, text="gold"), link), scheme(document))
    assert (decision.standing.bucket, decision.standing.code) == (Bucket.EXCLUDED, "no_rule")
    assert decision.intents[0].values == {"text": "silver"}


def test_the_first_of_two_rules_that_disagree_wins_and_the_record_says_so():
    second = Rule("s", Side.LEFT, Group(), True, (replace(SET, value="silver"),))
    decision = decide(SET, record(1, choice="business"), record(2), linked(), second)
    assert decision.intents[0].values == {"text": "gold"}
    assert (decision.standing.bucket, decision.standing.code) == (Bucket.IN_STEP, "first_rule")


def test_an_action_never_writes_against_the_direction():
    assert decide(SET, record(1, choice="business"), record(2), linked(), direction=Direction.TO_LEFT).intents == ()


def test_a_rule_whose_field_was_never_read_waits_for_it():
    unread = structs.replace(
        record(1), values={key: value for key, value in record(1).values.items() if key != "choice"}
    )
    assert decide(SET, unread, record(2), linked()).standing.code == "detail"
