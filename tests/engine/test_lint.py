"""What is wrong with a configuration, by a table of rules and the codes that are found; and that findings are certain and complete, by
looking at every value of a small world."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, reduce
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sync.engine import rules as engine
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
    Scheme,
)
from sync.model.fields import Field, FieldType, Option
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
        (C("date", "before", "2026-01-01"), C("date", "after", "2026-01-01")),
        (C("date", "from … to", ["2026-01-01", "2026-01-31"]), C("date", "before", "2026-01-01")),
        (C("date", "in the last days", 7), C("date", "is empty")),
        (C("text", "starts with", "a"), C("text", "is", "ba")),
        (C("text", "starts with", "a"), C("text", "starts with", "b")),
        (C("text", "contains", "abc"), C("text", "does not contain", "B")),
        (C("text", "is any of", ["a", "b"]), C("text", "is any of", ["c", "d"])),
        (C("email", "domain is", "a.example"), C("email", "ends with", "b.example")),
        (C("phone", "is", "020 7946 0018"), C("phone", "is not", "+44 20 7946 0018")),
        (C("labels", "has any of", ["x", "y"]), C("labels", "has not", "x"), C("labels", "has not", "y")),
        (C("labels", "is empty"), C("labels", "has", "x")),
        (C("yes_no", "is", True), C("yes_no", "is", False)),
        (C("@existing", "is", True), C("@existing", "is", False)),
        (C("phones#work", "is", "+442079460018"), C("phones", "is not", "+442079460018")),
        (C("phones#work", "is", "+442079460018"), C("phones#work", "is", "+4930901820")),
        (C("phones#work", "is not empty"), C("phones", "is empty")),
        (C("address/city", "is", "Hull"), C("address", "is empty")),
        (C("address/country", "is", "Germany"), C("address/country", "is", "FR")),
    ],
)
def test_conditions_that_cannot_hold_together(conditions):
    assert codes(rule(*conditions)) == [("never", False)]
    assert codes(rule(*conditions[::-1])) == [("never", False)]
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
        (C("phones", "is", "+442079460018"), C("phones", "is", "+4930901820")),
        (C("phones", "starts with", "+44"), C("phones", "starts with", "+49")),
        (C("phone", "is", "020 7946 0018"), C("phone", "is", "+44 20 7946 0018")),
        (C("phone", "starts with", "020"), C("phone", "starts with", "+44 20")),
        (C("number", "=", "5"), C("number", "=", "5.0")),
        (C("number", "<", "9" * 39), C("number", ">", "9" * 38)),
        (C("number", ">", "1." + "0" * 60), C("number", "<", "1." + "0" * 60 + "1")),
        (C("text", "starts with", "ab"), C("text", "ends with", "bc"), C("text", "does not contain", "bb")),
        (C("text", "contains", "12"), C("text", "contains", "34"), C("text", "does not contain", "23")),
        (C("email", "domain is", "a.example"), C("email", "ends with", ".example")),
        (C("address/country", "is", "Germany"), C("address/country", "starts with", "Deu")),
        (C("address/city", "is", "Hull"), C("address/city", "is not empty"), C("address/postcode", "is empty")),
        (C("date", "in the last days", 7), C("date", "in the next days", 7)),
        # Not today, but the day will come.
        (C("date", "in the last days", 7), C("date", "after", "2027-01-01")),
        (C("labels", "has any of", ["x", "y"]), C("labels", "has not", "x")),
    ],
)
def test_conditions_that_can_hold_together_are_not_complained_of(conditions):
    assert codes(rule(*conditions)) == []


def told(*rules: Rule) -> list[tuple[str, str, dict[str, str]]]:
    document = Document((*rules, RIGHT))
    return [(one.code, one.rule_id, dict(one.facts)) for one in lint(document, scheme(document))]


A, B = C("text", "is", "a"), C("text", "is", "b")


@pytest.mark.parametrize(
    ("made", "facts"),
    [
        (rule(C("number", ">", "1"), A, B), {"first": "Text is “a”", "second": "Text is “b”"}),
        (rule(A, groups=(Group((B,)),)), {"first": "Text is “a”", "second": "Text is “b”"}),
        (rule(A, C("number", "between", ["9", "1"])), {"first": "Number is between 9 and 1"}),
        (
            rule(A, groups=(Group((B, C("text", "is empty")), any=True),)),
            {"first": "Text is “a” and (Text is “b” or Text is empty)"},
        ),
        (
            rule(groups=(Group((A, B)), Group((C("yes_no", "is", True), C("yes_no", "is", False)))), any=True),
            {"first": "(Text is “a” and Text is “b”) or (Yes/no is yes and Yes/no is no)"},
        ),
    ],
)
def test_a_rule_that_can_never_hold_says_which_conditions_are_at_odds(made, facts):
    assert told(made) == [("never", "r", facts)]


@pytest.mark.parametrize(
    "made",
    [
        rule(A, C("text", "is not", "a"), any=True),
        rule(C("text", "is empty"), C("text", "is not empty"), any=True),
        rule(C("number", "<", "5"), C("number", "≥", "5"), C("number", "is empty"), any=True),
        rule(C("yes_no", "is", True), C("yes_no", "is", False), any=True),
        rule(groups=(Group((A, C("text", "is not", "a")), any=True),)),
    ],
)
def test_a_rule_that_always_holds_although_it_has_conditions(made):
    assert codes(made) == [("always", False)]


def test_without_the_empty_ones_it_does_not_always_hold():
    assert codes(rule(C("number", "<", "5"), C("number", "≥", "5"), any=True)) == []


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ((A,), (A, C("number", ">", "1"))),
        ((), (A,)),
        ((C("number", ">", "1"),), (C("number", "≥", "1.5"),)),
        ((C("number", "between", ["1", "9"]),), (C("number", "=", "3"),)),
        ((C("text", "contains", "me"),), (C("text", "starts with", "Acme"),)),
        ((C("text", "is not empty"),), (A,)),
        ((C("choice", "is any of", ["business", "individual"]),), (C("choice", "is", "business"),)),
        ((C("labels", "has any of", ["x", "y"]),), (C("labels", "has", "y"),)),
        ((C("date", "in the last days", 30),), (C("date", "in the last days", 7),)),
        ((C("phones", "is", "+442079460018"),), (C("phones#work", "is", "020 7946 0018"),)),
    ],
)
def test_a_rule_that_another_one_covers(wide, narrow):
    wider, narrower = rule(*wide, id="wide"), rule(*narrow, id="narrow")
    for pair in ((wider, narrower), (narrower, wider)):
        assert [(code, found) for code, found, _ in told(*pair)] == [("covered", "narrow")]


def test_a_rule_that_is_the_same_as_another_in_other_words():
    one, other = rule(A, C("number", ">", "1"), id="1"), rule(C("number", ">", "1.0"), C("text", "is", "A"), id="2")
    by = "customers where Text is “a” and Number is more than 1"
    assert told(one, other) == [("same", "2", {"by": by})]


def test_a_rule_with_actions_of_its_own_is_not_idle_and_other_sides_do_not_count():
    acting = rule(A, C("number", ">", "1"), id="2", actions=(Action(ActionKind.SET, "text", "x"),))
    assert codes(rule(A, id="1"), acting) == []
    assert [(code, idle) for code, idle, _ in told(rule(*acting.when.conditions, id="1"), acting)] == [("covered", "1")]
    assert codes(rule(id="all")) == []


def test_no_address_at_all_contradicts_a_part_of_one_of_them():
    document = Document((rule(C("addresses#work/city", "is", "Hull"), C("addresses", "is empty")), RIGHT))
    one = scheme(document)
    several = Field("addresses", "Addresses", FieldType.ADDRESS, many=True)
    left = replace(one.left, fields={**one.left.fields, several.key: several})
    assert [found.code for found in lint(document, replace(one, left=left))] == ["never"]


def test_rules_that_are_switched_off_are_left_alone():
    off = replace(rule(C("nothing", "is", "a"), A, B, id="off"), enabled=False)
    assert codes(rule(A, id="on"), off) == []


def test_a_side_without_rules():
    document = Document((RIGHT,))
    assert [one.code for one in lint(document, scheme(document))] == ["no_rule"]
    nothing = Document(())
    assert [one.code for one in lint(nothing, scheme(nothing))] == ["no_rule_left"]


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
        (C("address", "is", "Hull"), "no_operator"),
        (C("address/moon", "is", "Hull"), "no_field"),
        (C("text/city", "is", "Hull"), "no_field"),
        (C("choice", "is any of", ["business", "royal"]), "no_option"),
        (C("multi_choice", "has", "royal"), "no_option"),
        (C("multi_choice", "has any of", ["royal"]), "no_option"),
        (C("number", "=", ""), "bad_value"),
        (C("number", "=", "1e999999999"), "bad_value"),
        (C("number", "between", ["1", "2", "3"]), "bad_value"),
        (C("date", "on", "2026-02-30"), "bad_value"),
        (C("date", "in the next days", "soon"), "bad_value"),
        (C("date", "in the next days", 99999), "bad_value"),
        (C("text", "is", " "), "bad_value"),
        (C("text", "is any of", []), "bad_value"),
        (C("text", "is any of", "a"), "bad_value"),
        (C("yes_no", "is", "yes"), "bad_value"),
        (C("phone", "contains", "abc"), "bad_value"),
    ],
)
def test_a_condition_that_is_wrong_by_itself_is_refused(condition, code):
    assert codes(rule(condition)) == [(code, True)]
    assert codes(rule(groups=(Group((condition,)),))) == [(code, True)]


def test_a_wrong_condition_is_told_with_its_field_operator_and_value():
    facts = {"field": "Number", "operator": "between", "value": "1, many"}
    assert told(rule(C("number", "between", ["1", "many"]))) == [("bad_value", "r", facts)]


def test_a_label_that_nobody_has_is_odd_but_may_come():
    document = Document((rule(C("labels", "has", "Trade"), C("labels", "has not", "Old")), RIGHT))
    one = scheme(document)
    labels = replace(one.left.fields["labels"], options=(Option("Old", "Old"),))
    left = replace(one.left, fields={**one.left.fields, "labels": labels})
    assert [(f.code, f.refused) for f in lint(document, replace(one, left=left))] == [("no_option", False)]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Action(ActionKind.SET, "nothing", "x"), "no_field"),
        (Action(ActionKind.SET, "email", "x"), "mapped"),
        (Action(ActionKind.SET, "phones", "x"), "several"),
        (Action(ActionKind.ADD, "text", "x"), "bad_value"),
        (Action(ActionKind.SET, "labels", "x"), "bad_value"),
        (Action(ActionKind.SET, "fixed", "x"), "read_only"),
        (Action(ActionKind.SET, "choice", "royal"), "no_option"),
        (Action(ActionKind.ADD, "multi_choice", "royal"), "no_option"),
        (Action(ActionKind.ADD, "labels", ""), "bad_value"),
        (Action(ActionKind.SET, "number", "many"), "bad_value"),
        (Action(ActionKind.SET, "date", "soon"), "bad_value"),
        (Action(ActionKind.SET, "date_time", "soon"), "bad_value"),
        (Action(ActionKind.SET, "yes_no", "yes"), "bad_value"),
        (Action(ActionKind.SET, "short", "abcd"), "bad_value"),
        (Action(ActionKind.SET, "short", None), "bad_value"),
    ],
)
def test_an_action_that_cannot_be_is_refused(action, code):
    assert acted(action) == [(code, True)]


@pytest.mark.parametrize(
    "action",
    [
        Action(ActionKind.SET, "text", None),
        Action(ActionKind.SET, "number", "1.5"),
        Action(ActionKind.SET, "date_time", "2026-11-30T10:00:00+00:00"),
        Action(ActionKind.SET, "yes_no", False),
        Action(ActionKind.SET, "choice", "business"),
        Action(ActionKind.SET, "short", "abc"),
        Action(ActionKind.REMOVE, "multi_choice", "business"),
        Action(ActionKind.ADD, "labels", "new"),
    ],
)
def test_an_action_that_a_field_can_take(action):
    assert acted(action) == []


def acted(action: Action) -> list[tuple[str, bool]]:
    """Findings about an action; beside the usual fields there are one that can't be written and a short one that is required."""
    document = Document((rule(actions=(action,)), RIGHT), (FieldMapping("m", "email", "email"),))
    one = scheme(document)
    more = (
        Field("fixed", "Fixed", FieldType.TEXT, writable=False),
        Field("short", "Short", FieldType.TEXT, required=True, max_length=3),
    )
    right = replace(one.right, fields={**one.right.fields, **{field.key: field for field in more}})
    return [(found.code, found.refused) for found in lint(document, replace(one, right=right))]


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
    # The same amount in other words is the same amount, and a wider rule holds wherever the narrower one does.
    assert codes(setting("a", id="1"), setting("b", business, id="2")) == [("clash", True)]
    assert codes(
        rule(id="1", actions=(Action(ActionKind.SET, "money", "5"),)),
        rule(id="2", actions=(Action(ActionKind.SET, "money", "5.00"),)),
    ) == []  # fmt: skip


