"""The store over all workspaces: transactions that hold or leave nothing, and claims that only one gets."""

from datetime import timedelta
from functools import partial

import pytest

from sync.model.connections import Document
from sync.store.outbox import Message
from sync.store.repository import Due, Installation
from tests.store.world import FIELDS, at_once, populate


@pytest.fixture
def world(store):
    return populate(store, "T1")


# Transactions and the workspace


def test_a_transaction_that_fails_leaves_nothing_behind(store):
    def half() -> None:
        with store.transaction("T1") as tx:
            tx.drafts.create(actor="U1", kind="connect", data={})
            raise RuntimeError("half done")

    with pytest.raises(RuntimeError):
        half()
    with store.reading("T1") as tx:
        assert tx.drafts.newest("U1", "connect") is None


def test_a_workspace_is_welcomed_once_however_often_it_comes(store):
    store.welcome("T1", "Another name")
    assert sorted(store.workspaces()) == ["T1", "T2"]


def test_a_reachable_store_says_so(store):
    assert store.reachable()


def test_installing_again_replaces_the_token(store):
    for token in ("xoxb-1", "xoxb-2"):
        store.install(Installation("T3", token, "B1", "U0", "U1"), "New Here")
    assert store.installation("T3") == Installation("T3", "xoxb-2", "B1", "U0", "U1")


def test_an_uninstalled_workspace_has_no_token_no_run_and_owes_no_message(store, world, clock):
    store.install(Installation("T1", "xoxb-1", "B1", "U0", "U1"), "Quayside")
    with store.transaction("T1") as tx:
        tx.connections.set(world.connection, state="live", next_run_at=store.now())
        tx.outbox.add_message(Message("run:2", "C1", "report"))
    assert len(store.claim_messages(limit=1)) == 1, "one message is on its way when the app is removed"
    store.uninstall("T1")
    clock.pass_(hours=1)
    assert store.installation("T1") is None
    assert store.claim_due("w1") == []
    assert store.claim_messages() == []


def test_time_comes_back_with_its_zone(store, world, clock):
    with store.reading("T1") as tx:
        created = tx.accounts.get(world.account).created_at
    assert created == clock.now()
    assert created.utcoffset() == timedelta(0)


# Claims: of many who ask at the same time, one gets it


def test_a_request_of_slack_is_handled_by_one_process_only(opened):
    stores = [opened(), opened()]
    answers = at_once([partial(stores[number % 2].first_time, "Ev1") for number in range(6)])
    assert sorted(answers) == [False] * 5 + [True]


def test_a_due_connection_goes_to_one_process_only(store, opened, world):
    make_due(store, world.connection)
    other = opened()
    answers = at_once([partial(store.claim_due, "w1"), partial(other.claim_due, "w2")])
    assert sorted(answers, key=str) == [[Due("T1", world.connection)], []]


def test_a_grant_is_refreshed_by_one_process_only(store, opened, world):
    stores = [store, opened()]

    def claim(number: int) -> bool:
        with stores[number % 2].transaction("T1") as tx:
            return bool(tx.accounts.claim_refresh(world.account, 30))

    assert sorted(map(bool, at_once([partial(claim, number) for number in range(6)]))) == [False] * 5 + [True]


def test_a_claim_to_refresh_ends_by_itself_or_given_back_or_with_the_new_grant(store, world, clock):
    def claim() -> bool:
        with store.transaction("T1") as tx:
            return bool(tx.accounts.claim_refresh(world.account, 30))

    assert claim()
    clock.pass_(seconds=29)
    assert not claim()
    clock.pass_(seconds=1)
    assert claim()
    with store.transaction("T1") as tx:
        tx.accounts.release_refresh(world.account)
    assert claim()
    with store.transaction("T1") as tx:
        tx.accounts.save_grant(world.account, "new grant")
    assert claim()


def make_due(store, connection: str, **ago: float) -> None:
    with store.transaction("T1") as tx:
        tx.connections.set(connection, next_run_at=store.now() - timedelta(**ago), state="live")


def more_connections(store, world, count: int) -> list[str]:
    made = []
    with store.transaction("T1") as tx:
        for number in range(count):
            left = tx.endpoints.create(world.account, "zoho_inventory", f"o{number}", f"O{number}", {}, FIELDS).id
            connection = tx.connections.create(
                name=f"N{number}",
                left_id=left,
                right_id=world.right,
                owner="U1",
                channel="",
                document=Document(),
                reason="",
            )
            made.append(connection.id)
    return made


def test_the_most_overdue_connections_come_first(store, world):
    made = more_connections(store, world, 4)
    for connection, minutes in zip(made, (3, 9, 1, 5), strict=True):
        make_due(store, connection, minutes=minutes)
    assert [due.connection_id for due in store.claim_due("w1", limit=3)] == [made[1], made[3], made[0]]


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_a_paused_or_stopped_connection_is_never_due(store, world, state):
    make_due(store, world.connection)
    with store.transaction("T1") as tx:
        tx.connections.set(world.connection, state=state)
    assert store.claim_due("w1") == []


def test_a_connection_whose_process_died_is_due_again_when_the_claim_ends(store, world, clock):
    make_due(store, world.connection)
    assert store.claim_due("w1")
    clock.pass_(seconds=89)
    assert store.claim_due("w2") == []
    clock.pass_(seconds=1)
    assert store.claim_due("w2") == [Due("T1", world.connection)]


def test_a_released_connection_waits_for_its_next_time(store, world, clock):
    make_due(store, world.connection)
    store.claim_due("w1")
    with store.transaction("T1") as tx:
        tx.connections.release(world.connection, "w1", store.now() + timedelta(minutes=5))
    assert store.claim_due("w1") == []
    clock.pass_(minutes=5)
    assert store.claim_due("w1") == [Due("T1", world.connection)]


def test_a_claim_is_released_only_by_the_one_who_has_it(store, world):
    with store.transaction("T1") as tx:
        assert tx.connections.claim(world.connection, "w1")
        assert not tx.connections.claim(world.connection, "w2")
        tx.connections.release(world.connection, "w2", None)
        assert not tx.connections.claim(world.connection, "w2")
        tx.connections.release(world.connection, "w1", None)
        assert tx.connections.claim(world.connection, "w2")
