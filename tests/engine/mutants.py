"""Proof that the stories would notice: the engine with one thing broken, told the same stories. `python -m tests.engine.mutants [name]`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sync.connectors.memory import MemoryConnector
from sync.engine import absorb, apply, merge, plan, planning, recover, settle, work
from sync.engine.absorb import Dropped, Taken
from sync.model.plans import LinkState
from sync.store.mirror import Mirror
from tests.engine.test_story_machine import STORIES, Story

Mutation = Callable[[], Any]


@contextmanager
def nobody_looks_for_lost_creates() -> Iterator[None]:
    with (
        patch.object(MemoryConnector, "find_created", lambda *_: None),
        patch.object(Mirror, "by_marker", lambda *_: None),
    ):
        yield


@contextmanager
def older_rows_are_taken() -> Iterator[None]:
    right = absorb.absorb

    def wrong(old: Any, new: Any, *rest: Any) -> Any:
        found = right(old, new, *rest)
        return right(replace(old, stamp="", ours=False), new, *rest) if isinstance(found, Dropped) else found

    with patch.object(work, "absorb", wrong):
        yield


@contextmanager
def doubtful_rows_are_taken() -> Iterator[None]:
    """Rows of the same second as our own write."""
    right = absorb.absorb

    def wrong(old: Any, new: Any, *rest: Any) -> Any:
        return right(replace(old, ours=False) if old else old, new, *rest)

    with patch.object(work, "absorb", wrong):
        yield


@contextmanager
def bases_run_ahead() -> Iterator[None]:
    """A base counts as soon as a write is planned."""
    right = settle._advanced

    def wrong(link: Any, decision: Any, work: Any) -> Any:
        ahead = {change.base_key: change.settles for one in decision.intents for change in one.changes}
        return right(link, replace(decision, settle={**decision.settle, **ahead}), work)

    with patch.object(settle, "_advanced", wrong):
        yield


@contextmanager
def progress_runs_ahead() -> Iterator[None]:
    """A run remembers how far it looked before it keeps what it decided."""
    right = planning.keep

    def wrong(tx: Any, run_id: str, decisions: Any, instead_of: Any = None) -> None:
        if instead_of is None:
            later.append((run_id, decisions))
        else:
            right(tx, run_id, decisions, instead_of)

    later: list[tuple[str, Any]] = []
    plan_on = planning.plan_on

    def two_steps(work: Any, run: Any) -> bool:
        later.clear()
        done = plan_on(work, run)
        for run_id, decisions in later:
            with work.store.transaction(work.workspace) as tx:
                right(tx, run_id, decisions)
        return done

    with patch.object(planning, "keep", wrong), patch.object(planning, "plan_on", two_steps):
        yield


@contextmanager
def clears_travel() -> Iterator[None]:
    with patch.object(merge, "_follow", lambda mover, _value, policy: merge._carry(mover, policy)):
        yield


@contextmanager
def the_deleted_are_made_again() -> Iterator[None]:
    right = plan._broken_link

    def wrong(link: Any) -> Any:
        return None if link is not None and link.state is LinkState.GONE else right(link)

    with patch.object(plan, "_broken_link", wrong):
        yield


@contextmanager
def changes_raise_no_seq() -> Iterator[None]:
    right = absorb.absorb

    def wrong(old: Any, *rest: Any) -> Any:
        found = right(old, *rest)
        return replace(found, moved=old is None) if isinstance(found, Taken) else found

    with patch.object(work, "absorb", wrong):
        yield


@contextmanager
def lost_updates_count_as_done() -> Iterator[None]:
    with patch.object(recover, "_holds", lambda *_: True):
        yield


@contextmanager
def moved_records_are_written_over() -> Iterator[None]:
    with patch.object(apply, "_moved", lambda *_: False):
        yield


MUTANTS: Mapping[str, Mutation] = {
    one.__name__: one
    for one in (
        nobody_looks_for_lost_creates,
        older_rows_are_taken,
        doubtful_rows_are_taken,
        bases_run_ahead,
        progress_runs_ahead,
        clears_travel,
        the_deleted_are_made_again,
        changes_raise_no_seq,
        lost_updates_count_as_done,
        moved_records_are_written_over,
    )
}


def caught(mutant: Mutation) -> str:
    """The first failure that the stories meet with this mutant, in a line; nothing if they notice nothing."""
    told = settings(
        max_examples=STORIES,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with mutant():
        try:
            run_state_machine_as_test(Story, settings=told)
        except Exception as error:
            return f"{type(error).__name__}: {error}".splitlines()[0][:150]
    return ""


def main() -> None:
    names = sys.argv[1:] or list(MUTANTS)
    found = {name: caught(MUTANTS[name]) for name in names}
    for name, failure in found.items():
        print(f"{'caught  ' if failure else 'SURVIVED'} {name}: {failure}")  # noqa: T201  a command prints
    sys.exit(not all(found.values()))


if __name__ == "__main__":
    main()
