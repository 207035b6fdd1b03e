"""The ledger: append-only, in order, provable event by event even after a person was erased."""

from datetime import UTC, datetime

import msgspec
import pytest

from sync.model.records import Side
from sync.store.ledger import Event


@pytest.fixture
def told(store):
    """Six events in two transactions."""
    for part in range(2):
        with store.transaction("T1") as tx:
            tx.ledger.append([event(number) for number in range(part * 3, part * 3 + 3)])
    return store


def event(number: int, **more: object) -> Event:
    body = {"after": f"Ann {number}", "before": None}
    facts = {"connection_id": "c1", "run_id": f"r{number % 2}", "side": Side.LEFT, "record": 7, "by": "U1"} | more
    return Event("changed", body, **facts)  # type: ignore[arg-type]  # test data


def proven(store, workspace="T1") -> bool:
    with store.reading(workspace) as tx:
        return bool(tx.ledger.proven())


def damage(store, number: int, **values: object) -> None:
    with store.transaction("T1") as tx:
        entry = list(tx.ledger.all())[number]
        tx.ledger.set(entry.id, **values)


def test_events_come_back_in_order_with_everything_they_said(told):
    with told.reading("T1") as tx:
        entries = list(tx.ledger.all())
    assert [msgspec.json.decode(entry.body)["after"] for entry in entries] == [f"Ann {number}" for number in range(6)]
    first = entries[0]
    assert (first.kind, first.connection_id, first.run_id, first.side, first.record, first.by) == (
        "changed",
        "c1",
        "r0",
        "left",
        7,
        "U1",
    )
    assert first.at == told.now()


def test_an_untouched_ledger_is_proven(told):
    assert proven(told)


def test_an_empty_ledger_is_proven(store):
    assert proven(store)


def test_appending_nothing_writes_nothing(store):
    with store.transaction("T1") as tx:
        tx.ledger.append([])
        assert list(tx.ledger.all()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"body": '{"after":"Eve"}'},
        {"digest": "0" * 64},
        {"hash": "0" * 64},
        {"salt": "other"},
        {"kind": "linked"},
        {"by": "U2"},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"record": 8},
        {"side": "right"},
        {"connection_id": "c2"},
        {"run_id": "r9"},
        {"workspace_id": "T2"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_event_is_found_out(told, changed):
    damage(told, 2, **changed)
    assert not proven(told)


@pytest.mark.parametrize("number", [0, 2, 5], ids=["first", "middle", "last"])
def test_a_removed_event_is_found_out(told, number):
    with told.transaction("T1") as tx:
        entry = list(tx.ledger.all())[number]
        tx.ledger.connection.execute(tx.ledger.table.delete().where(tx.ledger.table.c.id == entry.id))
    assert not proven(told)


def test_erasing_a_person_leaves_the_chain_provable(told):
    damage(told, 2, body=None, salt=None)
    assert proven(told)
    with told.reading("T1") as tx:
        assert [entry.body is None for entry in tx.ledger.all()] == [False, False, True, False, False, False]


def test_the_same_event_twice_has_two_digests(store):
    """The salt keeps a guessed body from being confirmed after it was erased."""
    with store.transaction("T1") as tx:
        tx.ledger.append([event(1), event(1)])
        digests = {row.digest for row in tx.ledger.rows(tx.ledger.mine())}
    assert len(digests) == 2


def test_a_transaction_that_fails_leaves_no_event_and_a_whole_chain(told):
    def fail() -> None:
        with told.transaction("T1") as tx:
            tx.ledger.append([event(9)])
            raise RuntimeError("the write failed")

    with pytest.raises(RuntimeError):
        fail()
    with told.transaction("T1") as tx:
        tx.ledger.append([event(10)])
        assert len(list(tx.ledger.all())) == 7
    assert proven(told)


def test_each_workspace_has_a_chain_of_its_own(told):
    with told.transaction("T2") as tx:
        tx.ledger.append([event(1)])
        assert len(list(tx.ledger.all())) == 1
    assert proven(told, "T1")
    assert proven(told, "T2")


def test_the_history_of_a_record_shows_the_newest_first(told):
    with told.transaction("T1") as tx:
        tx.ledger.append([event(6, record=8), event(7, connection_id="c2")])
        found = tx.ledger.of_record("c1", [7], limit=2)
    assert [msgspec.json.decode(entry.body)["after"] for entry in found] == ["Ann 5", "Ann 4"]


def test_the_events_of_a_run_are_found_by_kind(told):
    with told.reading("T1") as tx:
        assert len(tx.ledger.of_run("r1", ["changed"])) == 3
        assert len(tx.ledger.of_run("r1", ["changed"], limit=1)) == 1
        assert tx.ledger.of_run("r1", ["created"]) == []
