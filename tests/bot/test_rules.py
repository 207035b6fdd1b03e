"""Rules through the front door: conditions in two groups, actions, what they match before anything is saved, and what they then do."""

import json
from collections.abc import Callable

import pytest

from bot.sandbox.slack.state import elements
from tests.bot import modals
from tests.bot.modals import (
    approve_change,
    choose,
    condition,
    find_customer,
    find_person,
    labelled,
    menu,
    modal,
    open_rule,
    press,
    runs,
    submit,
)


def test_a_rule_with_three_conditions_in_two_groups(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Business")
    press(connected, "Add a group")
    condition(connected, "Company name", "contains", "a")
    menu(connected, "Any of these holds", "Add a condition")
    condition(connected, "Outstanding receivable amount", ">", "100")
    shown = modal(connected)
    either = "Company name contains “a” or Outstanding receivable amount is more than 100 GBP"
    wanted = f"customers where Customer type is “Business” and ({either})"
    assert wanted in shown
    matched, total = shown.split("Matches ")[1].split(".")[0].split(" of ")
    assert 0 < int(matched) < int(total)
    assert "In: " in shown
    assert "Out: " in shown
    listed = submit(connected)
    assert wanted in listed
    assert "Not saved yet" in listed
    assert "You get a preview" in submit(connected)
    said = approve_change(connected)
    assert "Customer type is “Business”" in said
    connected.dana.command("/zsync rules")
    assert wanted in modal(connected)


def business_rule(stage) -> None:
    """Customers that are businesses get the label Trade, undone when they stop being one."""
    open_rule(stage)
    press(stage, "Add a condition")
    condition(stage, "Customer type", "is", "Business")
    press(stage, "Add an action")
    choose(stage, "rules.action.field", "Labels")
    choose(stage, "rules.action.value", "Trade")
    stage.dana.fill(stage.dana.modal(), "undo", ["undo"])
    shown = submit(stage)
    assert "add “Trade” to Labels in Google Contacts, undone when it no longer matches" in shown
    submit(stage)
    assert "You get a preview" in submit(stage)


def test_an_action_makes_a_label_fires_once_and_yields_to_people(connected):
    business_rule(connected)
    said = approve_change(connected)
    assert "Labels" in said
    tagged = labelled(connected, "Trade")
    businesses = {
        email
        for email in modals.paired(connected)
        if find_customer(connected, email)["customer_sub_type"] == "business"
    }
    assert tagged == businesses
    untagged, other = sorted(tagged)[:2]
    people = connected.google.people
    people.modify_members(people.label("Trade"), [], [find_person(connected, untagged).resource])
    connected.zoho.first.edit(find_customer(connected, untagged)["contact_id"], {"designation": "Buyer"})
    runs(connected)
    assert untagged not in labelled(connected, "Trade")
    assert other in labelled(connected, "Trade")


def test_an_action_is_undone_on_leaving_unless_somebody_changed_it(connected):
    business_rule(connected)
    approve_change(connected)
    leaver, stayer = sorted(labelled(connected, "Trade"))[:2]
    connected.zoho.first.edit(find_customer(connected, leaver)["contact_id"], {"customer_sub_type": "individual"})
    runs(connected)
    assert leaver not in labelled(connected, "Trade")
    assert stayer in labelled(connected, "Trade")
    connected.zoho.first.edit(find_customer(connected, leaver)["contact_id"], {"customer_sub_type": "business"})
    runs(connected)
    assert leaver in labelled(connected, "Trade")


def test_a_record_that_leaves_its_rule_keeps_its_link_and_deletes_nothing(connected):
    business_rule(connected)
    approve_change(connected)
    before = len(connected.google.people.live())
    leaver = sorted(labelled(connected, "Trade"))[0]
    customer = find_customer(connected, leaver)
    connected.dana.command("/zsync rules")
    connected.settle()
    menu(connected, "all contacts", "Switch off")
    submit(connected)
    approve_change(connected)
    connected.zoho.first.edit(customer["contact_id"], {"customer_sub_type": "individual", "designation": "Owner"})
    runs(connected)
    person = find_person(connected, leaver)
    assert (person.fields.get("organizations") or [{}])[0].get("title") != "Owner"
    assert len(connected.google.people.live()) == before
    connected.zoho.first.edit(customer["contact_id"], {"customer_sub_type": "business"})
    runs(connected)
    assert find_person(connected, leaver).fields["organizations"][0]["title"] == "Owner"


def test_a_rule_that_contradicts_itself_is_told(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Business")
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Individual")
    assert "This rule can never hold" in modal(connected)
    assert "Matches 0 of" in modal(connected)


def test_a_mapped_field_is_no_target_and_says_why(connected):
    open_rule(connected)
    press(connected, "Add an action")
    choose(connected, "rules.action.field", "Company")
    assert "is mapped, so an action cannot set it" in modal(connected)
    submit(connected)
    assert connected.dana.modal().errors


def test_a_field_is_found_by_typing_and_a_wrong_number_is_told_beside_it(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    found = connected.dana.suggestions(connected.dana.modal(), "rules.field", "receiv")
    assert [one["text"]["text"] for one in found] == [
        "Outstanding receivable amount",
        "Unused credits receivable amount",
    ]
    choose(connected, "rules.field", "Outstanding receivable amount")
    choose(connected, "rules.operator", "between")
    view = connected.dana.modal()
    connected.dana.fill(view, "value", "500")
    connected.dana.fill(view, "upto", "100")
    submit(connected)
    assert "must not be smaller" in str(connected.dana.modal().errors)


def test_already_existing_brings_in_only_what_has_a_counterpart(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Exists in the other app", "is", "Yes")
    assert "customers where a counterpart exists" in modal(connected)
    submit(connected)
    submit(connected)
    approve_change(connected)
    before = len(connected.google.people.live())
    connected.zoho.first.create(
        {"contact_name": "Brand New Ltd", "contact_persons": [{"first_name": "Bea", "email": "bea@new.example"}]}
    )
    runs(connected)
    assert len(connected.google.people.live()) == before


@pytest.mark.parametrize("typed", ["1e999999999", "NaN"])
def test_an_absurd_number_is_told_beside_its_field(connected, typed):
    open_rule(connected)
    press(connected, "Add a condition")
    choose(connected, "rules.field", "Outstanding receivable amount")
    choose(connected, "rules.operator", ">")
    view = connected.dana.modal()
    element = next(one for block in view.body["blocks"] for one in elements(block) if one["action_id"] == "value")
    block = next(block for block in view.body["blocks"] if element in elements(block))
    view.state[block["block_id"]] = {"value": {"type": "number_input", "value": typed}}
    payload = connected.dana._payload("view_submission") | {"view": view.shown("T1"), "trigger_id": "x"}
    _, answer = connected.slack.send({"payload": json.dumps(payload)})
    assert "Type a number" in str(json.loads(answer)["errors"])


def test_a_count_that_comes_late_does_not_cover_the_next_form(connected, monkeypatch):
    """Somebody goes on to the next condition while the records are still being counted."""
    open_rule(connected)
    press(connected, "Add a condition")
    held: list[tuple[str, Callable[[], None]]] = []
    monkeypatch.setattr(connected.bot.slack, "_queue", lambda key, work: held.append((key, work)))
    choose(connected, "rules.field", "Customer type")
    choose(connected, "rules.operator", "is")
    choose(connected, "value", "Business")
    assert "Counting" in submit(connected)
    press(connected, "Add a condition")
    for _, work in held:
        work()
    assert "Field of Zoho Inventory" in modal(connected)
