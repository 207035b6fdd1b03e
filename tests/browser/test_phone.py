"""The demo's page as wide as a phone: nothing that is looked at first lies beside the screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(connected: Visitor) -> Visitor:
    connected.page.set_viewport_size({"width": 390, "height": 844})
    return connected


def test_the_panels_tabs_are_one_row_that_keys_scroll(phone):
    phone.page.locator("#open-side").click()
    tabs = phone.side.get_by_role("tab").all()
    assert len({box["y"] for tab in tabs if (box := tab.bounding_box())}) == 1
    tabs[0].focus()
    phone.page.keyboard.press("End")
    expect(tabs[-1]).to_be_focused()
    expect(tabs[-1]).to_be_in_viewport(ratio=1)
    phone.page.keyboard.press("Home")
    expect(tabs[0]).to_be_in_viewport(ratio=1)


def test_a_customers_status_stands_beside_the_name(phone):
    phone.page.locator("#open-side").click()
    heads = phone.opens_tab("Zoho Inventory").get_by_role("columnheader")
    assert heads.all_inner_texts()[:2] == ["Name", "Status"]
    expect(heads.nth(1)).to_be_in_viewport(ratio=1)


def test_the_examples_of_a_preview_fit_into_the_message(phone):
    phone.page.locator("#open-sidebar").click()
    phone.reads_what_zsync_says_to_her()
    table = phone.sees("For example").get_by_role("region", name="Table")
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth")
