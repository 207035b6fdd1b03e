"""The main job without Slack: Zoho Inventory and Google Contacts kept in step by the real services over the stand-ins."""

from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault
from sync.model.records import Side
from sync.model.runs import RunState
from sync.usecases import connect
from tests.connectors.stands import WORKSPACE, stands
from tests.usecases.stories import DANA, Story


@pytest.fixture(scope="module")
def synced() -> Story:
    story = Story(stands())
    story.first_sync()
    return story


def test_the_preview_writes_nothing_and_knows_everything():
    story = Story(stands())
    story.until(RunState.HELD)
    tally = story.now().tally
    assert not [call for call in story.world.zoho.calls if call.method != "GET"]
    assert tally["links"] > 80
    assert tally["create.right"] > 60
    assert tally["create.left"] > 40
    assert tally["unread"] == 0
    assert tally["records.left"] == 250


def test_after_approval_every_record_is_accounted_for(synced):
    status = connect.status(synced.services, DANA, synced.connection.id)
    zoho, google = synced.world.zoho.first.organization.contacts, synced.world.google.people.live()
    assert sum(status.buckets[Side.LEFT].values()) == len(zoho)
    assert sum(status.buckets[Side.RIGHT].values()) == len(google)
    assert status.buckets[Side.LEFT]["failed"] == status.buckets[Side.LEFT]["waiting"] == 0
    assert status.links > 150


def test_a_second_run_writes_nothing_and_costs_one_call_a_side(synced):
    synced.run_again()
    zoho, google = len(synced.world.zoho.calls), len(synced.world.google.calls)
    synced.run_again()
    assert len(synced.world.zoho.calls) - zoho == 1
    assert len(synced.world.google.calls) - google == 1


def test_an_edit_in_zoho_reaches_google_and_back(synced):
    contact = next(
        c for c in synced.world.zoho.first.organization.contacts.values()
        if c["contact_type"] == "customer" and c["status"] == "active" and c["contact_persons"] and c["contact_persons"][0]["email"]
    )  # fmt: skip
    email = contact["contact_persons"][0]["email"]
    synced.world.clock.pass_(minutes=1)
    synced.world.zoho.first.edit(contact["contact_id"], {"mobile": "+44 20 7946 0777"})
    synced.run_again()
    person = next(
        p
        for p in synced.world.google.people.live()
        if any(e["value"].lower() == email.lower() for e in p.fields.get("emailAddresses", ()))
    )
    assert {"value": "+44 20 7946 0777", "type": "mobile"} in person.fields["phoneNumbers"]

    synced.world.clock.pass_(minutes=1)
    others = [e for e in person.fields["phoneNumbers"] if e["type"] != "mobile"]
    synced.world.google.people.edit(
        person.resource, {"phoneNumbers": [*others, {"value": "+44 20 7946 0888", "type": "mobile"}]}
    )
    synced.run_again()
    assert contact["contact_persons"][0]["mobile"] == "+44 20 7946 0888"


def test_no_put_of_a_contact_ever_named_its_persons(synced):
    puts = [call for call in synced.world.zoho.calls if call.method == "PUT" and "contactpersons" not in call.path]
    assert not any("contact_persons" in (call.body or {}) for call in puts)


def test_writes_to_google_followed_one_another(synced):
    assert synced.world.google.overlapping_writes == 0


def test_the_ledger_is_proven(synced):
    with synced.services.store.reading(WORKSPACE) as tx:
        assert tx.ledger.proven()
        kinds = {entry.kind for entry in tx.ledger.all()}
    assert {"connected", "approved", "linked", "created", "changed"} <= kinds


def test_the_days_calls_ending_half_way_pauses_the_run_and_goes_on_after_the_reset():
    story = Story(stands())
    story.until(RunState.HELD)
    story.world.zoho.limits.day = story.world.zoho.limits.used + 20
    story.world.zoho.calls.clear()
    story.approve()
    for _ in range(40):
        story.tick()
        story.world.clock.pass_(seconds=20)
    paused = story.now()
    assert paused.error is not None
    assert paused.error["code"] in ("QuotaUsedUp", "BudgetUsedUp")
    assert paused.resume_at is not None
    assert paused.resume_at > story.world.clock.now() + timedelta(hours=1)
    story.world.zoho.limits.day = 5000
    story.world.clock.pass_(days=1)
    story.until(RunState.DONE)
    status = connect.status(story.services, DANA, story.connection.id)
    assert status.buckets[Side.LEFT]["failed"] == 0


def test_a_revoked_grant_stops_the_connection_and_says_so():
    world = stands()
    story = Story(world)
    story.until(RunState.HELD)
    world.zoho.accounts.revoke_all()
    world.clock.pass_(hours=2)
    story.tick()
    assert story.fresh().state == "stopped"
    said = [owed for owed in world.services.store.claim_messages(50) if owed.template == "run/failure"]
    assert "dana@quayside.example" in said[0].data["said"]


def test_an_empty_listing_is_never_believed(synced):
    synced.world.clock.pass_(days=1)
    synced.world.zoho.faults.add(Fault("empty", path="/inventory/v1/contacts", times=3))
    synced.run_again()
    status = connect.status(synced.services, DANA, synced.connection.id)
    assert sum(status.buckets[Side.LEFT].values()) == len(synced.world.zoho.first.organization.contacts)
    assert [
        owed.data["found"] for owed in synced.services.store.claim_messages(100) if owed.template == "run/shrunk"
    ] == [0]
