"""The stand-ins in a process of their own: zsync meets them over HTTP, and neither their work nor their memory counts as zsync's.

They know no limits. Their time is the caller's, told with every call, so that nobody waits; without it they live by the wall clock.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import httpx
import waitress
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.sandbox import zoho
from bot.sandbox.google import GoogleStandIn
from bot.sandbox.seed import many
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.zoho import ZohoStandIn
from tests.clocks import Clock, counted_ids

NOW = "X-Bench-Now"
NO_LIMIT = 10**9


@contextmanager
def standing(customers: int, people: int, shared: int) -> Iterator[str]:
    """Run the stand-ins with that many records, of which `shared` are in both apps; their address."""
    command = [sys.executable, "-m", "tests.benchmarks.apart", *map(str, (customers, people, shared))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()  # their sign to end, which also comes when whoever started them is killed


class Dated(httpx.HTTPTransport):
    """HTTP as ever, with the time by our clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(verify=False)
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers[NOW] = self._clock.now().isoformat()
        return super().handle_request(request)


class _Forgotten(list[object]):
    """The log of all calls, which would only grow."""

    def append(self, item: object) -> None:
        """Keep nothing."""


def _dated(app: WSGIApplication, clock: Clock) -> WSGIApplication:
    """The app, living by the time that its caller tells."""
    header = f"HTTP_{NOW.upper().replace('-', '_')}"

    def app_at(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = environ.get(header)
        clock.moment = datetime.fromisoformat(told) if told else datetime.now(UTC)
        return app(environ, start_response)

    return app_at


def _apps(customers: int, people: int, shared: int) -> tuple[WSGIApplication, list[ZohoStandIn | SlackStandIn]]:
    clock, seed = Clock(), many(customers, people, shared)
    zoho.PER_MINUTE = NO_LIMIT
    at_zoho = ZohoStandIn(now=clock.now, new_id=counted_ids("z"), organizations=[seed.organization])
    at_zoho.limits.day = NO_LIMIT
    at_google = GoogleStandIn(now=clock.now, new_id=counted_ids("g"), people=seed.people, labels=seed.labels)
    at_slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=counted_ids("s"))
    for stand_in in (at_zoho, at_google, at_slack):
        stand_in.calls = _Forgotten()  # type: ignore[assignment]  # each has calls of its own kind
    paths = {"/zoho": at_zoho.app, "/google": at_google.app, "/slack": at_slack.app}
    return _dated(DispatcherMiddleware(_nothing, paths), clock), [at_zoho, at_slack]


def _nothing(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What answers of zsync are posted to: nobody reads them."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def main(customers: int, people: int, shared: int) -> None:
    app, named = _apps(customers, people, shared)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8, ident="stand-ins")
    url = f"http://127.0.0.1:{server.effective_port}"
    for stand_in in named:
        stand_in.base_url = f"{url}/{'zoho' if isinstance(stand_in, ZohoStandIn) else 'slack'}"
    sys.stdout.write(url + "\n")
    sys.stdout.flush()
    threading.Thread(target=server.run, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
