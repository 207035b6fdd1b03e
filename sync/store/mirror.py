"""The mirror: what we last knew of each endpoint's records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, or_, select

from sync.model.endpoints import Lease
from sync.model.fields import Values
from sync.model.plans import Mirrored
from sync.store.database import decoder, insert, slices, tables
from sync.store.endpoints import Endpoints
from sync.store.match_keys import MatchKeys

RECORD_COLUMNS = (
    "values",
    "hash",
    "name",
    "stamp",
    "revision",
    "subject",
    "marker",
    "detail_stamp",
    "detail_at",
    "ours",
    "seq",
    "pull",
    "read_at",
    "remote_id",
)


MIRRORED = tuple(
    tables["record"].c[{"row": "id", "id": "remote_id"}.get(name, name)] for name in Mirrored.__struct_fields__
)
"""The columns of a record, in the order of its parts."""


Scanned: TypeAlias = tuple[int, str, Values]
"""Row, name and values: what a question about all records needs of one."""


class Mirror(MatchKeys):
    table_name = "record"

    def by_remote(self, endpoint_id: str, ids: Iterable[str]) -> dict[str, Mirrored]:
        """Live rows by the app's ids."""
        return {record.id: record for record in self._some(self._live(endpoint_id), self.table.c.remote_id, ids)}

    def by_row(self, rows: Iterable[int]) -> dict[int, Mirrored]:
        """Live rows by the mirror's numbers, of any endpoint of the workspace."""
        live = and_(self.table.c.workspace_id == self.workspace, self.table.c.gone.is_(False))
        return {record.row: record for record in self._some(live, self.table.c.id, rows)}

    def buried(self, rows: Iterable[int]) -> dict[int, Mirrored]:
        """Tombstones by the mirror's numbers, with what the records last held."""
        gone = and_(self.table.c.workspace_id == self.workspace, self.table.c.gone.is_(True))
        return {record.row: record for record in self._some(gone, self.table.c.id, rows)}

    def by_marker(self, endpoint_id: str, marker: str) -> Mirrored | None:
        row = self.first(self._whole().where(self._live(endpoint_id), self.table.c.marker == marker))
        return _mirrored(row) if row else None

    def endpoint_of(self, rows: Iterable[int]) -> dict[int, str]:
        wanted = list(rows)
        found = self.rows(
            self.mine().with_only_columns(self.table.c.id, self.table.c.endpoint_id).where(self.table.c.id.in_(wanted))
        )
        return {row.id: row.endpoint_id for row in found}

    def count(self, endpoint_id: str) -> int:
        return self.number(self._live(endpoint_id))

    def changed(self, endpoint_id: str, above: int, upto: int, limit: int) -> list[tuple[int, int]]:
        """(row, seq) of live records in this range of `seq`, newest first."""
        in_range = and_(self._live(endpoint_id), self.table.c.seq > above, self.table.c.seq <= upto)
        newest = self.mine().with_only_columns(self.table.c.id, self.table.c.seq).where(in_range)
        return [(row.id, row.seq) for row in self.rows(newest.order_by(self.table.c.seq.desc()).limit(limit))]

    def unseen(self, endpoint_id: str, pull: int, limit: int) -> list[Mirrored]:
        """Live records that the complete listing with this number lacked."""
        lacking = self._whole().where(self._live(endpoint_id), self.table.c.pull < pull)
        return self._records(lacking.order_by(self.table.c.id).limit(limit))

    def count_unseen(self, endpoint_id: str, pull: int) -> int:
        return self.number(self._live(endpoint_id), self.table.c.pull < pull)

    def oldest_details(self, endpoint_id: str, before: datetime, limit: int) -> list[Mirrored]:
        """Live records whose detail was last read before this moment, the longest ago first."""
        old = self._whole().where(self._live(endpoint_id), self.table.c.detail_at < before)
        return self._records(old.order_by(self.table.c.detail_at).limit(limit))

    def scan(self, endpoint_id: str, keys: Collection[str], size: int = 200) -> Iterator[Scanned]:
        """Row, name and the values of these fields of all live records of an endpoint, for questions about all of them; read in pages, and
        of each record no more than these fields, one record at a time: reading whole values takes longer than any question."""
        columns = (self.table.c.id, self.table.c.name, cast(self.table.c["values"], Text))
        decode, live = decoder(keys), self.mine().with_only_columns(*columns).where(self._live(endpoint_id))
        for page in self.pages(live.order_by(self.table.c.id), size):
            for row, name, values in page:
                yield row, name, decode(values)

    def search(self, endpoint_ids: Sequence[str], text: str, limit: int = 10) -> list[Mirrored]:
        """Live records whose name contains the text, or whose e-mail or id is the text. Upper and lower case are the same."""
        keys, folded = tables["record_key"], text.strip().casefold()
        by_key = select(keys.c.record_id).where(keys.c.endpoint_id.in_(endpoint_ids), keys.c.value == folded)
        named = or_(
            self.table.c.folded.contains(folded, autoescape=True),
            self.table.c.remote_id == text.strip(),
            self.table.c.id.in_(by_key),
        )
        live = and_(self.table.c.endpoint_id.in_(endpoint_ids), self.table.c.gone.is_(False))
        return self._records(self._whole().where(live, named).order_by(self.table.c.name).limit(limit))

    def save(
        self, lease: Lease, seq: int, records: Sequence[Mirrored], keys: Mapping[str, Mapping[str, bool]]
    ) -> dict[str, int]:
        """Insert or replace records under the lease; `seq` is the endpoint's new highest number, `keys` (by the app's id: key → weak)
        are given for records whose keys may have changed. Returns app id → mirror row. Raises LeaseLost."""
        endpoint_id = lease.endpoint_id
        endpoints = Endpoints(self.bound)
        endpoints.hold(lease, seq=seq)
        if records:
            statement = insert(self.connection, "record")
            statement = statement.on_conflict_do_update(
                index_elements=["endpoint_id", "remote_id"],
                set_={name: statement.excluded[name] for name in (*RECORD_COLUMNS, "folded")} | {"gone": False},
            )
            self.connection.execute(statement, [self._row(endpoint_id, record) for record in records])
        rows = {record.id: record.row for record in records if record.row}
        rows |= self._rows_of(endpoint_id, [record.id for record in records if not record.row])
        self._save_keys(endpoint_id, {rows[remote]: wanted for remote, wanted in keys.items()})
        return rows

    def touch(self, endpoint_id: str, pull: int, ids: Sequence[str]) -> None:
        """Note that a listing still carries these records."""
        for some in slices(list(ids)):
            self.connection.execute(
                self.change()
                .where(self.table.c.endpoint_id == endpoint_id, self.table.c.remote_id.in_(some))
                .values(pull=pull)
            )

    def bury(self, lease: Lease, rows: Sequence[int]) -> None:
        """Turn records into tombstones; their counterparts are looked at again. A link ends when a plan says so, and here only where no
        living record is left in it. Raises LeaseLost."""
        Endpoints(self.bound).hold(lease)
        links, standings = tables["link"], tables["standing"]
        for wanted in slices(list(rows)):
            here = self.mine().where(self.table.c.endpoint_id == lease.endpoint_id, self.table.c.id.in_(wanted))
            some = [row.id for row in self.rows(here.with_only_columns(self.table.c.id))]
            self._recheck_relatives(self._values_of(some))
            self.connection.execute(self.change().where(self.table.c.id.in_(some)).values(gone=True))
            self.connection.execute(delete(tables["record_key"]).where(tables["record_key"].c.record_id.in_(some)))
            self.connection.execute(delete(standings).where(standings.c.record_id.in_(some)))
            touched = or_(links.c.left_record.in_(some), links.c.right_record.in_(some))
            pairs = self.rows(self.mine(links).where(touched))
            halves = {half for pair in pairs for half in (pair.left_record, pair.right_record) if half}
            alive = self.by_row(halves)
            empty = [pair.id for pair in pairs if not {pair.left_record, pair.right_record} & alive.keys()]
            ended = self.change(links).where(links.c.id.in_(empty), links.c.state != "dismissed")
            self.connection.execute(ended.values(state="gone"))
            self.recheck(list(alive))

    def rename(self, lease: Lease, names: Mapping[str, str]) -> None:
        """Follow records whose id changed in the app; a row that already has the new id wins."""
        Endpoints(self.bound).hold(lease)
        taken = self.by_remote(lease.endpoint_id, names.values())
        for old, new in names.items():
            if new not in taken and old != new:
                self.connection.execute(
                    self.change()
                    .where(self.table.c.endpoint_id == lease.endpoint_id, self.table.c.remote_id == old)
                    .values(remote_id=new)
                )

    def recheck(self, rows: Sequence[int]) -> None:
        """Have these records looked at again in every connection, whatever their cursors say."""
        standings = tables["standing"]
        for some in slices(list(rows)):
            self.connection.execute(
                self.change(standings).where(standings.c.record_id.in_(some)).values(recheck_at=self.now)
            )

    def _some(self, condition: ColumnElement[bool], column: Any, wanted: Iterable[Any]) -> Iterator[Mirrored]:
        for some in slices(list(wanted)):
            yield from self._records(self._whole().where(condition, column.in_(some)))

    def _whole(self) -> Select[Any]:
        return self.mine().with_only_columns(*MIRRORED)

    def _records(self, statement: Select[Any]) -> list[Mirrored]:
        return [_mirrored(row) for row in self.rows(statement)]

    def _live(self, endpoint_id: str) -> ColumnElement[bool]:
        mine = self.table.c.workspace_id == self.workspace
        return and_(mine, self.table.c.endpoint_id == endpoint_id, self.table.c.gone.is_(False))

    def _rows_of(self, endpoint_id: str, ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in slices(list(ids)):
            of = self.mine().with_only_columns(self.table.c.remote_id, self.table.c.id)
            some_rows = self.rows(of.where(self.table.c.endpoint_id == endpoint_id, self.table.c.remote_id.in_(some)))
            found |= {row.remote_id: row.id for row in some_rows}
        return found

    def _row(self, endpoint_id: str, record: Mirrored) -> dict[str, Any]:
        row = {name: getattr(record, name) for name in RECORD_COLUMNS if name not in ("remote_id", "pull", "read_at")}
        row |= {"workspace_id": self.workspace, "endpoint_id": endpoint_id, "remote_id": record.id, "gone": False}
        row |= {"values": dict(record.values), "folded": record.name.casefold()}
        return row | {"read_at": record.read_at or self.now, "pull": record.pull}


def _mirrored(row: Any) -> Mirrored:
    return Mirrored(*row)
