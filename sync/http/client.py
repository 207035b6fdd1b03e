"""One client per account container: base address, authorisation, pacing, retry of reads, and a log without personal data."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from sync.http.auth import Auth
from sync.http.exchange import Transport, exchange
from sync.http.failures import Answer, Failure, failure_of
from sync.http.pacing import Pacer, Quota
from sync.model.errors import QuotaUsedUp, SyncError, TooFast

log = structlog.get_logger()

RETRIES = 3
FIRST_BACK_OFF = 0.5

_ID = re.compile(r"(?<![^/])(?=[^/]{4})[^/]*\d[^/]*")


class ApiClient:
    """Calls one API as one account. Errors come as SyncErrors; reads are repeated a few times, writes never."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: Transport,
        auth: Auth,
        pacer: Pacer,
        failures: Sequence[Failure],
        app: str,
        account: str,
        sleep: Callable[[float], None],
        params: Mapping[str, str] | None = None,
    ) -> None:
        self._transport = transport
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self.pacer = pacer
        self._failures = failures
        self.app = app
        self.account = account
        self._sleep = sleep
        self._params = dict(params or {})

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Read; repeated on a missing or broken answer."""
        for attempt in range(RETRIES):
            try:
                return self.call("GET", path, params)
            except SyncError as error:
                if not error.uncertain or attempt == RETRIES - 1:
                    raise
                self._sleep(FIRST_BACK_OFF * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  jitter, not a secret
        raise AssertionError("unreachable")

    def post(self, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return self.call("POST", path, params, body)

    def put(self, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return self.call("PUT", path, params, body)

    def patch(self, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return self.call("PATCH", path, params, body)

    def call(self, method: str, path: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """One call and its decoded body. Raises the SyncError that the answer is."""
        return self.answer(method, path, params, body).json

    def answer(self, method: str, path: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Answer:
        answer = self._once(method, path, params, body)
        if answer.status == 401:
            self._auth.refused()
            answer = self._once(method, path, params, body)
        error = failure_of(answer, self._failures, self.app, self.account)
        if error is None:
            return answer
        if isinstance(error, TooFast | QuotaUsedUp) and error.retry_after:
            self.pacer.back_off(error.retry_after)
        raise error

    def _once(self, method: str, path: str, params: Mapping[str, Any] | None, body: Any) -> Answer:
        headers = {"Authorization": self._auth.header()}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        address, query = f"{self._base_url}/{path.lstrip('/')}", {**self._params, **(params or {})}
        with self.pacer.turn() as quota:
            answer = exchange(
                self._transport, method, address, app=self.app, headers=headers, params=query, content=content
            )
        self._note(quota, answer)
        log.debug("call", app=self.app, method=method, kind=_kind(path), status=answer.status)
        return answer

    def _note(self, quota: Quota, answer: Answer) -> None:
        """What the answer said of the day."""
        limit, remaining, reset = (
            answer.headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "remaining", "reset")
        )
        self.pacer.told(
            quota,
            int(limit) if limit.isdecimal() else None,
            int(remaining) if remaining.isdecimal() else None,
            float(reset) if reset.isdecimal() else None,
        )


def _kind(path: str) -> str:
    """A path without its ids, for the log."""
    return _ID.sub("…", path)
