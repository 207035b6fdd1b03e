"""Match keys: the normalised forms by which records are found to be the same, and the families that they form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from sync.store.database import slices, tables
from sync.store.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Keyed:
    """A live record with its match keys, for matching; `values` only where the caller asked for them."""

    row: int
    endpoint_id: str
    keys: frozenset[str]
    weak: frozenset[str]


class MatchKeys(Shelf):
    """The part of the mirror that knows keys: it is the mirror that says which records have which."""

    def sharing_keys(self, endpoint_id: str, other_id: str) -> set[int]:
        """Records of one endpoint that share a match key of their own with a record of the other."""
        keys, endpoints = tables["record_key"], tables["endpoint"]
        mine = select(endpoints.c.id).where(endpoints.c.workspace_id == self.workspace)
        there = select(keys.c.value).where(
            keys.c.endpoint_id == other_id, keys.c.endpoint_id.in_(mine), keys.c.weak.is_(False)
        )
        of = select(keys.c.record_id).where(
            keys.c.endpoint_id == endpoint_id,
            keys.c.endpoint_id.in_(mine),
            keys.c.weak.is_(False),
            keys.c.value.in_(there),
        )
        return {row.record_id for row in self.rows(of)}

    def meeting(self, endpoint_id: str, rows: Sequence[int]) -> set[int]:
        """Those of these records that share a key, be it somebody else's in the record, with a record of this endpoint."""
        records, endpoints, keys = tables["record"], tables["endpoint"], tables["record_key"]
        mine, theirs = keys.alias(), keys.alias()
        found: set[int] = set()
        for some in slices(list(rows)):
            sharing = select(mine.c.record_id).join(theirs, theirs.c.value == mine.c.value)
            here = sharing.join(records, records.c.id == mine.c.record_id).where(mine.c.record_id.in_(some))
            there = here.join(endpoints, endpoints.c.id == theirs.c.endpoint_id).where(endpoints.c.id == endpoint_id)
            ours = (records.c.workspace_id == self.workspace, endpoints.c.workspace_id == self.workspace)
            found |= {row.record_id for row in self.rows(there.where(*ours))}
        return found

    def family(self, endpoint_ids: Sequence[str], rows: Sequence[int], at_most: int = 5000) -> list[Keyed]:
        """The records that hang together with these by shared keys, directly or through others, themselves included."""
        endpoints = tables["endpoint"]
        endpoint_ids = [row.id for row in self.rows(self.mine(endpoints).where(endpoints.c.id.in_(endpoint_ids)))]
        found: dict[int, Keyed] = {}
        asked: set[str] = set()
        ahead = self._keyed(rows, endpoint_ids)
        while ahead and len(found) < at_most:
            found |= ahead
            values = {key for keyed in ahead.values() for key in keyed.keys | keyed.weak} - asked
            asked |= values
            near = self._sharing(values, endpoint_ids) - found.keys()
            ahead = self._keyed(list(near), endpoint_ids)
        return list(found.values())

    def near_weak_keys(self, endpoint_ids: Sequence[str]) -> set[int]:
        """Records that have a key which somewhere belongs to somebody else in a record."""
        keys, endpoints = tables["record_key"], tables["endpoint"]
        mine = select(endpoints.c.id).where(
            endpoints.c.workspace_id == self.workspace, endpoints.c.id.in_(endpoint_ids)
        )
        weak = select(keys.c.value).where(keys.c.weak.is_(True), keys.c.endpoint_id.in_(mine))
        near = select(keys.c.record_id).where(keys.c.endpoint_id.in_(mine), keys.c.value.in_(weak))
        return {row.record_id for row in self.rows(near)}

    def _save_keys(self, endpoint_id: str, wanted: Mapping[int, Mapping[str, bool]]) -> None:
        keys = tables["record_key"]
        have: dict[int, dict[str, bool]] = {}
        for some in slices(list(wanted)):
            for row in self.rows(select(keys).where(keys.c.record_id.in_(some))):
                have.setdefault(row.record_id, {})[row.value] = row.weak
        moved = {row: new for row, new in wanted.items() if have.get(row, {}) != dict(new)}
        if not moved:
            return
        for some in slices(list(moved)):
            self.connection.execute(delete(keys).where(keys.c.record_id.in_(some)))
        fresh = [
            {"endpoint_id": endpoint_id, "record_id": row, "value": value, "weak": weak}
            for row, new in moved.items()
            for value, weak in new.items()
        ]
        if fresh:
            self.connection.execute(keys.insert(), fresh)
        self._recheck_relatives({value for row in moved for value in {**have.get(row, {}), **moved[row]}})

    def _values_of(self, rows: Sequence[int]) -> set[str]:
        keys = tables["record_key"]
        return {row.value for row in self.rows(select(keys.c.value).where(keys.c.record_id.in_(rows)))}

    def _recheck_relatives(self, values: Iterable[str]) -> None:
        """Records that share a key with one that came, went or changed its keys may now match differently."""
        keys, endpoints, standings = tables["record_key"], tables["endpoint"], tables["standing"]
        mine = select(endpoints.c.id).where(endpoints.c.workspace_id == self.workspace)
        for some in slices(list(values)):
            sharing = select(keys.c.record_id).where(keys.c.value.in_(some), keys.c.endpoint_id.in_(mine))
            self.connection.execute(
                self.change(standings)
                .where(standings.c.record_id.in_(sharing), standings.c.bucket != "in step")
                .values(recheck_at=self.now)
            )

    def _keyed(self, rows: Sequence[int], endpoint_ids: Sequence[str]) -> dict[int, Keyed]:
        keys = tables["record_key"]
        strong: dict[int, set[str]] = {}
        weak: dict[int, set[str]] = {}
        endpoint: dict[int, str] = {}
        for some in slices(list(rows)):
            # Asked for the endpoints too, SQLite would walk through all keys of theirs.
            for row in self.rows(select(keys).where(keys.c.record_id.in_(some))):
                if row.endpoint_id in endpoint_ids:
                    (weak if row.weak else strong).setdefault(row.record_id, set()).add(row.value)
                    endpoint[row.record_id] = row.endpoint_id
        return {
            row: Keyed(row, endpoint[row], frozenset(strong.get(row, ())), frozenset(weak.get(row, ())))
            for row in endpoint
        }

    def _sharing(self, values: Iterable[str], endpoint_ids: Sequence[str]) -> set[int]:
        keys = tables["record_key"]
        found: set[int] = set()
        for some in slices(list(values)):
            sharing = select(keys.c.record_id).where(keys.c.value.in_(some), keys.c.endpoint_id.in_(endpoint_ids))
            found |= {row.record_id for row in self.rows(sharing)}
        return found
