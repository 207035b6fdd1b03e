"""Slack's requests to the bot over real HTTP."""

from collections.abc import Mapping

import httpx


class HttpDeliver:
    """Delivers to the bot at this address."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self._http.post("/slack/events", content=body, headers=dict(headers))
        return answer.status_code, answer.content

    def close(self) -> None:
        self._http.close()
