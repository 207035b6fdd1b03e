"""Messages owed to Slack: each delivered once, by one process, or given up."""

import pytest

from sync.store.outbox import Message
from tests.store.world import at_once, populate


@pytest.fixture
def world(store):
    return populate(store, "T1")


def test_a_newer_message_of_a_card_replaces_the_one_that_still_waits(store):
    with store.transaction("T1") as tx:
        for step in ("10 %", "20 %"):
            tx.outbox.add_message(Message("run:1", "C1", "progress", {"step": step}))
        tx.outbox.add_message(Message("run:1", "C1", "detail", thread_of="run:1"))
        assert tx.outbox.undelivered() == 2
    assert [(owed.template, owed.data) for owed in store.claim_messages()] == [
        ("progress", {"step": "20 %"}),
        ("detail", {}),
    ]


def test_a_message_is_delivered_by_one_process_and_owed_again_if_that_one_died(store, opened, clock):
    with store.transaction("T1") as tx:
        tx.outbox.add_message(Message("run:1", "C1", "report"))
    other = opened()
    answers = at_once([store.claim_messages, other.claim_messages])
    assert sorted(len(owed) for owed in answers) == [0, 1]
    clock.pass_(seconds=60)
    (owed,) = store.claim_messages()
    with store.transaction("T1") as tx:
        tx.outbox.delivered(owed.id, owed.card, "C1", "17.5")
        assert tx.outbox.posted("run:1").ts == "17.5"
    clock.pass_(hours=1)
    assert store.claim_messages() == []


def test_a_message_that_slack_refuses_for_now_comes_later(store, clock):
    with store.transaction("T1") as tx:
        tx.outbox.add_message(Message("run:1", "C1", "report"))
    (owed,) = store.claim_messages()
    with store.transaction("T1") as tx:
        tx.outbox.later(owed.id, 30, "ratelimited")
    assert store.claim_messages() == []
    clock.pass_(seconds=30)
    assert [again.tries for again in store.claim_messages()] == [1]


def test_a_message_nobody_can_receive_is_given_up(store, clock):
    with store.transaction("T1") as tx:
        tx.outbox.add_message(Message("run:1", "C1", "report"))
    (owed,) = store.claim_messages()
    with store.transaction("T1") as tx:
        tx.outbox.gone(owed.id, "is_archived")
    clock.pass_(hours=1)
    assert store.claim_messages() == []


def test_one_who_was_told_is_not_told_again(store):
    for _ in range(2):
        with store.transaction("T1") as tx:
            tx.outbox.tell_once("welcome:U1", "U1", "welcome", {})
        for owed in store.claim_messages():
            with store.transaction("T1") as tx:
                tx.outbox.delivered(owed.id, owed.card, "D1", "1.1")
    with store.reading("T1") as tx:
        assert len(tx.outbox.rows(tx.outbox.mine())) == 1


def test_sweeping_forgets_what_has_served_its_time_and_nothing_else(store, world, clock):
    store.first_time("Ev1")
    with store.transaction("T1") as tx:
        tx.outbox.delivered(world.message, "run:1", "C1", "1.1")
        tx.outbox.add_message(Message("run:2", "C1", "report"))
    clock.pass_(hours=23)
    store.sweep()
    assert not store.first_time("Ev1")
    clock.pass_(days=8)
    store.sweep()
    assert store.first_time("Ev1")
    assert store.workspace_of_sign_in(world.sign_in) is None
    with store.reading("T1") as tx:
        assert tx.drafts.newest("U1", "connect") is None
        assert tx.outbox.undelivered() == 1
        assert tx.accounts.get(world.account).id == world.account
