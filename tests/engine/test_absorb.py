"""What the mirror makes of an answer: take it, drop it, or ask again."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from sync.engine.absorb import Doubted, Dropped, Source, Taken, absorb, digest, display_name, match_keys
from sync.model.connections import SideScheme
from sync.model.fields import Field, FieldType
from sync.model.plans import Mirrored
from sync.model.records import Record

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EARLY, KNOWN, LATE = (f"2026-11-23T08:0{minute}:00.000000Z" for minute in range(3))
FIELDS = {
    field.key: field
    for field in (
        Field("name", "Name", FieldType.TEXT),
        Field("company", "Company", FieldType.TEXT),
        Field("email", "E-mail", FieldType.EMAIL),
        Field("others", "Other e-mails", FieldType.EMAIL, many=True),
        Field("notes", "Notes", FieldType.LONG_TEXT, detail_only=True),
    )
}
SCHEME = SideScheme(
    "memory", "Memory", FIELDS, match_primary=("email",), match_secondary=("others",), display=("name+company", "email")
)
ROW = {"name": "Iris", "company": None, "email": "iris@x.example", "others": None}
WHOLE = {**ROW, "notes": "Ring twice"}


def answer(stamp: str, *, detailed: bool = False, **values: object) -> Record:
    return Record("m1", {**(WHOLE if detailed else ROW), **values}, stamp, stamp, detailed=detailed)


def mirrored(*, ours: bool = False, stamp: str = KNOWN, detail_stamp: str | None = KNOWN) -> Mirrored:
    return Mirrored(
        7,
        "m1",
        WHOLE,
        stamp,
        stamp,
        seq=3,
        name="Iris",
        hash=digest(WHOLE),
        detail_stamp=detail_stamp,
        ours=ours,
        pull=2,
    )


def taken(old: Mirrored | None, new: Record, source: Source) -> Taken:
    found = absorb(old, new, source, SCHEME, NOW)
    assert isinstance(found, Taken)
    return found


@pytest.mark.parametrize(
    ("story", "ours", "new", "source", "outcome"),
    [
        ("an older row", False, answer(EARLY, name="Old"), Source.LISTING, Dropped()),
        ("an older read", False, answer(EARLY, detailed=True), Source.READ, Dropped()),
        ("a row as old as our write, but different", True, answer(KNOWN, name="?"), Source.LISTING, Doubted()),
    ],
)
def test_an_answer_that_is_not_believed(story, ours, new, source, outcome):
    assert absorb(mirrored(ours=ours), new, source, SCHEME, NOW) == outcome


@pytest.mark.parametrize(
    ("story", "old", "new", "source", "moved"),
    [
        ("somebody new", None, answer(KNOWN), Source.LISTING, True),
        ("nothing new", mirrored(), answer(KNOWN), Source.LISTING, False),
        ("our own write, listed", mirrored(ours=True), answer(KNOWN), Source.LISTING, False),
        ("an edit in the same second", mirrored(), answer(KNOWN, name="Iris N."), Source.LISTING, True),
        ("a later row with other values", mirrored(), answer(LATE, name="Iris N."), Source.LISTING, True),
        ("a later row with the same values may hide a detail", mirrored(), answer(LATE), Source.LISTING, True),
        ("a later read with the same values", mirrored(), answer(LATE, detailed=True), Source.READ, False),
        ("a detail whose edit moved no stamp", mirrored(), answer(KNOWN, detailed=True, notes="!"), Source.READ, True),
        ("the answer to our write", mirrored(), answer(LATE, detailed=True, notes="!"), Source.WRITE, True),
        ("its stamp may be any", mirrored(), answer(EARLY, detailed=True, notes="!"), Source.WRITE, True),
        ("an app without stamps", mirrored(stamp=""), answer("", name="?"), Source.LISTING, True),
    ],
)
def test_an_answer_that_is_taken(story, old, new, source, moved):
    assert taken(old, new, source).moved is moved


def test_a_row_leaves_known_details_as_they_are_but_no_longer_fresh():
    found = taken(mirrored(), answer(LATE, name="Iris N."), Source.LISTING).record
    assert found.values == {**WHOLE, "name": "Iris N."}
    assert not found.detailed
    assert (found.row, found.seq, found.pull) == (7, 3, 2)


def test_a_row_of_the_same_version_keeps_details_fresh():
    assert taken(mirrored(), answer(KNOWN), Source.LISTING).record.detailed


def test_the_details_of_somebody_new_are_unknown_and_not_empty():
    found = taken(None, answer(KNOWN), Source.LISTING).record
    assert "notes" not in found.values
    assert not found.detailed


def test_what_a_whole_record_leaves_out_is_empty():
    whole = Record("m1", ROW, KNOWN, KNOWN, detailed=True)
    found = taken(mirrored(), whole, Source.READ)
    assert found.record.values["notes"] is None
    assert found.moved


def test_our_own_version_is_ours_until_somebody_edits_it():
    written = taken(mirrored(), answer(LATE, detailed=True), Source.WRITE).record
    assert written.ours
    assert taken(written, answer(LATE), Source.LISTING).record.ours
    later = answer("2026-11-23T08:09:00.000000Z", name="?")
    assert not taken(written, later, Source.LISTING).record.ours


def test_a_marker_and_a_person_once_seen_are_kept():
    old = replace(mirrored(), marker="key-1", subject="p1")
    found = taken(old, answer(LATE), Source.LISTING).record
    assert (found.marker, found.subject) == ("key-1", "p1")


def test_the_order_of_entries_does_not_count():
    entries = [{"value": "a", "label": "work"}, {"label": "home", "value": "b"}]
    assert digest({"e": entries, "n": 1}) == digest({"n": 1, "e": entries[::-1]})
    assert digest({"e": entries}) != digest({"e": entries[:1]})
    assert digest({"e": None}) != digest({})


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "Iris", "company": "Harbour"}, "Iris Harbour"),
        ({"name": " Iris ", "company": None}, "Iris"),
        ({"name": None, "company": "", "email": "Iris@X.example"}, "Iris@X.example"),
        ({}, ""),
    ],
)
def test_what_people_call_it(values, name):
    assert display_name(values, SCHEME) == name


def test_other_peoples_addresses_are_weak_keys():
    values = {"email": " IRIS@x.example", "others": [{"value": "office@x.example"}, {"value": "iris@x.example"}]}
    assert match_keys(values, SCHEME, "GB") == {"iris@x.example": False, "office@x.example": True}
    assert match_keys({"email": None}, SCHEME, "GB") == {}


def test_an_edit_in_the_same_moment_shows_in_the_apps_own_mark_and_the_detail_is_read_again():
    """A detail-only field may have changed: the stamp is the same, the row is the same, only the revision moved."""
    row = replace(answer(KNOWN), revision="r2")
    found = taken(mirrored(), row, Source.LISTING)
    assert found.moved
    assert not found.record.detailed


def test_the_same_mark_again_is_no_news():
    found = taken(mirrored(), answer(KNOWN), Source.LISTING)
    assert not found.moved
    assert found.record.detailed
