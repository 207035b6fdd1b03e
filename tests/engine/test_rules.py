"""Rules as a whole, against an oracle that was written without looking at them; and the sentences that people read."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.engine import rule_words, rules
from sync.model.connections import Condition, Document, Group, Rule
from sync.model.records import Side
from tests.engine.schemes import NOW, scheme

TODAY = NOW.date()
TEXTS = st.sampled_from(["a", "b", "ab", "Ba"])
NUMBERS = st.sampled_from(["1", "2", "2.0", "-1"])
SETS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(sorted)
CHOICES = st.sampled_from(["business", "individual"])
DAYS = st.integers(-4, 4).map(lambda days: (TODAY + timedelta(days=days)).isoformat())
SPELLED = {"020 7946 0018": "+442079460018", "+44 (0)20 7946-0018": "+442079460018", "+49 30 901820": "+4930901820"}
PHONES = st.sampled_from(list(SPELLED))
EMAILS = st.sampled_from(["ann@acme.example", "Bob@ACME.example", "ann@notacme.example"])
CITIES = st.sampled_from(["Hull", "hull", "York"])


def asking(field: str, operators: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    return st.builds(Condition, st.just(field), st.sampled_from(operators.split("|")), values)


CONDITIONS = st.one_of(
    asking("text", "is|is not|contains|does not contain|starts with|ends with", TEXTS),
    asking("text", "is any of", st.lists(TEXTS, min_size=1, max_size=3)),
    asking("text", "is empty|is not empty", st.none()),
    asking("number", "=|≠|<|≤|>|≥", NUMBERS),
    asking("money", "between", st.tuples(NUMBERS, NUMBERS)),
    asking("labels", "has|has not", st.sampled_from(["x", "y"])),
    asking("labels", "has any of", SETS.filter(bool)),
    asking("choice", "is|is not", CHOICES),
    asking("choice", "is any of", st.lists(CHOICES, min_size=1)),
    asking("yes_no", "is", st.booleans()),
    asking("date", "on|before|after", DAYS),
    asking("date", "from … to", st.tuples(DAYS, DAYS)),
    asking("date", "in the last days|in the next days", st.integers(1, 5)),
    asking("phones", "is|is not", PHONES),
    asking("phones", "contains|does not contain|starts with|ends with", st.sampled_from(["+44 20", "79-46", "0018"])),
    asking("phones", "is empty|is not empty", st.none()),
    asking("email", "domain is", st.sampled_from(["acme.example", "@acme.example"])),
    asking("address/city", "is|is not|contains", CITIES),
)
INNER = st.builds(Group, st.lists(CONDITIONS, max_size=3).map(tuple), st.just(()), st.booleans())
GROUPS = st.builds(
    Group, st.lists(CONDITIONS, max_size=3).map(tuple), st.lists(INNER, max_size=2).map(tuple), st.booleans()
)
UNKNOWN = object()
ENTRIES = st.lists(PHONES.map(lambda number: {"value": number, "label": "work"}), max_size=2)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values, st.just(UNKNOWN))


RECORDS = st.fixed_dictionaries(
    {
        "text": maybe(TEXTS),
        "number": maybe(NUMBERS),
        "money": maybe(NUMBERS),
        "labels": maybe(SETS),
        "choice": maybe(CHOICES),
        "yes_no": maybe(st.booleans()),
        "date": maybe(DAYS),
        "phones": maybe(ENTRIES),
        "email": maybe(EMAILS),
        "address": maybe(CITIES.map(lambda city: {"city": city})),
    }
)

NEGATED = {"is not": "is", "does not contain": "contains", "≠": "=", "has not": "has", "is empty": "is not empty"}


def plain(value: Any) -> str:
    """What is the same in two spellings, for the values above."""
    return SPELLED.get(value, str(value)).lower().replace(" ", "").replace("-", "")


def away(text: str) -> int:
    return (date.fromisoformat(text) - TODAY).days


ORACLE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda have, want: plain(have) == plain(want),
    "is any of": lambda have, want: any(plain(have) == plain(one) for one in want),
    "contains": lambda have, want: plain(have).count(plain(want)) > 0,
    "starts with": lambda have, want: plain(have)[: len(plain(want))] == plain(want),
    "ends with": lambda have, want: plain(have)[-len(plain(want)) :] == plain(want),
    "domain is": lambda have, want: have.lower().split("@")[1] == want.split("@")[-1],
    "is not empty": lambda have, want: True,
    "=": lambda have, want: float(have) == float(want),
    "<": lambda have, want: float(have) < float(want),
    "≤": lambda have, want: float(have) <= float(want),
    ">": lambda have, want: float(have) > float(want),
    "≥": lambda have, want: float(have) >= float(want),
    "between": lambda have, want: float(want[0]) <= float(have) <= float(want[1]),
    "has": lambda have, want: want in have,
    "has any of": lambda have, want: any(one in have for one in want),
    "on": lambda have, want: away(have) == away(want),
    "before": lambda have, want: away(have) < away(want),
    "after": lambda have, want: away(have) > away(want),
    "from … to": lambda have, want: away(have) in range(away(want[0]), away(want[1]) + 1),
    "in the last days": lambda have, want: -away(have) in range(want),
    "in the next days": lambda have, want: away(have) in range(want),
}


def oracle_condition(condition: Condition, record: dict[str, Any]) -> bool | None:
    key, _, part = condition.field.partition("/")
    have = record[key]
    if have is UNKNOWN:
        return None
    values = [] if have in (None, []) else [have]
    if key == "phones":
        values = [entry["value"] for entry in have or ()]
    elif key == "yes_no":
        values = [bool(have)]
    elif part:
        values = [one[part] for one in values]
    test = ORACLE[NEGATED.get(condition.operator, condition.operator)]
    return any(test(one, condition.value) for one in values) != (condition.operator in NEGATED)


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


@settings(max_examples=600, deadline=None)
@given(CONDITIONS, RECORDS)
def test_a_condition_says_what_the_oracle_says(condition, record):
    assert rules.holds(condition, known(record), scheme(), Side.LEFT) == oracle_condition(condition, record)


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
    one = scheme(Document(rules=made))
    assert [rules.matches(one, rule, known(record)) for rule in made if rule.enabled] == truths


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, RECORDS)
def test_a_negated_operator_disagrees_with_its_partner_on_every_value_that_is_known(condition, record):
    names = {partner: negated for negated, partner in NEGATED.items()} | NEGATED
    if condition.operator not in names:
        return
    pair = (condition, Condition(condition.field, names[condition.operator], condition.value))
    one, other = (rules.holds(each, known(record), scheme(), Side.LEFT) for each in pair)
    assert (one is None and other is None) if record[condition.field.partition("/")[0]] is UNKNOWN else one is not other


@settings(max_examples=200, deadline=None)
@given(GROUPS, RECORDS, RECORDS)
def test_learning_a_value_never_changes_what_was_decided(group, record, learned):
    before = rules.group_holds(group, known(record), scheme(), Side.LEFT)
    after = rules.group_holds(group, known(learned) | known(record), scheme(), Side.LEFT)
    assert before is None or after == before


# ---- what a rule may ask about -----------------------------------------------------------------------------------------------------------


def test_a_condition_on_existing_asks_for_the_counterpart():
    rule = Rule("r", Side.LEFT, Group((Condition(rules.EXISTING, "is", True),)))
    one = scheme(Document(rules=(rule,)))
    for existing in (True, False, None):
        assert rules.in_scope(one, Side.LEFT, {}, existing=existing) is existing
        assert rules.matches(one, rule, {}, existing=existing) is existing


def test_a_side_without_rules_brings_nothing_in():
    assert rules.in_scope(scheme(Document(rules=())), Side.LEFT, {"text": "a"}) is False


@pytest.mark.parametrize(
    "condition",
    [
        Condition("nothing", "is", "a"),
        Condition("text", "sounds like", "a"),
        Condition("text", "has", "a"),  # the field was of another type when the rule was made
        Condition("text/city", "is", "a"),
        Condition("address/moon", "is", "a"),
        Condition("address", "is", "a"),
    ],
)
def test_what_cannot_be_asked_is_never_known(condition):
    values = {"text": "a", "address": {"city": "a", "moon": "a"}, "nothing": "a"}
    assert rules.holds(condition, values, scheme(), Side.LEFT) is None


@pytest.mark.parametrize(
    ("field", "have", "operator", "wanted"),
    [
        ("number", "5", "=", ["many", "", None, "NaN", "1e999999999", "²", ["5"]]),
        ("number", "5", "between", ["5", ["5"], ["1", "many"], ["1", "2", "9"], []]),
        ("date", "2026-11-30", "on", ["soon", "", None, "2026-02-30", ["2026-11-30"]]),
        ("date", "2026-11-30", "in the last days", ["soon", 0, -1, 1.5, None, True, "²", "9" * 9]),
        ("yes_no", True, "is", ["true", 1, None]),
        ("text", "x", "is", ["", " ", None, ["x"]]),
        ("text", "x", "is any of", ["x", [], [""], None]),
        ("labels", ["x"], "has any of", ["x", [], [None]]),
        ("phone", "+442079460018", "contains", ["-", "abc"]),
    ],
)
def test_what_cannot_be_compared_fits_nothing(field, have, operator, wanted):
    for value in wanted:
        assert rules.holds(Condition(field, operator, value), {field: have}, scheme(), Side.LEFT) is False, value


@pytest.mark.parametrize("broken", ["n/a", "2026-13-01"])
def test_a_value_that_breaks_an_apps_promise_fits_nothing_and_stops_nobody(broken):
    for field, operator, want in (
        ("number", ">", "1"),
        ("date", "before", "2030-01-01"),
        ("date_time", "on", "2026-01-01"),
    ):
        assert rules.holds(Condition(field, operator, want), {field: broken}, scheme(), Side.LEFT) is False


# ---- days --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "moment"),
    [
        ("UTC", datetime(2026, 11, 30, 12, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 1, 15, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 12, 1, 2, tzinfo=UTC), datetime(2026, 12, 1, 5, tzinfo=UTC)),
        # Cairo puts its clocks forward at midnight: that day begins at one o'clock.
        ("Africa/Cairo", datetime(2026, 4, 23, 12, tzinfo=UTC), datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ],
)
def test_the_answer_changes_at_midnight_where_the_organisation_is(zone, now, moment):
    rule = Rule("r", Side.LEFT, Group((Condition("date_time", "in the last days", 1),)))
    one = scheme(Document(rules=(rule,)), now, zone)
    flip = rules.next_flip(one, Side.LEFT, {"date_time": now.isoformat()})
    assert flip == moment
    assert flip is not None
    assert flip.tzinfo is UTC


def test_only_live_rules_and_values_that_are_known_change_by_themselves():
    soon = (TODAY + timedelta(days=9)).isoformat()
    conditions = (Condition("date", "in the next days", 3), Condition("date", "in the next days", "many"))
    inner = Group((Condition("text", "is", "a"),), (Group(conditions, any=True),))
    on, off = (scheme(Document(rules=(Rule("r", Side.LEFT, inner, enabled),))) for enabled in (True, False))
    assert rules.next_flip(on, Side.LEFT, {"date": soon}) == datetime(2026, 12, 7, tzinfo=UTC)
    assert rules.next_flip(off, Side.LEFT, {"date": soon}) is None
    assert rules.next_flip(on, Side.RIGHT, {"date": soon}) is None
    assert [rules.next_flip(on, Side.LEFT, values) for values in ({}, {"date": None})] == [None, None]


# ---- sentences ---------------------------------------------------------------------------------------------------------------------------

C = Condition
BUSINESS, OWES = C("choice", "is", "business"), C("money", ">", "500.00")


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (Group(), "all customers"),
        (Group((BUSINESS, OWES)), "customers where Choice is “Business” and Money is more than 500.00 EUR"),
        (Group((BUSINESS, OWES), any=True), "customers where Choice is “Business” or Money is more than 500.00 EUR"),
        (
            Group((OWES,), (Group((BUSINESS, C("text", "is empty")), any=True), Group())),
            "customers where Money is more than 500.00 EUR and (Choice is “Business” or Text is empty)",
        ),
        (
            Group((OWES,), (Group((BUSINESS,)),), any=True),
            "customers where Money is more than 500.00 EUR or Choice is “Business”",
        ),
    ],
)
def test_the_sentence_of_a_rule(group, told):
    assert rule_words.rule_sentence(Rule("r", Side.LEFT, group), scheme()) == told


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (C("choice", "is any of", ["business", "royal"]), "Choice is any of “Business” or “royal”"),
        (C("text", "is any of", ["a", "b", "c"]), "Text is any of “a”, “b” or “c”"),
        (C("text", "is any of", list("abcdefg")), "Text is any of “a”, “b”, “c”, “d”, “e” or 2 more"),
        (C("number", "between", ["1", "2"]), "Number is between 1 and 2"),
        (C("money", "between", ["1", "2"]), "Money is between 1 EUR and 2 EUR"),
        (C("date", "from … to", ["2026-01-01", "2026-01-31"]), "Date is from 2026-01-01 to 2026-01-31"),
        (C("date", "in the last days", 1), "Date is in the last 1 day"),
        (C("date", "in the next days", 7), "Date is in the next 7 days"),
        (C("yes_no", "is", False), "Yes/no is no"),
        (C("labels", "has not", "x"), "Labels has not “x”"),
        (C("email", "domain is", "acme.example"), "the domain of E-mail is “acme.example”"),
        (C("phones#work", "starts with", "+44"), "Phones (work) starts with “+44”"),
        (C("address/city", "is", "Hull"), "Address, city is “Hull”"),
        (C(rules.EXISTING, "is", True), "a counterpart exists"),
        (C(rules.EXISTING, "is", False), "no counterpart exists"),
        (C("gone", "is", "a"), "gone is “a”"),
        (C("text", "sounds like", "a"), "Text sounds like"),
        (C("number", "between", ["1"]), "Number is between 1 and "),
    ],
)
def test_the_sentence_of_a_condition(condition, told):
    assert rule_words.condition_sentence(condition, Side.LEFT, scheme()) == told
