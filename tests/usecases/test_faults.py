"""Things go wrong in the middle: nothing is lost, nothing is doubled, and people are told in words."""

from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.seed import company
from sync.model.records import Side
from sync.model.runs import RunState
from tests.connectors.stands import Stands, stands
from tests.usecases.stories import Story


@pytest.fixture
def world() -> Stands:
    return stands(company(customers=150, people=130))


@pytest.fixture
def story(world) -> Story:
    story = Story(world)
    story.until(RunState.HELD)
    return story


def fault(kind: str, method: str, path: str, times: int = 1, **more: object) -> Fault:
    return Fault(kind, method=method, path=path, times=times, **more)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize("kind", ["lost", "broken", "truncated", "status"])
@pytest.mark.parametrize(
    ("app", "method", "path"),
    [
        ("zoho", "POST", "/inventory/v1/contacts"),
        ("zoho", "PUT", "/inventory/v1/contacts/*"),
        ("google", "POST", "/v1/people:batchCreateContacts"),
        ("google", "POST", "/v1/people:batchUpdateContacts"),
    ],
)
def test_a_write_that_breaks_before_or_after_it_happened_is_neither_lost_nor_doubled(story, kind, app, method, path):
    before = story.mails()
    stand_in = getattr(story.world, app)
    stand_in.faults.add(fault(kind, method, path, times=2, status=500))
    story.approve()
    story.until(RunState.DONE, slices=200, seconds=20)
    for _ in range(4):  # a create that Google does not show counts as not done after half an hour
        story.world.clock.pass_(minutes=8)
        story.run_again(seconds=20)
    buckets = story.status().buckets
    assert story.doubles(before) == []
    assert buckets[Side.LEFT]["failed"] == buckets[Side.RIGHT]["failed"] == 0
    assert buckets[Side.LEFT]["waiting"] == buckets[Side.RIGHT]["waiting"] == 0
    story.assert_accounted()


def test_a_lost_create_in_a_lagging_google_waits_for_its_listing_and_makes_no_double(story):
    before = story.mails()
    story.world.google.people.lag = timedelta(minutes=8)
    story.world.google.faults.add(fault("lost", "POST", "/v1/people:batchCreateContacts"))
    story.approve()
    for _ in range(60):
        story.tick()
        story.world.clock.pass_(minutes=1)
    for _ in range(3):
        story.run_again(seconds=60)
    assert story.doubles(before) == []
    assert story.status().buckets[Side.LEFT]["waiting"] == 0
    story.assert_accounted()


def test_a_stale_write_is_decided_anew(story):
    story.approve()
    story.until(RunState.DONE, slices=200)
    person = next(p for p in story.world.google.people.live() if p.fields.get("organizations"))
    zoho = story.world.zoho.first
    email = person.fields["emailAddresses"][0]["value"].lower()
    contact = next(
        c for c in zoho.organization.contacts.values() for p in c["contact_persons"] if p["email"].lower() == email
    )
    story.world.clock.pass_(minutes=10)
    story.world.google.people.lag = timedelta(minutes=3)
    story.world.google.people.edit(person.resource, {"biographies": [{"value": "Typed in Google"}]})
    zoho.edit(contact["contact_id"], {"mobile": "+44 20 7946 0555"})
    for _ in range(4):
        story.run_again(seconds=60)
    numbers = [entry["value"] for entry in story.world.google.people.one(person.resource).fields["phoneNumbers"]]
    assert "+44 20 7946 0555" in numbers
    assert contact["notes"] == "Typed in Google"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"code": 44, "message": "m"}', "slow down"),
        ('{"code": 1070, "message": "m"}', "slow down"),
        ('{"code": 45, "message": "m"}', "are used up"),
    ],
)
def test_each_kind_of_429_pauses_and_goes_on_by_itself(story, body, said):
    story.world.zoho.faults.add(fault("status", "POST", "/inventory/v1/contacts", status=429, body=body))
    story.approve()
    story.tick()
    story.tick()
    paused = story.now()
    assert paused.error is not None
    assert said in paused.error["said"]
    assert paused.resume_at is not None
    story.world.clock.pass_(hours=2)
    story.until(RunState.DONE, slices=200)
    story.assert_accounted()


def test_an_access_token_that_expires_in_the_middle_is_renewed_without_a_word(story):
    story.world.clock.pass_(hours=3)
    story.approve()
    story.until(RunState.DONE, slices=200)
    assert story.said("run/failure") == []


def test_a_value_that_zoho_refuses_fails_alone_and_says_why(story):
    body = '{"code": 15, "message": "Please ensure that the company has less than 200 characters."}'
    story.world.zoho.faults.add(fault("status", "POST", "/inventory/v1/contacts", status=400, body=body))
    story.approve()
    story.until(RunState.DONE, slices=200)
    buckets = story.status().buckets
    assert buckets[Side.RIGHT]["failed"] == 1
    assert buckets[Side.LEFT]["in step"] > 30
    story.assert_accounted()


def test_records_that_appear_while_the_preview_waits_are_not_doubled(story):
    zoho = story.world.zoho.first
    waiting = next(
        c for c in zoho.organization.contacts.values()
        if c["status"] == "active" and c["contact_type"] == "customer" and c["contact_persons"]
        and c["contact_persons"][0]["email"] and c["contact_persons"][0]["email"].lower() not in story.mails()[1]
    )  # fmt: skip
    email = waiting["contact_persons"][0]["email"]
    story.world.google.people.create({"names": [{"givenName": "By hand"}], "emailAddresses": [{"value": email}]})
    before = story.mails()
    story.world.clock.pass_(minutes=10)
    story.tick()
    story.approve()
    story.until(RunState.DONE, slices=200)
    story.run_again()
    assert story.doubles(before) == []
    story.assert_accounted()


def test_a_customer_deleted_in_google_is_not_created_again(story):
    story.approve()
    story.until(RunState.DONE, slices=200)
    people = story.world.google.people
    victim = people.live()[0]
    story.world.clock.pass_(minutes=10)
    people.delete(victim.resource)
    count = len(people.live())
    story.run_again()
    story.run_again()
    assert len(people.live()) == count
    story.assert_accounted()
