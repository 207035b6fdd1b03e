"""What changed between two configurations, whether records are touched by it, and which mappings meet their fields anew."""

from dataclasses import replace

import pytest

from sync.engine.differences import changes_records, differences, renewed
from sync.engine.drift import drifts, merged, used_by
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
    Translation,
    Verbosity,
    Winner,
)
from sync.model.fields import Field, FieldType, Option
from sync.model.records import Side
from tests.engine.schemes import scheme

EMAIL = FieldMapping("m1", "email", "email")
TEXT = FieldMapping("m2", "text", "long_text")
GOLD = Action(ActionKind.SET, "text", "gold")
DOCUMENT = Document(mappings=(EMAIL, TEXT))


def told(new: Document) -> list[str]:
    return [
        f"{one.sign} {one.kind} {one.text} {one.before}>{one.after}" for one in differences(DOCUMENT, new, scheme(new))
    ]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (DOCUMENT, []),
        (replace(DOCUMENT, mappings=(EMAIL,)), ["- mapping Text ↔ Long text >"]),
        (replace(DOCUMENT, mappings=(EMAIL, replace(TEXT, enabled=False))), ["~ mapping Text ↔ Long text on>off"]),
        (replace(DOCUMENT, mappings=(EMAIL, replace(TEXT, direction=Direction.TO_LEFT))), ["~ mapping Text ← Long text Text ↔ Long text>Text ← Long text"]),
        (replace(DOCUMENT, mappings=(*DOCUMENT.mappings, FieldMapping("m3", "url", "phones#work"))), ["+ mapping Url ↔ Phones (work) >"]),
        (replace(DOCUMENT, rules=(*DOCUMENT.rules, Rule("r", Side.LEFT, Group((Condition("number", ">", "1"),))))), ["+ rule customers where Number is more than 1 >"]),
        (replace(DOCUMENT, rules=(replace(DOCUMENT.rules[0], actions=(GOLD,)), DOCUMENT.rules[1])), ["~ rule all customers, then set Text to “gold” in Right all customers>all customers, then set Text to “gold” in Right"]),
        (replace(DOCUMENT, mappings=(EMAIL, replace(TEXT, translation=Translation(yes="Oui")))), ["~ mapping Text ↔ Long text >"]),
        (replace(DOCUMENT, options=Options(winner=Winner.NEWEST)), ["~ option winner left>newest"]),
        (replace(DOCUMENT, options=Options(clears_travel=True)), ["~ option clears_travel off>on"]),
    ],
)  # fmt: skip
def test_differences_in_words(new, words):
    assert told(new) == words


@pytest.mark.parametrize(
    ("options", "touches"),
    [
        ({"interval": 900}, False),
        ({"verbosity": Verbosity.QUIET}, False),
        ({"winner": Winner.ASK}, True),
        ({"kinds": ("vendor",)}, True),
    ],
)
def test_what_changes_records_is_previewed(options, touches):
    assert changes_records(DOCUMENT, replace(DOCUMENT, options=replace(Options(), **options))) is touches


def epochs(old: Document, new: Document, number: int = 7) -> list[int]:
    return [one.epoch for one in renewed(old, new, number).mappings]


def test_a_mapping_that_may_write_where_it_could_not_meets_its_field_anew():
    off = replace(DOCUMENT, mappings=(EMAIL, replace(TEXT, enabled=False, epoch=3)))
    narrow = replace(DOCUMENT, mappings=(EMAIL, replace(TEXT, direction=Direction.TO_LEFT)))
    one_way = replace(DOCUMENT, options=Options(direction=Direction.TO_LEFT))
    assert epochs(DOCUMENT, DOCUMENT) == [1, 1]
    assert epochs(off, DOCUMENT) == [1, 7]
    assert epochs(DOCUMENT, off) == [1, 1]
    assert epochs(narrow, DOCUMENT) == [1, 7]
    assert epochs(DOCUMENT, narrow) == [1, 1]
    assert epochs(one_way, DOCUMENT) == [7, 7]
    assert epochs(replace(DOCUMENT, mappings=(EMAIL,)), DOCUMENT) == [1, 7]


A, B = Option("a", "A"), Option("b", "B")
FIELD = Field("cf_1", "Segment", FieldType.CHOICE, custom=True, options=(A,))


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        ([FIELD], []),
        ([], ["removed"]),
        ([replace(FIELD, label="Renamed")], []),
        ([replace(FIELD, type=FieldType.TEXT)], ["retyped"]),
        ([replace(FIELD, options=(A, B))], ["option_new"]),
        ([replace(FIELD, options=(B,))], ["option_new", "option_gone"]),
        ([FIELD, replace(FIELD, key="cf_2")], []),
    ],
)
def test_drift_of_a_field(now, codes):
    assert [one.code for one in drifts([FIELD], now)] == codes


def test_where_fields_are_not_defined_one_that_is_not_seen_is_not_gone():
    standard = Field("notes", "Notes", FieldType.TEXT)
    assert drifts([FIELD], merged([FIELD, standard], [])) == []
    assert [one.code for one in drifts([standard], merged([FIELD, standard], []))] == ["removed"]


def test_where_a_field_is_used():
    rule = Rule("r", Side.LEFT, Group((Condition("number", ">", "1"),)))
    document = replace(DOCUMENT, rules=(rule,), mappings=(EMAIL, replace(TEXT, enabled=False)))
    assert [used_by(document, Side.LEFT, key) for key in ("email", "number", "text", "url")] == [
        "mapping",
        "rule",
        "",
        "",
    ]
    assert used_by(document, Side.RIGHT, "number") == ""
