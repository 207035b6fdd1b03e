"""A real zsync process, really killed in the middle of its first sync, and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.sandbox.demo import HttpDeliver, new_id
from bot.sandbox.google import GoogleStandIn
from bot.sandbox.seed import company
from bot.sandbox.serving import Served
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.tour import Tour
from bot.sandbox.zoho import ZohoStandIn
from sync.store.vault import new_key
from tests.bot.child import SharedClock

ROOT = Path(__file__).parents[2]
RATE = 120.0
KILLS = 4


class Process:
    """zsync in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._running = subprocess.Popen([sys.executable, "-m", "tests.bot.child"], cwd=ROOT, env=self._environment)
        url = f"{self._environment['ZSYNC_PUBLIC_URL']}/healthz"
        for _ in range(200):
            try:
                if httpx.get(url, timeout=1, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("zsync did not start")

    def kill(self) -> None:
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()


@pytest.fixture
def world(url: str) -> Iterator[Any]:
    """On either database."""
    began, start = time.monotonic(), datetime.now(UTC).timestamp()
    clock = SharedClock(began, start, RATE)
    seed = company(customers=150, people=160)
    slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=new_id)
    zoho = ZohoStandIn(now=clock.now, new_id=new_id, organizations=[seed.organization])
    google = GoogleStandIn(now=clock.now, new_id=new_id, people=seed.people, labels=seed.labels)
    with (
        Served(slack.app) as slack_at,
        Served(zoho.app) as zoho_at,
        Served(google.app) as google_at,
        socket.socket() as probe,
    ):
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        slack.base_url, zoho.base_url = slack_at.url, zoho_at.url
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ZSYNC_", "SLACK_"))},
            "CHILD_CLOCK": f"{began},{start},{RATE}",
            "ZSYNC_DATABASE_URL": url,
            "ZSYNC_VAULT_KEYS": new_key(),
            "ZSYNC_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "ZSYNC_LISTEN": f"127.0.0.1:{port}",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "ZSYNC_SLACK_API_URL": f"{slack_at.url}/api/",
            "ZSYNC_ZOHO_CLIENT_ID": "zoho-client",
            "ZSYNC_ZOHO_CLIENT_SECRET": "zoho-secret",
            "ZSYNC_ZOHO_ACCOUNTS_URL": zoho_at.url,
            "ZSYNC_ZOHO_API_URL": zoho_at.url,
            "ZSYNC_GOOGLE_CLIENT_ID": "google-client",
            "ZSYNC_GOOGLE_CLIENT_SECRET": "google-secret",
            "ZSYNC_GOOGLE_AUTHORIZE_URL": f"{google_at.url}/o/oauth2/v2/auth",
            "ZSYNC_GOOGLE_TOKEN_URL": f"{google_at.url}/token",
            "ZSYNC_GOOGLE_REVOKE_URL": f"{google_at.url}/revoke",
            "ZSYNC_GOOGLE_API_URL": google_at.url,
        }
        process = Process(environment)
        process.start()
        slack.deliver = deliver = HttpDeliver(environment["ZSYNC_PUBLIC_URL"])
        urls = {
            "zsync": environment["ZSYNC_PUBLIC_URL"],
            "zoho": zoho_at.url,
            "google": google_at.url,
            "slack": slack_at.url,
        }
        yield SimpleNamespace(
            slack=slack, zoho=zoho, google=google, urls=urls, clock=SimpleNamespace(rate=RATE), process=process
        )
        deliver.close()
        process.kill()


def written(world: Any) -> int:
    calls: list[Any] = [*world.zoho.calls, *world.google.calls]
    return len([call for call in calls if call.method != "GET"])


def test_a_first_sync_killed_again_and_again_ends_without_a_double(world):
    lines: list[str] = []
    tour = Tour(world, lines.append)
    tour._connect_zoho()
    tour._connect_google()
    tour._preview()
    people, customers = len(world.google.people.live()), len(world.zoho.first.organization.contacts)
    tour.dana.press(tour._message("Approve all"), "Approve all")
    for kill in range(1, KILLS + 1):
        enough = kill * 8
        while written(world) < enough:
            time.sleep(0.02)
        world.process.kill()
        world.process.start()
    card = tour._until("the first sync is done", lambda: tour._in_channel("In step: "))

    assert "failed" not in card
    assert len(world.google.people.live()) > people
    assert len(world.zoho.first.organization.contacts) > customers
    markers = Counter(one["value"] for p in world.google.people.live() for one in p.fields.get("clientData", ()))
    assert [marker for marker, count in markers.items() if count > 1] == []
    assert doubles(world.google.people.live()) == []
    assert doubled_customers(world) == []


def doubles(people: list[Any]) -> list[tuple[str, int]]:
    """E-mail addresses that more people have than the seed gave it to."""
    mails = Counter(mail for p in people for mail in {e["value"].lower() for e in p.fields.get("emailAddresses", ())})
    seeded = Counter(
        mail for p in company(150, 160).people for mail in {e["value"].lower() for e in p.get("emailAddresses", ())}
    )
    return [(mail, count) for mail, count in mails.items() if count > max(seeded[mail], 1)]


def doubled_customers(world: Any) -> list[tuple[str, int]]:
    def first_mails(contacts: Any) -> Counter[str]:
        return Counter(
            c["contact_persons"][0]["email"].lower()
            for c in contacts
            if c["contact_persons"] and c["contact_persons"][0]["email"]
        )

    seeded = first_mails(company(150, 160).organization.contacts.values())
    now = first_mails(world.zoho.first.organization.contacts.values())
    return [(mail, count) for mail, count in now.items() if count > max(seeded[mail], 1)]
