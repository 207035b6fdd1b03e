"""Match keys: the normalised forms by which records are found to be the same, and the families that they form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, delete, select

from sync.store.among import among
from sync.store.database import tables
from sync.store.shelf import WORKSPACE, Shelf, change, mine

ENDPOINT, KEY, KEYS = tables["endpoint"].c, tables["record_key"].c, tables["record_key"]
ENDPOINTS = select(ENDPOINT.id).where(ENDPOINT.workspace_id == WORKSPACE)
OURS = KEY.endpoint_id.concat("").in_(ENDPOINTS)
"""Of the workspace. Asked for the bare column, SQLite would take its index and walk through all keys of an endpoint."""

OF_RECORDS = select(KEY.record_id, KEY.endpoint_id, KEY.value, KEY.weak).where(among(KEY.record_id), OURS)
SHARING = select(KEY.record_id).where(among(KEY.value), among(KEY.endpoint_id, "ends"))
FORGET = delete(KEYS).where(among(KEY.record_id), OURS)
SOME_ENDPOINTS = mine("endpoint").with_only_columns(ENDPOINT.id).where(among(ENDPOINT.id))
RECHECK_SHARING = (
    change("standing")
    .where(
        tables["standing"].c.bucket != "in step",
        tables["standing"].c.record_id.in_(
            select(KEY.record_id).where(among(KEY.value), KEY.endpoint_id.in_(ENDPOINTS))
        ),
    )
    .values(recheck_at=bindparam("at"))
)


def _meeting(mine: FromClause, theirs: FromClause) -> Select[Any]:
    records = tables["record"]
    sharing = select(mine.c.record_id).join(theirs, theirs.c.value == mine.c.value)
    owned = sharing.join(records, records.c.id == mine.c.record_id).join(
        tables["endpoint"], ENDPOINT.id == theirs.c.endpoint_id
    )
    ours: tuple[ColumnElement[bool], ...] = (records.c.workspace_id == WORKSPACE, ENDPOINT.workspace_id == WORKSPACE)
    return owned.where(among(mine.c.record_id), ENDPOINT.id == bindparam("endpoint"), *ours)


MEETING = _meeting(KEYS.alias(), KEYS.alias())


@dataclass(frozen=True, slots=True)
class Keyed:
    """A live record with its match keys, for matching."""

    row: int
    endpoint_id: str
    keys: frozenset[str]
    weak: frozenset[str]


class MatchKeys(Shelf):
    """The part of the mirror that knows keys: it is the mirror that says which records have which."""

    def sharing_keys(self, endpoint_id: str, other_id: str) -> set[int]:
        """Records of one endpoint that share a match key of their own with a record of the other."""
        own = (KEY.endpoint_id.in_(ENDPOINTS), KEY.weak.is_(False))
        there = select(KEY.value).where(KEY.endpoint_id == other_id, *own)
        of = select(KEY.record_id).where(KEY.endpoint_id == endpoint_id, *own, KEY.value.in_(there))
        return {row.record_id for row in self.rows(of)}

    def meeting(self, endpoint_id: str, rows: Collection[int]) -> set[int]:
        """Those of these records that share a key, be it somebody else's in the record, with a record of this endpoint."""
        return {row for (row,) in self.among(MEETING, rows, endpoint=endpoint_id)}

    def family(self, endpoint_ids: Collection[str], rows: Collection[int], at_most: int = 5000) -> list[Keyed]:
        """The records that hang together with these by shared keys, directly or through others, themselves included."""
        ends = [own for (own,) in self.among(SOME_ENDPOINTS, endpoint_ids)]
        found: dict[int, Keyed] = {}
        asked: set[str] = set()
        ahead = self._keyed(rows, ends)
        while ahead and len(found) < at_most:
            found |= ahead
            values = {key for keyed in ahead.values() for key in keyed.keys | keyed.weak} - asked
            asked |= values
            near = {row for (row,) in self.among(SHARING, values, ends=ends)}
            ahead = self._keyed(near - found.keys(), ends)
        return list(found.values())

    def near_weak_keys(self, endpoint_ids: Collection[str]) -> set[int]:
        """Records that have a key which somewhere belongs to somebody else in a record."""
        here = KEY.endpoint_id.in_(ENDPOINTS.where(ENDPOINT.id.in_(endpoint_ids)))
        weak = select(KEY.value).where(KEY.weak.is_(True), here)
        near = select(KEY.record_id).where(here, KEY.value.in_(weak))
        return {row.record_id for row in self.rows(near)}

    def _save_keys(self, endpoint_id: str, wanted: Mapping[int, Mapping[str, bool]]) -> None:
        have: dict[int, dict[str, bool]] = {}
        for row, _, value, weak in self.among(OF_RECORDS, wanted):
            have.setdefault(row, {})[value] = weak
        moved = {row: new for row, new in wanted.items() if have.get(row, {}) != dict(new)}
        if not moved:
            return
        self.run(FORGET, wanted=list(moved))
        fresh = [
            {"endpoint_id": endpoint_id, "record_id": row, "value": value, "weak": weak}
            for row, new in moved.items()
            for value, weak in new.items()
        ]
        if fresh:
            self.connection.execute(KEYS.insert(), fresh)
        self._recheck_relatives({value for row in moved for value in {**have.get(row, {}), **moved[row]}})

    def _values_of(self, rows: Collection[int]) -> set[str]:
        return {value for _, _, value, _ in self.among(OF_RECORDS, rows)}

    def _recheck_relatives(self, values: Collection[str]) -> None:
        """Records that share a key with one that came, went or changed its keys may now match differently."""
        self.run(RECHECK_SHARING, at=self.now, wanted=list(values))

    def _keyed(self, rows: Collection[int], endpoint_ids: Collection[str]) -> dict[int, Keyed]:
        strong: dict[int, set[str]] = {}
        weak: dict[int, set[str]] = {}
        endpoint: dict[int, str] = {}
        for row, endpoint_id, value, is_weak in self.among(OF_RECORDS, rows):
            if endpoint_id in endpoint_ids:
                (weak if is_weak else strong).setdefault(row, set()).add(value)
                endpoint[row] = endpoint_id
        return {
            row: Keyed(row, endpoint[row], frozenset(strong.get(row, ())), frozenset(weak.get(row, ())))
            for row in endpoint
        }
