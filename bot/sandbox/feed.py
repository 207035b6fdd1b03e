"""The live feed of the demo's page: a number that rises with every change, and those who wait for it."""

import threading
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEARTBEAT_SECONDS = 15.0
LOOKS = ("GET", "HEAD", "OPTIONS")


class Feed:
    """`version` rises whenever somebody changed something; pages look again when they hear of it."""

    def __init__(self) -> None:
        self.version = 0
        self._risen = threading.Condition()

    def rise(self) -> None:
        with self._risen:
            self.version += 1
            self._risen.notify_all()

    def after(self, seen: int, seconds: float = HEARTBEAT_SECONDS) -> int:
        """The version, as soon as it is another than the one that was seen; the same one when the time is up."""
        with self._risen:
            self._risen.wait_for(lambda: self.version != seen, seconds)
            return self.version

    def events(self) -> Iterator[str]:
        """Server-sent events without end: the version, again as a heartbeat when nothing happens."""
        seen = -1
        while True:
            seen = self.after(seen)
            yield f"data: {seen}\n\n"

    def watching(self, app: WSGIApplication) -> WSGIApplication:
        """The app, whose every request that may change something raises the version."""

        def watched(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            try:
                return app(environ, start_response)
            finally:
                if environ["REQUEST_METHOD"] not in LOOKS:
                    self.rise()

        return watched
