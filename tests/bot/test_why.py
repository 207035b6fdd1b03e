"""`/zsync why`, through the front door: one record, and everything about it."""

import pytest

from bot.sandbox.slack.person import Person, text_of
from tests.bot.modals import active, approve_change, find_customer, find_person, modal, paired, press, runs
from tests.bot.stage import Stage
from tests.bot.test_rules import business_rule


def why(stage: Stage, text: str) -> str:
    stage.dana.command(f"/zsync why {text}")
    stage.settle()
    return text_of(stage.dana.modal())


def said(stage: Stage) -> str:
    return text_of(stage.dana.last("C1"))


def test_a_linked_record_tells_values_age_and_history(connected):
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "Ring twice"})
    runs(connected, 11)
    connected.ticks(4)
    shown = why(connected, email)
    for part in (
        "In step",
        "It is linked: both records are the same customer.",
        "Brought in by “all customers”",
        "Zoho Inventory: “Ring twice” · Google Contacts: “Ring twice”",
        "Last agreed on: “Ring twice”",
        "in detail <!date^",
        "Zoho Inventory was linked",
        "Google Contacts was changed",
        "Ring twice",
    ):
        assert part in shown, part
    history = shown.partition("What happened")[2]
    assert "Ring twice" in history
    assert "(<@U1>)" in history


def test_what_the_next_run_would_do_is_told_before_it_does(connected):
    email = paired(connected)[0]
    connected.dana.command("/zsync pause")
    connected.settle()
    with connected.bot.store.transaction("T1") as tx:
        connection = tx.connections.all()[0]
        found = tx.mirror.search([connection.left_id], email)[0]
        tx.bound.connection.execute(
            tx.mirror.change().where(tx.mirror.table.c.id == found.row).values(values={**found.values, "notes": "New"})
        )
    assert "The next run writes “New” to Google Contacts." in why(connected, email)


def test_a_record_that_a_rule_leaves_out_is_told_condition_by_condition(connected):
    business_rule(connected)
    approve_change(connected)
    customer = next(one for one in active(connected) if one["customer_sub_type"] == "individual")
    shown = why(connected, customer["contact_id"])
    assert "Not brought in by “customers where Customer type is “Business””" in shown
    assert "✗ Customer type is “Business” — it is “individual”" in shown


def test_a_name_that_several_have_is_asked_about(connected):
    shown = why(connected, "a")
    assert "records fit “a”" in shown
    press(connected, "Look")
    assert "What happened" in modal(connected)


@pytest.mark.parametrize(
    ("text", "words"), [("", "Which record?"), ("nobody@nowhere.example", "There is no record called")]
)
def test_what_cannot_be_found_is_said(connected, text, words):
    connected.dana.command(f"/zsync why {text}".strip())
    connected.settle()
    assert words in said(connected)


def test_a_customer_is_shown_to_nobody_else(connected):
    email = paired(connected)[0]
    why(connected, email)
    robin = Person(connected.slack, "U2")
    robin.command(f"/zsync why {email}")
    connected.settle()
    assert "Only <@U1>, who made this connection" in text_of(robin.last("C1"))
    name = find_person(connected, email).fields["names"][0]["givenName"]
    assert not [one for one in connected.dana.messages("C1") if email in text_of(one) or f"{name} " in text_of(one)]
