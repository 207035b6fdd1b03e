"""The mirror: what we last knew of each endpoint's records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Insert, Select, Text, and_, bindparam, cast, delete, or_, select

from sync.model.endpoints import Lease
from sync.model.fields import Values
from sync.model.plans import Mirrored
from sync.store.among import among
from sync.store.database import INSERTS, decoder, tables
from sync.store.endpoints import Endpoints
from sync.store.match_keys import FORGET, MatchKeys
from sync.store.shelf import WORKSPACE, change, mine

PARTS = tuple(name for name in Mirrored.__struct_fields__ if name not in ("row", "id"))
"""What the columns call as a record does."""
_parts = attrgetter(*PARTS)

RECORD = tables["record"].c
MIRRORED = tuple(RECORD[{"row": "id", "id": "remote_id"}.get(name, name)] for name in Mirrored.__struct_fields__)
"""The columns of a record, in the order of its parts."""

WHOLE = mine("record").with_only_columns(*MIRRORED)
BY_ROW = WHOLE.where(RECORD.gone.is_(False), among(RECORD.id))
BURIED = WHOLE.where(RECORD.gone.is_(True), among(RECORD.id))
HERE = RECORD.endpoint_id == bindparam("endpoint")
BY_REMOTE = WHOLE.where(HERE, RECORD.gone.is_(False), among(RECORD.remote_id))
ENDPOINT_OF = mine("record").with_only_columns(RECORD.id, RECORD.endpoint_id).where(among(RECORD.id))
ROWS_OF = mine("record").with_only_columns(RECORD.remote_id, RECORD.id).where(HERE, among(RECORD.remote_id))
CHANGED = (
    mine("record")
    .with_only_columns(RECORD.id, RECORD.seq)
    .where(HERE, RECORD.gone.is_(False), RECORD.seq > bindparam("above"), RECORD.seq <= bindparam("upto"))
    .order_by(RECORD.seq.desc())
    .limit(bindparam("at_most"))
)
TOUCH = change("record").where(HERE, among(RECORD.remote_id)).values(pull=bindparam("number"))
LINK, STANDING = tables["link"].c, tables["standing"].c
BURY = change("record").where(among(RECORD.id)).values(gone=True)
UNSTAND = delete(tables["standing"]).where(STANDING.workspace_id == WORKSPACE, among(STANDING.record_id))
PAIRS = tuple(
    mine("link").with_only_columns(LINK.id, LINK.left_record, LINK.right_record).where(among(column))
    for column in (LINK.left_record, LINK.right_record)
)
"""One side after the other: where either may do, SQLite uses neither's index."""
END = change("link").where(among(LINK.id), LINK.state != "dismissed").values(state="gone")
RECHECK = change("standing").where(among(STANDING.record_id)).values(recheck_at=bindparam("at"))


@cache
def _keep(dialect: str) -> Insert:
    """Insert or replace records."""
    statement = INSERTS[dialect](tables["record"])
    replaced = {name: statement.excluded[name] for name in (*PARTS, "folded")}
    return statement.on_conflict_do_update(index_elements=["endpoint_id", "remote_id"], set_=replaced | {"gone": False})


Scanned: TypeAlias = tuple[int, str, Values]
"""Row, name and values: what a question about all records needs of one."""


class Mirror(MatchKeys):
    table_name = "record"

    def by_remote(self, endpoint_id: str, ids: Iterable[str]) -> dict[str, Mirrored]:
        """Live rows by the app's ids."""
        return {record.id: record for record in map(_mirrored, self.among(BY_REMOTE, ids, endpoint=endpoint_id))}

    def by_row(self, rows: Iterable[int]) -> dict[int, Mirrored]:
        """Live rows by the mirror's numbers, of any endpoint of the workspace."""
        return {record.row: record for record in map(_mirrored, self.among(BY_ROW, rows))}

    def buried(self, rows: Iterable[int]) -> dict[int, Mirrored]:
        """Tombstones by the mirror's numbers, with what the records last held."""
        return {record.row: record for record in map(_mirrored, self.among(BURIED, rows))}

    def by_marker(self, endpoint_id: str, marker: str) -> Mirrored | None:
        row = self.first(self._whole().where(self._live(endpoint_id), self.table.c.marker == marker))
        return _mirrored(row) if row else None

    def endpoint_of(self, rows: Iterable[int]) -> dict[int, str]:
        return dict(self.among(ENDPOINT_OF, rows))

    def count(self, endpoint_id: str) -> int:
        return self.number(self._live(endpoint_id))

    def changed(self, endpoint_id: str, above: int, upto: int, limit: int) -> list[tuple[int, int]]:
        """(row, seq) of live records in this range of `seq`, newest first."""
        newest = self.rows(CHANGED, endpoint=endpoint_id, above=above, upto=upto, at_most=limit)
        return [(row, seq) for row, seq in newest]

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
            kept = [self._row(endpoint_id, record) for record in records]
            self.connection.execute(_keep(self.connection.dialect.name), kept)
        rows = {record.id: record.row for record in records if record.row}
        new = [record.id for record in records if not record.row]
        rows |= dict(self.among(ROWS_OF, new, endpoint=endpoint_id))
        self._save_keys(endpoint_id, {rows[remote]: wanted for remote, wanted in keys.items()})
        return rows

    def touch(self, endpoint_id: str, pull: int, ids: Sequence[str]) -> None:
        """Note that a listing still carries these records."""
        self.run(TOUCH, endpoint=endpoint_id, number=pull, wanted=list(ids))

    def bury(self, lease: Lease, rows: Sequence[int]) -> None:
        """Turn records into tombstones; their counterparts are looked at again. A link ends when a plan says so, and here only where no
        living record is left in it. Raises LeaseLost."""
        Endpoints(self.bound).hold(lease)
        some = [row for row, of in self.endpoint_of(rows).items() if of == lease.endpoint_id]
        self._recheck_relatives(self._values_of(some))
        for statement in (BURY, FORGET, UNSTAND):
            self.run(statement, wanted=some)
        pairs = {number: halves for of_side in PAIRS for number, *halves in self.among(of_side, some)}
        alive = self.by_row({half for halves in pairs.values() for half in halves if half})
        self.run(END, wanted=[number for number, halves in pairs.items() if alive.keys().isdisjoint(halves)])
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
        self.run(RECHECK, at=self.now, wanted=list(rows))

    def _whole(self) -> Select[Any]:
        return self.mine().with_only_columns(*MIRRORED)

    def _records(self, statement: Select[Any]) -> list[Mirrored]:
        return [_mirrored(row) for row in self.rows(statement)]

    def _live(self, endpoint_id: str) -> ColumnElement[bool]:
        mine = self.table.c.workspace_id == self.workspace
        return and_(mine, self.table.c.endpoint_id == endpoint_id, self.table.c.gone.is_(False))

    def _row(self, endpoint_id: str, record: Mirrored) -> dict[str, Any]:
        row = dict(zip(PARTS, _parts(record), strict=True))
        row |= {"workspace_id": self.workspace, "endpoint_id": endpoint_id, "remote_id": record.id, "gone": False}
        row |= {"values": dict(record.values), "folded": record.name.casefold()}
        return row | {"read_at": record.read_at or self.now}


def _mirrored(row: Any) -> Mirrored:
    return Mirrored(*row)
