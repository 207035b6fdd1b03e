"""Rules, mappings and versions, built in the modals of the demo's page, and what they do to the tables beside it."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_rule_in_two_groups_makes_a_label_that_is_undone_on_leaving(connected):
    opens_the_customers_rule(connected)
    connected.presses("Add a condition")
    connected.adds_condition("Customer type", "is", "Business")
    connected.presses("Add a group")
    connected.adds_condition("Company name", "contains", "a")
    connected.picks("Any of these holds", "Add a condition")
    connected.adds_condition("Outstanding receivable amount", ">", "100")
    either = "Company name contains “a” or Outstanding receivable amount is more than 100 GBP"
    connected.sees_form("Rule", f"customers where Customer type is “Business” and ({either})")
    expect(connected.modal).to_contain_text("Matches ")

    adds_the_label(connected, "Trade")
    connected.presses("Done")
    connected.sees_form("Rules", "Not saved yet")
    connected.saves_and_approves()

    contacts = connected.opens_tab("Google Contacts")
    contacts.get_by_role("searchbox").fill("Trade")
    row = contacts.get_by_role("row", name="Trade").first
    email = row.get_by_role("cell").first.inner_text().split(",")[0]

    customer = connected.opens_record("Zoho Inventory", email)
    customer.get_by_role("combobox", name="Customer type").select_option("individual")
    connected.saves(customer)
    connected.leaps()
    expect(connected.finds("Google Contacts", email)).not_to_contain_text("Trade")


def opens_the_customers_rule(visitor: Visitor) -> None:
    visitor.types("/zsync rules")
    visitor.sees_form("Rules", "IF all customers")
    visitor.picks("IF all customers", "Edit")
    visitor.sees_form("Rule")


def adds_the_label(visitor: Visitor, label: str) -> None:
    visitor.presses("Add an action")
    visitor.sees_form("Action")
    visitor.chooses("Field of Google Contacts", "Labels", typed="Labels")
    visitor.chooses("Value", label, typed=label)
    visitor.modal.get_by_role("checkbox", name="Undo").check()
    visitor.presses("Keep")
    visitor.sees_form("Rule", f"add “{label}” to Labels in Google Contacts, undone when it no longer matches")


def test_mappings_are_switched_made_refused_and_taken_back(connected):
    connected.types("/zsync map")
    connected.sees_form("Field mappings")
    connected.picks("Notes ↔ Notes", "Switch off")
    connected.sees_form("Field mappings", "mapping Notes ↔ Notes: on → off")

    begins_a_mapping(connected, "Notes", "Suffix")
    connected.sees_form("Mapping", "line breaks become blanks")
    connected.presses("Keep")

    begins_a_mapping(connected, "Outstanding receivable amount")
    connected.modal.get_by_role("combobox", name="Field of Google Contacts").fill("Birthday")
    expect(connected.modal.get_by_text("Nothing found.").first).to_be_visible()
    connected.presses("Back")

    begins_a_mapping(connected, "Customer type", "Nickname")
    connected.fills("Business →", "Firm")
    connected.fills("Individual →", "Somebody")
    connected.presses("Keep")
    connected.sees_form("Field mappings", "Customer type ↔ Nickname")
    connected.saves_and_approves()
    contacts = connected.opens_tab("Google Contacts")
    expect(contacts.get_by_role("cell", name="Firm").first).to_be_visible()

    connected.types("/zsync config")
    connected.sees_form("Configuration", "Version 2")
    connected.presses("Import")
    connected.fills("Configuration", "colour: blue")
    connected.presses("Check it")
    connected.sees_form("Not imported", "Line 1: “colour” is not known here")
    connected.presses("Close")

    connected.types("/zsync config")
    connected.sees_form("Configuration", "Version 2")
    connected.presses("Go back to this")
    connected.sees_form("Saved", "mapping Notes ↔ Notes: off → on")
    connected.presses("Close")
    connected.approves_the_change()


def begins_a_mapping(visitor: Visitor, left: str, right: str = "") -> None:
    visitor.sees_form("Field mappings")
    visitor.presses("Add a mapping")
    visitor.sees_form("Mapping")
    visitor.chooses("Field of Zoho Inventory", left, typed=left)
    expect(visitor.modal.get_by_role("combobox", name="Field of Google Contacts")).to_be_visible()
    if right:
        visitor.chooses("Field of Google Contacts", right, typed=right)
