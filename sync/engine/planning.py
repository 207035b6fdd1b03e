"""The plan of a run: candidates → decisions, stored in slices. Reads details where a decision needs them.

Candidates are the records whose `seq` lies behind the connection's cursor on either side, and those whose time to be looked at again has
come. Planning goes on where an earlier slice stopped; no record is decided on twice in one run.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sync.engine import changes, counting, plan
from sync.engine.changes import Scene
from sync.engine.plan import Unit
from sync.engine.work import Work, read_again
from sync.model.endpoints import Endpoint
from sync.model.plans import Decision, Tally
from sync.model.records import Side
from sync.model.runs import Run
from sync.store.repository import Transaction

BATCH = 300
DETAILS = 50
"""Records read between two looks at the clock, and committed together, where the app gives one at a time."""

SOURCES = ("recheck", Side.LEFT.value, Side.RIGHT.value, "done")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some rows to decide on, and where the next ones are found."""

    rows: Sequence[int]
    source: str
    at: int


def begin(work: Work, run: Run) -> Run:
    """Fix what the run looks at: everything between the cursors and the mirrors' newest numbers. A new version looks at everything."""
    afresh = work.connection.planned_version != run.version
    reach: dict[str, int] = {}
    with work.store.transaction(work.workspace) as tx:
        for side in Side:
            reach[f"{side.value}_from"] = 0 if afresh else work.connection.cursor(side)
            reach[f"{side.value}_upto"] = tx.endpoints.seq(work.endpoints[side].id)
        tx.runs.update(run.id, progress={"source": SOURCES[0], "at": 0}, counts={}, **reach)
        return tx.runs.get(run.id)


def plan_on(work: Work, run: Run) -> bool:
    """Decide on batch after batch. True when all candidates have been decided on, False when time ran out."""
    source, at = run.progress["source"], run.progress["at"]
    while source != "done":
        if work.out_of_time():
            return False
        with work.store.transaction(work.workspace) as tx:
            found = _candidates(tx, work, run, source, at)
            fresh = set(found.rows) - tx.decisions.planned_rows(run.id, found.rows)
            keep(tx, run.id, decide(tx, work, fresh, skip_seen=source != "recheck"))
            source, at = found.source, found.at
            tx.runs.update(run.id, progress={"source": source, "at": at})
    return True


def _candidates(tx: Transaction, work: Work, run: Run, source: str, at: int) -> Candidates:
    if source == "recheck":
        due = tx.standings.due(work.connection.id, at, BATCH)
        return Candidates([row for row, _ in due], *((source, due[-1][0]) if due else _next(source, run)))
    side = Side(source)
    newest_first = tx.mirror.changed(work.endpoints[side].id, run.reach(side)[0], at, BATCH)
    following = (source, newest_first[-1][1] - 1) if newest_first else _next(source, run)
    return Candidates([row for row, _ in newest_first], *following)


def _next(source: str, run: Run) -> tuple[str, int]:
    following = SOURCES[SOURCES.index(source) + 1]
    return following, 0 if following == "done" else run.reach(Side(following))[1]


def decide(tx: Transaction, work: Work, rows: Iterable[int], *, skip_seen: bool = False) -> list[Decision]:
    """Decisions on these rows as the mirror stands now. `skip_seen` leaves out pairs that were looked at in these very versions."""
    rows = list(rows)
    found = changes.units(rows, read_scene(tx, work.connection.id, work.endpoints, rows), work.scheme)
    return [plan.decide(unit, work.scheme) for unit in found if not (skip_seen and _seen(unit, work))]


def _seen(unit: Unit, work: Work) -> bool:
    return unit.link is not None and unit.link.has_seen(unit.left, unit.right, work.scheme.version)


def keep(
    tx: Transaction, run_id: str, decisions: Sequence[Decision], instead_of: Mapping[int, Decision] | None = None
) -> None:
    """Store decisions and count them, in place of earlier ones by their numbers."""
    old = instead_of or {}
    by_kind: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_kind.setdefault(counting.kind_of(decision), []).append(decision)
    tx.decisions.remove(old)
    tx.decisions.add_all(run_id, by_kind)
    counts = tx.runs.get(run_id).tally + counting.tally(decisions) - counting.tally(old.values())
    tx.runs.update(run_id, counts={key: count for key, count in counts.counts.items() if count})


