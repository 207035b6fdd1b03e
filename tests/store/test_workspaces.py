"""No call crosses workspaces: whoever holds the ids of another workspace sees nothing of it and changes nothing in it."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy import select

from sync.model.connections import Document
from sync.model.errors import LeaseLost
from sync.model.plans import Bucket, Decision, Link, Seen, Standing, Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import Operation, OperationState, RunKind
from sync.store.database import tables
from sync.store.ledger import Event
from sync.store.outbox import Message
from sync.store.repository import Store, Transaction
from sync.store.shelf import Bound, Shelf
from tests.store.world import World, populate, record

Call = Callable[[Transaction, World, World], Any]
"""A transaction of T2 with T1's ids and, where something of one's own is needed besides, T2's."""

SHELVES = [name for name, kind in vars(Transaction).items() if isinstance(kind, cached_property)]

ANN = Seen(1, "ann", 1, "Ann")


def _operation(world: World) -> Operation:
    return Operation(
        0, world.connection, world.run, world.link, Side.LEFT, WriteKind.UPDATE, "k", world.ann, {}, {}, ()
    )


def _not(own: str, found: Any) -> bool:
    """Whether something else than one's own was found."""
    return bool(found.id != own)


CALLS: Mapping[str, Call] = {
    "accounts.get": lambda tx, a, _: tx.accounts.get(a.account),
    "accounts.all": lambda tx, a, own: [each for each in tx.accounts.all() if each.id != own.account],
    "accounts.of_identity": lambda tx, a, own: _not(own.account, tx.accounts.of_identity("zoho_inventory", "dana")),
    "accounts.grant": lambda tx, a, _: tx.accounts.grant(a.account),
    "accounts.save_grant": lambda tx, a, _: tx.accounts.save_grant(a.account, "stolen"),
    "accounts.mark_revoked": lambda tx, a, _: tx.accounts.mark_revoked(a.account),
    "accounts.claim_refresh": lambda tx, a, _: tx.accounts.claim_refresh(a.account, 30),
    "accounts.release_refresh": lambda tx, a, _: tx.accounts.release_refresh(a.account),
    "accounts.remove": lambda tx, a, _: tx.accounts.remove(a.account),
    "sign_ins.get": lambda tx, a, _: tx.sign_ins.get(a.sign_in),
    "sign_ins.leave": lambda tx, a, _: tx.sign_ins.leave(a.sign_in, "cookie"),
    "sign_ins.has_cookie": lambda tx, a, _: tx.sign_ins.has_cookie(a.sign_in, "cookie"),
    "sign_ins.use": lambda tx, a, _: tx.sign_ins.use(a.sign_in),
    "sign_ins.arrive": lambda tx, a, _: tx.sign_ins.arrive(a.sign_in, identity="x", label="x", grant="x"),
    "sign_ins.refuse": lambda tx, a, _: tx.sign_ins.refuse(a.sign_in, {}),
    "sign_ins.abandon": lambda tx, a, _: tx.sign_ins.abandon("d"),
    "sign_ins.take_grant": lambda tx, a, _: tx.sign_ins.take_grant(a.sign_in),
    "sign_ins.peek_grant": lambda tx, a, _: tx.sign_ins.peek_grant(a.sign_in),
    "sign_ins.of_draft": lambda tx, a, own: _not(own.sign_in, tx.sign_ins.of_draft("d", "zoho_inventory")),
    "drafts.get": lambda tx, a, _: tx.drafts.get(a.draft),
    "drafts.newest": lambda tx, a, own: _not(own.draft, tx.drafts.newest("U1", "connect")),
    "drafts.merge": lambda tx, a, _: tx.drafts.merge(a.draft, {"of": "T2"}),
    "drafts.remove": lambda tx, a, _: tx.drafts.remove(a.draft),
    "endpoints.get": lambda tx, a, _: tx.endpoints.get(a.left),
    "endpoints.seq": lambda tx, a, _: tx.endpoints.seq(a.left),
    "endpoints.of": lambda tx, a, _: tx.endpoints.of(a.account, "60099887766"),
    "endpoints.all": lambda tx, a, own: {each.id for each in tx.endpoints.all()} - {own.left, own.right},
    "endpoints.describe": lambda tx, a, _: tx.endpoints.describe(a.left, ()),
    "endpoints.acquire": lambda tx, a, _: tx.endpoints.acquire(a.left, "w1", 90),
    "endpoints.release": lambda tx, a, _: tx.endpoints.release(a.lease),
    "endpoints.hold": lambda tx, a, _: tx.endpoints.hold(a.lease, watermark="moved"),
    "mirror.by_remote": lambda tx, a, _: tx.mirror.by_remote(a.left, ["ann"]),
    "mirror.by_row": lambda tx, a, _: tx.mirror.by_row([a.ann]),
    "mirror.by_marker": lambda tx, a, _: tx.mirror.by_marker(a.left, ""),
    "mirror.endpoint_of": lambda tx, a, _: tx.mirror.endpoint_of([a.ann]),
    "mirror.count": lambda tx, a, _: tx.mirror.count(a.left),
    "mirror.changed": lambda tx, a, _: tx.mirror.changed(a.left, 0, 99, 10),
    "mirror.unseen": lambda tx, a, _: tx.mirror.unseen(a.left, 99, 10),
    "mirror.count_unseen": lambda tx, a, _: tx.mirror.count_unseen(a.left, 99),
    "mirror.scan": lambda tx, a, _: list(tx.mirror.scan(a.left, {"email"})),
    "mirror.sharing_keys": lambda tx, a, _: tx.mirror.sharing_keys(a.left, a.right),
    "mirror.search": lambda tx, a, _: tx.mirror.search([a.left], "ann"),
    "mirror.save": lambda tx, a, _: tx.mirror.save(a.lease, 9, [record("ann", 9)], {"ann": {}}),
    "mirror.touch": lambda tx, a, _: tx.mirror.touch(a.left, 9, ["ann"]),
    "mirror.bury": lambda tx, a, own: tx.mirror.bury(own.lease, [a.ann, a.eve]),
    "mirror.rename": lambda tx, a, own: tx.mirror.rename(own.lease, {str(a.ann): "x"}),
    "mirror.buried": lambda tx, a, _: tx.mirror.buried([a.fay]),
    "mirror.recheck": lambda tx, a, _: tx.mirror.recheck([a.ann, a.eve]),
    "mirror.family": lambda tx, a, _: tx.mirror.family([a.left, a.right], [a.ann]),
    "mirror.oldest_details": lambda tx, a, _: tx.mirror.oldest_details(a.left, tx.bound.now, 5),
    "mirror.meeting": lambda tx, a, _: tx.mirror.meeting(a.right, [a.ann]),
    "mirror.near_weak_keys": lambda tx, a, _: tx.mirror.near_weak_keys([a.left, a.right]),
    "connections.get": lambda tx, a, _: tx.connections.get(a.connection),
    "connections.all": lambda tx, a, own: [each for each in tx.connections.all() if each.id != own.connection],
    "connections.of_endpoints": lambda tx, a, _: tx.connections.of_endpoints(a.left, a.right),
    "connections.remove": lambda tx, a, _: tx.connections.remove(a.connection),
    "connections.document": lambda tx, a, _: tx.connections.document(a.connection, 1),
    "connections.version": lambda tx, a, _: tx.connections.version(a.connection, 1),
    "connections.versions": lambda tx, a, _: tx.connections.versions(a.connection, 10),
    "connections.propose": lambda tx, a, _: tx.connections.propose(a.connection, Document(), "U9", "stolen"),
    "connections.next_number": lambda tx, a, _: tx.connections.next_number(a.connection) - 1,
    "connections.go_live": lambda tx, a, _: tx.connections.go_live(a.connection, 1),
    "connections.save": lambda tx, a, _: tx.connections.save(a.connection, Document(), "U9", "stolen"),
    "connections.claim": lambda tx, a, _: tx.connections.claim(a.connection, "w9"),
    "connections.release": lambda tx, a, _: tx.connections.release(a.connection, "", None),
    "links.of_records": lambda tx, a, _: tx.links.of_records(a.connection, [a.ann, a.bob]),
    "links.get": lambda tx, a, _: tx.links.get([a.link]),
    "links.linked_rows": lambda tx, a, _: tx.links.linked_rows(a.connection),
    "links.count": lambda tx, a, _: tx.links.count(a.connection),
    "links.save": lambda tx, a, _: tx.links.save([Link(a.link, a.ann, None)]),
    "links.remove": lambda tx, a, _: tx.links.remove([a.link]),
    "standings.put": lambda tx, a, _: tx.standings.put(
        a.connection, {a.ann: (Side.LEFT, Standing(Bucket.FAILED, "x"))}
    ),
    "standings.acknowledge": lambda tx, a, _: tx.standings.acknowledge(a.connection, [a.ann], "r"),
    "standings.count_changed": lambda tx, a, _: tx.standings.count_changed(a.connection, ""),
    "standings.tries": lambda tx, a, _: tx.standings.tries(a.connection, a.ann),
    "standings.due": lambda tx, a, _: tx.standings.due(a.connection, 0, 10),
    "standings.next_due": lambda tx, a, _: tx.standings.next_due(a.connection),
    "standings.counts": lambda tx, a, _: list(filter(None, tx.standings.counts(a.connection).values())),
    "standings.resting": lambda tx, a, _: tx.standings.resting(a.connection),
    "standings.reasons": lambda tx, a, _: tx.standings.reasons(a.connection, Bucket.DUPLICATE),
    "standings.waiting": lambda tx, a, _: tx.standings.waiting(a.connection, [Bucket.DUPLICATE]),
    "standings.waiting_for": lambda tx, a, _: tx.standings.waiting_for(
        a.connection, [Bucket.DUPLICATE], "twin", limit=9
    ),
    "standings.look_again": lambda tx, a, _: tx.standings.look_again(a.connection, [a.ann, a.eve]),
    "standings.some": lambda tx, a, _: tx.standings.some(a.connection, Bucket.DUPLICATE, 10),
    "standings.of_record": lambda tx, a, _: tx.standings.of_record(a.connection, a.ann),
    "standings.clear": lambda tx, a, _: tx.standings.clear(a.connection),
    "runs.get": lambda tx, a, _: tx.runs.get(a.run),
    "runs.open": lambda tx, a, _: tx.runs.open(a.connection),
    "runs.last": lambda tx, a, _: tx.runs.last(a.connection),
    "runs.eventful": lambda tx, a, _: tx.runs.eventful(a.connection, 10),
    "runs.recent": lambda tx, a, _: tx.runs.recent(a.connection, 10),
    "runs.update": lambda tx, a, _: tx.runs.update(a.run, state="done"),
    "runs.forget_before": lambda tx, a, _: tx.runs.forget_before(tx.bound.now),
    "decisions.planned_rows": lambda tx, a, _: tx.decisions.planned_rows(a.run, [a.ann]),
    "decisions.unread": lambda tx, a, _: tx.decisions.unread(a.run, 10),
    "decisions.to_do": lambda tx, a, _: tx.decisions.to_do(a.run, 10),
    "decisions.of_kinds": lambda tx, a, _: tx.decisions.of_kinds(a.run, ["create"], 0, 99, 10),
    "decisions.highest": lambda tx, a, _: tx.decisions.highest(a.run),
    "decisions.mark_done": lambda tx, a, _: tx.decisions.mark_done([a.decision]),
    "decisions.remove": lambda tx, a, _: tx.decisions.remove([a.decision]),
    "decisions.drop": lambda tx, a, _: tx.decisions.drop(a.run),
    "operations.planned": lambda tx, a, _: tx.operations.planned(a.run, Side.LEFT, 10),
    "operations.unsettled": lambda tx, a, _: tx.operations.unsettled(a.connection),
    "operations.open_creates": lambda tx, a, _: tx.operations.open_creates(a.connection),
    "operations.mark": lambda tx, a, _: tx.operations.mark([a.operation], OperationState.DONE),
    "operations.done": lambda tx, a, _: tx.operations.done({a.operation: a.ann}),
    "operations.highest": lambda tx, _, own: tx.operations.highest() - own.operation,
    "operations.lately": lambda tx, a, _: tx.operations.lately(a.connection, tx.bound.now).counts,
    "runs.proposed": lambda tx, a, _: tx.runs.proposed(a.connection),
    "operations.done_lately": lambda tx, a, _: tx.operations.done_lately([a.ann]),
    "operations.unapproved": lambda tx, a, _: tx.operations.unapproved(a.connection),
    "operations.progress": lambda tx, a, _: tx.operations.progress(a.run),
    "operations.written": lambda tx, a, _: tx.operations.written(a.run),
    "operations.of_run": lambda tx, a, _: tx.operations.of_run(a.run, list(OperationState), 10),
    "ledger.of_record": lambda tx, a, _: tx.ledger.of_record(a.connection, [a.ann]),
    "ledger.count_unapproved": lambda tx, a, _: tx.ledger.count_unapproved(a.connection, "gone"),
    "ledger.of_run": lambda tx, a, _: tx.ledger.of_run(a.run, ["changed"]),
    "ledger.all": lambda tx, a, own: [each for each in tx.ledger.all() if each.run_id != own.run],
    "outbox.posted": lambda tx, a, _: tx.outbox.posted("only in T1"),
    "outbox.later": lambda tx, a, _: tx.outbox.later(a.message, 60, "x"),
    "outbox.put_off": lambda tx, a, _: tx.outbox.put_off(a.message, timedelta(minutes=1)),
    "outbox.gone": lambda tx, a, _: tx.outbox.gone(a.message, "x"),
    "outbox.undelivered": lambda tx, a, _: tx.outbox.undelivered() - 1,
}
"""Every question and every change; the answer is falsy where T2 saw nothing of T1."""

