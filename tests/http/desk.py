"""An app at the other end of the line: answers as it is told and remembers what it was asked. No socket, no waiting."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec

from sync.http.client import ApiClient
from sync.http.failures import Failure
from sync.http.pacing import Pace, Pacer
from sync.model.errors import SyncError
from sync.store.pacing import Booked, Quota
from tests.clocks import Clock


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    url: httpx.URL
    headers: httpx.Headers
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> object:
        return msgspec.json.decode(self.body)


Reply = httpx.Response | Exception


class Desk(httpx.BaseTransport):
    """Gives its replies in order; the last one is repeated."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[Asked] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(Asked(request.method, request.url, request.headers, request.read()))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


def says(body: object, status: int = 200, **headers: str) -> httpx.Response:
    """An answer with a JSON body; header names with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=json.dumps(body), headers=named)


@dataclass(slots=True)
class Book:
    """A pace book in memory: lets everything through at once unless `wait` says otherwise."""

    wait: float | None = 0.0
    held: dict[str, datetime] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    reserved: list[tuple[float, float]] = field(default_factory=list)

    def reserve(
        self,
        key: str,
        *,
        interval: float,
        burst: float,
        max_wait: float,
        now: datetime,
        admit: Callable[[Quota], str],
        calls: int,
    ) -> list[Booked]:
        booked: list[Booked] = []
        for _ in range(calls):
            try:
                counted = self.quota(key).counting(admit(self.quota(key)))
            except SyncError:
                if not booked:
                    raise
                break
            self.reserved.append((interval, burst))
            if self.wait is None or self.wait > max_wait:
                break
            if counted != Quota():
                self.quotas[key] = counted
            booked.append(Booked(self.wait, counted))
        return booked

    def give_back(self, key: str, day: str, calls: int) -> None:
        self.quotas[key] = replace(self.quota(key), spent=self.quota(key).spent - calls)

    def hold(self, key: str, until: datetime) -> None:
        self.held[key] = until

    def note_quota(self, key: str, limit: int | None, remaining: int | None, resets_at: datetime | None) -> None:
        self.quotas[key] = replace(self.quota(key), limit=limit, remaining=remaining, resets_at=resets_at)

    def quota(self, key: str) -> Quota:
        return self.quotas.get(key, Quota())


class Badge:
    """An authorisation that counts how often it was refused."""

    def __init__(self) -> None:
        self.refusals = 0

    def header(self) -> str:
        return f"Bearer token{self.refusals}"

    def refused(self) -> None:
        self.refusals += 1


KEY = "app:container"


@dataclass(slots=True)
class Line:
    """A client with everything it stands on, in the test's hands."""

    desk: Desk
    client: ApiClient
    book: Book
    badge: Badge
    clock: Clock

    @property
    def slept(self) -> timedelta:
        return self.clock.now() - Clock().now()


def line(*replies: Reply, pace: Pace | None = None, failures: tuple[Failure, ...] = ()) -> Line:
    desk, book, badge, clock = Desk(*replies), Book(), Badge(), Clock()
    pacer = Pacer(KEY, pace or Pace(60), book, clock.now, clock.sleep, "App")
    client = ApiClient(
        "https://api.test/v1",
        auth=badge,
        pacer=pacer,
        failures=failures,
        app="App",
        account="dana@example.com",
        sleep=clock.sleep,
        transport=desk,
        params={"organization_id": "600"},
    )
    return Line(desk, client, book, badge, clock)


def headers(limit: int, remaining: int, reset: int) -> dict[str, Any]:
    """What Zoho says of the day with every answer (reference: Zoho Inventory API v1, introduction)."""
    return {
        "x_rate_limit_limit": str(limit),
        "x_rate_limit_remaining": str(remaining),
        "x_rate_limit_reset": str(reset),
    }
