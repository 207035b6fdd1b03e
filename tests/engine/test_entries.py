"""Several values against one: which entry stands for the field, and what a write leaves alone."""

import pytest

from sync.engine.entries import Chosen, bind, choose, overlay, place, stripped
from sync.model.fields import Field, FieldRef, FieldType

EMAILS = Field("emails", "E-mails", FieldType.EMAIL, many=True, entry_labels=("work", "home"))
PHONES = Field("phones", "Phones", FieldType.PHONE, many=True, entry_labels=("work", "mobile"))
ANY, MOBILE = FieldRef("phones"), FieldRef("phones", "mobile")
ONE, TWO, THREE = ("+442079460101", "+442079460102", "+442079460103")


def entry(value: str, label: str = "", **more: bool) -> dict[str, object]:
    return {"value": value, "label": label, **more}


def remembered(value: str, *others: str) -> dict[str, object]:
    return {"field": "phones", "value": value, "others": list(others)}


@pytest.mark.parametrize(
    ("story", "ref", "entries", "more", "chosen"),
    [
        ("no entry at all", ANY, [], {}, None),
        ("the only one", ANY, [entry(ONE)], {}, ONE),
        ("the app's primary one", ANY, [entry(ONE), entry(TWO, primary=True)], {}, TWO),
        ("the one with the label", MOBILE, [entry(ONE, "work"), entry(TWO, "mobile")], {}, TWO),
        ("none carries the label", MOBILE, [entry(ONE, "work")], {}, None),
        ("among several, not the position", ANY, [entry(TWO), entry(ONE)], {}, ONE),
        ("first meeting: the other side's value", ANY, [entry(ONE, primary=True), entry(TWO)], {"wanted": TWO}, TWO),
        ("first meeting: whatever its label", MOBILE, [entry(ONE, "work"), entry(TWO, "mobile")], {"wanted": ONE}, ONE),
        ("first meeting: nobody has the value", MOBILE, [entry(TWO, "mobile")], {"wanted": ONE}, TWO),
        (
            "bound: found by its value",
            ANY,
            [entry(ONE, primary=True), entry(TWO)],
            {"bound": remembered(TWO, ONE)},
            TWO,
        ),
        ("bound: relabelled, it is still the one", MOBILE, [entry(TWO, "home")], {"bound": remembered(TWO)}, TWO),
        (
            "bound and edited: the one that is new",
            ANY,
            [entry(ONE, primary=True), entry(THREE)],
            {"bound": remembered(TWO, ONE)},
            THREE,
        ),
        (
            "bound and deleted: the primary one stands in",
            ANY,
            [entry(ONE), entry(THREE, primary=True)],
            {"bound": remembered(TWO, ONE, THREE)},
            THREE,
        ),
        ("bound beats wanted", ANY, [entry(ONE), entry(TWO)], {"bound": remembered(ONE, TWO), "wanted": TWO}, ONE),
        ("another mapping holds it", ANY, [entry(ONE, primary=True), entry(TWO)], {"taken": {repr(ONE)}}, TWO),
        ("other mappings hold all of them", ANY, [entry(ONE)], {"taken": {repr(ONE)}}, None),
        ("an empty entry is none", ANY, [entry("")], {}, None),
    ],
)
def test_which_entry_stands_for_the_field(story, ref, entries, more, chosen):
    found = choose(PHONES, ref, entries, region="GB", **more)
    assert found.form == chosen
    assert (found.index is None) is (chosen is None)
    assert chosen is None or entries[found.index]["value"] == found.value


def test_shuffled_entries_give_the_same_choice():
    entries = [entry(ONE, "work"), entry(TWO, "work"), entry(THREE, "home")]
    found = {choose(PHONES, FieldRef("phones", "work"), order, region="GB").form for order in (entries, entries[::-1])}
    assert len(found) == 1


def test_a_link_remembers_normal_forms():
    entries = [entry("Iris@X.example"), entry("OFFICE@x.example"), entry("")]
    held = bind(EMAILS, entries, "iris@x.example", "GB")
    assert held == {"field": "emails", "value": "iris@x.example", "others": ["office@x.example"]}
    assert choose(EMAILS, FieldRef("emails"), entries, region="GB", bound=held).value == "Iris@X.example"


@pytest.mark.parametrize(
    ("story", "ref", "entries", "index", "value", "after"),
    [
        ("replaces one", ANY, [entry(ONE, "work"), entry(TWO)], 0, THREE, [entry(THREE, "work"), entry(TWO)]),
        ("keeps what it does not know", ANY, [entry(ONE, primary=True)], 0, TWO, [entry(TWO, primary=True)]),
        ("adds one under the mapping's label", MOBILE, [entry(ONE)], None, TWO, [entry(ONE), entry(TWO, "mobile")]),
        ("adds one under the usual label", ANY, [], None, TWO, [entry(TWO, "work")]),
        ("empties one and leaves the others", ANY, [entry(ONE), entry(TWO)], 0, None, [entry(TWO)]),
        ("has nothing to empty", ANY, [entry(ONE)], None, None, [entry(ONE)]),
    ],
)
def test_a_write_of_one_value(story, ref, entries, index, value, after):
    before = [dict(one) for one in entries]
    assert stripped(place(PHONES, ref, entries, Chosen(index), value)) == after
    assert entries == before, "what was read stays as it was read"


def test_an_address_keeps_the_parts_that_the_other_app_does_not_know():
    before = {"street": "1 Quay", "city": "Bristol", "attention": "Iris", "fax": "1", "country_code": "GB"}
    value = {"street": "2 Quay", "city": "Bath"}
    assert overlay(FieldType.ADDRESS, before, value) == {"attention": "Iris", "fax": "1", **value}
    assert overlay(FieldType.ADDRESS, before, None) is None
    assert overlay(FieldType.TEXT, "one", "two") == "two"
