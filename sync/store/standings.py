"""Where each record of a connection stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, bindparam, case, delete, func, select

from sync.model.plans import Bucket, Standing
from sync.model.records import Side
from sync.store.among import among
from sync.store.database import INSERTS, tables
from sync.store.shelf import WORKSPACE, Shelf, change, mine

WRITING = "writing"

STANDING = tables["standing"].c
OF_RECORDS = change("standing").where(STANDING.connection_id == bindparam("connection"), among(STANDING.record_id))
CHANGED = OF_RECORDS.values(changed_run=bindparam("run"))
IN_STEP = OF_RECORDS.where(STANDING.bucket == Bucket.WAITING.value, STANDING.code == WRITING).values(
    bucket=Bucket.IN_STEP.value, code=""
)
LOOK_AGAIN = OF_RECORDS.values(recheck_at=bindparam("at"), tries=0)

DUE = (
    mine("standing")
    .with_only_columns(STANDING.record_id, STANDING.side)
    .where(STANDING.connection_id == bindparam("connection"), STANDING.recheck_at <= bindparam("at"))
    .where(STANDING.record_id > bindparam("after"))
    .order_by(STANDING.record_id)
    .limit(bindparam("at_most"))
)


@cache
def _put(dialect: str) -> Insert:
    """Insert or replace standings; tries add up."""
    statement = INSERTS[dialect](tables["standing"])
    names = ("side", "bucket", "code", "facts", "recheck_at", "changed_run")
    tries = case((statement.excluded.tries > 0, STANDING.tries + 1), else_=0)
    return statement.on_conflict_do_update(
        index_elements=["connection_id", "record_id"],
        set_={name: statement.excluded[name] for name in names} | {"tries": tries},
        where=STANDING.workspace_id == WORKSPACE,
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
        self.run_each(_put(self.connection.dialect.name), rows)

    def _after(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else self.now + timedelta(seconds=seconds)

    def acknowledge(self, connection_id: str, rows: Sequence[int], run_id: str) -> None:
        """Writes were acknowledged: records that only waited for that are in step, and all of them were changed by this run."""
        self.run(CHANGED, connection=connection_id, run=run_id, wanted=list(rows))
        self.run(IN_STEP, connection=connection_id, wanted=list(rows))

    def count_changed(self, connection_id: str, run_id: str) -> int:
        """How many records this run changed."""
        return self.number(self.table.c.connection_id == connection_id, self.table.c.changed_run == run_id)

    def tries(self, connection_id: str, record: int) -> int:
        row = self.first(self._of(connection_id).where(self.table.c.record_id == record))
        return row.tries if row else 0

    def due(self, connection_id: str, after: int, limit: int) -> list[tuple[int, Side]]:
        """Records to look at again by now, in order of their rows, behind `after`."""
        due = self.rows(DUE, connection=connection_id, at=self.now, after=after, at_most=limit)
        return [(record, Side(side)) for record, side in due]

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

    def resting(self, connection_id: str) -> int:
        """How many linked pairs do not take part, or no rule brings in."""
        links = tables["link"]
        pairs = select(links.c.left_record).where(links.c.connection_id == connection_id, links.c.state == "active")
        of = (self.table.c.connection_id == connection_id, self.table.c.bucket == Bucket.EXCLUDED.value)
        return self.number(*of, self.table.c.record_id.in_(pairs))

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

    def waiting(self, connection_id: str, buckets: Sequence[Bucket]) -> list[tuple[Bucket, str, int]]:
        """(bucket, code, count) of records in these buckets, the most frequent first; a pair that waits for one reason counts once."""
        count = func.count().label("n")
        of = self._once(connection_id, buckets).with_only_columns(self.table.c.bucket, self.table.c.code, count)
        rows = self.rows(of.group_by(self.table.c.bucket, self.table.c.code).order_by(count.desc(), self.table.c.code))
        return [(Bucket(row.bucket), row.code, row.n) for row in rows]

    def waiting_for(
        self, connection_id: str, buckets: Sequence[Bucket], code: str, *, after: int = 0, limit: int
    ) -> list[tuple[int, Side, Standing]]:
        """The records behind one of those counts, in order of their rows, behind `after`."""
        of = self._once(connection_id, buckets).where(self.table.c.code == code, self.table.c.record_id > after)
        rows = self.rows(of.order_by(self.table.c.record_id).limit(limit))
        return [(row.record_id, Side(row.side), _standing(row)) for row in rows]

    def look_again(self, connection_id: str, rows: Sequence[int]) -> None:
        """Have records looked at with the next run, as if they had never failed."""
        self.run(LOOK_AGAIN, connection=connection_id, at=self.now, wanted=list(rows))

    def _once(self, connection_id: str, buckets: Sequence[Bucket]) -> Any:
        """Standings in these buckets without the right half of a pair whose left half stands there for the same reason."""
        links, left = tables["link"], self.table.alias()
        paired = (
            select(links.c.id)
            .join(left, (left.c.record_id == links.c.left_record) & (left.c.connection_id == links.c.connection_id))
            .where(
                links.c.connection_id == connection_id,
                links.c.right_record == self.table.c.record_id,
                left.c.bucket == self.table.c.bucket,
                left.c.code == self.table.c.code,
            )
        )
        wanted = self.table.c.bucket.in_([bucket.value for bucket in buckets])
        return self._of(connection_id).where(wanted, ~paired.exists())

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
