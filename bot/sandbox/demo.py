"""`zsync demo`: the stand-ins and the real bot on loopback, over real HTTP, with a clock that can be hurried."""

import os
import socket
import tempfile
import threading
import time
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
from bot.sandbox.google import GoogleStandIn
from bot.sandbox.seed import Seed, company
from bot.sandbox.serving import Served
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.zoho import ZohoStandIn
from sync.store.vault import new_key

HURRY = 60.0
"""How much faster the demo's time runs: a sync interval of five minutes takes five seconds."""


class HurriedClock:
    """Time that runs faster than the wall clock, from the same start."""

    def __init__(self, rate: float = HURRY) -> None:
        self.rate = rate
        self._start = datetime.now(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.rate)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.rate)


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything that runs, and where."""

    slack: SlackStandIn
    zoho: ZohoStandIn
    google: GoogleStandIn
    bot: Zsync
    urls: Mapping[str, str]
    clock: HurriedClock


def new_id() -> str:
    return uuid4().hex


@contextmanager
def running(seed: Seed | None = None, *, rate: float = HURRY) -> Iterator[Demo]:
    """Start everything; stop it at the end."""
    seed, clock = seed or company(), HurriedClock(rate)
    slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=new_id)
    zoho = ZohoStandIn(now=clock.now, new_id=new_id, organizations=[seed.organization])
    google = GoogleStandIn(now=clock.now, new_id=new_id, people=seed.people, labels=seed.labels)
    with (
        Served(slack.app) as slack_at,
        Served(zoho.app) as zoho_at,
        Served(google.app) as google_at,
        tempfile.TemporaryDirectory(prefix="zsync-demo-") as folder,
    ):
        slack.base_url, zoho.base_url = slack_at.url, zoho_at.url
        port = _free_port()
        environment = _environment(slack, slack_at.url, zoho_at.url, google_at.url, port, Path(folder))
        bot = _bot(environment, clock)
        urls = {
            "slack": slack_at.url,
            "zoho": zoho_at.url,
            "google": google_at.url,
            "zsync": f"http://127.0.0.1:{port}",
        }
        server = waitress.create_server(bot.web, host="127.0.0.1", port=port, threads=8, ident="zsync")
        _in_background(server.run)
        slack.deliver = deliver = HttpDeliver(urls["zsync"])
        bot.install()
        bot.clock.start()
        try:
            yield Demo(slack, zoho, google, bot, urls, clock)
        finally:
            deliver.close()
            server.close()
            bot.stop()


def _bot(environment: Mapping[str, str], clock: HurriedClock) -> Zsync:
    found, problems = settings.load(environment)
    if found is None or problems:
        raise RuntimeError(f"the demo's own settings are wrong: {problems}")
    return Zsync(found, environment, World(clock.now, clock.sleep, new_id))


def _environment(
    slack: SlackStandIn, slack_url: str, zoho_url: str, google_url: str, port: int, folder: Path
) -> dict[str, str]:
    return {
        "ZSYNC_DATABASE_URL": f"sqlite:///{folder / 'zsync.db'}",
        "ZSYNC_VAULT_KEYS": new_key(),
        "ZSYNC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZSYNC_LISTEN": f"127.0.0.1:{port}",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "ZSYNC_SLACK_API_URL": f"{slack_url}/api/",
        "ZSYNC_ZOHO_CLIENT_ID": "zoho-client",
        "ZSYNC_ZOHO_CLIENT_SECRET": "zoho-secret",
        "ZSYNC_ZOHO_ACCOUNTS_URL": zoho_url,
        "ZSYNC_ZOHO_API_URL": zoho_url,
        "ZSYNC_GOOGLE_CLIENT_ID": "google-client",
        "ZSYNC_GOOGLE_CLIENT_SECRET": "google-secret",
        "ZSYNC_GOOGLE_AUTHORIZE_URL": f"{google_url}/o/oauth2/v2/auth",
        "ZSYNC_GOOGLE_TOKEN_URL": f"{google_url}/token",
        "ZSYNC_GOOGLE_REVOKE_URL": f"{google_url}/revoke",
        "ZSYNC_GOOGLE_API_URL": google_url,
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
    """Play the journey in the terminal, then go on serving unless only the tour was asked for. The exit code."""
    from bot.sandbox.tour import Tour  # the tour imports this module's Demo

    with running() as demo:
        code = Tour(demo).play()
        if tour_only or code:
            return code
        print("\nStill running: time goes sixty times faster here. Stop with Ctrl-C.")
        for name, url in demo.urls.items():
            print(f"  {name:<7}{url}")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print("\nStopped.")
    return os.EX_OK
