"""What waits for a person, through the front door: every reason has its decision, and every decision is carried out once."""

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import Person, text_of
from sync.model.connections import Winner
from tests.bot.modals import choose, find_customer, find_person, modal, paired, submit
from tests.bot.stage import Stage
from tests.bot.waiting import conflict, decide, held, ledger, look_closer, notes

REFUSAL = '{"error": {"code": 400, "message": "Request contains an invalid argument.", "status": "INVALID_ARGUMENT"}}'


@pytest.fixture
def asking(connected: Stage) -> Stage:
    """A connection that asks where both sides hold different values."""
    connected.dana.command("/zsync edit")
    connected.settle()
    choose(connected, "If both hold different values", Winner.ASK.value)
    submit(connected)
    connected.ticks(10)
    for card in connected.dana.direct_messages()[-1:]:
        if "Approve all" in text_of(card):
            connected.dana.press(card, "Approve all")
            connected.ticks(10)
    return connected


def test_when_nothing_waits_it_says_so(connected):
    with connected.bot.store.transaction("T1") as tx:
        connection = tx.connections.all()[0]
        tx.standings.clear(connection.id)
    assert "Nothing waits for a person" in held(connected)


def test_a_conflict_is_shown_with_three_values_and_kept_as_decided(asking):
    before = notes(asking, paired(asking)[0])[0]
    email = conflict(asking)
    look_closer(asking)
    assert notes(asking, email) == ("From Zoho", "From Google")
    shown = held(asking, "conflict")
    for part in ("Notes was changed on both sides", "Zoho Inventory: “From Zoho”", "Google Contacts: “From Google”"):
        assert part in shown
    assert f"Before: “{before}”" in shown or not before
    said = decide(asking, "Keep Google Contacts'")
    assert "The next run carries it out" in said
    assert "From Zoho" not in said
    asking.ticks(6)
    assert notes(asking, email) == ("From Google", "From Google")
    (kept,) = ledger(asking, "kept")
    assert kept.by == "U1"
    changed = ledger(asking, "changed")[-1]
    assert changed.by == "U1"
    assert '"reason":"person"' in changed.body
    writes = len(asking.zoho.calls)
    look_closer(asking)
    assert notes(asking, email) == ("From Google", "From Google")
    assert not [call for call in asking.zoho.calls[writes:] if call.method == "PUT"]


def test_a_decision_about_values_that_changed_meanwhile_is_asked_again(asking):
    email = conflict(asking)
    look_closer(asking)
    held(asking, "conflict")
    stale = asking.dana.modal()
    asking.google.people.edit(find_person(asking, email).resource, {"biographies": [{"value": "Newer"}]})
    look_closer(asking)
    asking.dana.press(stale, "Keep Zoho Inventory's")
    said = modal(asking)
    assert "was changed while you looked, so nothing was decided" in said
    assert "“Newer”" in said
    asking.ticks(4)
    assert notes(asking, email) == ("From Zoho", "Newer")


def test_a_decision_waits_for_the_run_and_holds_no_longer_once_a_side_changed(asking):
    email = conflict(asking)
    look_closer(asking)
    held(asking, "conflict")
    decide(asking, "Keep Zoho Inventory's")
    asking.google.people.edit(find_person(asking, email).resource, {"biographies": [{"value": "Newer"}]})
    look_closer(asking)
    look_closer(asking)
    assert notes(asking, email) == ("From Zoho", "Newer")
    assert "“Newer”" in held(asking, "conflict")


def test_who_comes_second_hears_who_was_faster(asking):
    conflict(asking)
    look_closer(asking)
    admin = Person(asking.slack, "UADMIN")
    held(asking, "conflict", admin)
    held(asking, "conflict")
    decide(asking, "Keep Zoho Inventory's")
    admin.press(admin.modal(), "Keep Google Contacts'")
    asking.settle()
    assert "was already decided by <@U1>" in text_of(admin.modal())
    assert len(ledger(asking, "kept")) == 1


def test_many_conflicts_are_decided_alike(asking):
    emails = [conflict(asking, number) for number in range(3)]
    look_closer(asking)
    held(asking, "conflict")
    assert "Decided 3 conflicts" in decide(asking, "Keep all of Zoho Inventory's")
    asking.ticks(6)
    assert {notes(asking, email) for email in emails} == {("From Zoho", "From Zoho")}


def test_others_see_counts_and_no_customers(asking):
    conflict(asking)
    look_closer(asking)
    for user in ("U2", "UGUEST"):
        other = Person(asking.slack, user)
        other.command("/zsync held")
        asking.settle()
        shown = text_of(other.modal())
        assert "*1 record* changed on both sides" in shown
        assert "Look" not in shown
        other.command("/zsync why a")
        asking.settle()
        assert "Only <@U1>" in text_of(other.last("C1"))


