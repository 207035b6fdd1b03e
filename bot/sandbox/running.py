"""Starts and stops a demo: the stand-ins, the page and the real bot on loopback, over real HTTP, with a clock that can be hurried."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import waitress

from bot import settings
from bot.app import World, Zsync
from bot.routes import help_lines
from bot.sandbox.environment import environment
from bot.sandbox.feed import Feed
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.hurried_clock import HURRY, HurriedClock
from bot.sandbox.page.app import Page
from bot.sandbox.page.control import Control
from bot.sandbox.seed import Seed, company
from bot.sandbox.serving import Served, free_port
from bot.sandbox.slack.delivery import HttpDeliver
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.world import Demo
from bot.sandbox.zoho.stand_in import ZohoStandIn


def new_id() -> str:
    return uuid4().hex


@contextmanager
def running(seed: Seed | None = None, *, rate: float = HURRY, page_port: int = 0) -> Iterator[Demo]:
    """Start everything; stop it at the end. `page_port` 0 takes a free one."""
    seed, clock, feed = seed or company(), HurriedClock(rate), Feed()
    slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=new_id, shown_time=clock.now)
    zoho = ZohoStandIn(now=clock.now, new_id=new_id, organizations=[seed.organization])
    google = GoogleStandIn(now=clock.now, new_id=new_id, people=seed.people, labels=seed.labels)
    page = Page(slack, feed, help_lines())
    port = free_port()
    with (
        Served(feed.watching(slack.app)) as slack_at,
        Served(feed.watching(zoho.app)) as zoho_at,
        Served(feed.watching(google.app)) as google_at,
        tempfile.TemporaryDirectory(prefix="zsync-demo-") as folder,
    ):
        slack.base_url, zoho.base_url = slack_at.url, zoho_at.url
        urls = {"slack": slack_at.url, "zoho": zoho_at.url, "google": google_at.url}
        bot = _bot(environment(urls, database=f"sqlite:///{Path(folder) / 'zsync.db'}", port=port), clock)
        demo = Demo(slack, zoho, google, bot, urls, clock, feed)
        Control(demo).register(page.app)
        with Served(page.app, page_port) as page_at, _serving(bot, port) as bot_at, _delivering(slack, bot_at):
            urls |= {"zsync": bot_at, "page": page_at.url}
            bot.install()
            bot.clock.start()
            yield demo


def _bot(values: dict[str, str], clock: HurriedClock) -> Zsync:
    found, problems = settings.load(values)
    if found is None or problems:
        raise RuntimeError(f"the demo's own settings are wrong: {problems}")
    return Zsync(found, values, World(clock.now, clock.sleep, new_id))


@contextmanager
def _serving(bot: Zsync, port: int) -> Iterator[str]:
    """The bot at its port: where it is."""
    server = waitress.create_server(bot.web, host="127.0.0.1", port=port, threads=8, ident="zsync")
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        bot.stop()


@contextmanager
def _delivering(slack: SlackStandIn, url: str) -> Iterator[None]:
    """Slack's requests reach the bot there."""
    slack.deliver = deliver = HttpDeliver(url)
    try:
        yield
    finally:
        deliver.close()
