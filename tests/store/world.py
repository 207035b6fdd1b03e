"""A workspace with one of everything that the store keeps, and callers that come at the same time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync.model.connections import Document
from sync.model.endpoints import Lease
from sync.model.fields import Field, FieldType
from sync.model.plans import Base, Bucket, Decision, Link, Mirrored, Seen, Standing
from sync.model.records import Side, WriteKind
from sync.model.runs import Operation, RunKind
from sync.store.ledger import Event
from sync.store.outbox import Message
from sync.store.repository import Store, Transaction

T = TypeVar("T")

FIELDS = (Field("name", "Name", FieldType.TEXT), Field("email", "E-mail", FieldType.EMAIL))


@dataclass(frozen=True, slots=True)
class World:
    """The ids of what a workspace holds. `ann` and `bob` are linked; `eve` shares Ann's e-mail address and is linked to nobody; `fay`
    was deleted."""

    account: str
    left: str
    right: str
    lease: Lease
    connection: str
    ann: int
    bob: int
    eve: int
    fay: int
    link: int
    run: str
    decision: int
    operation: int
    sign_in: str
    draft: str
    message: int
    card: str


def populate(store: Store, workspace: str) -> World:
    """Fill a workspace; every text in it names the workspace."""
    with store.transaction(workspace) as tx:
        account, left, right = _endpoints(tx, workspace)
        lease, other = tx.endpoints.acquire(left, "w1", 90), tx.endpoints.acquire(right, "w1", 90)
        assert lease is not None
        assert other is not None
        rows = tx.mirror.save(
            lease, 2, [record("ann", 1), record("eve", 2)], {"ann": {"a@x": False}, "eve": {"a@x": False}}
        )
        fay = tx.mirror.save(lease, 3, [record("fay", 3)], {})["fay"]
        tx.mirror.bury(lease, [fay])
        bob = tx.mirror.save(other, 1, [record("bob", 1)], {"bob": {"a@x": False}})["bob"]
        connection = tx.connections.create(
            name=f"Of {workspace}",
            left_id=left,
            right_id=right,
            owner="U1",
            channel="C1",
            document=Document(),
            reason="made",
        ).id
        link = tx.links.create(connection, [Link(0, rows["ann"], bob, base={"name@1": Base("Ann", "Ann")})])[0]
        tx.standings.put(
            connection,
            {
                rows["ann"]: (Side.LEFT, Standing(Bucket.IN_STEP)),
                bob: (Side.RIGHT, Standing(Bucket.IN_STEP)),
                rows["eve"]: (Side.LEFT, Standing(Bucket.DUPLICATE, "twin", recheck_after=0)),
            },
        )
        run, decision, operation = _run(tx, workspace, connection, link, rows["ann"])
        tx.ledger.append([Event("changed", {"who": workspace}, connection, run, Side.LEFT, rows["ann"], "U1")])
        tx.ledger.append([Event("gone", {"who": workspace}, connection, run, Side.LEFT, rows["ann"])])
        sign_in = tx.sign_ins.offer(actor="U1", app="zoho_inventory", region="eu", draft_id="d", secret="verifier").id
        tx.sign_ins.leave(sign_in, "cookie")
        tx.sign_ins.arrive(sign_in, identity="who", label="who@example.com", grant="waiting grant")
        draft = tx.drafts.create(actor="U1", kind="connect", data={"of": workspace}).id
        tx.outbox.add_message(Message("run:1", "C1", "report", {"of": workspace}))
        message = tx.outbox.rows(tx.outbox.mine())[0].id
        tx.outbox.delivered(message, "posted:1", "C1", "1.1")
        tx.outbox.set(message, state="due")
    return World(
        account,
        left,
        right,
        lease,
        connection,
        rows["ann"],
        bob,
        rows["eve"],
        fay,
        link,
        run,
        decision,
        operation,
        sign_in,
        draft,
        message,
        "posted:1",
    )


def record(remote_id: str, seq: int, **more: object) -> Mirrored:
    values = {"name": remote_id.title(), "email": f"{remote_id}@example.com"}
    return Mirrored(0, remote_id, values, name=remote_id.title(), seq=seq, **more)  # type: ignore[arg-type]  # test data


def _endpoints(tx: Transaction, workspace: str) -> tuple[str, str, str]:
    account = tx.accounts.create(
        app="zoho_inventory",
        region="eu",
        identity="dana",
        label=f"dana@{workspace}.example",
        grant=f"grant of {workspace}",
        connected_by="U1",
    ).id
    left = tx.endpoints.create(account, "zoho_inventory", "60099887766", "Quayside", {"currency": "GBP"}, FIELDS).id
    right = tx.endpoints.create(account, "google_contacts", "people", "Contacts", {}, FIELDS).id
    return account, left, right


def _run(tx: Transaction, workspace: str, connection: str, link: int, row: int) -> tuple[str, int, int]:
    run = tx.runs.start(connection, RunKind.SYNC, 1, asked_by="U1").id
    decision = Decision(Seen(row, "ann", 1, "Ann"), None, Standing(Bucket.WAITING, "detail"))
    tx.decisions.add_all(run, {"create": [decision]})
    write = Operation(
        0, connection, run, link, Side.LEFT, WriteKind.UPDATE, f"key-{workspace}", row, {"name": "Ann B."}, {}, ()
    )
    tx.operations.plan(run, connection, [write])
    planned = tx.operations.planned(run, Side.LEFT, 1)[0].id
    return run, tx.decisions.highest(run), planned


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls answer when they are all made at the same time."""
    answers: list[T] = []

    def make(call: Callable[[], T]) -> None:
        answers.append(call())

    threads = [threading.Thread(target=make, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
