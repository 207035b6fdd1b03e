"""The ledger: what happened, append-only, one chain of hashes per workspace.

Each event is hashed over the one before and over everything that it says: who, when, which record, what. Of the body the hash covers a
digest with salt: erasing a person removes salt and body, and the chain stays provable.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from sync.model.records import Side
from sync.store.columns import to_json
from sync.store.database import load, tables
from sync.store.shelf import WORKSPACE, Shelf

OURS = tables["workspace"].c.id == WORKSPACE
HEAD = select(tables["workspace"].c.ledger_head).where(OURS)
LOCKED_HEAD = HEAD.with_for_update()
MOVE_HEAD = update(tables["workspace"]).where(OURS).values(ledger_head=bindparam("head"))

SAID = ("workspace_id", "at", "kind", "connection_id", "run_id", "side", "record", "by")
"""The columns that the hash covers as they are."""
PARTED = "parted"
"""The kind of event that says that a link ended as one of its records was deleted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `kind` is a stable word (created, changed, linked, held, approved …), `body` its particulars."""

    kind: str
    body: Mapping[str, Any]
    connection_id: str = ""
    run_id: str = ""
    side: Side | None = None
    record: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the ledger keeps it; `body` is None once the person was erased."""

    id: int
    at: datetime
    kind: str
    connection_id: str
    run_id: str
    side: str
    record: int | None
    by: str
    body: str | None


class Ledger(Shelf):
    table_name = "ledger"

    def append(self, events: Sequence[Event]) -> None:
        """Write events behind the head of the workspace's chain."""
        if not events:
            return
        head = self.run(LOCKED_HEAD).scalar_one()
        rows = []
        for event in events:
            body, salt, row = to_json(event.body), secrets.token_hex(16), self._row(event)
            digest = _sha(salt + body)
            head = _chained(head, digest, row)
            rows.append(row | {"body": body, "salt": salt, "digest": digest, "hash": head})
        self.connection.execute(self.table.insert(), rows)
        self.run(MOVE_HEAD, head=head)

    def _row(self, event: Event) -> dict[str, Any]:
        return {
            "workspace_id": self.workspace,
            "at": self.now,
            "kind": event.kind,
            "connection_id": event.connection_id,
            "run_id": event.run_id,
            "side": event.side.value if event.side else "",
            "record": event.record,
            "by": event.by,
        }

    def of_record(self, connection_id: str, records: Sequence[int], limit: int = 50) -> list[Entry]:
        of = self.mine().where(self.table.c.connection_id == connection_id, self.table.c.record.in_(records))
        return [load(Entry, row) for row in self.rows(of.order_by(self.table.c.id.desc()).limit(limit))]

    def of_run(self, run_id: str, kinds: Sequence[str], limit: int = 50) -> list[Entry]:
        of = self.mine().where(self.table.c.run_id == run_id, self.table.c.kind.in_(kinds))
        return [load(Entry, row) for row in self.rows(of.order_by(self.table.c.id).limit(limit))]

    def count_unapproved(self, connection_id: str, kind: str, hours: float = 24) -> int:
        """How often this happened lately without a person's approval."""
        return self.number(
            self.table.c.connection_id == connection_id,
            self.table.c.kind == kind,
            self.table.c.by == "",
            self.table.c.at >= self.now - timedelta(hours=hours),
        )

    def all(self) -> Iterator[Entry]:
        for row in self.connection.execute(self.mine().order_by(self.table.c.id)):
            yield load(Entry, row)

    def proven(self) -> bool:
        """Whether every event still follows from the one before it, erased bodies included."""
        head = ""
        for row in self.connection.execute(self.mine().order_by(self.table.c.id)):
            if row.body is not None and _sha((row.salt or "") + row.body) != row.digest:
                return False
            head = _chained(head, row.digest, row._asdict())
            if head != row.hash:
                return False
        return bool(self.run(HEAD).scalar_one() == head)


def _chained(head: str, digest: str, row: Mapping[str, Any]) -> str:
    """The hash of an event behind `head`."""
    return _sha(head + digest + to_json([row[name] for name in SAID]))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
