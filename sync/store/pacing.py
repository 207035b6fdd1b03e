"""One row per paced account container, shared by all workspaces, threads and processes: the reservation of the next call (the generic cell
rate algorithm), back-off after a refusal, and the day's count.

Reservations are booked, so nobody polls: the answer says how long to wait before the call.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, select, update

from sync.store.database import insert, tables, transaction


@dataclass(frozen=True, slots=True)
class Quota:
    """The day of one container: `spent` are our own calls, `limit` and `remaining` what the app said last."""

    spent: int = 0
    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    day: str = ""

    def counting(self, day: str) -> "Quota":
        """One more call of a day; a new day begins at nought, and an empty one is not counted."""
        if not day:
            return self
        return replace(self, spent=self.spent + 1) if day == self.day else Quota(1, self.limit, day=day)


class Booked(NamedTuple):
    """A call that may be made in `wait` seconds, and the day with it."""

    wait: float
    quota: Quota


class PaceRows:
    """The pace book of the database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._pace = tables["pace"]
        # Made once: these run for every call to any app, and building a statement costs more than running it.
        self._one = select(self._pace).where(self._pace.c.key == bindparam("wanted"))
        self._locked = self._one.with_for_update()
        booked: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("tat", "day", "spent", "remaining", "resets_at")
        }
        self._book = update(self._pace).where(self._pace.c.key == bindparam("wanted")).values(**booked)

    def reserve(
        self,
        key: str,
        *,
        interval: float,
        burst: float,
        max_wait: float,
        now: datetime,
        admit: Callable[[Quota], str] = lambda _quota: "",
    ) -> Booked | None:
        """Book and count the next call, in one transaction; None if it would have to wait for more than `max_wait` seconds.

        `interval` are the seconds that one call costs, `burst` how many seconds' worth may be used at once. `admit` says in which day the
        call counts ("": in none), or raises.
        """
        moment = now.timestamp()
        with transaction(self._engine) as connection:
            row = self._row(connection, key)
            quota = _quota(row)
            counted = quota.counting(admit(quota))
            earliest = max(row.tat, moment, row.held_until.timestamp() if row.held_until else 0.0)
            wait: float = max(earliest + interval - burst - moment, 0.0)
            if row.held_until and row.held_until > now:
                wait = max(wait, (row.held_until - now).total_seconds())
            if wait > max_wait:
                return None
            day = {f"new_{name}": getattr(counted, name) for name in ("day", "spent", "remaining", "resets_at")}
            connection.execute(self._book, {"wanted": key, "new_tat": earliest + interval, **day})
            return Booked(wait, counted)

    def hold(self, key: str, until: datetime) -> None:
        """Nobody calls before this moment."""
        with transaction(self._engine) as connection:
            self._row(connection, key)
            connection.execute(update(self._pace).where(self._pace.c.key == key).values(held_until=until))

    def note_quota(self, key: str, limit: int | None, remaining: int | None, resets_at: datetime | None) -> None:
        with transaction(self._engine) as connection:
            self._row(connection, key)
            values = {"limit": limit, "remaining": remaining, "resets_at": resets_at}
            connection.execute(update(self._pace).where(self._pace.c.key == key).values(**values))

    def quota(self, key: str) -> Quota:
        with transaction(self._engine, reading=True) as connection:
            row = connection.execute(self._one, {"wanted": key}).first()
            return _quota(row) if row else Quota()

    def held_for(self, key: str) -> timedelta:
        """How long nobody may call."""
        with transaction(self._engine, reading=True) as connection:
            row = connection.execute(select(self._pace.c.held_until).where(self._pace.c.key == key)).first()
            until = row.held_until if row else None
            return max(until - self._now(), timedelta(0)) if until else timedelta(0)

    def _row(self, connection: Connection, key: str) -> Any:
        """The key's row, locked; made where it is missing."""
        row = connection.execute(self._locked, {"wanted": key}).first()
        if row is None:
            connection.execute(
                insert(connection, "pace").values(key=key, tat=0.0, day="", spent=0).on_conflict_do_nothing()
            )
            row = connection.execute(self._locked, {"wanted": key}).one()
        return row


def _quota(row: Any) -> Quota:
    return Quota(row.spent, row.limit, row.remaining, row.resets_at, row.day)
