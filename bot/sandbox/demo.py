"""`zsync demo`: the stand-ins, the page and the real bot on loopback, over real HTTP, with a clock that can be hurried."""

import os
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import waitress

from bot import settings
from bot.app import World, Zsync
from bot.routes import help_lines
from bot.sandbox import control
from bot.sandbox.google import GoogleStandIn
from bot.sandbox.hurried_clock import HURRY, HurriedClock
from bot.sandbox.page import Page
from bot.sandbox.page_feed import Feed
from bot.sandbox.seed import Seed, company
from bot.sandbox.serving import Served
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.zoho import ZohoStandIn
from sync.model.runs import Connection
from sync.store.vault import new_key

PAGE_PORT = 8421


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything that runs, and where."""

    slack: SlackStandIn
    zoho: ZohoStandIn
    google: GoogleStandIn
    bot: Zsync
    urls: Mapping[str, str]
    clock: HurriedClock
    feed: Feed

    def next_run(self) -> datetime | None:
        """When the scheduler starts the next run; None while nothing is connected, or all is paused."""
        return min((one.next_run_at for one in self._connections() if one.next_run_at), default=None)

    def next_reading(self) -> datetime | None:
        """When a run surely reads both apps again: one that comes sooner may find that they were read lately."""
        soon = self.clock.now()
        turns = ((one.next_run_at, soon + timedelta(seconds=one.interval)) for one in self._connections())
        return min((max(turn, whole) for turn, whole in turns if turn), default=None)

    def next_digest(self) -> datetime | None:
        """When the next morning's digest is due."""
        return min((one.digest_at for one in self._connections() if one.digest_at), default=None)

    def _connections(self) -> list[Connection]:
        with self.bot.store.reading(self.slack.team.id) as tx:
            return tx.connections.all()


def new_id() -> str:
    return uuid4().hex


@contextmanager
def running(seed: Seed | None = None, *, rate: float = HURRY, page_port: int = 0) -> Iterator[Demo]:
    """Start everything; stop it at the end. `page_port` 0 takes a free one."""
    seed, clock, feed = seed or company(), HurriedClock(rate), Feed()
    slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=new_id)
    zoho = ZohoStandIn(now=clock.now, new_id=new_id, organizations=[seed.organization])
    google = GoogleStandIn(now=clock.now, new_id=new_id, people=seed.people, labels=seed.labels)
    page = Page(slack, feed, help_lines())
    port = _free_port()
    with (
        Served(feed.watching(slack.app)) as slack_at,
        Served(feed.watching(zoho.app)) as zoho_at,
        Served(feed.watching(google.app)) as google_at,
        tempfile.TemporaryDirectory(prefix="zsync-demo-") as folder,
    ):
        slack.base_url, zoho.base_url = slack_at.url, zoho_at.url
        urls = {
            "slack": slack_at.url,
            "zoho": zoho_at.url,
            "google": google_at.url,
            "zsync": f"http://127.0.0.1:{port}",
            "page": "",
        }
        bot = _bot(_environment(slack, urls, port, Path(folder)), clock)
        demo = Demo(slack, zoho, google, bot, urls, clock, feed)
        control.register(page.app, demo)
        with Served(page.app, page_port) as page_at, _serving(demo, port):
            urls["page"] = page_at.url
            yield demo


@contextmanager
def _serving(demo: Demo, port: int) -> Iterator[None]:
    """The bot at its port, installed, its clock ticking."""
    server = waitress.create_server(demo.bot.web, host="127.0.0.1", port=port, threads=8, ident="zsync")
    _in_background(server.run)
    demo.slack.deliver = deliver = HttpDeliver(demo.urls["zsync"])
    demo.bot.install()
    demo.bot.clock.start()
    try:
        yield
    finally:
        deliver.close()
        server.close()
        demo.bot.stop()


def _bot(environment: Mapping[str, str], clock: HurriedClock) -> Zsync:
    found, problems = settings.load(environment)
    if found is None or problems:
        raise RuntimeError(f"the demo's own settings are wrong: {problems}")
    return Zsync(found, environment, World(clock.now, clock.sleep, new_id))


def _environment(slack: SlackStandIn, urls: Mapping[str, str], port: int, folder: Path) -> dict[str, str]:
    return {
        "ZSYNC_DATABASE_URL": f"sqlite:///{folder / 'zsync.db'}",
        "ZSYNC_VAULT_KEYS": new_key(),
        "ZSYNC_PUBLIC_URL": urls["zsync"],
        "ZSYNC_LISTEN": f"127.0.0.1:{port}",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "ZSYNC_SLACK_API_URL": f"{urls['slack']}/api/",
        "ZSYNC_ZOHO_CLIENT_ID": "zoho-client",
        "ZSYNC_ZOHO_CLIENT_SECRET": "zoho-secret",
        "ZSYNC_ZOHO_ACCOUNTS_URL": urls["zoho"],
        "ZSYNC_ZOHO_API_URL": urls["zoho"],
        "ZSYNC_GOOGLE_CLIENT_ID": "google-client",
        "ZSYNC_GOOGLE_CLIENT_SECRET": "google-secret",
        "ZSYNC_GOOGLE_AUTHORIZE_URL": f"{urls['google']}/o/oauth2/v2/auth",
        "ZSYNC_GOOGLE_TOKEN_URL": f"{urls['google']}/token",
        "ZSYNC_GOOGLE_REVOKE_URL": f"{urls['google']}/revoke",
        "ZSYNC_GOOGLE_API_URL": urls["google"],
    }


class HttpDeliver:
    """Slack's requests to the bot over real HTTP."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self._http.post("/slack/events", content=body, headers=dict(headers))
        return answer.status_code, answer.content

    def close(self) -> None:
        self._http.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def play(*, tour_only: bool) -> int:
    """The page's own fresh world, and beside it the journey told in the terminal; the journey alone if only the tour was asked for. The
    exit code."""
    if tour_only:
        return _tour()
    with running(rate=1, page_port=_page_port()) as demo:
        address = demo.urls["page"]
        print(f"The sandbox is at {address}. It is yours and fresh: type /zsync connect there.\n", flush=True)
        _open_browser(address)
        print("Meanwhile, the whole journey in a world of its own:")
        code = _tour()
        print(f"\nThe sandbox goes on at {address}; its time can be hurried there. Stop with Ctrl-C.")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print("\nStopped.")
    return code


def _tour() -> int:
    from bot.sandbox.tour import Tour  # the tour imports this module's Demo

    with running() as demo:
        return Tour(demo).play()


def _page_port() -> int:
    """The page's usual port, so that its address stays; a free one where somebody else has it."""
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", PAGE_PORT)) == 0
    return 0 if taken else PAGE_PORT


def _open_browser(address: str) -> None:
    """Where there is a screen to see it on."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