def test_a_deleted_counterpart_is_made_again_once_when_a_person_wants_it(connected):
    email = paired(connected)[0]
    connected.google.people.delete(find_person(connected, email).resource)
    look_closer(connected)
    admin = Person(connected.slack, "UADMIN")
    held(connected, "counterpart_gone", admin)
    assert "its counterpart was deleted" in held(connected, "counterpart_gone")
    assert "The next run carries it out" in decide(connected, "Recreate")
    admin.press(admin.modal(), "Leave it")
    connected.settle()
    assert "was already decided by <@U1>" in text_of(admin.modal())
    look_closer(connected)
    again = find_person(connected, email)
    look_closer(connected)
    assert [one.resource for one in connected.google.people.live() if email in str(one.fields).lower()] == [
        again.resource
    ]
    assert "Nothing waits for this reason" not in held(connected)


def test_a_deleted_counterpart_can_be_left_alone(connected):
    email = paired(connected)[0]
    connected.google.people.delete(find_person(connected, email).resource)
    look_closer(connected)
    held(connected, "counterpart_gone")
    assert "Nothing waits for this reason any more" in decide(connected, "Leave it")
    look_closer(connected)
    assert email not in str([one.fields for one in connected.google.people.live()]).lower()
    assert "deleted on the other side" not in held(connected)


def test_a_refused_write_tells_the_apps_reason_and_is_tried_again_when_asked(connected):
    email = paired(connected)[0]
    fault = Fault("status", path="/v1/people:batchUpdateContacts", times=None, status=400, body=REFUSAL)
    connected.google.faults.add(fault)
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "Refused at first"})
    look_closer(connected)
    connected.dana.command(f"/zsync why {email}")
    shown = modal(connected)
    assert "Google Contacts" in shown
    assert "refused" in shown
    connected.google.faults.clear()
    assert "The next run carries it out" in decide(connected, "Try again")
    connected.ticks(6)
    assert notes(connected, email) == ("Refused at first", "Refused at first")


def given_name(stage: Stage, email: str) -> str:
    return str(find_person(stage, email).fields["names"][0]["givenName"])


def test_another_primary_person_waits_until_somebody_accepts(connected):
    email = paired(connected)[0]
    customer = find_customer(connected, email)
    other = {"first_name": "Nova", "last_name": "Neumann", "email": email}
    person = connected.zoho.first.add_person(customer["contact_id"], other)
    connected.zoho.first.make_primary(person["contact_person_id"])
    look_closer(connected)
    assert "has another primary contact person" in held(connected, "person_changed")
    assert given_name(connected, email) != "Nova"
    decide(connected, "Accept the new person")
    look_closer(connected)
    assert given_name(connected, email) == "Nova"


def test_a_field_that_went_to_and_fro_is_let_go_again_and_its_past_no_longer_counts(connected):
    email = paired(connected)[0]
    customer = find_customer(connected, email)["contact_id"]
    for text in ("Red", "Blue", "Red", "Blue", "Red"):
        connected.zoho.first.edit(customer, {"notes": text})
        look_closer(connected)
    assert notes(connected, email) == ("Red", "Blue")
    shown = held(connected, "frozen")
    assert "“Notes”" in shown
    assert "Zoho Inventory “Red”, Google Contacts “Blue”" in shown
    assert "The next run carries it out" in decide(connected, "Unfreeze")
    connected.ticks(4)
    assert notes(connected, email) == ("Red", "Red")
    connected.zoho.first.edit(customer, {"notes": "Blue"})
    look_closer(connected)
    assert notes(connected, email) == ("Blue", "Blue")
    assert [entry.by for entry in ledger(connected, "unfrozen")] == ["U1"]


def test_list_status_home_and_the_runs_thread_lead_there(asking):
    email = conflict(asking)
    look_closer(asking)
    asking.dana.command("/zsync run")
    asking.settle()
    asking.ticks(6)
    card = [one for one in asking.dana.direct_messages() if "Started by" in text_of(one)][-1]
    asking.dana.command("/zsync list")
    asking.settle()
    listed = asking.dana.last("C1")
    asking.dana.command("/zsync status")
    asking.settle()
    status = asking.dana.last("C1")
    asking.dana.open_home()
    asking.settle()
    thread = asking.dana.messages("U1", thread=card.ts)[-1]
    assert "1 of them is a conflict" in text_of(thread)
    ways = ((listed, "What waits"), (status, "What waits"), (asking.slack.homes["U1"], "What waits"), (thread, "Look"))
    for place, button in ways:
        assert email not in text_of(place)
        asking.dana.press(place, button)
        assert "*1 record* changed on both sides, to be decided" in modal(asking)
        asking.dana.close()
