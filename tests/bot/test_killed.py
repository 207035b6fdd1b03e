"""A real zsync process, really killed in the middle of its first sync, and started again."""

import os
import signal
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

from bot.sandbox.environment import environment
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.running import new_id
from bot.sandbox.seed import company
from bot.sandbox.serving import Served, free_port
from bot.sandbox.slack.delivery import HttpDeliver
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.tour import Tour
from bot.sandbox.zoho.stand_in import ZohoStandIn
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
    ):
        slack.base_url, zoho.base_url = slack_at.url, zoho_at.url
        urls = {"slack": slack_at.url, "zoho": zoho_at.url, "google": google_at.url}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ZSYNC_", "SLACK_"))}
        settings = environment(urls, database=url, port=free_port())
        process = Process(inherited | settings | {"CHILD_CLOCK": f"{began},{start},{RATE}"})
        process.start()
        slack.deliver = deliver = HttpDeliver(settings["ZSYNC_PUBLIC_URL"])
        urls |= {"zsync": settings["ZSYNC_PUBLIC_URL"]}
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
