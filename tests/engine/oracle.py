"""What must be true of two apps and the ledger at the end of any story, judged from the apps' own histories. Knows no engine."""

from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec

from sync.connectors.memory import Kept
from sync.model.fields import Value
from sync.model.plans import Link, LinkState
from sync.model.records import Side
from sync.store.repository import Transaction
from tests.engine.bench import WORKSPACE, Bench

MAPPED = ("name", "email", "phone", "notes")


@dataclass(frozen=True, slots=True)
class Step:
    """One field of one record changed, from one version in its app to the next. `earlier` are the values it had before that."""

    record: str
    field: str
    before: Value
    after: Value
    earlier: Set[Value]
    ours: bool


def steps(bench: Bench) -> Iterator[Step]:
    """Everything that happened to mapped fields, in order, record by record."""
    for app in bench.apps.values():
        for record, versions in app.history.items():
            for number, (old, new) in enumerate(pairwise(versions)):
                yield from _steps(record, old, new, versions[:number])


def _steps(record: str, old: Kept, new: Kept, past: list[Kept]) -> Iterator[Step]:
    for field in MAPPED:
        before, after = old.values[field], new.values[field]
        if before != after:
            earlier = {version.values[field] for version in past} - {None}
            yield Step(record, field, before, after, earlier, bool(new.written_by))


def assert_nobody_doubled(bench: Bench) -> None:
    for app in bench.apps.values():
        emails = Counter(values["email"] for values in app.records().values())
        assert [email for email, count in emails.items() if count > 1] == []


def assert_nothing_goes_back(bench: Bench, met_again: Set[str]) -> None:
    """We never empty a field, and never put back a value that it had before: values are typed once, so that would undo a person's edit.
    A mapping that was switched on again may: it meets its field for the first time."""
    for step in steps(bench):
        if step.ours:
            assert step.after is not None, step
            assert step.after not in step.earlier or step.field in met_again, step


def assert_everything_is_told(bench: Bench) -> None:
    """Each change that we made stands in a proven ledger, with the value that it replaced."""
    with bench.store.reading(WORKSPACE) as tx:
        assert tx.ledger.proven()
        told = {
            (body.get("id"), change["mapping"], change["before"], change["after"])
            for entry in tx.ledger.all()
            if entry.kind in ("changed", "uncertain")
            for body in [msgspec.json.decode(entry.body or "{}")]
            for change in body["changes"]
            if change["mapping"] in MAPPED
        }
    untold = [
        step for step in steps(bench) if step.ours and (step.record, step.field, step.before, step.after) not in told
    ]
    assert untold == []


def assert_created_once(bench: Bench) -> None:
    """No record has been given a second counterpart, whatever became of the first."""
    with bench.store.reading(WORKSPACE) as tx:
        operations = tx.operations
        of = operations.mine().where(operations.table.c.kind == "create", operations.table.c.state == "done")
        rows = operations.rows(of)
        links = tx.links.get({row.link_id for row in rows})
    sources = Counter(source_of(links[row.link_id], Side(row.side)) for row in rows if row.link_id in links)
    assert [source for source, count in sources.items() if count > 1] == []


def source_of(link: Link, side: Side) -> int | None:
    return link.left if side is Side.RIGHT else link.right


def assert_approved(bench: Bench) -> None:
    """Whatever was written belongs to an approved plan, or to a later run within the limits."""
    with bench.store.reading(WORKSPACE) as tx:
        operations = tx.operations
        runs = {row.run_id for row in operations.rows(operations.mine())}
        for run in map(tx.runs.get, runs):
            assert run.approved_by or run.kind == "sync", run


def assert_agreed(bench: Bench, fields: Set[str], in_scope: Any, *, discarded: bool) -> None:
    """Both sides of every pair in scope hold the same, but for a field that was emptied on one side or settled by a discarded plan."""
    for link, left, right in pairs(bench):
        if not in_scope(left, right):
            continue
        for field in fields:
            emptied = field in ("phone", "notes") and None in (left[field], right[field])
            apart = discarded and any(
                key.startswith(f"{field}@") and base.left != base.right for key, base in link.base.items()
            )
            assert left[field] == right[field] or emptied or apart, (field, left, right)


def pairs(bench: Bench) -> Iterator[tuple[Link, dict[str, Any], dict[str, Any]]]:
    """Every link whose two records are there, with what people see on both sides."""
    with bench.store.reading(WORKSPACE) as tx:
        left, right = (_by_row(tx, bench, side) for side in Side)
        links = tx.links.of_records(bench.connection_id, left)
    for row, link in links.items():
        if row == link.left and link.state is LinkState.ACTIVE and link.right in right:
            yield link, left[row], right[link.right]


def _by_row(tx: Transaction, bench: Bench, side: Side) -> dict[int, dict[str, Any]]:
    records = bench.apps[side].records()
    mirrored = tx.mirror.by_remote(bench.endpoints[side].id, records)
    return {one.row: records[remote] for remote, one in mirrored.items()}


def assert_accounted(bench: Bench) -> None:
    """The mirror has every record, each stands somewhere, and none waits for anything any more."""
    with bench.store.reading(WORKSPACE) as tx:
        standing = tx.standings.counts(bench.connection_id)
        for side in Side:
            assert sum(standing[side].values()) == len(bench.apps[side].records()), standing
            assert tx.mirror.count(bench.endpoints[side].id) == len(bench.apps[side].records())
            assert not standing[side].get("waiting"), standing  # type: ignore[call-overload]  # a bucket is a text


def assert_buckets_add_up(bench: Bench) -> None:
    """At any moment: no bucket holds less than nothing, so that all of them sum to the mirror's count."""
    with bench.store.reading(WORKSPACE) as tx:
        standing = tx.standings.counts(bench.connection_id)
        for side in Side:
            assert sum(standing[side].values()) <= tx.mirror.count(bench.endpoints[side].id), standing