def test_actions_of_one_rule_that_undo_each_other():
    add, remove = (Action(kind, "labels", "x") for kind in (ActionKind.ADD, ActionKind.REMOVE))
    assert codes(rule(actions=(add, remove))) == [("clash", True)]
    assert codes(rule(actions=(Action(ActionKind.SET, "text", "a"), Action(ActionKind.SET, "text", "b")))) == [
        ("clash", True)
    ]
    assert codes(rule(actions=(add, replace(remove, value="y")))) == []


def test_a_configuration_too_large_to_search_is_not_complained_of():
    groups = tuple(
        Group(tuple(C("number", "=", str(9 * n + i)) for i in range(9)), any=True) for n in range(8)
    )  # eight groups that exclude each other, each with nine ways
    assert set(codes(rule(groups=groups))) <= {("never", False)}


# ---- certain and complete ----------------------------------------------------------------------------------------------------------------

DAY = date(2026, 11, 30)
ISO = [(DAY + timedelta(days=days)).isoformat() for days in range(-6, 7)]
LABELS = [list(some) for size in range(1, 5) for some in combinations("wxyz", size)]
WORLDS: dict[str, list[Any]] = {
    "text": [None, *("".join(signs) for size in range(1, 9) for signs in product("ab-", repeat=size))],
    "number": [None, *(str(quarter / 4) for quarter in range(-8, 17))],
    "date": [None, *ISO],
    "labels": [None, *LABELS],
    "choice": [None, "business", "individual", "other"],
    "yes_no": [None, True, False],
}
EMPTINESS: list[tuple[str, list[Any]]] = [("is empty", [None]), ("is not empty", [None])]
WANTED: dict[str, list[tuple[str, list[Any]]]] = {
    "text": [
        ("is", ["a", "AB", "abab"]), ("is not", ["a", "ab"]), ("is any of", [["a", "ba"], ["b"]]), ("contains", ["a", "ba"]),
        ("does not contain", ["b", "ab"]), ("starts with", ["a", "ab"]), ("ends with", ["b", "ba"]), *EMPTINESS,
    ],
    "number": [(name, ["0", "1", "1.00", "3"]) for name in ("=", "≠", "<", "≤", ">", "≥")]
    + [("between", [["0", "1"], ["1", "3"], ["3", "1"]]), *EMPTINESS],
    "date": [(name, ISO[4:9]) for name in ("on", "before", "after")]
    + [("from … to", [[ISO[4], ISO[6]], [ISO[7], ISO[6]]]), *EMPTINESS],
    "labels": [("has", ["x", "y"]), ("has not", ["x", "y"]), ("has any of", [["x", "y"], ["z"]]), *EMPTINESS],
    "choice": [("is", ["business"]), ("is not", ["business", "individual"]), ("is any of", [["business", "individual"]]), *EMPTINESS],
    "yes_no": [("is", [True, False])],
}  # fmt: skip
PLAIN: Scheme = scheme()