MADE: Mapping[str, Call] = {
    "accounts.create": lambda tx, a, _: tx.accounts.create(
        app="zoho_inventory", region="eu", identity="dana", label="x", grant="x", connected_by="U9"
    ),
    "sign_ins.offer": lambda tx, a, _: tx.sign_ins.offer(actor="U1", app="zoho_inventory", region="", draft_id="d"),
    "drafts.create": lambda tx, a, _: tx.drafts.create(actor="U1", kind="connect", data={}),
    "endpoints.create": lambda tx, a, _: tx.endpoints.create(a.account, "zoho_inventory", "600", "x", {}, ()),
    "connections.create": lambda tx, a, _: tx.connections.create(
        name="x", left_id=a.right, right_id=a.left, owner="U9", channel="", document=Document(), reason=""
    ),
    "links.create": lambda tx, a, _: tx.links.create(a.connection, [Link(0, a.eve, None)]),
    "runs.start": lambda tx, a, _: tx.runs.start(a.connection, RunKind.SYNC, 1),
    "decisions.add_all": lambda tx, a, _: tx.decisions.add_all(
        a.run, {"link": [Decision(ANN, None, Standing(Bucket.HELD))]}
    ),
    "operations.plan": lambda tx, a, _: tx.operations.plan(a.run, a.connection, [_operation(a)]),
    "ledger.append": lambda tx, a, _: tx.ledger.append([Event("changed", {}, a.connection, a.run)]),
    "ledger.proven": lambda tx, a, _: tx.ledger.proven(),
    "outbox.add_message": lambda tx, a, _: tx.outbox.add_message(Message("run:1", "C1", "report")),
    "outbox.tell_once": lambda tx, a, _: tx.outbox.tell_once("run:1", "C1", "report", {}),
    "outbox.delivered": lambda tx, a, _: tx.outbox.delivered(a.message, a.card, "C9", "9.9"),
}
"""What makes something of T2's own: it may answer, but T1 stays as it was."""


