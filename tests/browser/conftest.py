"""A real Chromium and a real demo: every test has a world of its own, and leaves a picture of its end among the artefacts."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bot.sandbox.running import running
from bot.sandbox.seed import company
from bot.sandbox.tour import Tour
from tests.browser.chromium import FLAGS, chromium_here
from tests.browser.visitor import Visitor

ARTEFACTS = Path(__file__).parents[2] / "artefacts"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = chromium_here()
    if found is None:
        pytest.skip("no Chromium on this machine, so nobody looked at the demo's page; install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Dana in front of the demo's page. What the console says against the page fails the test."""
    with ExitStack() as stack:
        demo = stack.enter_context(running(company(customers=40, people=30), rate=1))
        context = stack.enter_context(chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB"))
        visitor = Visitor(demo, context)
        yield visitor
        ARTEFACTS.mkdir(exist_ok=True)
        visitor.page.screenshot(path=ARTEFACTS / f"{request.node.name}.png")
        assert visitor.complaints == []


@pytest.fixture
def connected(visitor: Visitor) -> Visitor:
    """The same, with Zoho Inventory and Google Contacts connected and the first sync done."""
    Tour(visitor.demo, say=lambda line: None).get_connected()
    return visitor