def of_field(key: str) -> st.SearchStrategy[Group]:
    every = [C(key, name, value) for name, values in WANTED[key] for value in values]
    some = st.lists(st.sampled_from(every), min_size=1, max_size=3).map(tuple)
    return st.builds(Group, some, st.just(()), st.booleans())


PAIRS = st.sampled_from(list(WORLDS)).flatmap(lambda key: st.tuples(of_field(key), of_field(key)))


@lru_cache(maxsize=1024)
def fitting(key: str, operator: str, value: str) -> frozenset[int]:
    """The values of a field's world that fit, by number; the evaluation itself is held against an oracle elsewhere."""
    wanted = next(one for name, values in WANTED[key] if name == operator for one in values if repr(one) == value)
    asked = C(key, operator, wanted)
    return frozenset(n for n, one in enumerate(WORLDS[key]) if engine.holds(asked, {key: one}, PLAIN, Side.LEFT))


def brought_in(group: Group) -> frozenset[int]:
    found = [fitting(one.field, one.operator, repr(one.value)) for one in group.conditions]
    return reduce(frozenset.union if group.any else frozenset.intersection, found)


@settings(max_examples=500, deadline=None)
@given(PAIRS)
def test_what_is_found_about_one_field_is_what_its_whole_world_shows(pair):
    one, other = pair
    world = frozenset(range(len(WORLDS[one.conditions[0].field])))
    mine, theirs = brought_in(one), brought_in(other)
    found = told(Rule("1", Side.LEFT, one), Rule("2", Side.LEFT, other))
    codes = {(code, rule_id) for code, rule_id, _ in found}
    assert {code for code, rule_id in codes if rule_id == "1" and code in ("never", "always")} == (
        {"never"} if not mine else {"always"} if mine == world else set()
    )
    assume(mine and theirs)
    same, covered = (
        mine == theirs,
        [name for name, here, there in (("1", mine, theirs), ("2", theirs, mine)) if here < there],
    )
    assert [(code, rule_id) for code, rule_id in sorted(codes) if code in ("same", "covered")] == (
        [("same", "2")] if same else [("covered", name) for name in covered]
    )


