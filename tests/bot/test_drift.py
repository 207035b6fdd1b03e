"""Fields that people change in the apps: told once, with a way to what uses them; what uses them rests, and goes on when they are back."""

from typing import Any

import pytest

from bot.sandbox.slack.person import text_of
from tests.bot.modals import approve_change, choose, find_customer, find_person, modal, paired, press, runs, submit
from tests.bot.stage import Stage

NEXT_DAY = 25 * 60


def definition(stage: Stage, label: str) -> dict[str, Any]:
    """A custom field as Zoho's settings define it."""
    return next(one for one in stage.zoho.first.organization.fields if one["label"] == label)


def map_to_nickname(stage: Stage, field: str) -> None:
    stage.dana.command("/zsync map")
    stage.settle()
    press(stage, "Add a mapping")
    choose(stage, "mappings.left", field)
    choose(stage, "mappings.right", "Nickname")
    submit(stage)
    submit(stage)
    approve_change(stage)


def told(stage: Stage) -> list[str]:
    found = [text_of(one) for one in stage.dana.messages("C1")]
    return [one for one in found if "that this connection uses" in one]


def a_day_later(stage: Stage) -> list[str]:
    runs(stage, minutes=NEXT_DAY)
    return told(stage)


def redefine(stage: Stage, name: str, changes: dict[str, Any]) -> None:
    """Zoho's settings hold another definition of the field from now on."""
    fields = stage.zoho.first.organization.fields
    stage.zoho.first.organization.fields = [one | changes if one["label"] == name else one for one in fields]


def options(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "order": order, "is_active": True} for order, name in enumerate(names)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data_type": "number"}, "“VAT number” was text and is number now."),
        ({"label": "Tax number"}, None),
    ],
)
def test_a_field_that_became_another_is_told_once_and_one_that_was_only_renamed_is_not(connected, changes, said):
    map_to_nickname(connected, "VAT number")
    redefine(connected, "VAT number", changes)
    first = a_day_later(connected)
    assert [said in one for one in first] == ([True] if said else [])
    assert a_day_later(connected) == first


def test_new_and_lost_options_are_told(connected):
    map_to_nickname(connected, "Segment")
    redefine(connected, "Segment", {"values": options("Retail", "Online", "Export")})
    (said,) = a_day_later(connected)
    assert "“Segment” has a new option “Export”." in said
    assert "“Segment” lost its option “Wholesale”." in said


def test_a_field_that_nobody_uses_may_go(connected):
    connected.zoho.first.organization.fields = [
        one for one in connected.zoho.first.organization.fields if one["label"] != "Fax line"
    ]
    assert a_day_later(connected) == []


def test_a_mapping_on_a_field_that_is_gone_rests_alone_and_goes_on_when_it_is_back(connected):
    map_to_nickname(connected, "VAT number")
    organization, email = connected.zoho.first.organization, paired(connected)[0]
    contact = find_customer(connected, email)["contact_id"]
    kept, gone = list(organization.fields), definition(connected, "VAT number")
    organization.fields = [one for one in kept if one is not gone]
    (said,) = a_day_later(connected)
    assert "“VAT number” was removed; its mapping is paused, the others go on." in said
    connected.dana.press(next(m for m in connected.dana.messages("C1") if text_of(m) == said), "Look at the mappings")
    first = next(line for line in modal(connected).splitlines() if " ↔ " in line and line.startswith(":"))
    assert first.startswith(":warning:")
    assert "paused: a field is gone" in first
    connected.zoho.first.edit(contact, {"designation": "Buyer"})
    runs(connected)
    assert find_person(connected, email).fields["organizations"][0]["title"] == "Buyer"
    organization.fields = kept
    a_day_later(connected)
    connected.zoho.first.edit(contact, {f"cf_{gone['customfield_id']}": "GB 123"})
    runs(connected)
    assert find_person(connected, email).fields["nicknames"][0]["value"] == "GB 123"


def test_a_rule_that_asks_for_a_field_that_is_gone_brings_nobody_in_and_the_button_leads_to_it(connected):
    connected.dana.command("/zsync rules")
    connected.settle()
    connected.dana.menu(connected.dana.modal(), "all customers", "Edit")
    connected.settle()
    press(connected, "Add a condition")
    choose(connected, "rules.field", "VAT number")
    choose(connected, "rules.operator", "is not empty")
    submit(connected)
    submit(connected)
    submit(connected)
    approve_change(connected)
    organization = connected.zoho.first.organization
    organization.fields = [one for one in organization.fields if one["label"] != "VAT number"]
    (said,) = a_day_later(connected)
    assert "the rule that asks for it brings nobody in" in said
    connected.dana.press(next(m for m in connected.dana.messages("C1") if text_of(m) == said), "Look at the rules")
    assert "is not there any more" in modal(connected)


def test_a_custom_field_of_google_that_nobody_fills_in_any_more_is_not_gone(connected):
    """Google defines none: that no contact carries one says nothing."""
    people, email = connected.google.people, paired(connected)[0]
    person = find_person(connected, email)
    people.edit(person.resource, {"userDefined": [{"key": "Route", "value": "North"}]})
    a_day_later(connected)
    connected.dana.command("/zsync map")
    connected.settle()
    press(connected, "Add a mapping")
    choose(connected, "mappings.left", "VAT number")
    choose(connected, "mappings.right", "Route")
    submit(connected)
    submit(connected)
    approve_change(connected)
    people.edit(person.resource, {"userDefined": []})
    assert a_day_later(connected) == []
    connected.dana.command("/zsync map")
    assert ":large_green_circle: VAT number ↔ Route" in modal(connected)
