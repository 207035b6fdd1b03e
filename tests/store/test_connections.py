"""What hangs on a connection: versions, links, standings, runs and operations."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sync.model.connections import Document, Options
from sync.model.plans import Answer, Applied, Base, Bucket, Change, Link, LinkState, Standing, Tally
from sync.model.records import Side, WriteKind
from sync.model.runs import ConnectionState, Operation, OperationState, RunKind, RunState
from tests.store.world import populate, record


@pytest.fixture
def world(store):
    return populate(store, "T1")


# Connections and what hangs on them


def test_a_connection_keeps_every_version_of_its_document(store, world):
    with store.transaction("T1") as tx:
        changed = Document(options=Options(interval=900))
        assert tx.connections.save(world.connection, changed, "U2", "slower") == 2
        assert tx.connections.document(world.connection, 1) == Document()
        assert tx.connections.document(world.connection, 2) == changed
        connection = tx.connections.get(world.connection)
        assert (connection.version, connection.interval, connection.state) == (2, 900, ConnectionState.DRAFT)


def test_the_same_two_endpoints_are_connected_once(store, world):
    with store.reading("T1") as tx:
        assert tx.connections.of_endpoints(world.left, world.right).id == world.connection
        assert tx.connections.of_endpoints(world.right, world.left) is None


def test_a_removed_connection_leaves_its_records_and_its_history(store, world):
    with store.transaction("T1") as tx:
        tx.connections.remove(world.connection)
    with store.reading("T1") as tx:
        assert tx.connections.all() == []
        assert tx.links.get([world.link]) == {}
        with pytest.raises(LookupError):
            tx.runs.get(world.run)
        assert tx.mirror.count(world.left) == 2
        assert len(list(tx.ledger.all())) == 2


def test_a_link_comes_back_as_it_was_saved(store, world):
    link = Link(
        world.link,
        world.ann,
        world.bob,
        LinkState.ACTIVE,
        {"email@2": Base(["a@x"], None)},
        {"email": "a@x"},
        {Side.LEFT: "p1"},
        ("notes",),
        {"r1:ab": Applied("business", "individual")},
        4,
        5,
        6,
        {"notes": 7},
        {"email@2": Answer(Side.LEFT, ["a@x"], None, "U1")},
    )
    with store.transaction("T1") as tx:
        tx.links.save([link])
    with store.reading("T1") as tx:
        assert tx.links.get([world.link]) == {world.link: link}
        assert tx.links.of_records(world.connection, [world.bob]) == {world.ann: link, world.bob: link}
        assert tx.links.count(world.connection) == 1


def test_new_links_get_their_numbers_in_order(store, world):
    with store.transaction("T1") as tx:
        rows = tx.mirror.save(world.lease, 5, [record(f"n{number}", number) for number in range(300)], {})
        wanted = [Link(0, row, None, LinkState.CREATING) for row in rows.values()]
        numbers = tx.links.create(world.connection, wanted)
        found = tx.links.get(numbers)
    assert [found[number].left for number in numbers] == [link.left for link in wanted]


def test_standings_add_up_and_say_when_to_look_again(store, world, clock):
    with store.reading("T1") as tx:
        assert tx.standings.counts(world.connection) == {
            Side.LEFT: {Bucket.IN_STEP: 1, Bucket.DUPLICATE: 1},
            Side.RIGHT: {Bucket.IN_STEP: 1},
        }
        assert tx.standings.reasons(world.connection, Bucket.DUPLICATE) == [(Side.LEFT, "twin", 1)]
        assert tx.standings.due(world.connection, 0, 10) == [(world.eve, Side.LEFT)]
        assert tx.standings.due(world.connection, world.eve, 10) == []
        assert tx.standings.next_due(world.connection) == clock.now()


def test_failures_in_a_row_are_counted_until_one_succeeds(store, world):
    failed = {world.ann: (Side.LEFT, Standing(Bucket.FAILED, "ValueRefused", recheck_after=60))}
    with store.transaction("T1") as tx:
        for tries in (1, 2, 3):
            tx.standings.put(world.connection, failed)
            assert tx.standings.tries(world.connection, world.ann) == tries
        tx.standings.put(world.connection, {world.ann: (Side.LEFT, Standing(Bucket.IN_STEP))})
        assert tx.standings.tries(world.connection, world.ann) == 0


# Runs


def test_a_run_is_open_until_it_is_over_and_previews_are_apart(store, world, clock):
    with store.transaction("T1") as tx:
        preview = tx.runs.start(world.connection, RunKind.PREVIEW, 1)
        assert tx.runs.open(world.connection).id == world.run
        assert tx.runs.open(world.connection, preview=True).id == preview.id
        tx.runs.update(world.run, state=RunState.DONE.value, ended_at=clock.now(), counts=Tally({"links": 3}).counts)
        assert tx.runs.open(world.connection) is None
        assert tx.runs.last(world.connection).tally["links"] == 3


def test_the_plans_of_old_runs_are_dropped_and_their_operations_stay(store, world, clock):
    with store.transaction("T1") as tx:
        tx.runs.update(world.run, state=RunState.DONE.value, ended_at=clock.now())
        tx.runs.forget_before(clock.now())
        assert tx.decisions.highest(world.run) == world.decision, "it ended at this moment, not before"
        tx.runs.forget_before(clock.now() + timedelta(seconds=1))
        assert tx.decisions.to_do(world.run, 10) == {}
        assert tx.operations.progress(world.run) == {OperationState.PLANNED: 1}


def test_an_operation_that_was_sent_without_an_answer_is_found_again(store, world):
    with store.transaction("T1") as tx:
        tx.operations.mark([world.operation], OperationState.SENT)
    with store.transaction("T1") as tx:
        assert [each.id for each in tx.operations.unsettled(world.connection)] == [world.operation]
        tx.operations.done({world.operation: world.ann})
        assert tx.operations.unsettled(world.connection) == []


def test_writes_that_people_decided_do_not_count_for_the_brakes(store, world):
    plain = Change("name-name", "Name", "name-name@1", "A", "B", Base("A", "A"), Base("B", "A"))
    decided = replace(plain, mapping="notes-notes", by="U1")
    changes = {"a": (decided,), "b": (plain, decided), "c": (plain,)}
    writes = [
        Operation(0, world.connection, world.run, world.link, Side.LEFT, WriteKind.UPDATE, key, world.ann, {}, {}, each)
        for key, each in changes.items()
    ]
    with store.transaction("T1") as tx:
        tx.operations.plan(world.run, world.connection, writes)
        made = [one.id for one in tx.operations.planned(world.run, Side.LEFT, 10) if one.key in changes]
        tx.operations.mark(made, OperationState.DONE)
        counts = tx.operations.unapproved(world.connection)
    assert (counts["update"], counts["field.name-name"], counts["field.notes-notes"]) == (2, 2, 0)


def test_writes_that_nobody_approved_count_for_the_brakes_for_a_day(store, world, clock):
    with store.transaction("T1") as tx:
        tx.operations.mark([world.operation], OperationState.DONE)
        assert tx.operations.unapproved(world.connection)["update"] == 1
        tx.runs.update(world.run, approved_by="U1")
        assert tx.operations.unapproved(world.connection)["update"] == 0
        tx.runs.update(world.run, approved_by="")
    clock.pass_(hours=24, seconds=1)
    with store.reading("T1") as tx:
        assert tx.operations.unapproved(world.connection)["update"] == 0
        assert tx.operations.done_lately([world.ann]) == []


def test_a_pair_that_waits_counts_once_and_a_look_ends_the_count_of_tries(store, world, clock):
    waits = Standing(Bucket.HELD, "conflict")
    with store.transaction("T1") as tx:
        tx.standings.put(world.connection, {world.ann: (Side.LEFT, waits), world.bob: (Side.RIGHT, waits)})
        assert tx.standings.waiting(world.connection, [Bucket.HELD, Bucket.DUPLICATE]) == [
            (Bucket.HELD, "conflict", 1),
            (Bucket.DUPLICATE, "twin", 1),
        ]
        found = tx.standings.waiting_for(world.connection, [Bucket.HELD], "conflict", limit=9)
        assert found == [(world.ann, Side.LEFT, waits)]
        assert tx.standings.waiting_for(world.connection, [Bucket.HELD], "conflict", after=world.ann, limit=9) == []
        failed = Standing(Bucket.FAILED, "ValueRefused")
        tx.standings.put(world.connection, {world.bob: (Side.RIGHT, failed)})
        assert [code for _, code, _ in tx.standings.waiting(world.connection, [Bucket.FAILED])] == ["ValueRefused"]
        tx.standings.look_again(world.connection, [world.bob])
        assert tx.standings.tries(world.connection, world.bob) == 0
        assert (world.bob, Side.RIGHT) in tx.standings.due(world.connection, 0, 10)
