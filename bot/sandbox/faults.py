"""The switchboard of faults that every stand-in can be told to have."""

import fnmatch
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.test import run_wsgi_app


class LostAnswer(ConnectionError):
    """The request was carried out and the connection broke before the answer: the caller sees a connection error."""


@dataclass(slots=True)
class Fault:
    """One way to go wrong, for requests whose method and path fit.

    `kind` is "status" (answers `status` with `body`, nothing is carried out), "lost" (carried out, no answer), "broken" (no answer, nothing
    carried out), "truncated" (carried out, half an answer), "empty" (listings answer without rows) or "slow" (carried out after `seconds`
    of real time). `times` is how many requests it hits (None: every one until `until`).
    """

    kind: str
    method: str = "*"
    path: str = "*"
    times: int | None = 1
    until: datetime | None = None
    status: int = 500
    body: str = "{}"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatch.fnmatch(path, self.path)


class Faults:
    """The faults of one stand-in, first come first served."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._active.append(fault)

    def remove(self, fault: Fault) -> None:
        """This one is over; others like it stay."""
        self._active = [active for active in self._active if active is not fault]

    def has(self, fault: Fault) -> bool:
        return any(active is fault for active in self.active())

    def clear(self) -> None:
        self._active.clear()

    def active(self) -> list[Fault]:
        self._active = [f for f in self._active if f.times != 0 and (f.until is None or f.until > self.now())]
        return list(self._active)

    def wsgi(self, app: WSGIApplication) -> WSGIApplication:
        """The app with its faults."""

        def faulty(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            fault = self._next(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            if fault is None:
                return app(environ, start_response)
            return _with(fault, app, environ, start_response)

        return faulty

    def _next(self, method: str, path: str) -> Fault | None:
        for fault in self.active():
            if fault.fits(method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _with(
    fault: Fault, app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    if fault.kind == "status":
        start_response(f"{fault.status} Fault", [("Content-Type", "application/json"), *fault.headers])
        return [fault.body.encode()]
    if fault.kind == "broken":
        raise LostAnswer
    if fault.kind in ("empty", "slow"):
        environ["zsync.empty"] = fault.kind == "empty"
        time.sleep(fault.seconds)
        return app(environ, start_response)
    return _after(fault, app, environ, start_response)


def _after(
    fault: Fault, app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Carry the request out, then lose the answer or half of it."""
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    if fault.kind == "lost":
        raise LostAnswer
    start_response(status, [(name, value) for name, value in headers.items() if name.lower() != "content-length"])
    answer = b"".join(body)
    return [answer[: len(answer) // 2]]
