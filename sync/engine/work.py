"""What every stage of a run works with, and the one way in which records enter the mirror."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from sync.connectors.base import Connector
from sync.engine.absorb import Doubted, Source, Taken, absorb, match_keys
from sync.model.connections import Scheme
from sync.model.endpoints import Endpoint, Lease
from sync.model.plans import Mirrored
from sync.model.records import Record, Side, Tombstone
from sync.model.runs import Connection
from sync.store.repository import Store, Transaction


@dataclass(slots=True)
class Work:
    """One slice of work on one connection. `deadline` is when the slice should end; `by_person` that somebody waits for it; `day_calls` is
    how many calls a day each side allows us, where it counts them."""

    store: Store
    workspace: str
    connection: Connection
    scheme: Scheme
    endpoints: dict[Side, Endpoint]
    connectors: Mapping[Side, Connector]
    leases: Mapping[Side, Lease]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    deadline: datetime
    by_person: bool = False
    day_calls: Mapping[Side, int | None] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def out_of_time(self) -> bool:
        return self.now() >= self.deadline


def take_in(
    work: Work,
    side: Side,
    records: Sequence[Record],
    source: Source,
    pull: int | None = None,
    known: Mapping[str, Mirrored] | None = None,
) -> list[Mirrored]:
    """Put records into the mirror, in one transaction; those whose order is in doubt come back as they were. `known` is what the mirror
    holds of them, where the caller has just read that. Raises LeaseLost."""
    with work.store.transaction(work.workspace) as tx:
        doubted = mirror_in(tx, work, side, records, source, pull, known).doubted
        if pull is not None:
            tx.mirror.touch(work.endpoints[side].id, pull, [record.id for record in records])
    return doubted


class Held(NamedTuple):
    """What the mirror held of some records before and holds after, by the app's id, and those whose order is in doubt."""

    before: Mapping[str, Mirrored]
    after: Mapping[str, Mirrored]
    doubted: list[Mirrored]


def mirror_in(
    tx: Transaction,
    work: Work,
    side: Side,
    records: Sequence[Record],
    source: Source,
    pull: int | None = None,
    known: Mapping[str, Mirrored] | None = None,
) -> Held:
    """The same within a transaction."""
    scheme, endpoint_id = work.scheme.side(side), work.endpoints[side].id
    if known is None:
        known = tx.mirror.by_remote(endpoint_id, [record.id for record in records])
    seq = tx.endpoints.seq(endpoint_id)
    taken: list[Mirrored] = []
    doubted: list[Mirrored] = []
    for record in records:
        match absorb(known.get(record.id), record, source, scheme, work.now()):
            case Taken(record=fresh, moved=moved):
                seq += moved
                fresh = replace(fresh, seq=seq if moved else fresh.seq, pull=pull or fresh.pull)
                taken += [fresh] if _differs(known.get(record.id), fresh) else []
            case Doubted():
                doubted.append(known[record.id])
    keys = {record.id: match_keys(record.values, scheme, work.scheme.region) for record in taken}
    rows = tx.mirror.save(work.leases[side], seq, taken, keys)
    after = {**known, **{record.id: replace(record, row=rows[record.id]) for record in taken}}
    return Held(known, after, doubted)


_SAVED_FOR = attrgetter(*(name for name in Mirrored.__struct_fields__ if name not in ("read_at", "pull")))


def _differs(old: Mirrored | None, fresh: Mirrored) -> bool:
    """Whether there is anything to save beside the time of reading."""
    return old is None or _SAVED_FOR(old) != _SAVED_FOR(fresh)


def read_again(work: Work, side: Side, wanted: Iterable[Mirrored], pull: int | None = None) -> None:
    """Read records of the mirror once more, each on its own; those the app calls gone become tombstones. What was read before an error is
    kept."""
    found: list[Record] = []
    gone: list[str] = []
    known = {record.id: record for record in wanted}
    try:
        for answer in work.connectors[side].get(list(known)) if known else ():
            if isinstance(answer, Tombstone):
                gone.append(answer.id)
            else:
                found.append(answer)
    finally:
        if found:
            take_in(work, side, found, Source.READ, pull, known)
        bury(work, side, gone)


def bury(work: Work, side: Side, ids: Sequence[str]) -> None:
    """Turn records that are proved gone into tombstones."""
    if not ids:
        return
    with work.store.transaction(work.workspace) as tx:
        known = tx.mirror.by_remote(work.endpoints[side].id, ids)
        tx.mirror.bury(work.leases[side], [record.row for record in known.values()])
