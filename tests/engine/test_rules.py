"""Rules as a whole, against an oracle that was written without looking at them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.engine import rules
from sync.model.connections import Condition, Document, Group, Rule
from sync.model.records import Side
from tests.engine.schemes import scheme

TEXTS = st.sampled_from(["a", "b", "ab", "Ba"])
NUMBERS = st.sampled_from(["1", "2", "2.0", "-1"])
SETS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(sorted)
CONDITIONS = st.one_of(
    st.builds(
        Condition,
        st.just("text"),
        st.sampled_from(["is", "is not", "contains", "does not contain", "starts with", "ends with"]),
        TEXTS,
    ),
    st.builds(Condition, st.just("text"), st.sampled_from(["is empty", "is not empty"])),
    st.builds(Condition, st.just("number"), st.sampled_from(["=", "≠", "<", "≤", ">", "≥"]), NUMBERS),
    st.builds(Condition, st.just("labels"), st.sampled_from(["has", "has not"]), st.sampled_from(["x", "y"])),
    st.builds(Condition, st.just("labels"), st.just("has any of"), SETS.filter(bool)),
)
INNER = st.builds(Group, st.lists(CONDITIONS, max_size=3).map(tuple), st.just(()), st.booleans())
GROUPS = st.builds(
    Group, st.lists(CONDITIONS, max_size=3).map(tuple), st.lists(INNER, max_size=2).map(tuple), st.booleans()
)
UNKNOWN = object()
RECORDS = st.fixed_dictionaries(
    {
        "text": st.one_of(st.none(), TEXTS, st.just(UNKNOWN)),
        "number": st.one_of(st.none(), NUMBERS, st.just(UNKNOWN)),
        "labels": st.one_of(st.none(), SETS, st.just(UNKNOWN)),
    }
)


def oracle_condition(condition: Condition, record: dict[str, Any]) -> bool | None:
    have = record[condition.field]
    if have is UNKNOWN:
        return None
    want = condition.value
    match condition.operator:
        case "is empty":
            return not have
        case "is not empty":
            return bool(have)
        case "is not" | "does not contain" | "≠" | "has not" as negated:
            partner = {"is not": "is", "does not contain": "contains", "≠": "=", "has not": "has"}[negated]
            return not oracle_condition(Condition(condition.field, partner, want), record)
    if not have:
        return False
    if condition.field == "text":
        low, wanted = have.lower(), want.lower()
        told: dict[str, bool] = {
            "is": low == wanted,
            "contains": wanted in low,
            "starts with": low[: len(wanted)] == wanted,
            "ends with": low[-len(wanted) :] == wanted,
        }
        return told[condition.operator]
    if condition.field == "number":
        a, b = float(have), float(want)
        return {"=": a == b, "<": a < b, "≤": a <= b, ">": a > b, "≥": a >= b}[condition.operator]
    return bool(want in have if condition.operator == "has" else any(one in have for one in want))


def oracle_group(group: Group, record: dict[str, Any]) -> bool | None:
    truths = [oracle_condition(one, record) for one in group.conditions]
    truths += [oracle_group(one, record) for one in group.groups]
    if not truths:
        return True
    decisive = group.any
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def known(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not UNKNOWN}


@settings(max_examples=400, deadline=None)
@given(GROUPS, RECORDS)
def test_a_group_says_what_the_oracle_says(group, record):
    assert rules.group_holds(group, known(record), scheme(), Side.LEFT) == oracle_group(group, record)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(GROUPS, st.booleans()), max_size=4), RECORDS)
def test_the_rules_of_a_side_are_joined_by_or_and_their_order_does_not_matter(pairs, record):
    made = tuple(Rule(f"r{number}", Side.LEFT, group, enabled) for number, (group, enabled) in enumerate(pairs))
    truths = [oracle_group(group, record) for group, enabled in pairs if enabled]
    expected = True if True in truths else None if None in truths else False
    for order in (made, made[::-1]):
        assert rules.in_scope(scheme(Document(rules=order)), Side.LEFT, known(record)) == expected


@settings(max_examples=200, deadline=None)
@given(GROUPS, RECORDS, RECORDS)
def test_learning_a_value_never_changes_what_was_decided(group, record, learned):
    before = rules.group_holds(group, known(record), scheme(), Side.LEFT)
    after = rules.group_holds(group, known(learned) | known(record), scheme(), Side.LEFT)
    assert before is None or after == before


def test_a_condition_on_existing_asks_for_the_counterpart():
    rule = Rule("r", Side.LEFT, Group((Condition(rules.EXISTING, "is", True),)))
    one = scheme(Document(rules=(rule,)))
    assert rules.in_scope(one, Side.LEFT, {}, existing=True) is True
    assert rules.in_scope(one, Side.LEFT, {}, existing=False) is False


def test_a_side_without_rules_brings_nothing_in():
    assert rules.in_scope(scheme(Document(rules=())), Side.LEFT, {"text": "a"}) is False
