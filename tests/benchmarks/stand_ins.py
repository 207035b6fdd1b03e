"""Stand-ins for all apps in a process of their own, over loopback HTTP: what is measured elsewhere is then zsync's own time and memory.

    python -m tests.benchmarks.stand_ins CUSTOMERS FIRST_PERSON PEOPLE sparse|whole

Customers are numbered from 0, contacts from FIRST_PERSON. It prints the addresses, and ends when its input does.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import waitress

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.running import new_id
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.zoho.stand_in import ZohoStandIn
from tests.benchmarks import crowd
from tests.bot.child import SharedClock
from tests.clocks import Clock, counted_ids

UNLIMITED = 10**9


class Forgotten(list[Any]):
    """A log that is not kept."""

    def append(self, item: object) -> None:
        pass


def paced(app: WSGIApplication, clock: Clock) -> WSGIApplication:
    """The app, for which a second passes with every call: nobody waits for a limit by the minute, and none is broken."""

    def on_time(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        clock.pass_(seconds=1)
        return app(environ, start_response)

    return on_time


def served(app: WSGIApplication) -> str:
    """Where the app is served from now on. Connections stay open from call to call, as the apps keep them."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}"


def main(customers: int, first: int, people: int, kind: str) -> None:
    clock = Clock()
    shared = os.environ.get("CHILD_CLOCK")
    now: Callable[[], datetime] = SharedClock.read(shared).now if shared else clock.now
    zoho = ZohoStandIn(now=now, new_id=counted_ids("z"), organizations=[crowd.organization(range(customers))])
    zoho.limits.day = UNLIMITED
    spelled = crowd.person if kind == "whole" else crowd.acquaintance
    bodies = [spelled(number) for number in range(first, first + people)]
    google = GoogleStandIn(now=now, new_id=counted_ids("", first), people=bodies)
    slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=new_id)
    zoho.calls = google.calls = slack.calls = Forgotten()
    apps = {"zoho": zoho.app, "google": google.app, "slack": slack.app}
    urls = {name: served(app if shared else paced(app, clock)) for name, app in apps.items()}
    zoho.base_url, slack.base_url = urls["zoho"], urls["slack"]
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    count, start, length, spelling = sys.argv[1:]
    main(int(count), int(start), int(length), spelling)
