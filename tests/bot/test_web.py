"""The pages that people's browsers see: where their forms may lead, and the way through a sign-in in a real browser."""

import shutil
import time

import pytest
from playwright.sync_api import sync_playwright

from bot.sandbox.running import running
from bot.sandbox.seed import company
from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.world import Demo
from tests.bot.stage import Stage
from tests.bot.test_connect import choose_region, link
from tests.connectors.stands import PUBLIC_URL

CHROMIUM = shutil.which("chromium")


def policy(answer) -> dict[str, str]:
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (directive.partition(" ") for directive in directives)}


def test_the_landing_page_leads_to_the_apps_own_servers_and_nowhere_else(stage: Stage):
    choose_region(stage)
    address = link(stage).removeprefix(PUBLIC_URL)
    assert policy(stage.browser.get(address, base_url=PUBLIC_URL))["form-action"] == "'self' https://zoho.test"


def test_a_page_without_a_form_allows_none(stage: Stage):
    page = stage.browser.get("/oauth/zoho_inventory/callback?state=nobody", base_url=PUBLIC_URL)
    assert policy(page)["form-action"] == "'none'"
    assert policy(page)["frame-ancestors"] == "'none'"


@pytest.mark.browser
def test_a_real_browser_goes_the_whole_way_under_this_policy():
    """Chromium holds redirects after a form against the page's policy, so a server that is left out would stop it here."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with running(company(customers=40, people=30)) as demo, sync_playwright() as playwright:
        dana = Person(demo.slack)
        dana.command("/zsync connect")
        listened(demo)
        dana.choose(dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
        dana.submit()
        dana.press(dana.modal(), "Sign in to Zoho Inventory")
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]).new_page()
        page.goto(dana.went_to[-1])
        page.get_by_role("button", name="That is me").click()
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("heading", name="You are signed in to Zoho Inventory as dana@quayside.example").wait_for()
        assert "You signed in to *Zoho Inventory*" in text_of(dana.modal())


def listened(demo: Demo) -> None:
    """Let the bot come to its end with what it was told."""
    while demo.bot.slack.listeners.busy():
        time.sleep(0.01)
