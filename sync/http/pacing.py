"""Rate limits before the call: a reservation per account container, a cap on calls in flight, and our share of the day.

The book of reservations is shared by all workspaces and processes (`PaceBook`, kept by the store); waiting is short or refused, never long.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sync.model.errors import BudgetUsedUp, QuotaNearlyUsedUp, TooFast

LONGEST_WAIT = 3.0
PERSONS_SHARE = 0.1
"""Of the day's budget, what background work leaves to people."""

OTHERS_SHARE = 0.1
"""Of the app's whole day, what background work leaves to everybody else, however little of it was ours."""

COUNTED_IN_STEPS_OF = 10

TOGETHER = 2
"""Calls of a series that are booked at once. With more of them, somebody else would find the next seconds taken, and be refused."""


class Quota(Protocol):
    """What is known of a container's day."""

    @property
    def spent(self) -> int: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def remaining(self) -> int | None: ...
    @property
    def resets_at(self) -> datetime | None: ...
    @property
    def day(self) -> str: ...


class Booked(Protocol):
    """A call that may be made in `wait` seconds, and the day with it."""

    @property
    def wait(self) -> float: ...
    @property
    def quota(self) -> Quota: ...


class PaceBook(Protocol):
    """Reservations and counts by key, shared by everybody who calls the same container."""

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
    ) -> Sequence[Booked]:
        """Book calls that follow each other and count each in the day that `admit` names ("": none); only those that wait no longer than
        `max_wait` seconds. What `admit` raises of the first is raised, and nothing is booked."""
        ...

    def give_back(self, key: str, day: str, calls: int) -> None: ...

    def hold(self, key: str, until: datetime) -> None: ...
    def note_quota(self, key: str, limit: int | None, remaining: int | None, resets_at: datetime | None) -> None: ...
    def quota(self, key: str) -> Quota: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """An app's limits as we keep them. `day_share` is our part of the day; `day_quota` counts where the app says nothing."""

    per_minute: float
    burst: int = 5
    in_flight: int = 3
    day_share: float = 0.6
    day_quota: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A container's day: calls `spent` by us, `allowed` to us, the app's `limit` for all, and how many are `left` to us, these three None
    where the app counts no days; `resets_in` is in seconds."""

    spent: int
    allowed: int | None = None
    limit: int | None = None
    left: int | None = None
    resets_in: float = 0.0


_in_flight: dict[str, threading.BoundedSemaphore] = {}
_in_flight_lock = threading.Lock()


def _gate(key: str, size: int) -> threading.BoundedSemaphore:
    with _in_flight_lock:
        return _in_flight.setdefault(key, threading.BoundedSemaphore(size))


@dataclass(slots=True)
class Pacer:
    """The pace of one container, for one caller. `by_person` calls may use what background work must leave."""

    key: str
    pace: Pace
    book: PaceBook
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    app: str
    by_person: bool = False
    _following: int = field(default=1, init=False)
    _booked: deque[tuple[datetime, Quota]] = field(default_factory=deque, init=False)

    @contextmanager
    def series(self, calls: int) -> Iterator[None]:
        """So many calls follow each other, and are booked two at a time. What is booked and not made is given back."""
        self._following = calls
        try:
            yield
        finally:
            self._following = 1
            if self._booked:
                self.book.give_back(self.key, self._booked[0][1].day, len(self._booked))
                self._booked.clear()

    @contextmanager
    def turn(self) -> Iterator[Quota]:
        """Wait for one call's turn, and count the call. Raises TooFast or BudgetUsedUp instead of waiting long."""
        with _gate(self.key, self.pace.in_flight):
            if not self._booked:
                self._book()
            moment, quota = self._booked.popleft()
            self._following = max(self._following - 1, 1)
            wait = (moment - self.now()).total_seconds()
            if wait > 0:
                self.sleep(wait)
            yield quota

    def _book(self) -> None:
        interval, now = 60.0 / self.pace.per_minute, self.now()
        spare = self.pace.burst if self.by_person else max(self.pace.burst - 1, 1)
        booked = self.book.reserve(
            self.key,
            interval=interval,
            burst=interval * spare,
            max_wait=LONGEST_WAIT,
            now=now,
            admit=self._admit,
            calls=min(self._following, TOGETHER),
        )
        if not booked:
            raise TooFast(app=self.app, retry_after=LONGEST_WAIT * 2)
        self._booked.extend((now + timedelta(seconds=one.wait), one.quota) for one in booked)

    def _admit(self, quota: Quota) -> str:
        """The day that the next call counts in. Raises BudgetUsedUp where our share of it is used up, or the whole of it nearly."""
        allowed, day = self._share(quota), self._day(quota)
        if allowed is None:
            return ""
        spent = quota.spent if quota.day == day else 0
        if spent >= (allowed if self.by_person else allowed * (1 - PERSONS_SHARE)):
            raise BudgetUsedUp(app=self.app, retry_after=self.until_reset(quota))
        if not self.by_person and self._spare(quota) == 0:
            raise QuotaNearlyUsedUp(app=self.app, retry_after=self.until_reset(quota))
        return day

    def _spare(self, quota: Quota) -> int | None:
        """Of the calls that the app says are left today, those that need not be left to others; None where it says nothing of today."""
        over = quota.resets_at is None or quota.resets_at <= self.now()
        if over or quota.limit is None or quota.remaining is None:
            return None
        return max(0, quota.remaining - int(quota.limit * OTHERS_SHARE))

    def today(self) -> Day:
        """What we have spent and may still spend today."""
        quota = self.book.quota(self.key)
        is_of_today = quota.day == self._day(quota)
        spent, allowed = quota.spent if is_of_today else 0, self._share(quota)
        if allowed is None:
            return Day(spent)
        spare = self._spare(quota)
        left = max(0, min(allowed - spent, allowed if spare is None else spare))
        return Day(spent, allowed, quota.limit or self.pace.day_quota, left, self.until_reset(quota))

    def _share(self, quota: Quota) -> int | None:
        limit = quota.limit or self.pace.day_quota
        return int(limit * self.pace.day_share) if limit else None

    def until_reset(self, quota: Quota) -> float:
        """Seconds until the day's count starts anew: as the app said, else until midnight UTC."""
        resets_at, now = quota.resets_at, self.now()
        if resets_at is None or resets_at <= now:
            resets_at = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (resets_at - now).total_seconds()

    def told(
        self, quota: Quota, limit: int | None, remaining: int | None = None, reset_in: float | None = None
    ) -> None:
        """Keep what an answer said of the day, where `quota` does not know it yet."""
        if limit is not None and self._is_news(quota, limit, remaining):
            resets_at = self.now() + timedelta(seconds=reset_in) if reset_in is not None else None
            self.book.note_quota(self.key, limit, remaining, resets_at)

    def _is_news(self, quota: Quota, limit: int, remaining: int | None) -> bool:
        """Whether the app's own count is worth a write: every call tells it, and most tell nothing new."""
        over = quota.resets_at is None or quota.resets_at <= self.now()
        if over or quota.limit != limit or quota.remaining is None or remaining is None:
            return True
        return abs(quota.remaining - remaining) >= COUNTED_IN_STEPS_OF or remaining < COUNTED_IN_STEPS_OF

    def back_off(self, seconds: float) -> None:
        """Nobody calls this container for a while."""
        self.book.hold(self.key, self.now() + timedelta(seconds=seconds))

    def _day(self, quota: Quota) -> str:
        """The app's own day where it told when it ends, else the UTC day. Told in whole seconds, the end wobbles from call to call: a day
        keeps its name until it is over."""
        if quota.resets_at is None or quota.resets_at <= self.now():
            return self.now().date().isoformat()
        return quota.day if quota.day.startswith("until") else f"until {quota.resets_at:%Y-%m-%dT%H:%M}"
