"""Many conflicts decided alike, through the front door: one decision, one question, and the brake still holds what nobody decided."""

import pytest

from bot.sandbox.slack.person import Person, text_of
from sync.model.connections import Winner
from tests.bot.modals import approve_change, choose, find_customer, modal, paired, press, submit
from tests.bot.stage import Stage
from tests.bot.waiting import conflict, decide, held, ledger, look_closer, notes

MANY = 22


@pytest.fixture
def asking(connected: Stage) -> tuple[Stage, list[str]]:
    """A connection that asks, and more conflicts than the limit of changes without asking."""
    connected.dana.command("/zsync edit")
    connected.settle()
    choose(connected, "If both hold different values", Winner.ASK.value)
    submit(connected)
    approve_change(connected)
    emails = [conflict(connected, number) for number in range(MANY)]
    look_closer(connected)
    return connected, emails


def kept(stage: Stage, emails: list[str]) -> int:
    """In how many pairs Zoho's notes stand on both sides."""
    return sum(notes(stage, email) == ("From Zoho", "From Zoho") for email in emails)


def asked_again(stage: Stage) -> bool:
    return any("for a decision*" in text_of(one) for one in stage.dana.messages("C1"))


def test_who_made_the_connection_types_the_number_once_and_the_run_asks_no_more(asking):
    stage, emails = asking
    held(stage, "conflict")
    said = decide(stage, "Keep all of Zoho Inventory's")
    assert f"In all {MANY} records, the value of Zoho Inventory stays and goes to Google Contacts." in said
    assert f"Type *{MANY}*" in said
    stage.dana.fill(stage.dana.modal(), "How many", "all")
    submit(stage)
    assert "not the number" in str(stage.dana.modal().errors)
    assert ledger(stage, "kept") == []
    stage.dana.fill(stage.dana.modal(), "How many", f" {MANY} ")
    assert f"Decided {MANY} conflicts" in submit(stage)
    stage.ticks(8)
    assert kept(stage, emails) == MANY
    assert not asked_again(stage)
    assert {entry.by for entry in ledger(stage, "kept")} == {"U1"}


def test_an_admin_who_did_not_make_it_decides_with_one_press(asking):
    stage, emails = asking
    admin = Person(stage.slack, "UADMIN")
    held(stage, "conflict", admin)
    admin.press(admin.modal(), "Keep all of Zoho Inventory's")
    stage.settle()
    assert f"Decided {MANY} conflicts" in text_of(admin.modal())
    stage.ticks(8)
    assert kept(stage, emails) == MANY
    assert not asked_again(stage)


def test_going_back_decides_nothing(asking):
    stage, emails = asking
    held(stage, "conflict")
    press(stage, "Keep all of Google Contacts'")
    press(stage, "Back")
    assert f"{MANY} records changed on both sides" in modal(stage)
    stage.ticks(8)
    assert [notes(stage, email) for email in emails] == [("From Zoho", "From Google")] * MANY


def test_where_there_are_more_by_then_the_new_number_is_asked_for(asking):
    stage, emails = asking
    held(stage, "conflict")
    press(stage, "Keep all of Zoho Inventory's")
    one_more = conflict(stage, MANY)
    look_closer(stage)
    stage.dana.fill(stage.dana.modal(), "How many", str(MANY))
    assert f"Type *{MANY + 1}*" in submit(stage)
    assert ledger(stage, "kept") == []
    stage.dana.fill(stage.dana.modal(), "How many", str(MANY + 1))
    assert f"Decided {MANY + 1} conflicts" in submit(stage)
    stage.ticks(8)
    assert kept(stage, [*emails, one_more]) == MANY + 1


def test_what_nobody_decided_is_held_as_ever_and_does_not_count_what_was_decided(asking):
    stage, emails = asking
    held(stage, "conflict")
    press(stage, "Keep all of Zoho Inventory's")
    stage.dana.fill(stage.dana.modal(), "How many", str(MANY))
    submit(stage)
    stage.ticks(8)
    for email in emails[:20]:
        stage.zoho.first.edit(find_customer(stage, email)["contact_id"], {"designation": "Buyer"})
    look_closer(stage)
    assert not asked_again(stage)
    stage.zoho.first.edit(find_customer(stage, paired(stage)[20])["contact_id"], {"designation": "Buyer"})
    look_closer(stage)
    (card,) = (text_of(one) for one in stage.dana.messages("C1") if "for a decision*" in text_of(one))
    assert "Changed records: 21 within a day, where 20 may go without asking" in card
