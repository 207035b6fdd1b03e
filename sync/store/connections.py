"""Connections and the versions of their configuration."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, or_

from sync.model.connections import Document, Version
from sync.model.runs import Connection
from sync.store.database import dump, load, tables
from sync.store.shelf import Shelf

CLAIM_SECONDS = 90


class Connections(Shelf):
    table_name = "connection"

    def get(self, connection_id: str) -> Connection:
        row = self.with_id(connection_id)
        if row is None:
            raise LookupError(connection_id)
        return load(Connection, row)

    def all(self) -> list[Connection]:
        return [load(Connection, row) for row in self.rows(self.mine().order_by(self.table.c.name))]

    def of_endpoints(self, left_id: str, right_id: str) -> Connection | None:
        row = self.first(self.mine().where(self.table.c.left_id == left_id, self.table.c.right_id == right_id))
        return load(Connection, row) if row else None

    def create(
        self, *, name: str, left_id: str, right_id: str, owner: str, channel: str, document: Document, reason: str
    ) -> Connection:
        connection_id = self.bound.new_id()
        values = {"name": name, "left_id": left_id, "right_id": right_id, "owner": owner, "channel": channel}
        fixed = {"state": "draft", "version": 1, "created_at": self.now, "interval": document.options.interval}
        counters = dict.fromkeys(("left_cursor", "right_cursor", "planned_version", "failures"), 0)
        self.add({"id": connection_id, "claimed_by": "", **values, **fixed, **counters})
        self._save_version(connection_id, Version(1, document, owner, self.now, reason, 0, self.now))
        return self.get(connection_id)

    def remove(self, connection_id: str) -> None:
        """Forget a connection with its links, runs and standings; the ledger keeps what was done."""
        self.connection.execute(
            delete(self.table).where(self.table.c.workspace_id == self.workspace, self.table.c.id == connection_id)
        )

    def document(self, connection_id: str, version: int) -> Document:
        return self.version(connection_id, version).document

    def version(self, connection_id: str, number: int) -> Version:
        versions = tables["connection_version"]
        row = self.first(self._versions(connection_id).where(versions.c.number == number))
        if row is None:
            raise LookupError(f"{connection_id} version {number}")
        return _version(row)

    def versions(self, connection_id: str, limit: int) -> list[Version]:
        """The newest versions, whether they ever went live or not."""
        of = self._versions(connection_id).order_by(tables["connection_version"].c.number.desc())
        return [_version(row) for row in self.rows(of.limit(limit))]

    def save(self, connection_id: str, document: Document, by: str, reason: str) -> int:
        """A new live version; its number. Every record is looked at again."""
        number = self.propose(connection_id, document, by, reason)
        self.go_live(connection_id, number)
        return number

    def propose(self, connection_id: str, document: Document, by: str, reason: str) -> int:
        """A new version that is not live yet; its number."""
        number = self.next_number(connection_id)
        based_on = self.get(connection_id).version
        self._save_version(connection_id, Version(number, document, by, self.now, reason, based_on))
        return number

    def next_number(self, connection_id: str) -> int:
        """What the next version will be called."""
        of = self._versions(connection_id).with_only_columns(func.max(tables["connection_version"].c.number))
        return int(self.connection.execute(of).scalar_one() or 0) + 1

    def go_live(self, connection_id: str, number: int) -> None:
        """Make a version the live one."""
        document, versions = self.document(connection_id, number), tables["connection_version"]
        of = self.change(versions).where(versions.c.connection_id == connection_id, versions.c.number == number)
        self.connection.execute(of.values(live_at=self.now))
        self.set(connection_id, version=number, interval=document.options.interval)

    def _versions(self, connection_id: str) -> Select[Any]:
        versions = tables["connection_version"]
        return self.mine(versions).where(versions.c.connection_id == connection_id)

    def _save_version(self, connection_id: str, version: Version) -> None:
        values = {"connection_id": connection_id, "number": version.number, "document": dump(version.document)}
        told = {"reason": version.reason, "saved_by": version.by, "saved_at": version.at}
        live = {"based_on": version.based_on, "live_at": version.live_at}
        self.add({**values, **told, **live}, tables["connection_version"])

    def claim(self, connection_id: str, owner: str) -> bool:
        """Take the connection for one slice of work; False while somebody else has it."""
        free = or_(self.table.c.claimed_until.is_(None), self.table.c.claimed_until <= self.now)
        taken = self.connection.execute(
            self.change()
            .where(self.table.c.id == connection_id, or_(free, self.table.c.claimed_by == owner))
            .values(claimed_by=owner, claimed_until=self.now + timedelta(seconds=CLAIM_SECONDS))
        )
        return taken.rowcount == 1

    def release(self, connection_id: str, owner: str, next_run_at: datetime | None) -> None:
        self.connection.execute(
            self.change()
            .where(self.table.c.id == connection_id, self.table.c.claimed_by == owner)
            .values(claimed_by="", claimed_until=None, next_run_at=next_run_at)
        )


def _version(row: Row[Any]) -> Version:
    document = msgspec.convert(row.document, Document)
    return Version(row.number, document, row.saved_by, row.saved_at, row.reason, row.based_on, row.live_at)