def met(tx: Transaction, work: Work, side: Side, rows: Iterable[int]) -> set[int]:
    """Of these records, for which counterparts are about to be created on one side, those that have somebody there by now."""
    near = tx.mirror.meeting(work.endpoints[side].id, list(rows))
    if not near:
        return near
    scene = read_scene(tx, work.connection.id, work.endpoints, near, apart=near)
    found = changes.units(near, scene, work.scheme)
    return {record.row for unit in found if unit.match != plan.ALONE for _, record in unit.present} & near


def read_scene(
    tx: Transaction,
    connection_id: str,
    endpoints: Mapping[Side, Endpoint],
    candidates: Iterable[int],
    *,
    apart: Set[int] = frozenset(),
) -> Scene:
    """The candidates with their links, families, and the other halves of pairs. Those `apart` are met as if they had no link."""
    rows = set(candidates)
    endpoint_ids = [endpoints[side].id for side in Side]
    links = tx.links.of_records(connection_id, rows - apart)
    relatives = tx.mirror.family(endpoint_ids, [row for row in rows if row not in links])
    near = {keyed.row for keyed in relatives} - rows
    links |= tx.links.of_records(connection_id, near)
    halves = {row for link in links.values() for row in (link.left, link.right) if row}
    records = tx.mirror.by_row(rows | near | halves)
    lost = tx.mirror.buried(halves - records.keys())
    of = {endpoints[side].id: side for side in Side}
    sides = {row: of[endpoint] for row, endpoint in tx.mirror.endpoint_of(records).items()}
    return Scene(records, sides, links, {keyed.row: (keyed.keys, keyed.weak) for keyed in relatives}, lost)


def read_details(work: Work, run: Run) -> bool:
    """Read the details that decisions wait for, then decide again. True when none is left, False when time ran out."""
    portion = max([DETAILS, *(work.connectors[side].capabilities.get_batch for side in _in_detail(work))])
    while True:
        with work.store.reading(work.workspace) as tx:
            waiting = list(tx.decisions.unread(run.id, max(BATCH, portion)).items())
        if not waiting:
            return True
        read: dict[int, Decision] = {}
        try:
            while len(read) < len(waiting):
                if work.out_of_time():
                    return False
                some = dict(waiting[len(read) : len(read) + portion])
                _read(work, some.values())
                read |= some
        finally:
            decide_again(work, run, read)


def _in_detail(work: Work) -> list[Side]:
    return [side for side in Side if plan.needs_detail(work.scheme, side)]


def _read(work: Work, waiting: Iterable[Decision]) -> None:
    """Read the records of these decisions that lack their detail."""
    rows = {side: sorted({seen.row for one in waiting if (seen := one.seen(side))}) for side in Side}
    with work.store.reading(work.workspace) as tx:
        records = {side: tx.mirror.by_row(of_side) for side, of_side in rows.items()}
    for side, known in records.items():
        listed = [known[row] for row in rows[side] if row in known]
        read_again(work, side, [record for record in listed if plan.lacks(record, work.scheme, side)])


def rematch(work: Work, run: Run) -> None:
    """Details may have brought e-mails of further persons to light: decide again on everything near them that would link or create."""
    with work.store.reading(work.workspace) as tx:
        near = tx.mirror.near_weak_keys([work.endpoints[side].id for side in Side])
        after, upto = 0, tx.decisions.highest(run.id) if near else 0
    while after < upto:
        with work.store.reading(work.workspace) as tx:
            some = tx.decisions.of_kinds(run.id, ("create", "link"), after, upto, BATCH)
        decide_again(
            work, run, {number: decision for number, decision in some.items() if near.intersection(decision.rows)}
        )
        after = max(some, default=upto)


def decide_again(work: Work, run: Run, old: Mapping[int, Decision]) -> None:
    """Replace decisions by what the mirror says now."""
    if not old:
        return
    rows = {row for decision in old.values() for row in decision.rows if row}
    with work.store.transaction(work.workspace) as tx:
        keep(tx, run.id, decide(tx, work, rows), old)


def total(work: Work, run: Run) -> Tally:
    """The plan's counts so far."""
    with work.store.reading(work.workspace) as tx:
        return tx.runs.get(run.id).tally
