"""The demo's clock: time that can be hurried and moved forward, and that never goes back."""

import threading
import time
from datetime import UTC, datetime, timedelta

HURRY = 60.0
"""How much faster the demo's time runs when it is hurried: a sync interval of five minutes takes five seconds."""


class HurriedClock:
    """Time that runs `rate` times as fast as the wall clock, and `waiting` times while a program sleeps: nobody watches a program wait."""

    def __init__(self, rate: float = HURRY, *, waiting: float = HURRY) -> None:
        self._turn = threading.Condition()
        self._rate = rate
        self._waiting = waiting
        self._sleepers = 0
        self._moment = datetime.now(UTC)
        self._since = time.monotonic()

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> datetime:
        with self._turn:
            return self._now()

    def sleep(self, seconds: float) -> None:
        """Return when that much of this clock's time has passed, however its rate changes meanwhile."""
        with self._turn:
            until = self._now() + timedelta(seconds=seconds)
            self._mark(sleepers=self._sleepers + 1)
            while (left := (until - self._now()).total_seconds()) > 0:
                self._turn.wait(left / self.pace)
            self._mark(sleepers=self._sleepers - 1)

    def hurry(self, rate: float) -> None:
        """Go on at another rate, more than 0."""
        with self._turn:
            self._mark(sleepers=self._sleepers)
            self._rate = rate
            self._turn.notify_all()

    def jump(self, to: datetime) -> None:
        """Be at a later moment at once; an earlier one changes nothing."""
        with self._turn:
            self._mark(sleepers=self._sleepers)
            self._moment = max(self._moment, to)
            self._turn.notify_all()

    @property
    def pace(self) -> float:
        """How fast time runs just now: faster than its rate while a program sleeps."""
        return max(self._rate, self._waiting) if self._sleepers else self._rate

    def _now(self) -> datetime:
        return self._moment + timedelta(seconds=(time.monotonic() - self._since) * self.pace)

    def _mark(self, *, sleepers: int) -> None:
        """Start counting anew from this moment, before anything that changes the pace."""
        self._moment, self._since = self._now(), time.monotonic()
        self._sleepers = sleepers
