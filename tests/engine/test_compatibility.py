"""Every cell of the compatibility table, its conversions, and what the table decides about pairs of fields."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.engine.compatibility import TABLE, compatible, convert, direction_of
from sync.engine.conversions import Converted, Skipped, Unfit
from sync.engine.normalise import normal
from sync.model.connections import Direction, Translation, Unmapped
from sync.model.editing import Loss
from sync.model.fields import Field, FieldRef, FieldType, Option
from sync.model.records import Side

T = FieldType
SIGNS = {"=": Loss.LOSSLESS, "~": Loss.LOSSY, "-": Loss.REFUSED}

# Row: source; column: target, in the same order. "=" comes back as it was, "~" may not, "-" is refused.
MATRIX = """
text          = = ~ = = ~ ~ ~ ~ ~ ~ - - -
long_text     ~ = ~ - - ~ ~ ~ ~ ~ ~ - - -
email         = = = - - - - - - - - - - -
phone         = = - = - - - - - - - - - -
url           = = - - = - - - - - - - - -
number        = = - - - = ~ - - - - - - -
money         = = - - - = = - - - - - - -
date          = = - - - - - = = - - - - -
date_time     = = - - - - - ~ = - - - - -
yes_no        = = - - - - - - - = ~ - - -
choice        = = - - - - - - - ~ = - - -
multi_choice  ~ ~ - - - - - - - - - = = -
labels        ~ ~ - - - - - - - - - = = -
address       ~ ~ - - - - - - - - - - - =
"""
COLUMNS = [line.split()[0] for line in MATRIX.strip().splitlines()]
CELLS = [
    (FieldType[line.split()[0].upper()], FieldType[column.upper()], SIGNS[sign])
    for line in MATRIX.strip().splitlines()
    for column, sign in zip(COLUMNS, line.split()[1:], strict=True)
]
TIERS = (Option("business", "Business"), Option("individual", "Individual"))


def field(kind: FieldType, **more: Any) -> Field:
    return Field(kind.name.lower(), kind.value, kind, **({"options": TIERS if "CHOICE" in kind.name else ()} | more))


def put(
    source: Field, target: Field, value: Any, translation: Translation | None = None, to: Side = Side.RIGHT, **more: Any
) -> Any:
    return convert(source, target, value, translation or Translation(), to=to, **more)


@pytest.mark.parametrize(("source", "target", "loss"), CELLS)
def test_every_cell(source, target, loss):
    cell = TABLE[source, target]
    assert cell.loss is loss
    assert bool(cell.convert) is (loss is not Loss.REFUSED)
    assert bool(cell.warning) is (loss is Loss.LOSSY)
    assert bool(cell.reason and cell.remedy) is (loss is Loss.REFUSED)


def test_the_matrix_is_the_whole_table():
    assert {(source, target) for source, target, _ in CELLS} == set(TABLE)


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    T.TEXT: words,
    T.LONG_TEXT: st.lists(words, min_size=1, max_size=3).map("\n".join),
    T.EMAIL: st.sampled_from(["ann@acme.example", "Bob.B@sub.acme.example"]),
    T.PHONE: st.sampled_from(["+44 20 7946 0018", "020 7946 0018", "+49 30 901820"]),
    T.URL: st.sampled_from(["https://acme.example", "acme.example/Shop"]),
    T.NUMBER: st.decimals(-(10**6), 10**6, places=4).map(str),
    T.MONEY: st.decimals(-(10**6), 10**6, places=2).map(str),
    T.DATE: st.dates().map(lambda day: day.isoformat()),
    T.DATE_TIME: st.datetimes(timezones=st.timezones())
    .map(lambda moment: moment.isoformat())
    .filter(lambda text: len(text) < 35),
    T.YES_NO: st.booleans(),
    T.CHOICE: st.sampled_from(["business", "individual"]),
    T.MULTI_CHOICE: st.lists(st.sampled_from(["business", "individual"]), unique=True, min_size=1).map(sorted),
    T.LABELS: st.lists(st.sampled_from(["business", "individual"]), unique=True, min_size=1).map(sorted),
    T.ADDRESS: st.fixed_dictionaries({"street": words, "city": words, "country_code": st.sampled_from(["GB", "DE"])}),
}
THERE_AND_BACK = [(s, t) for s, t, loss in CELLS if loss is Loss.LOSSLESS and TABLE[t, s].convert is not None]


@pytest.mark.parametrize(("source", "target"), THERE_AND_BACK)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_lossless_comes_back_as_it_was(source, target, data):
    value = data.draw(VALUES[source])
    there = put(field(source), field(target), value)
    assert isinstance(there, Converted), there
    back = put(field(target), field(source), there.value, to=Side.LEFT)
    assert isinstance(back, Converted), back
    assert normal(source, back.value, "GB") == normal(source, value, "GB")


@pytest.mark.parametrize(("source", "target", "_loss"), CELLS)
def test_empty_stays_empty(source, target, _loss):
    assert put(field(source), field(target), None) == Converted(None)


@pytest.mark.parametrize(
    ("source", "target", "value", "outcome"),
    [
        (T.TEXT, T.NUMBER, " 1e3 ", Converted("1000")),
        (T.TEXT, T.NUMBER, "many", Unfit("no_number")),
        (T.TEXT, T.NUMBER, "NaN", Unfit("no_number")),
        (T.TEXT, T.NUMBER, "1e999999999", Unfit("no_number")),
        (T.TEXT, T.MONEY, "1e39", Converted("1" + "0" * 39 + ".00")),
        (T.TEXT, T.MONEY, "2.345", Converted("2.34")),
        (T.NUMBER, T.MONEY, "2.355", Converted("2.36")),
        (T.TEXT, T.DATE, "2026-11-30", Converted("2026-11-30")),
        (T.TEXT, T.DATE, "30.11.2026", Unfit("no_date")),
        (T.TEXT, T.DATE_TIME, "2026-11-30T10:00:00", Unfit("no_date")),
        (T.TEXT, T.EMAIL, "no address", Unfit("no_email")),
        (T.DATE_TIME, T.DATE, "2026-11-30T23:30:00+00:00", Converted("2026-12-01")),
        (T.DATE, T.DATE_TIME, "2026-11-30", Converted("2026-11-30T00:00:00+09:00")),
        (T.YES_NO, T.TEXT, False, Converted("No")),
        (T.TEXT, T.YES_NO, "YES", Converted(True)),
        (T.TEXT, T.YES_NO, "perhaps", Unfit("no_option")),
        (T.CHOICE, T.TEXT, "business", Converted("Business")),
        (T.TEXT, T.CHOICE, "BUSINESS", Converted("business")),
        (T.TEXT, T.CHOICE, "royal", Unfit("unmapped")),
        (T.LABELS, T.MULTI_CHOICE, ["Business"], Converted(["business"])),
        (T.LABELS, T.MULTI_CHOICE, ["Royal"], Unfit("no_option")),
        (T.LABELS, T.TEXT, ["a", "b"], Converted("a, b")),
        (T.LONG_TEXT, T.TEXT, "a\nb", Converted("a b")),
        (T.ADDRESS, T.TEXT, {"street": "1 Quay", "city": "Hull", "fax": "x"}, Converted("1 Quay, Hull")),
        (T.ADDRESS, T.ADDRESS, {"city": "Hull", "fax": "x"}, Converted({"city": "Hull"})),
        (T.CHOICE, T.YES_NO, "business", Unfit("unmapped")),
    ],
)  # fmt: skip
def test_a_value_in_other_terms(source, target, value, outcome):
    assert put(field(source), field(target), value, time_zone="Asia/Tokyo") == outcome


def test_a_text_that_is_too_long_says_how_long_it_may_be():
    outcome = put(field(T.NUMBER), field(T.TEXT, max_length=3), "12345")
    assert outcome == Unfit("too_long", {"field": "text", "length": "5", "limit": "3"})


class TestValueTables:
    table = Translation((("business", "Firm"), ("business", "Company"), ("individual", "Person")))

    def to_right(self, value: Any, table: Translation) -> Any:
        return put(field(T.CHOICE), field(T.TEXT), value, table)

    def to_left(self, value: Any, table: Translation) -> Any:
        return put(field(T.TEXT), field(T.CHOICE), value, table, Side.LEFT)

    def test_the_first_row_of_a_value_counts(self):
        assert self.to_right("business", self.table) == Converted("Firm")
        assert self.to_left("company", self.table) == Converted("business")

    @pytest.mark.parametrize(
        ("unmapped", "right", "left"),
        [
            (Unmapped.HOLD, Unfit("unmapped"), Unfit("unmapped")),
            (Unmapped.SKIP, Skipped(), Skipped()),
            (Unmapped.FIXED, Converted("Other"), Converted("individual")),
        ],
    )
    def test_a_value_that_it_does_not_name(self, unmapped, right, left):
        table = Translation(self.table.pairs, unmapped, "individual", "Other")
        assert self.to_right("royal", table) == right
        assert self.to_left("Royal", table) == left

    def test_yes_and_no_against_a_choice(self):
        table = Translation((("true", "business"), ("false", "individual")))
        assert put(field(T.YES_NO), field(T.CHOICE), True, table) == Converted("business")
        assert put(field(T.CHOICE), field(T.YES_NO), "individual", table, Side.LEFT) == Converted(False)


@pytest.mark.parametrize(
    ("left", "right", "direction"),
    [
        (field(T.TEXT), field(T.TEXT), Direction.BOTH),
        (field(T.MONEY, writable=False), field(T.TEXT), Direction.TO_RIGHT),
        (field(T.ADDRESS), field(T.TEXT), Direction.TO_RIGHT),
        (field(T.TEXT), field(T.ADDRESS), Direction.TO_LEFT),
        (field(T.NUMBER), field(T.DATE), None),
        (field(T.TEXT, writable=False), field(T.TEXT, writable=False), None),
        (field(T.PHONE), field(T.PHONE, many=True), Direction.BOTH),
        (field(T.PHONE, many=True), field(T.PHONE, many=True), Direction.BOTH),
        (field(T.PHONE, many=True), field(T.TEXT, many=True), None),
    ],
)
def test_what_a_pair_of_fields_allows(left, right, direction):
    verdict = compatible(left, FieldRef(left.key), right, FieldRef(right.key))
    assert direction_of(verdict) is direction
    assert bool(verdict.reason and verdict.remedy) is (direction is not Direction.BOTH)


def test_a_part_of_an_address_is_no_partner():
    verdict = compatible(field(T.ADDRESS), FieldRef("address", part="city"), field(T.TEXT), FieldRef("text"))
    assert direction_of(verdict) is None
