"""What is particular about Google Contacts, against the stand-in."""

from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault
from sync.connectors import google_people
from sync.model import errors
from sync.model.records import Record, Refused, Tombstone, Write, WriteKind, Written
from tests.connectors.stands import Stands, stands


@pytest.fixture
def world() -> Stands:
    return stands()


@pytest.fixture
def google(world):
    return world.connector("google_contacts", "me")


def everybody(google) -> list[Record]:
    return [record for page in google.pull(None) for record in page.records]


def with_two_emails(google) -> Record:
    return next(record for record in everybody(google) if len(record.values["emails"] or ()) > 1)


def test_a_pull_reads_everybody_and_the_next_only_what_changed(world, google):
    pages = list(google.pull(None))
    assert sum(len(page.records) for page in pages) == 180
    assert pages[-1].complete
    person = pages[0].records[0]
    world.clock.pass_(minutes=1)
    world.google.people.edit(person.id, {"biographies": [{"value": "Changed"}]})
    world.google.people.delete(pages[0].records[1].id)
    again = list(google.pull(pages[-1].watermark))
    assert [record.values["notes"] for page in again for record in page.records] == ["Changed"]
    assert [gone for page in again for gone in page.gone] == [pages[0].records[1].id]


@pytest.mark.parametrize("status", [400, 410])
def test_an_expired_sync_token_asks_for_a_complete_listing(world, google, status):
    watermark = list(google.pull(None))[-1].watermark
    world.google.expired_status = status
    world.clock.pass_(days=8)
    with pytest.raises(errors.WatermarkExpired):
        list(google.pull(watermark))


def test_a_renamed_person_is_followed(world, google):
    pages = list(google.pull(None))
    old = pages[0].records[0].id
    world.clock.pass_(minutes=1)
    new = world.google.people.rename(old)
    assert next(iter(google.pull(pages[-1].watermark))).renamed == {old: new}


def test_a_change_keeps_other_entries_labels_and_fields(google, world):
    record = with_two_emails(google)
    emails = [
        {**entry, "value": "new@work.example"} if entry["label"] == "work" else entry
        for entry in record.values["emails"]
    ]
    [verdict] = google.write([Write("k", WriteKind.UPDATE, {"emails": emails}, record)])
    assert isinstance(verdict, Written)
    fresh = next(iter(google.get([record.id])))
    assert isinstance(fresh, Record)
    assert {(e["value"], e["label"]) for e in fresh.values["emails"]} == {(e["value"], e["label"]) for e in emails}
    assert {k: v for k, v in fresh.values.items() if k != "emails"} == {
        k: v for k, v in record.values.items() if k != "emails"
    }


PRIMARY = {"primary": True}


@pytest.mark.parametrize(
    ("story", "home", "entries", "change", "left"),
    [
        (
            "the primary work place is the one that changes, wherever it stands",
            "organizations",
            [{"name": "Old Ltd", "title": "Clerk"}, {"name": "New Ltd", "metadata": PRIMARY}],
            {"job_title": "Owner"},
            [{"name": "New Ltd", "title": "Owner"}, {"name": "Old Ltd", "title": "Clerk"}],
        ),
        (
            "other nicknames stay",
            "nicknames",
            [{"value": "Dee", "metadata": PRIMARY}, {"value": "Reyes", "type": "MAIDEN_NAME"}],
            {"nickname": "Dana"},
            [{"value": "Dana"}, {"value": "Reyes", "type": "MAIDEN_NAME"}],
        ),
        (
            "a custom field that is there twice",
            "userDefined",
            [{"key": "Car", "value": "red"}, {"key": "Car", "value": "blue"}, {"key": "Size", "value": "M"}],
            {"custom_Car": "black"},
            [{"key": "Car", "value": "red"}, {"key": "Size", "value": "M"}, {"key": "Car", "value": "black"}],
        ),
        (
            "a custom field is cleared",
            "userDefined",
            [{"key": "Car", "value": "red"}, {"key": "Size", "value": "M"}],
            {"custom_Car": None},
            [{"key": "Size", "value": "M"}],
        ),
        (
            "a custom field is new",
            "userDefined",
            [{"key": "Size", "value": "M"}],
            {"custom_Car": "red"},
            [{"key": "Size", "value": "M"}, {"key": "Car", "value": "red"}],
        ),
    ],
)
def test_what_a_change_does_not_name_stays(story, home, entries, change, left):
    person = {"resourceName": "people/c1", home: entries}
    assert google_people.merged(person, change) == {home: left}
    written = google_people.record({"resourceName": "people/c1", home: left}, {})
    assert {key: written.values.get(key) for key in change} == change


@pytest.mark.parametrize("order", [1, -1])
def test_a_custom_field_that_is_there_twice_reads_the_same_in_any_order(order):
    entries = [{"key": "Car", "value": "red"}, {"key": "Car", "value": "blue"}][::order]
    assert (
        google_people.record({"resourceName": "people/c1", "userDefined": entries}, {}).values["custom_Car"] == "blue"
    )


def test_a_batch_with_different_changes_goes_in_one_call_and_clears_nothing(world, google):
    first, second, *_ = [r for r in everybody(google) if r.values["company"] and r.values["phones"]]
    before = len(world.google.calls)
    verdicts = list(
        google.write(
            [
                Write("a", WriteKind.UPDATE, {"company": "A Ltd"}, first),
                Write("b", WriteKind.UPDATE, {"notes": "B"}, second),
            ]
        )
    )
    assert all(isinstance(verdict, Written) for verdict in verdicts)
    assert len(world.google.calls) - before == 2
    after = {record.id: record for record in everybody(google)}
    assert after[first.id].values == {**first.values, "company": "A Ltd"}
    assert after[second.id].values == {**second.values, "notes": "B"}


