"""One row per paced account container, shared by all workspaces, threads and processes: the reservation of the next call (the generic cell
rate algorithm), back-off after a refusal, and the day's count.

Reservations are booked, so nobody polls: the answer says how long to wait before the call. A process remembers each row as it left it;
while nobody else has changed it, one statement books the next call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, select, update

from sync.model.errors import SyncError
from sync.store.database import insert, tables, transaction


@dataclass(frozen=True, slots=True)
class Quota:
    """The day of one container: `spent` are our own calls, `limit` what the app said last, and so is `remaining`, less our calls since."""

    spent: int = 0
    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    day: str = ""

    def counting(self, day: str) -> "Quota":
        """One more call of a day; a new day begins at nought, and an empty one is not counted."""
        if not day:
            return self
        if day != self.day:
            return Quota(1, self.limit, day=day)
        remaining = None if self.remaining is None else max(self.remaining - 1, 0)
        return Quota(self.spent + 1, self.limit, remaining, self.resets_at, day)


class Booked(NamedTuple):
    """A call that may be made in `wait` seconds, and the day with it."""

    wait: float
    quota: Quota


class _Entry(NamedTuple):
    """A container's row."""

    version: int
    tat: float
    held_until: datetime | None
    quota: Quota


class _Call(NamedTuple):
    """What a caller asks for: one call, or several that follow each other."""

    interval: float
    burst: float
    max_wait: float
    now: datetime
    admit: Callable[[Quota], str]
    calls: int

    def booked(self, entry: _Entry) -> tuple[list[Booked], _Entry]:
        """The bookings, and the row with them; none if the first would wait too long. What `admit` raises of the first is raised."""
        found: list[Booked] = []
        row = entry
        for _ in range(self.calls):
            try:
                one = self._one(row)
            except SyncError:
                if not found:
                    raise
                break
            if one is None:
                break
            found.append(one[0])
            row = one[1]
        return found, row._replace(version=entry.version + 1)

    def _one(self, entry: _Entry) -> tuple[Booked, _Entry] | None:
        version, tat, held_until, quota = entry
        counted, moment = quota.counting(self.admit(quota)), self.now.timestamp()
        earliest = max(tat, moment, held_until.timestamp() if held_until else 0.0)
        wait = max(earliest + self.interval - self.burst - moment, 0.0)
        if held_until and held_until > self.now:
            wait = max(wait, (held_until - self.now).total_seconds())
        if wait > self.max_wait:
            return None
        return Booked(wait, counted), _Entry(version, earliest + self.interval, held_until, counted)


class PaceRows:
    """The pace book of the database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._known: dict[str, _Entry] = {}
        self._pace = tables["pace"]
        # Made once: these run for every call to any app, and building a statement costs more than running it.
        self._one = select(self._pace).where(self._pace.c.key == bindparam("wanted"))
        self._locked = self._one.with_for_update()
        booked: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("version", "tat", "day", "spent", "remaining", "resets_at")
        }
        as_known = (self._pace.c.key == bindparam("wanted")) & (self._pace.c.version == bindparam("known"))
        self._book = update(self._pace).where(as_known).values(**booked)

    def reserve(
        self,
        key: str,
        *,
        interval: float,
        burst: float,
        max_wait: float,
        now: datetime,
        admit: Callable[[Quota], str] = lambda _quota: "",
        calls: int = 1,
    ) -> Sequence[Booked]:
        """Book and count the next call, or several, in one transaction; only those that wait for no more than `max_wait` seconds.

        `interval` are the seconds that one call costs, `burst` how many seconds' worth may be used at once. `admit` says in which day a
        call counts ("": in none), or raises; it may be asked twice.
        """
        call = _Call(interval, burst, max_wait, now, admit, calls)
        return self._from_memory(key, call) or self._from_row(key, call)

    def _from_memory(self, key: str, call: _Call) -> Sequence[Booked]:
        """Only a booking is taken from memory, and only while the row is still as it was; a refusal needs the row itself."""
        known = self._known.get(key)
        if known is None:
            return ()
        try:
            booked, entry = call.booked(known)
        except SyncError:
            return ()
        if not booked:
            return ()
        with transaction(self._engine) as connection:
            if not self._kept(connection, key, known, entry):
                return ()
        self._known[key] = entry  # not before it is committed: another process might write the same version
        return booked

    def _from_row(self, key: str, call: _Call) -> Sequence[Booked]:
        with transaction(self._engine) as connection:
            old = _entry(self._row(connection, key))
            booked, entry = call.booked(old)
            if not booked:
                return ()
            self._kept(connection, key, old, entry)
        self._known[key] = entry
        return booked

    def _kept(self, connection: Connection, key: str, old: _Entry, entry: _Entry) -> bool:
        """False where the row is not the old one any more."""
        day = {f"new_{name}": getattr(entry.quota, name) for name in ("day", "spent", "remaining", "resets_at")}
        values = {"wanted": key, "known": old.version, "new_version": entry.version, "new_tat": entry.tat, **day}
        return connection.execute(self._book, values).rowcount == 1

    def give_back(self, key: str, day: str, calls: int) -> None:
        """Calls that were booked for this day and not made: they do not count. Those of no day never did."""
        if not day:
            return
        row = self._pace.c
        change = update(self._pace).where(row.key == key, row.day == day)
        values = {"version": row.version + 1, "spent": row.spent - calls, "remaining": row.remaining + calls}
        with transaction(self._engine) as connection:
            connection.execute(change.values(values))

    def hold(self, key: str, until: datetime) -> None:
        """Nobody calls before this moment."""
        self._set(key, held_until=until)

    def note_quota(self, key: str, limit: int | None, remaining: int | None, resets_at: datetime | None) -> None:
        self._set(key, limit=limit, remaining=remaining, resets_at=resets_at)

    def _set(self, key: str, **values: Any) -> None:
        with transaction(self._engine) as connection:
            self._row(connection, key)
            change = update(self._pace).where(self._pace.c.key == key)
            connection.execute(change.values(version=self._pace.c.version + 1, **values))

    def quota(self, key: str) -> Quota:
        with transaction(self._engine, reading=True) as connection:
            row = connection.execute(self._one, {"wanted": key}).first()
            return _entry(row).quota if row else Quota()

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
            new = {"key": key, "version": 0, "tat": 0.0, "day": "", "spent": 0}
            connection.execute(insert(connection, "pace").values(**new).on_conflict_do_nothing())
            row = connection.execute(self._locked, {"wanted": key}).one()
        return row


def _entry(row: Any) -> _Entry:
    quota = Quota(row.spent, row.limit, row.remaining, row.resets_at, row.day)
    return _Entry(row.version, row.tat, row.held_until, quota)
