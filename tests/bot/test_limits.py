"""The brakes through the front door: what is held and why, who lets it go and how, what a person may set."""

import pytest

from bot.sandbox.slack.person import Person, text_of
from tests.bot.modals import find_customer, modal, paired, press, runs, submit
from tests.bot.stage import Stage


def purge(stage: Stage, count: int) -> list[str]:
    """So many people are deleted in Google; the next run comes to its end. Their e-mail addresses."""
    gone = paired(stage)[:count]
    people = stage.google.people
    for person in people.live():
        if {one["value"].casefold() for one in person.fields.get("emailAddresses") or ()} & set(gone):
            people.delete(person.resource)
    runs(stage)
    return gone


def status(stage: Stage) -> str:
    stage.dana.command("/zsync status")
    stage.settle()
    return text_of(stage.dana.last("C1"))


def hold_card(stage: Stage):
    return next(one for one in stage.dana.messages("C1") if "for a decision*" in text_of(one))


def test_many_deletions_wait_and_the_card_says_what_becomes_of_them(connected):
    purge(connected, 6)
    said = text_of(hold_card(connected))
    assert "6 contacts were deleted in Google Contacts. Their customers stay as they are and stop syncing." in said
    assert "6 deletions within a day, where 5 may go without asking" in said
    assert "Try 10" not in said
    shown = status(connected)
    assert "More would change than usual" in shown
    assert "Held\n6" in shown


def test_who_made_the_connection_lets_a_large_batch_go_by_typing_how_many_it_is(connected):
    purge(connected, 6)
    connected.dana.press(hold_card(connected), "Approve all")
    assert "Type *6*" in modal(connected)
    connected.dana.fill(connected.dana.modal(), "How many", "five")
    submit(connected)
    assert "not the number" in str(connected.dana.modal().errors)
    assert "Held\n6" in status(connected)
    connected.dana.fill(connected.dana.modal(), "How many", " 6 ")
    assert "Approved" in submit(connected)
    connected.ticks(4)
    assert "Gone\n6" in status(connected)
    assert "Decided by <@U1>" in text_of(hold_card(connected))
    assert "Approve all" not in text_of(hold_card(connected))


def test_a_second_person_lets_it_go_with_one_press(connected):
    purge(connected, 6)
    admin = Person(connected.slack, "UADMIN")
    admin.press(hold_card(connected), "Approve all")
    connected.settle()
    connected.ticks(4)
    assert not admin.has_modal()
    assert "Gone\n6" in status(connected)
    assert "Decided by <@UADMIN>" in text_of(hold_card(connected))


def test_discarded_the_customers_are_held_and_nobody_is_asked_again(connected):
    gone = purge(connected, 6)
    connected.dana.press(hold_card(connected), "Discard")
    connected.settle()
    assert "Discarded by <@U1>" in text_of(hold_card(connected))
    connected.zoho.first.edit(find_customer(connected, gone[0])["contact_id"], {"designation": "Buyer"})
    runs(connected)
    assert "Held\n6" in status(connected)
    assert not any("waits for a decision" in text_of(one) for one in connected.dana.messages("C1"))


def test_who_types_after_somebody_else_decided_is_told(connected):
    purge(connected, 6)
    connected.dana.press(hold_card(connected), "Approve all")
    connected.settle()
    Person(connected.slack, "UADMIN").press(hold_card(connected), "Discard")
    connected.settle()
    connected.dana.fill(connected.dana.modal(), "How many", "6")
    assert "was decided about already" in submit(connected)


def open_limits(stage: Stage) -> str:
    stage.dana.command("/zsync edit")
    stage.settle()
    press(stage, "Limits")
    return modal(stage)


def test_a_limit_that_is_raised_counts_at_once_and_is_told_among_the_versions(connected):
    assert "Deletions" in open_limits(connected)
    connected.dana.fill(connected.dana.modal(), "removals_least", "8")
    connected.dana.fill(connected.dana.modal(), "updates_share", "12.5")
    assert "has the new settings now" in submit(connected)
    purge(connected, 6)
    assert "Gone\n6" in status(connected)
    connected.dana.command("/zsync config")
    shown = modal(connected)
    assert "～ limit deletions without asking: 5 → 8" in shown
    assert "～ limit share of changed records without asking: 10 % → 12.5 %" in shown


@pytest.mark.parametrize(
    ("limit", "typed", "said"),
    [
        ("creates_least", "-1", "whole number"),
        ("creates_least", "2.5", "whole number"),
        ("updates_least", "99999999", "whole number"),
        ("removals_share", "101", "between 0 and 100"),
        ("field_share", "-0.1", "between 0 and 100"),
    ],
)
def test_a_limit_that_makes_no_sense_is_told_beside_it(connected, limit, typed, said):
    open_limits(connected)
    connected.dana.fill(connected.dana.modal(), limit, typed)
    submit(connected)
    assert said in str(connected.dana.modal().errors)


def test_what_was_chosen_in_the_settings_is_kept_on_the_way_to_the_limits(connected):
    connected.dana.command("/zsync edit")
    connected.settle()
    connected.dana.choose(connected.dana.modal(), "Look for changes", "Every hour")
    press(connected, "Limits")
    press(connected, "Back")
    submit(connected)
    connected.dana.command("/zsync config")
    assert "～ option interval: 300 → 3600" in modal(connected)
