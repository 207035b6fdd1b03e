"""One sync run, top to bottom. START HERE.

    recover → read → plan → detail → brakes → apply → account

A run works in slices: `advance` does as much as fits and says in the run's state where it stopped. What waits (quota, back-off, a person)
ends the slice; nothing sleeps.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from sync.engine import apply, brakes, planning, settle
from sync.engine.recover import recover
from sync.engine.refresh import refresh, reread_details
from sync.engine.work import Work
from sync.model.errors import BudgetUsedUp, QuotaUsedUp
from sync.model.plans import Bucket, Tally
from sync.model.records import Side
from sync.model.runs import Run, RunKind, RunState
from sync.store.ledger import PARTED


def advance(work: Work, run: Run) -> Run:
    """Do one slice of a run. Raises SyncError when it cannot go on now; everything done so far is kept."""
    recover(work)
    if run.state is RunState.HELD:
        read(work)
        return run
    while run.state in STEPS and not work.out_of_time():
        run = STEPS[run.state](work, run)
    return run


def read(work: Work) -> bool:
    """Bring both mirrors up to date."""
    both = [refresh(work, side) for side in Side]
    for side in Side:
        reread_details(work, side)
    return all(both)


def _read(work: Work, run: Run) -> Run:
    if not read(work):
        return run
    return _become(work, planning.begin(work, run), RunState.PLANNING)


def _plan(work: Work, run: Run) -> Run:
    return _become(work, run, RunState.DETAIL) if planning.plan_on(work, run) else _reload(work, run)


def _detail(work: Work, run: Run) -> Run:
    """Details first; where today's calls end before them, the plan goes on with what is known."""
    try:
        if not planning.read_details(work, run):
            return _reload(work, run)
    except (BudgetUsedUp, QuotaUsedUp):
        if run.kind is RunKind.SYNC and not _reload(work, run).counts:
            raise
    planning.rematch(work, run)
    return _brake(work, _reload(work, run))


def _brake(work: Work, run: Run) -> Run:
    """Stop for a person where the plan is a preview, the first of its connection, or beyond the limits."""
    if run.kind is RunKind.PREVIEW:
        return _become(work, run, RunState.DONE)
    if run.kind in (RunKind.FIRST, RunKind.CHANGE):
        return _become(work, run, RunState.HELD, hold=[{"code": run.kind.value}])
    found = _causes(work, run.tally) if brakes.weighed(run.tally) else []
    if found:
        settle.hold_endings(work, run)
        return _become(work, run, RunState.HELD, hold=[asdict(cause) for cause in found])
    return _become(work, run, RunState.APPLYING)


def _causes(work: Work, planned: Tally) -> list[brakes.Cause]:
    with work.store.reading(work.workspace) as tx:
        lately = tx.operations.unapproved(work.connection.id)
        if any(planned[f"gone.{side.value}"] for side in Side):
            lately += Tally({"gone": tx.ledger.count_unapproved(work.connection.id, PARTED)})
        return brakes.causes(planned, lately, tx.links.count(work.connection.id), work.scheme.document.limits)


def _apply(work: Work, run: Run) -> Run:
    """Send what is noted, then note what comes next, until nothing is left."""
    if not apply.send_planned(work, run):
        return _reload(work, run)
    allowance = _allowance(work, run)
    if allowance is not None and allowance <= 0:
        return _tried(work, run)
    if settle.settle_batch(work, run, allowance):
        return run
    return _finish(work, run) if allowance is None else _tried(work, run)


def _tried(work: Work, run: Run) -> Run:
    """The first few are done: what held the plan holds the rest of it."""
    causes = [cause for cause in run.hold if "allowed" in cause]
    return _become(work, run, RunState.HELD, hold=[{"code": "tried"}, *causes], limit=None)


def _allowance(work: Work, run: Run) -> int | None:
    """How many writes the approval still allows; None: all."""
    if run.limit is None:
        return None
    with work.store.reading(work.workspace) as tx:
        return run.limit - sum(tx.operations.progress(run.id).values())


def discard(work: Work, run: Run) -> Run:
    """A person decided against a held plan: every record settles as it is, and nothing of it travels until somebody edits it again."""
    recover(work)
    while settle.settle_batch(work, run, discard=True):
        pass
    return _finish(work, run, RunState.DISCARDED)


def _finish(work: Work, run: Run, state: RunState = RunState.DONE) -> Run:
    """Everything of this run's range is decided: the cursors move, and every record is accounted for."""
    with work.store.transaction(work.workspace) as tx:
        reach = {"left_cursor": run.left_upto, "right_cursor": run.right_upto, "planned_version": run.version}
        tx.connections.set(work.connection.id, **reach)
        tx.decisions.drop(run.id)
        tx.runs.update(run.id, state=state.value, ended_at=work.now(), resume_at=None, error=None)
        return tx.runs.get(run.id)


def account(work: Work) -> Mapping[Side, Mapping[str, int]]:
    """How many records of each side stand in each bucket. The sums are the mirrors' counts: what has no standing yet is waiting."""
    with work.store.reading(work.workspace) as tx:
        standing = tx.standings.counts(work.connection.id)
        mirrored = {side: tx.mirror.count(work.endpoints[side].id) for side in Side}
    return {side: whole(standing[side], mirrored[side]) for side in Side}


def whole(counts: Mapping[Bucket, int], mirrored: int) -> Mapping[str, int]:
    """All buckets, so that they sum to the mirror's count."""
    whole = {bucket.value: counts.get(bucket, 0) for bucket in Bucket}
    whole[Bucket.WAITING.value] += mirrored - sum(whole.values())
    return whole


def _become(work: Work, run: Run, state: RunState, **more: object) -> Run:
    ended = {"ended_at": work.now()} if state.over else {}
    with work.store.transaction(work.workspace) as tx:
        tx.runs.update(run.id, state=state.value, **ended, **more)
        return tx.runs.get(run.id)


def _reload(work: Work, run: Run) -> Run:
    with work.store.reading(work.workspace) as tx:
        return tx.runs.get(run.id)


STEPS: Mapping[RunState, Callable[[Work, Run], Run]] = {
    RunState.READING: _read,
    RunState.PLANNING: _plan,
    RunState.DETAIL: _detail,
    RunState.APPLYING: _apply,
}