def methods() -> Iterator[str]:
    """Every public method of every shelf, inherited building blocks aside."""
    nothing: Any = None
    tx = Transaction(Bound(nothing, "", nothing, nothing, nothing))
    for name in SHELVES:
        kind = type(getattr(tx, name))
        for method, _ in inspect.getmembers(kind, inspect.isfunction):
            if not method.startswith("_") and not hasattr(Shelf, method):
                yield f"{name}.{method}"


def everything_of(tx: Transaction, workspace: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a workspace, by table."""
    found = {}
    for name, table in tables.items():
        if "workspace_id" in table.c:
            found[name] = sorted(
                map(tuple, tx.bound.connection.execute(select(table).where(table.c.workspace_id == workspace))), key=str
            )
    keys, endpoints = tables["record_key"], tables["endpoint"]
    of = select(keys).join(endpoints, endpoints.c.id == keys.c.endpoint_id).where(endpoints.c.workspace_id == workspace)
    return found | {"record_key": sorted(map(tuple, tx.bound.connection.execute(of)), key=str)}


class Undone(Exception):
    """Ends a try without a trace."""


def tried(store: Store, call: Call, theirs: World, own: World) -> tuple[Any, bool]:
    """What T2's call answered, and whether T1 is as it was."""
    outcome: tuple[Any, bool] = (None, False)
    with suppress(Undone), store.transaction("T2") as tx:
        before = everything_of(tx, "T1")
        try:
            answer = call(tx, theirs, own)
        except (LookupError, LeaseLost):
            answer = None
        outcome = (None if answer == Tally() else answer, everything_of(tx, "T1") == before)
        raise Undone
    return outcome


def test_every_method_of_the_store_is_tried_here():
    assert set(methods()) == CALLS.keys() | MADE.keys()


def test_the_ids_of_another_workspace_open_nothing_and_change_nothing(store):
    theirs, own = populate(store, "T1"), populate(store, "T2")
    with store.transaction("T1") as tx:
        tx.outbox.delivered(theirs.message, "only in T1", "C1", "1.2")
        tx.outbox.set(theirs.message, state="due")
    crossed = {}
    for name, call in CALLS.items():
        answer, untouched = tried(store, call, theirs, own)
        if answer or not untouched:
            crossed[name] = answer if answer else "changed"
    assert crossed == {}


def test_what_a_workspace_makes_beside_another_ones_ids_leaves_that_one_alone(store):
    theirs, own = populate(store, "T1"), populate(store, "T2")
    assert [name for name, call in MADE.items() if not tried(store, call, theirs, own)[1]] == []


def test_the_same_calls_with_ones_own_ids_do_answer(store):
    """Otherwise the tests above would prove nothing."""
    world = populate(store, "T1")
    asking = (
        "accounts.get",
        "mirror.buried",
        "ledger.count_unapproved",
        "mirror.by_row",
        "mirror.family",
        "links.get",
        "standings.some",
        "decisions.to_do",
    )
    with store.reading("T1") as tx:
        assert [name for name in asking if not CALLS[name](tx, world, world)] == []


def test_another_workspaces_lease_writes_nothing(store):
    theirs = populate(store, "T1")
    calls: list[Callable[[Transaction], object]] = [
        lambda tx: tx.mirror.save(theirs.lease, 9, [], {}),
        lambda tx: tx.mirror.bury(theirs.lease, [theirs.ann]),
        lambda tx: tx.mirror.rename(theirs.lease, {"ann": "anna"}),
    ]
    for call in calls:
        with pytest.raises(LeaseLost), store.transaction("T2") as tx:
            call(tx)
