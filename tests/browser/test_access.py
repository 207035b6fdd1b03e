"""The demo's page for people without a mouse or without sight: keys alone are enough, and everything has a name."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

FAINT = (Path(__file__).parent / "contrast.js").read_text()
NAMELESS = """() => {
    const told = (one) => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby");
    const named = (one) => one.labels?.length || told(one) || one.textContent.trim();
    const inputs = document.querySelectorAll("input, select, textarea, button, a[href], [role=region], dialog[open]");
    return [...inputs].filter((one) => one.checkVisibility() && !named(one)).map((one) => one.outerHTML);
}"""
DOUBLED = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
"""What nobody could find by ear, and ids that two elements have."""


def sound(visitor: Visitor) -> None:
    assert visitor.page.evaluate(NAMELESS) == []
    assert visitor.page.evaluate(DOUBLED) == []


def test_keys_alone_start_the_journey(visitor):
    keys = visitor.page.keyboard
    visitor.page.get_by_role("combobox", name="Message #").focus()
    keys.type("/zsync con")
    keys.press("Tab")
    keys.press("Enter")
    visitor.sees_form("Connect Zoho")
    region = visitor.modal.get_by_role("combobox", name="Where is your Zoho account?")
    expect(region).to_be_focused()
    keys.type("Europe")
    keys.press("Enter")
    expect(region).to_have_value("Europe")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    visitor.sees_form("Sign in")
    sound(visitor)
    keys.press("Escape")
    expect(visitor.modal).to_be_hidden()


def test_keys_alone_edit_a_record(visitor):
    keys = visitor.page.keyboard
    visitor.side.get_by_role("tab", name="Zoho Inventory").focus()
    keys.press("ArrowRight")
    expect(visitor.side.get_by_role("tab", name="Google Contacts")).to_be_focused()
    panel = visitor.side.get_by_role("tabpanel", name="Google Contacts")
    name = panel.get_by_role("rowheader").get_by_role("button").first
    name.focus()
    keys.press("Enter")
    expect(panel.get_by_role("heading", level=3)).to_be_focused()
    sound(visitor)
    keys.press("Escape")
    expect(name).to_be_focused()


def test_the_page_has_one_first_heading_its_landmarks_and_a_name_for_everything(visitor):
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
    for landmark in ("banner", "navigation", "main", "complementary"):
        expect(visitor.page.get_by_role(landmark)).to_have_count(1)
    for tab in ("Zoho Inventory", "Google Contacts", "Break something"):
        visitor.opens_tab(tab)
        sound(visitor)


def test_the_guide_goes_away_and_stays_away(visitor):
    guide = visitor.side.get_by_role("region", name="Guide")
    guide.get_by_role("button", name="Dismiss the guide").click()
    visitor.page.reload()
    expect(guide.get_by_role("list")).to_be_hidden()
    guide.get_by_role("button", name="Show the guide").click()
    expect(guide.get_by_role("list")).to_be_visible()


def test_keys_alone_go_between_the_tabs_of_the_app(visitor):
    keys = visitor.page.keyboard
    visitor.goes_to("zsync")
    home, messages = (visitor.page.get_by_role("tab", name=name) for name in ("Home", "Messages"))
    home.focus()
    for key, tab in (("ArrowRight", messages), ("ArrowRight", home), ("End", messages), ("Home", home)):
        keys.press(key)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(visitor.page.get_by_role("tabpanel", name=tab.inner_text())).to_be_visible()
    keys.press("Tab")
    expect(messages).not_to_be_focused()


def stands_out(page: Page) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = page.evaluate(FAINT)
    assert found == {"light": [], "dark": []}


def test_text_stands_out_in_light_and_dark_before_anything_is_connected(visitor):
    stands_out(visitor.page)
    visitor.page.get_by_role("combobox", name="Message #").fill("/zsync")
    stands_out(visitor.page)
    visitor.types("/zsync connect")
    visitor.sees_form("Connect Zoho")
    visitor.presses("Continue")
    expect(visitor.modal.get_by_role("alert")).to_be_visible()
    stands_out(visitor.page)
    visitor.modal.get_by_role("combobox").click()
    stands_out(visitor.page)


def test_text_stands_out_in_light_and_dark_when_all_is_connected(connected):
    connected.types("/zsync status")
    connected.sees("links between")
    connected.page.get_by_role("button", name="Traffic").click()
    stands_out(connected.page)
    connected.goes_to("zsync")
    stands_out(connected.page)
    connected.page.get_by_role("tab", name="Messages").click()
    stands_out(connected.page)
    connected.opens_tab("Google Contacts").get_by_role("rowheader").get_by_role("button").first.click()
    stands_out(connected.page)
    connected.presses("Zoho is down (500) until all is well again", connected.opens_tab("Break something"))
    expect(connected.side.get_by_role("tab", name="1 active")).to_be_visible()
    stands_out(connected.page)


def test_text_stands_out_in_light_and_dark_where_one_signs_in(visitor):
    visitor.types("/zsync connect")
    visitor.sees_form("Connect Zoho")
    visitor.chooses("Where is your Zoho account?", "Europe")
    visitor.presses("Continue")
    visitor.sees_form("Sign in")
    stands_out(visitor.page)
    tab = visitor.opens_sign_in("Sign in to Zoho Inventory")
    for button in ("That is me", "Accept"):
        stands_out(tab)
        tab.get_by_role("button", name=button).click()
    expect(tab.get_by_role("heading", name="You are signed in")).to_be_visible()
    stands_out(tab)
