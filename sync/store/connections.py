"""Connections with their versions, the links between records, and where each record stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, and_, case, delete, func, or_, select

from sync.model.connections import Document
from sync.model.fields import Value
from sync.model.plans import Base, Bucket, Link, LinkState, Standing
from sync.model.records import Side
from sync.model.runs import Connection
from sync.store.database import dump, insert, load, slices, tables
from sync.store.shelf import Shelf

CLAIM_SECONDS = 90
WRITING = "writing"


class Connections(Shelf):
    table_name = "connection"

    def get(self, connection_id: str) -> Connection:
        row = self.first(self.mine().where(self.table.c.id == connection_id))
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
        self._save_version(connection_id, 1, document, owner, reason)
        return self.get(connection_id)

    def remove(self, connection_id: str) -> None:
        """Forget a connection with its links, runs and standings; the ledger keeps what was done."""
        self.connection.execute(
            delete(self.table).where(self.table.c.workspace_id == self.workspace, self.table.c.id == connection_id)
        )

    def document(self, connection_id: str, version: int) -> Document:
        versions = tables["connection_version"]
        of = self.mine(versions).where(versions.c.connection_id == connection_id, versions.c.number == version)
        row = self.first(of)
        if row is None:
            raise LookupError(f"{connection_id} version {version}")
        return msgspec.convert(row.document, Document)

    def save(self, connection_id: str, document: Document, by: str, reason: str) -> int:
        """A new live version; its number. Every record is looked at again."""
        number = self.get(connection_id).version + 1
        self._save_version(connection_id, number, document, by, reason)
        self.set(connection_id, version=number, interval=document.options.interval)
        return number

    def _save_version(self, connection_id: str, number: int, document: Document, by: str, reason: str) -> None:
        values = {"connection_id": connection_id, "number": number, "document": dump(document), "reason": reason}
        self.add({**values, "saved_by": by, "saved_at": self.now}, tables["connection_version"])

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


class Links(Shelf):
    table_name = "link"

    def of_records(self, connection_id: str, rows: Iterable[int]) -> dict[int, Link]:
        """Mirror row → its link, for both sides."""
        found: dict[int, Link] = {}
        for some in slices(list(rows)):
            either = or_(self.table.c.left_record.in_(some), self.table.c.right_record.in_(some))
            for row in self.rows(self.mine().where(self.table.c.connection_id == connection_id, either)):
                link = _link(row)
                found |= {side: link for side in (link.left, link.right) if side}
        return found

    def get(self, link_ids: Iterable[int]) -> dict[int, Link]:
        found: dict[int, Link] = {}
        for some in slices(list(link_ids)):
            found |= {row.id: _link(row) for row in self.rows(self.mine().where(self.table.c.id.in_(some)))}
        return found

    def count(self, connection_id: str) -> int:
        live = select(func.count()).select_from(self.table)
        mine = and_(self.table.c.workspace_id == self.workspace, self.table.c.connection_id == connection_id)
        return int(self.connection.execute(live.where(mine, self.table.c.state == "active")).scalar_one())

    def create(self, connection_id: str, links: Sequence[Link]) -> list[int]:
        """Insert links; their numbers, in the same order."""
        rows = [self._row(link) | {"connection_id": connection_id, "created_at": self.now} for link in links]
        if not rows:
            return []
        statement = self.table.insert().returning(self.table.c.id, sort_by_parameter_order=True)
        return [row.id for row in self.connection.execute(statement, rows)]

    def save(self, links: Sequence[Link]) -> None:
        """Write back links that have a number."""
        if not links:
            return
        columns = [name for name in self._row(links[0]) if name != "workspace_id"]
        statement = insert(self.connection, "link")
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in columns}
        )
        by_id = self.rows(
            self.mine()
            .where(self.table.c.id.in_([link.row for link in links]))
            .with_only_columns(self.table.c.id, self.table.c.connection_id, self.table.c.created_at)
        )
        known = {row.id: {"connection_id": row.connection_id, "created_at": row.created_at} for row in by_id}
        self.connection.execute(statement, [self._row(link) | known[link.row] | {"id": link.row} for link in links])

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget links that never came about."""
        mine = self.table.c.workspace_id == self.workspace
        self.connection.execute(delete(self.table).where(mine, self.table.c.id.in_(numbers)))

    def _row(self, link: Link) -> dict[str, Any]:
        return {
            "workspace_id": self.workspace,
            "left_record": link.left,
            "right_record": link.right,
            "state": link.state.value,
            "base": {key: [base.left, base.right] for key, base in link.base.items()},
            "bound": dict(link.bound),
            "subjects": {side.value: subject for side, subject in link.subjects.items()},
            "frozen": list(link.frozen),
            "seen_left": link.seen_left,
            "seen_right": link.seen_right,
            "seen_version": link.seen_version,
        }


def _link(row: Row[Any]) -> Link:
    base = {key: Base(*pair) for key, pair in row.base.items()}
    bound: Mapping[str, Value] = row.bound
    return Link(
        row.id,
        row.left_record,
        row.right_record,
        LinkState(row.state),
        base,
        bound,
        {Side(side): subject for side, subject in row.subjects.items()},
        tuple(row.frozen),
        row.seen_left,
        row.seen_right,
        row.seen_version,
    )