def spread() -> st.SearchStrategy[Group]:
    """Groups over several fields, nested once."""
    every = [
        C(key, name, value)
        for key, rows in WANTED.items()
        if key != "text"
        for name, values in rows
        for value in values
    ]
    inner = st.builds(
        Group, st.lists(st.sampled_from(every), min_size=1, max_size=3).map(tuple), st.just(()), st.booleans()
    )
    some = st.lists(st.sampled_from(every), max_size=3).map(tuple)
    return st.builds(Group, some, st.lists(inner, max_size=2).map(tuple), st.booleans())


RECORDS = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in WORLDS.items()})


@settings(max_examples=300, deadline=None)
@given(st.lists(spread(), min_size=2, max_size=3), st.lists(RECORDS, min_size=20, max_size=20))
def test_no_record_belies_a_finding_about_whole_rules(groups, records):
    made = [Rule(str(number), Side.LEFT, group) for number, group in enumerate(groups)]
    truths = [{rule.id: engine.matches(PLAIN, rule, record) for rule in made} for record in records]
    for code, rule_id, _ in told(*made):
        for truth in truths:
            if code == "never":
                assert truth[rule_id] is False
            elif code == "always":
                assert truth[rule_id] is True
            elif code in ("covered", "same") and truth[rule_id]:
                assert sum(map(bool, truth.values())) > 1
