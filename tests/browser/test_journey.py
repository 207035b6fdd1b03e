"""The journey that a newcomer takes on the demo's page, from `/zsync connect` to edits that travel by themselves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_newcomer_connects_approves_and_sees_the_first_result(visitor):
    connects_zoho(visitor)
    connects_google(visitor)
    guide = visitor.side.get_by_role("region", name="Guide")

    visitor.reads_what_zsync_says_to_her()
    card = visitor.sees("Nothing has been changed yet")
    expect(card).to_contain_text("links found")
    expect(guide).to_contain_text("3 of 7 done")
    visitor.presses("Approve all", card)
    visitor.goes_to("ops-sync")
    visitor.sees("In step: ")
    expect(guide).to_contain_text("4 of 7 done")

    contacts = visitor.opens_tab("Google Contacts")
    contacts.get_by_role("combobox", name="Show").select_option("Changed by zsync")
    expect(contacts.get_by_role("rowheader", name="changed by zsync").first).to_be_visible()


def connects_zoho(visitor: Visitor) -> None:
    visitor.types("/zsync connect")
    visitor.sees_form("Connect Zoho")
    visitor.chooses("Where is your Zoho account?", "Europe")
    visitor.presses("Continue")
    visitor.sees_form("Sign in", "Sign in to Zoho Inventory in your browser")
    visitor.signs_in("Sign in to Zoho Inventory", "Accept")
    visitor.sees_form("Is this right?", "dana@quayside.example")
    visitor.presses("Use this account")
    visitor.sees_form("Organisation")
    visitor.presses("Continue")


def connects_google(visitor: Visitor, just_before_the_end: Callable[[], None] = lambda: None) -> None:
    visitor.sees_form("Contact app")
    visitor.chooses("Keep “Quayside Trading” in step with", "Google Contacts")
    visitor.presses("Continue")
    visitor.sees_form("Sign in", "Sign in to Google Contacts in your browser")
    visitor.signs_in("Sign in to Google Contacts", "Continue")
    visitor.sees_form("Is this right?", "dana@quayside.example")
    visitor.presses("Use this account")
    visitor.sees_form("How to sync")
    visitor.chooses("Channel for results", "ops-sync")
    just_before_the_end()
    visitor.presses("Preview")
    visitor.sees_form("Preview under way")
    visitor.presses("Close")


def test_an_edit_in_each_app_reaches_the_other_by_the_next_run(connected):
    email = a_shared_address(connected)
    customer = connected.opens_record("Zoho Inventory", email)
    customer.get_by_role("textbox", name="Mobile").fill("+44 20 7946 0777")
    connected.saves(customer)
    connected.leaps()

    expect(connected.finds("Google Contacts", email)).to_contain_text("+44 20 7946 0777 (mobile)")
    contact = connected.opens_record("Google Contacts", email)
    contact.get_by_role("textbox", name="Notes").fill("Likes tea")
    connected.saves(contact)
    connected.leaps()

    row = connected.finds("Zoho Inventory", email)
    expect(row).to_contain_text("Likes tea")
    expect(row).to_contain_text("changed by zsync")
    expect(connected.side.get_by_role("region", name="Guide")).to_contain_text("5 of 7 done")

    connected.leaps("To tomorrow morning")
    expect(connected.sees("in the last day")).to_contain_text("09:00")


def a_shared_address(visitor: Visitor) -> str:
    """The e-mail address of exactly one customer and exactly one contact."""
    customers: list[str] = [
        person["email"]
        for one in visitor.demo.zoho.first.sorted("contact_name")
        if one["status"] == "active"
        for person in one["contact_persons"][:1]
    ]
    contacts = [
        entry["value"]
        for person in visitor.demo.google.people.live()
        for entry in person.fields.get("emailAddresses", ())
    ]
    return next(email for email in customers if email and customers.count(email) == contacts.count(email) == 1)
