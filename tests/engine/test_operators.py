"""Every operator on every type it offers itself for, by a table; emptiness, negation and several entries by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.engine import rules
from sync.engine.operators import OPERATORS, operators_for
from sync.model.connections import Condition, Document, Group, Rule
from sync.model.editing import Wants
from sync.model.fields import Field, FieldType
from sync.model.records import Side
from tests.engine.schemes import NOW, scheme

SCHEME = scheme()
T = FieldType

# type, operator, what the record has, what is wanted, whether it holds
TABLE = [
    *((kind, "is", "Acme", "ACME", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "is", "Acme", "Acme Ltd", False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "is not", "Acme", "acme", False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "is not", "Acme", "Other", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "is any of", "Acme", ["x", "ACME"], True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "is any of", "Acme", ["x", "y"], False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "contains", "Acme Bakery", "BAKE", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "contains", "Acme Bakery", "brew", False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "does not contain", "Acme", "x", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "does not contain", "Acme", "cm", False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "starts with", "Acme", "ac", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "starts with", "Acme", "me", False) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "ends with", "Acme", "ME", True) for kind in (T.TEXT, T.LONG_TEXT)),
    *((kind, "ends with", "Acme", "ac", False) for kind in (T.TEXT, T.LONG_TEXT)),
    (T.EMAIL, "is", "Ann@Acme.example", "ann@ACME.example", True),
    (T.EMAIL, "is not", "ann@acme.example", "bob@acme.example", True),
    (T.EMAIL, "is any of", "ann@acme.example", ["ANN@acme.example"], True),
    (T.EMAIL, "contains", "ann@acme.example", "@acme", True),
    (T.EMAIL, "does not contain", "ann@acme.example", "@acme", False),
    (T.EMAIL, "starts with", "ann@acme.example", "ann", True),
    (T.EMAIL, "ends with", "ann@acme.example", ".example", True),
    (T.EMAIL, "domain is", "ann@ACME.example", "acme.example", True),
    (T.EMAIL, "domain is", "ann@acme.example", "@acme.example", True),
    (T.EMAIL, "domain is", "ann@notacme.example", "acme.example", False),
    (T.PHONE, "is", "020 7946 0018", "+44 20 7946 0018", True),
    (T.PHONE, "is not", "020 7946 0018", "+442079460018", False),
    (T.PHONE, "is any of", "020 7946 0018", ["+49 30 1", "+44 20 7946 0018"], True),
    (T.PHONE, "contains", "020 7946 0018", "7946 00", True),
    (T.PHONE, "does not contain", "020 7946 0018", "555", True),
    (T.PHONE, "starts with", "020 7946 0018", "+44 20", True),
    (T.PHONE, "ends with", "020 7946 0018", "00 18", True),
    *((T.PHONE, operator, "020 7946 0018 ext. 5", want, expected) for operator, want, expected in (
        ("starts with", "020", True), ("starts with", "(+44) 20", True), ("starts with", "20", False), ("contains", "(020) 7946-00", True),
        ("contains", "0207946", True), ("does not contain", "020-79", False), ("ends with", "0018", True), ("ends with", "555", False),
    )),
    (T.PHONE, "starts with", "+49 30 901820", "030", False),
    (T.URL, "is", "https://Acme.example/", "acme.example", True),
    (T.URL, "is not", "https://acme.example", "other.example", True),
    (T.URL, "is any of", "https://acme.example", ["acme.example"], True),
    (T.URL, "contains", "https://acme.example/shop", "/shop", True),
    (T.URL, "does not contain", "https://acme.example/shop", "/blog", True),
    (T.URL, "starts with", "https://acme.example", "acme", True),
    (T.URL, "ends with", "https://acme.example", ".example", True),
    *((kind, "=", "500.00", "500", True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "≠", "500.00", "500", False) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "<", "9.99", "10", True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "<", "10", "10", False) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "≤", "10.0", "10", True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, ">", "100", "20", True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, ">", "-3", "-2", False) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "≥", "0.30", "0.3", True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "between", "10", ["10", "20"], True) for kind in (T.NUMBER, T.MONEY)),
    *((kind, "between", "20.01", ["10", "20"], False) for kind in (T.NUMBER, T.MONEY)),
    *((T.DATE, *row) for row in (
        ("on", "2026-11-30", "2026-11-30", True), ("on", "2026-11-29", "2026-11-30", False),
        ("before", "2026-11-29", "2026-11-30", True), ("before", "2026-11-30", "2026-11-30", False),
        ("after", "2026-12-01", "2026-11-30", True), ("after", "2026-11-30", "2026-11-30", False),
        ("from … to", "2026-11-30", ["2026-11-01", "2026-11-30"], True), ("from … to", "2026-12-01", ["2026-11-01", "2026-11-30"], False),
        ("in the last days", "2026-11-30", 1, True), ("in the last days", "2026-11-29", 1, False), ("in the last days", "2026-11-24", 7, True),
        ("in the last days", "2026-11-23", 7, False), ("in the last days", "2026-12-01", 7, False),
        ("in the next days", "2026-11-30", 1, True), ("in the next days", "2026-12-01", 1, False), ("in the next days", "2026-12-06", 7, True),
        ("in the next days", "2026-12-07", 7, False), ("in the next days", "2026-11-29", 7, False),
    )),
    *((T.DATE_TIME, *row) for row in (
        ("on", "2026-11-30T23:30:00+00:00", "2026-11-30", True), ("before", "2026-11-29T23:59:59+00:00", "2026-11-30", True),
        ("after", "2026-12-01T00:00:00+00:00", "2026-11-30", True), ("from … to", "2026-11-30T10:00:00+00:00", ["2026-11-30", "2026-11-30"], True),
        ("in the last days", "2026-11-30T00:00:00+00:00", 1, True), ("in the next days", "2026-12-01T00:00:00+00:00", 2, True),
    )),
    (T.YES_NO, "is", True, True, True),
    (T.YES_NO, "is", False, True, False),
    (T.YES_NO, "is", None, False, True),
    (T.CHOICE, "is", "business", "business", True),
    (T.CHOICE, "is not", "business", "individual", True),
    (T.CHOICE, "is any of", "business", ["individual", "business"], True),
    *((kind, "has", ["a", "b"], "b", True) for kind in (T.MULTI_CHOICE, T.LABELS)),
    *((kind, "has", ["a"], "b", False) for kind in (T.MULTI_CHOICE, T.LABELS)),
    *((kind, "has not", ["a"], "b", True) for kind in (T.MULTI_CHOICE, T.LABELS)),
    *((kind, "has not", ["a", "b"], "b", False) for kind in (T.MULTI_CHOICE, T.LABELS)),
    *((kind, "has any of", ["a"], ["b", "a"], True) for kind in (T.MULTI_CHOICE, T.LABELS)),
    *((kind, "has any of", ["a"], ["b", "c"], False) for kind in (T.MULTI_CHOICE, T.LABELS)),
]  # fmt: skip

FILLED = {
    T.TEXT: "x", T.LONG_TEXT: "x", T.EMAIL: "a@b.example", T.PHONE: "+442079460018", T.URL: "x.example", T.NUMBER: "1", T.MONEY: "1",
    T.DATE: "2026-11-30", T.DATE_TIME: "2026-11-30T10:00:00+00:00", T.CHOICE: "business", T.MULTI_CHOICE: ["business"], T.LABELS: ["x"],
    T.ADDRESS: {"city": "Hull"},
}  # fmt: skip


def holds(kind: FieldType, operator: str, have: object, want: object = None, **more: Any) -> bool | None:
    key = kind.name.lower()
    return rules.holds(Condition(key, operator, want), {key: have}, scheme(**more) if more else SCHEME, Side.LEFT)


@pytest.mark.parametrize(("kind", "operator", "have", "want", "expected"), TABLE)
def test_an_operator_on_a_type(kind, operator, have, want, expected):
    assert holds(kind, operator, have, want) is expected


def test_the_table_has_every_operator_of_every_type():
    told = {(kind, name) for kind, name, *_ in TABLE} | {
        (kind, name) for kind in FILLED for name in ("is empty", "is not empty")
    }
    assert told == {(kind, one.name) for kind in FieldType for one in operators_for(kind)}


@pytest.mark.parametrize(("kind", "value"), FILLED.items())
def test_emptiness(kind, value):
    assert (holds(kind, "is empty", value), holds(kind, "is not empty", value)) == (False, True)
    assert (holds(kind, "is empty", None), holds(kind, "is not empty", None)) == (True, False)


@pytest.mark.parametrize("operator", OPERATORS.values())
def test_an_empty_value_fits_only_what_is_negated(operator):
    table: dict[Wants, Any] = {Wants.ONE: "1", Wants.SEVERAL: ["1"], Wants.RANGE: ["1", "2"], Wants.DAYS: 3}
    wants = table.get(operator.wants)
    kind = operator.types[0]
    if kind in (T.DATE, T.DATE_TIME):
        wants = {Wants.ONE: "2026-01-01", Wants.RANGE: ["2026-01-01", "2026-01-02"], Wants.DAYS: 3}.get(operator.wants)
    assert holds(kind, operator.name, None, wants) is operator.negated


def test_with_several_entries_one_that_fits_is_enough_and_negated_none_may_fit():
    entries = [{"value": "020 7946 0018", "label": "work"}, {"value": "+49 30 901820", "label": "mobile"}]

    def on(ref: str, operator: str, want: str) -> bool | None:
        return rules.holds(Condition(ref, operator, want), {"phones": entries}, SCHEME, Side.LEFT)

    assert on("phones", "is", "+442079460018") is True
    assert on("phones", "is not", "+442079460018") is False
    assert on("phones", "starts with", "+49") is True
    assert on("phones#work", "starts with", "+49") is False
    assert on("phones#mobile", "starts with", "+49") is True


@pytest.mark.parametrize(
    ("region", "have", "wanted"),
    [
        ("US", "(415) 555-2671", {"415": True, "(415) 555": True, "+1 415": True, "1 415": False}),
        ("DE", "030 901820", {"030": True, "+49 30": True, "0030": False}),
        ("IT", "06 698 12345", {"06": True, "+39 06": True, "6": False}),
        ("XX", "+49 30 901820", {"+49": True, "030": False}),
    ],
)
def test_a_phone_number_begins_as_it_is_dialled_from_within_or_from_abroad(region, have, wanted):
    one = replace(SCHEME, region=region)
    found = {
        want: rules.holds(Condition("phone", "starts with", want), {"phone": have}, one, Side.LEFT) for want in wanted
    }
    assert found == wanted


ADDRESSES = [
    {"value": {"city": "York"}, "label": "home"},
    {"value": {"city": "New  Hamburg", "country": "Deutschland"}, "label": "work"},
]


@pytest.mark.parametrize(
    ("part", "operator", "want", "expected"),
    [
        ("city", "is", "hamburg", True),
        ("city", "is", "york", False),
        ("postcode", "is empty", None, True),
        ("city", "is empty", None, False),
        ("country", "is", "Germany", True),
        ("country", "is not", "DE", False),
        ("country", "is any of", ["France", "deu"], True),
        ("country", "starts with", "deutsch", True),
        ("country", "contains", "Germ", False),
        ("country", "is not empty", None, True),
    ],
)
def test_a_part_of_an_address_and_its_country_by_any_spelling(part, operator, want, expected):
    values = {"address": {"city": "Hamburg", "country": "Deutschland"}}
    assert rules.holds(Condition(f"address/{part}", operator, want), values, SCHEME, Side.LEFT) is expected


@pytest.mark.parametrize(
    ("ref", "operator", "want", "expected"),
    [
        ("addresses#work/city", "is", "New Hamburg", True),
        ("addresses#home/city", "is", "New Hamburg", False),
        ("addresses/city", "is", "New Hamburg", True),
        ("addresses/city", "is not", "york", False),
        ("addresses/city", "is not", "Hull", True),
        ("addresses#home/country", "is empty", None, True),
        ("addresses/country", "is", "DE", True),
        ("addresses#other/city", "is not", "York", True),
        ("addresses#other", "is empty", None, True),
        ("addresses#work", "is not empty", None, True),
        ("addresses", "is empty", None, False),
    ],
)
def test_an_address_with_a_label_or_any_of_them(ref, operator, want, expected):
    field = Field("addresses", "Addresses", T.ADDRESS, many=True)
    left = replace(SCHEME.left, fields={**SCHEME.left.fields, field.key: field})
    one = replace(SCHEME, left=left)
    assert rules.holds(Condition(ref, operator, want), {field.key: ADDRESSES}, one, Side.LEFT) is expected


def test_a_day_may_be_asked_for_in_any_iso_spelling():
    assert holds(T.DATE, "from … to", "2026-11-30", ["20261101", "20261201"]) is True
    assert holds(T.DATE, "from … to", "2026-12-30", ["20261101", "20261201"]) is False


def test_an_unknown_value_and_a_field_that_is_gone_are_neither_true_nor_false():
    assert rules.holds(Condition("text", "is", "x"), {}, SCHEME, Side.LEFT) is None
    assert rules.holds(Condition("nothing", "is", "x"), {"nothing": "x"}, SCHEME, Side.LEFT) is None


def test_the_day_is_that_of_the_organisation():
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert holds(T.DATE, "in the last days", "2026-12-01", 1, now=late) is False
    assert holds(T.DATE, "in the last days", "2026-12-01", 1, now=late, time_zone="Asia/Tokyo") is True
    assert holds(T.DATE_TIME, "on", "2026-11-30T23:30:00+00:00", "2026-12-01", time_zone="Asia/Tokyo") is True


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # Half an hour off the hours of UTC: a day ends within one.
        ("Asia/Kolkata", "2026-11-30T18:29:59.999999Z", "2026-11-30"),
        ("Asia/Kolkata", "2026-11-30T18:30:00.000000Z", "2026-12-01"),
        ("Asia/Kolkata", "2026-11-30T19:00:00Z", "2026-12-01"),
        # Clocks that went back an hour one minute after midnight: for that minute it was the next day already.
        ("America/St_Johns", "2010-11-07T02:29:59.000000Z", "2010-11-06"),
        ("America/St_Johns", "2010-11-07T02:30:30.000000Z", "2010-11-07"),
        ("America/St_Johns", "2010-11-07T02:31:00.000000Z", "2010-11-06"),
        ("Europe/London", "2026-06-30T23:00:00.000000Z", "2026-07-01"),
        ("Europe/London", "9999-12-31T23:59:59.999999Z", "9999-12-31"),
    ],
)
def test_the_day_of_a_moment_is_exact_at_its_edges(zone, moment, day):
    assert holds(T.DATE_TIME, "on", moment, day, time_zone=zone) is True


@pytest.mark.parametrize(
    "moment", ["", "soon", "2026-11-30T25:00:00Z", "2026-11-30T18:61:00.000000Z", "9999-12-31T23:59:59Z"]
)
def test_what_is_no_moment_there_has_no_day(moment):
    assert holds(T.DATE_TIME, "is empty", moment, time_zone="Asia/Tokyo") is True


@pytest.mark.parametrize("operator", ["in the last days", "in the next days"])
@pytest.mark.parametrize("days", [1, 2, 7])
def test_next_flip_is_the_first_day_on_which_the_answer_changes(operator, days):
    rule = Rule("r", Side.LEFT, Group((Condition("date", operator, days),)))
    for offset in range(-20, 21):
        values = {"date": (NOW.date() + timedelta(days=offset)).isoformat()}
        answers = [
            rules.in_scope(scheme(Document(rules=(rule,)), NOW + timedelta(days=ahead)), Side.LEFT, values)
            for ahead in range(60)
        ]
        changes = next((ahead for ahead in range(1, 60) if answers[ahead] != answers[ahead - 1]), None)
        flip = rules.next_flip(scheme(Document(rules=(rule,))), Side.LEFT, values)
        expected = NOW.date() + timedelta(days=changes) if changes else None
        assert (flip.date() if flip else None) == expected


def test_without_a_relative_date_nothing_changes_by_itself():
    rule = Rule("r", Side.LEFT, Group((Condition("date", "before", "2026-12-24"),)))
    assert rules.next_flip(scheme(Document(rules=(rule,))), Side.LEFT, {"date": date(2026, 12, 1).isoformat()}) is None
