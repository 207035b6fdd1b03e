"""How SQLite finds rows of which there are many: by an index that names them, never by a walk through an endpoint or a workspace.

PostgreSQL knows how many rows there are, and plans by that.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import event

from sync.model.records import Side
from sync.store.repository import Store, Transaction
from tests.store.world import World, populate, record

NUMBERS = list(range(300))
NAMES = [f"id{number}" for number in NUMBERS]
"""Many: for a few, SQLite would take the right index anyway."""

QUESTIONS: Mapping[str, Callable[[Transaction, World], Any]] = {
    "records by id": lambda tx, w: tx.mirror.by_remote(w.left, NAMES),
    "records by row": lambda tx, _: tx.mirror.by_row(NUMBERS),
    "records saved": lambda tx, w: tx.mirror.save(w.lease, 9, [record("new", 9)], {"new": {"n@x": False}}),
    "records touched": lambda tx, w: tx.mirror.touch(w.left, 9, NAMES),
    "records that went": lambda tx, w: tx.mirror.bury(w.lease, [w.ann, *NUMBERS]),
    "families": lambda tx, w: tx.mirror.family([w.left, w.right], NUMBERS),
    "shared keys": lambda tx, w: tx.mirror.meeting(w.right, NUMBERS),
    "links of records": lambda tx, w: tx.links.of_records(w.connection, NUMBERS),
    "links": lambda tx, _: tx.links.get(NUMBERS),
    "decisions on records": lambda tx, w: tx.decisions.planned_rows(w.run, NUMBERS),
    "planned writes": lambda tx, w: tx.operations.planned(w.run, Side.LEFT, 5),
    "latest writes": lambda tx, _: tx.operations.done_lately(NUMBERS),
    "acknowledged records": lambda tx, w: tx.standings.acknowledge(w.connection, NUMBERS, w.run),
}
TABLES = "record|record_key|link|decision|operation|standing"
WALK = re.compile(
    rf"SCAN ({TABLES})|\((endpoint_id|workspace_id|connection_id|run_id)=\?( AND (gone|workspace_id)=\?)*\)$"
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", QUESTIONS)
def test_some_rows_are_found_without_a_walk_through_all(store: Store, name: str) -> None:
    world, asked = populate(store, "T1"), []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3], call[5])))
    with store.transaction("T1") as tx:
        QUESTIONS[name](tx, world)
        driver: Any = tx.bound.connection.connection.driver_connection
        plans = [
            step[3]
            for statement, values, many in asked
            for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values[0] if many else values)
        ]
    assert plans
    assert [step for step in plans if WALK.search(step) and " endpoint " not in step] == []