class Standings(Shelf):
    table_name = "standing"

    def put(self, connection_id: str, standings: Mapping[int, tuple[Side, Standing]], changed_run: str = "") -> None:
        """Where these records stand now; the count of failed tries ends with any bucket but `failed`."""
        rows = [
            {
                "connection_id": connection_id,
                "record_id": record,
                "workspace_id": self.workspace,
                "side": side.value,
                "bucket": standing.bucket.value,
                "code": standing.code,
                "facts": dict(standing.facts),
                "recheck_at": self._after(standing.recheck_after),
                "tries": 1 if standing.bucket is Bucket.FAILED else 0,
                "changed_run": changed_run,
            }
            for record, (side, standing) in standings.items()
        ]
        if not rows:
            return
        statement = insert(self.connection, "standing")
        names = ("side", "bucket", "code", "facts", "recheck_at", "changed_run")
        statement = statement.on_conflict_do_update(
            index_elements=["connection_id", "record_id"],
            set_={name: statement.excluded[name] for name in names}
            | {"tries": case((statement.excluded.tries > 0, self.table.c.tries + 1), else_=0)},
            where=self.table.c.workspace_id == self.workspace,
        )
        self.connection.execute(statement, rows)

    def _after(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else self.now + timedelta(seconds=seconds)

    def acknowledge(self, connection_id: str, rows: Sequence[int], run_id: str) -> None:
        """Writes were acknowledged: records that only waited for that are in step, and all of them were changed by this run."""
        for some in slices(list(rows)):
            of = self.change().where(self.table.c.connection_id == connection_id, self.table.c.record_id.in_(some))
            self.connection.execute(of.values(changed_run=run_id))
            writing = (self.table.c.bucket == Bucket.WAITING.value) & (self.table.c.code == WRITING)
            self.connection.execute(of.where(writing).values(bucket=Bucket.IN_STEP.value, code="", recheck_at=None))

    def count_changed(self, connection_id: str, run_id: str) -> int:
        """How many records this run changed."""
        of = (
            select(func.count())
            .select_from(self.table)
            .where(
                self.table.c.workspace_id == self.workspace,
                self.table.c.connection_id == connection_id,
                self.table.c.changed_run == run_id,
            )
        )
        return int(self.connection.execute(of).scalar_one())

    def tries(self, connection_id: str, record: int) -> int:
        row = self.first(self._of(connection_id).where(self.table.c.record_id == record))
        return row.tries if row else 0

    def due(self, connection_id: str, after: int, limit: int) -> list[tuple[int, Side]]:
        """Records to look at again by now, in order of their rows, behind `after`."""
        due = self._of(connection_id).where(self.table.c.recheck_at <= self.now, self.table.c.record_id > after)
        return [(row.record_id, Side(row.side)) for row in self.rows(due.order_by(self.table.c.record_id).limit(limit))]

    def next_due(self, connection_id: str) -> datetime | None:
        earliest = select(func.min(self.table.c.recheck_at)).where(
            self.table.c.workspace_id == self.workspace, self.table.c.connection_id == connection_id
        )
        moment: datetime | None = self.connection.execute(earliest).scalar_one()
        return moment

    def counts(self, connection_id: str) -> dict[Side, dict[Bucket, int]]:
        """How many records of each side stand in each bucket."""
        grouped = (
            select(self.table.c.side, self.table.c.bucket, func.count().label("n"))
            .where(self.table.c.workspace_id == self.workspace, self.table.c.connection_id == connection_id)
            .group_by(self.table.c.side, self.table.c.bucket)
        )
        found: dict[Side, dict[Bucket, int]] = {side: {} for side in Side}
        for row in self.rows(grouped):
            found[Side(row.side)][Bucket(row.bucket)] = row.n
        return found

    def reasons(self, connection_id: str, bucket: Bucket) -> list[tuple[Side, str, int]]:
        """(side, code, count) of one bucket, the most frequent first."""
        count = func.count().label("n")
        grouped = (
            select(self.table.c.side, self.table.c.code, count)
            .where(
                self.table.c.workspace_id == self.workspace,
                self.table.c.connection_id == connection_id,
                self.table.c.bucket == bucket.value,
            )
            .group_by(self.table.c.side, self.table.c.code)
            .order_by(count.desc())
        )
        return [(Side(row.side), row.code, row.n) for row in self.rows(grouped)]

    def some(self, connection_id: str, bucket: Bucket, limit: int) -> list[tuple[int, Side, Standing]]:
        rows = self.rows(self._of(connection_id).where(self.table.c.bucket == bucket.value).limit(limit))
        return [(row.record_id, Side(row.side), _standing(row)) for row in rows]

    def of_record(self, connection_id: str, record: int) -> Standing | None:
        row = self.first(self._of(connection_id).where(self.table.c.record_id == record))
        return _standing(row) if row else None

    def clear(self, connection_id: str) -> None:
        """Forget all standings (a preview that was thrown away)."""
        self.connection.execute(
            delete(self.table).where(
                self.table.c.workspace_id == self.workspace, self.table.c.connection_id == connection_id
            )
        )

    def _of(self, connection_id: str) -> Any:
        return self.mine().where(self.table.c.connection_id == connection_id)


def _standing(row: Row[Any]) -> Standing:
    return Standing(Bucket(row.bucket), row.code, row.facts)