def test_a_stale_write_is_refused_and_the_rest_of_the_batch_is_written(world, google):
    first, second, *_ = everybody(google)
    world.google.people.edit(first.id, {"biographies": [{"value": "Meanwhile"}]})
    stale, fine = google.write(
        [
            Write("a", WriteKind.UPDATE, {"notes": "Mine"}, first),
            Write("b", WriteKind.UPDATE, {"notes": "Yours"}, second),
        ]
    )
    assert isinstance(stale, Refused)
    assert isinstance(stale.error, errors.StaleRevision)
    assert isinstance(fine, Written)


def test_a_create_carries_a_marker_and_is_found_by_it(world, google):
    values = {
        "given_name": "Lena",
        "family_name": "Hofer",
        "emails": [{"value": "lena@hofer.example", "label": "work"}],
    }
    [verdict] = google.write([Write("key-1", WriteKind.CREATE, values)])
    assert isinstance(verdict, Written)
    assert verdict.record.marker == "key-1"
    found = google.find_created("key-1", values)
    assert found is not None
    assert found.id == verdict.record.id
    assert google.find_created("key-2", values) is None


def test_a_lagging_listing_does_not_show_a_create_yet(world, google):
    world.google.people.lag = timedelta(minutes=5)
    list(google.write([Write("key-1", WriteKind.CREATE, {"given_name": "Lena"})]))
    assert google.find_created("key-1", {}) is None
    world.clock.pass_(minutes=6)
    assert google.find_created("key-1", {}) is not None


def test_labels_are_created_added_and_removed(world, google):
    record = everybody(google)[0]
    [verdict] = google.write([Write("k", WriteKind.UPDATE, {"labels": ["Brand new"], "starred": True}, record)])
    assert isinstance(verdict, Written)
    assert verdict.record.values["labels"] == ["Brand new"]
    assert verdict.record.values["starred"] is True
    [verdict] = google.write([Write("k2", WriteKind.UPDATE, {"labels": None, "starred": False}, verdict.record)])
    assert isinstance(verdict, Written)
    assert (verdict.record.values["labels"], verdict.record.values["starred"]) == (None, False)


def test_an_undone_create_gets_a_label_and_stays(google):
    record = everybody(google)[0]
    [verdict] = google.write([Write("k", WriteKind.RETIRE, {}, record)])
    assert isinstance(verdict, Written)
    assert "Zsync Undone" in verdict.record.values["labels"]


def test_a_deleted_person_is_a_tombstone_and_a_write_to_it_is_refused(world, google):
    record = everybody(google)[0]
    world.google.people.delete(record.id)
    assert list(google.get([record.id])) == [Tombstone(record.id)]
    [verdict] = google.write([Write("k", WriteKind.UPDATE, {"notes": "?"}, record)])
    assert isinstance(verdict, Refused)
    assert isinstance(verdict.error, errors.RecordGone)


def test_shuffled_entries_are_the_same_values(world, google):
    from sync.engine.absorb import digest

    before = {record.id: digest(dict(record.values)) for record in everybody(google)}
    world.google.shuffle = True
    assert {record.id: digest(dict(record.values)) for record in everybody(google)} == before


def test_an_unticked_scope_is_noticed_at_once(world):
    with pytest.raises(errors.RightsMissing):
        world.signed_in("google_contacts", scope="openid")


def test_a_declined_consent_says_so(world):
    with pytest.raises(errors.ConsentDenied):
        world.signed_in("google_contacts", answer="no")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (429, '{"error": {"status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded"}}', errors.TooFast),
        (
            429,
            '{"error": {"details": [{"violations": [{"description": "FBS quota limit exceeded"}]}]}}',
            errors.QuotaUsedUp,
        ),
        (400, '{"error": {"message": "MY_CONTACTS_OVERFLOW_COUNT"}}', errors.PlanLimit),
        (403, '{"error": {"details": [{"reason": "SERVICE_DISABLED"}]}}', errors.ClientMisconfigured),
        (403, '{"error": {"status": "PERMISSION_DENIED"}}', errors.RightsMissing),
        (503, '{"error": {}}', errors.AppBroken),
    ],
)
def test_every_refusal_is_a_typed_error(world, google, status, body, error):
    world.google.faults.add(Fault("status", path="/v1/*", times=None, status=status, body=body))
    with pytest.raises(error):
        google.check()


def test_a_label_that_somebody_made_meanwhile_is_taken_off_and_put_on_not_made_twice(world, google):
    """This connector has read the labels before; the records came in through another one."""
    one, other = everybody(google)[:2]
    people = world.google.people
    label = people.create_label("Fresh")
    people.modify_members(label, [one.id], [])
    current = {record.id: record for record in everybody(world.connector("google_contacts", "me"))}
    assert "Fresh" in current[one.id].values["labels"]
    changes = {one.id: None, other.id: ["Fresh"]}
    writes = [Write(f"k-{key}", WriteKind.UPDATE, {"labels": value}, current[key]) for key, value in changes.items()]
    answers = [verdict.record.values["labels"] for verdict in google.write(writes) if isinstance(verdict, Written)]
    assert answers == [None, ["Fresh"]]
    held = {record.id: record.values["labels"] for record in everybody(google)}
    assert (held[one.id], held[other.id]) == (None, ["Fresh"])
    assert list(people.labels.values()).count("Fresh") == 1
