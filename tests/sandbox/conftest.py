"""One small running demo for the doors of its page."""

from collections.abc import Iterator

import httpx
import pytest

from bot.sandbox.running import running
from bot.sandbox.seed import company
from bot.sandbox.world import Demo


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    with running(company(customers=30, people=20), rate=1) as demo:
        yield demo


@pytest.fixture(scope="session")
def page(demo: Demo) -> Iterator[httpx.Client]:
    """The browser's way to the page's doors."""
    with httpx.Client(base_url=demo.urls["page"], timeout=10, trust_env=False) as client:
        yield client
