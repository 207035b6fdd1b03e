"""Value tables through the front door: what a table does not name is held, left alone, or stands for a fixed value on either side."""

import pytest

from bot.sandbox.slack.person import text_of
from tests.bot.modals import approve_change, choose, find_customer, find_person, paired, press, runs, submit
from tests.bot.stage import Stage


def open_table(stage: Stage) -> None:
    """Customer type ↔ Nickname; only “Business” is named."""
    stage.dana.command("/zsync map")
    stage.settle()
    press(stage, "Add a mapping")
    choose(stage, "mappings.left", "Customer type")
    choose(stage, "mappings.right", "Nickname")
    stage.dana.fill(stage.dana.modal(), "Business →", "Firm")


def save(stage: Stage) -> None:
    submit(stage)
    submit(stage)
    approve_change(stage)


def of_type(stage: Stage, kind: str) -> str:
    return next(one for one in paired(stage) if find_customer(stage, one)["customer_sub_type"] == kind)


def nickname(stage: Stage, email: str) -> str:
    names = find_person(stage, email).fields.get("nicknames") or [{"value": ""}]
    return str(names[0]["value"])


def type_nickname(stage: Stage, email: str, name: str) -> None:
    stage.google.people.edit(find_person(stage, email).resource, {"nicknames": [{"value": name}]})
    runs(stage)


def status(stage: Stage) -> str:
    stage.dana.command("/zsync status")
    stage.settle()
    return text_of(stage.dana.last("C1"))


def test_a_fixed_value_stands_for_what_is_not_named_on_both_sides(connected):
    open_table(connected)
    view = connected.dana.modal()
    connected.dana.choose(view, "A value that is not in the table", "Use a fixed value")
    connected.dana.choose(view, "The fixed value in Zoho Inventory", "Individual")
    connected.dana.fill(view, "The fixed value in Google Contacts", "Somebody")
    save(connected)
    firm, person = of_type(connected, "business"), of_type(connected, "individual")
    assert (nickname(connected, firm), nickname(connected, person)) == ("Firm", "Somebody")
    type_nickname(connected, firm, "Nobody knows")
    assert find_customer(connected, firm)["customer_sub_type"] == "individual"


@pytest.mark.parametrize(("policy", "held"), [("Hold the record", True), ("Leave the field alone", False)])
def test_what_is_not_named_is_held_or_left_alone(connected, policy, held):
    open_table(connected)
    connected.dana.choose(connected.dana.modal(), "A value that is not in the table", policy)
    save(connected)
    firm, person = of_type(connected, "business"), of_type(connected, "individual")
    assert (nickname(connected, firm), nickname(connected, person)) == ("Firm", "")
    assert ("Held\n" in status(connected)) is held
    connected.zoho.first.edit(find_customer(connected, person)["contact_id"], {"designation": "Buyer"})
    runs(connected)
    titles = [one.get("title") for one in find_person(connected, person).fields.get("organizations", [])]
    assert "Buyer" in titles, "the other fields go on"


def test_a_fixed_value_that_is_wanted_and_missing_is_told_beside_it(connected):
    open_table(connected)
    view = connected.dana.modal()
    connected.dana.choose(view, "A value that is not in the table", "Use a fixed value")
    connected.dana.fill(view, "The fixed value in Google Contacts", "Somebody")
    submit(connected)
    assert "Choose the fixed value" in str(connected.dana.modal().errors)
