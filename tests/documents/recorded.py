"""What zsync asks an app and what the app answers, written down at the network's edge."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from sync.http.exchange import Transport


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call: how it was asked, and what came back."""

    method: str
    path: str
    query: tuple[str, ...]
    body: Any
    status: int
    answer: Any


class Recorded(httpx.BaseTransport):
    """A transport that remembers every call that got an answer in JSON."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.exchanges: list[Exchange] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        body, answer = request.read(), response.read()
        if response.headers.get("content-type", "").startswith("application/json"):
            asked = json.loads(body) if request.headers.get("content-type", "").startswith("application/json") else None
            query = tuple(sorted(set(request.url.params)))
            exchange = Exchange(
                request.method, request.url.path, query, asked, response.status_code, json.loads(answer)
            )
            self.exchanges.append(exchange)
        return response
