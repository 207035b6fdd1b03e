"""A window into an app: its records as a table and a form show them, and what changed in them since somebody looked last.

Knows no app and no web page; each app's window says how its records look and which doors of its web app a person goes through.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]

ZSYNC, PERSON = "zsync", "you"


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a record's form. `kind`: text, long, email, tel, url, number, date, date-time, yes-no, choice, several, or `rows` of
    `parts`, each called `one`. Who fills in a `several` with `grows` may add an option."""

    key: str
    label: str
    kind: str = "text"
    options: Sequence[str] = ()
    parts: Sequence["Input"] = ()
    one: str = ""
    required: bool = False
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One record: a cell for each column, a value for each input."""

    id: str
    name: str
    cells: Sequence[str]
    values: Json


class Window(Protocol):
    """One app, as a person sees it in the web app."""

    @property
    def title(self) -> str: ...
    @property
    def one(self) -> str:
        """What the app calls a record."""
        ...

    @property
    def columns(self) -> Sequence[str]: ...

    def inputs(self) -> Sequence[Input]: ...

    def changes(self) -> int:
        """Rises with every change of any record."""
        ...

    def rows(self) -> Sequence[Row]: ...

    def add(self, values: Json) -> str:
        """The new record's id. Raises Refused."""
        ...

    def change(self, record_id: str, values: Json) -> None:
        """Only the named values. Raises Refused."""
        ...

    def remove(self, record_id: str) -> None:
        """Raises Refused."""
        ...


@dataclass(slots=True)
class Seen:
    """A row as it was seen last: at which number of the news, changed by whom, in which cells."""

    row: Row
    number: int
    by: str = ""
    cells: Sequence[int] = ()


@dataclass(slots=True)
class Watch:
    """What happens in a window. A change that nobody made through it is zsync's."""

    window: Window
    number: int = 0
    _changes: int = -1
    _seen: dict[str, Seen] = field(default_factory=dict)
    _gone: dict[str, int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, values: Json) -> str:
        with self._lock:
            self.look()
            record_id = self.window.add(values)
            self.look(mine=record_id)
            return record_id

    def change(self, record_id: str, values: Json) -> None:
        with self._lock:
            self.look()
            self.window.change(record_id, values)
            self.look(mine=record_id)

    def remove(self, record_id: str) -> None:
        with self._lock:
            self.window.remove(record_id)
            self.look()

    def news(self, since: int) -> tuple[int, list[Seen], list[str]]:
        """The number to ask with the next time, rows that changed after `since`, and ids that went."""
        with self._lock:
            self.look()
            rows = [seen for seen in self._seen.values() if seen.number > since]
            return self.number, rows, [record for record, number in self._gone.items() if number > since]

    def look(self, mine: str = "") -> int:
        """See what changed; the record `mine` by a person. The number of the news."""
        with self._lock:
            changes = self.window.changes()
            if changes != self._changes:
                self._compare({row.id: row for row in self.window.rows()}, mine)
                self._changes = changes
            return self.number

    def _compare(self, rows: Mapping[str, Row], mine: str) -> None:
        first = self._changes == -1
        changed = [row for row in rows.values() if row.id not in self._seen or self._seen[row.id].row != row]
        gone = [record for record in self._seen if record not in rows]
        self.number += bool(changed or gone)
        for row in changed:
            by = "" if first else PERSON if row.id == mine else ZSYNC
            self._seen[row.id] = Seen(row, self.number, by, self._moved(row))
        for record in gone:
            del self._seen[record]
            self._gone[record] = self.number

    def _moved(self, row: Row) -> Sequence[int]:
        before = self._seen.get(row.id)
        if before is None:
            return tuple(range(len(row.cells)))
        return tuple(n for n, (old, new) in enumerate(zip(before.row.cells, row.cells, strict=True)) if old != new)
