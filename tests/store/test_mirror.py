"""Endpoints under their lease, and the mirror of their records."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from sync.model.endpoints import Lease
from sync.model.errors import LeaseLost
from sync.model.plans import LinkState, Mirrored
from sync.model.records import Side
from sync.store.repository import Transaction
from tests.store.world import populate, record


@pytest.fixture
def world(store):
    return populate(store, "T1")


def test_only_one_holds_the_lease_and_each_has_a_higher_fence(store, world, clock):
    with store.transaction("T1") as tx:
        assert tx.endpoints.acquire(world.left, "w2", 90) is None
    clock.pass_(seconds=90)
    with store.transaction("T1") as tx:
        assert tx.endpoints.acquire(world.left, "w2", 90) == Lease(world.left, world.lease.fence + 1)


def test_who_lost_the_lease_writes_nothing_more(store, world, clock):
    clock.pass_(seconds=90)
    with store.transaction("T1") as tx:
        tx.endpoints.acquire(world.left, "w2", 90)
    writes: list[Callable[[Transaction], object]] = [
        lambda tx: tx.mirror.save(world.lease, 9, [record("late", 9)], {}),
        lambda tx: tx.mirror.bury(world.lease, [world.ann]),
        lambda tx: tx.mirror.rename(world.lease, {"ann": "anna"}),
        lambda tx: tx.endpoints.hold(world.lease, watermark="late"),
    ]
    for write in writes:
        with pytest.raises(LeaseLost), store.transaction("T1") as tx:
            write(tx)
    with store.reading("T1") as tx:
        assert sorted(tx.mirror.by_remote(world.left, ["ann", "anna", "late"])) == ["ann"]
        assert tx.endpoints.get(world.left).watermark is None


def test_a_stale_holder_does_not_release_the_lease_of_the_next_one(store, world, clock):
    clock.pass_(seconds=90)
    with store.transaction("T1") as tx:
        tx.endpoints.acquire(world.left, "w2", 90)
        tx.endpoints.release(world.lease)
        assert tx.endpoints.acquire(world.left, "w3", 90) is None


def test_a_record_read_again_replaces_the_older_one_in_the_same_row(store, world):
    with store.transaction("T1") as tx:
        rows = tx.mirror.save(world.lease, 7, [record("ann", 7, stamp="2026-11-23")], {})
        assert rows == {"ann": world.ann}
        again = tx.mirror.by_row([world.ann])[world.ann]
        assert (again.seq, again.stamp, again.values["name"]) == (7, "2026-11-23", "Ann")
        assert tx.endpoints.get(world.left).seq == 7


def test_text_of_every_script_and_size_survives(store, world):
    values = {"name": "Þóra 李 🌻 O'Neil \\ \" %_", "notes": "x" * 100_000, "list": [{"a": None}], "empty": None}
    with store.transaction("T1") as tx:
        row = tx.mirror.save(world.lease, 8, [replace(record("odd", 8), values=values)], {})["odd"]
    with store.reading("T1") as tx:
        assert tx.mirror.by_row([row])[row].values == values


def test_a_listing_much_longer_than_a_statement_may_be_is_saved_whole(store, world):
    many = [record(f"r{number}", number + 10) for number in range(2500)]
    with store.transaction("T1") as tx:
        rows = tx.mirror.save(world.lease, 2600, many, {each.id: {f"{each.id}@x": False} for each in many})
        tx.mirror.touch(world.left, 4, list(rows))
        assert len(tx.mirror.by_remote(world.left, rows)) == 2500
        assert tx.mirror.count_unseen(world.left, 4) == 2
        assert {each.id for each in tx.mirror.unseen(world.left, 4, 10)} == {"ann", "eve"}
        assert len(list(tx.mirror.scan(world.left, ()))) == tx.mirror.count(world.left) == 2502


def test_the_newest_changes_of_a_range_come_first(store, world):
    with store.reading("T1") as tx:
        assert tx.mirror.changed(world.left, 0, 2, 10) == [(world.eve, 2), (world.ann, 1)]
        assert tx.mirror.changed(world.left, 1, 2, 10) == [(world.eve, 2)]
        assert tx.mirror.changed(world.left, 0, 2, 1) == [(world.eve, 2)]


def test_a_family_is_found_through_shared_keys_over_both_endpoints(store, world):
    with store.transaction("T1") as tx:
        far = tx.mirror.save(world.lease, 3, [record("far", 3)], {"far": {"b@x": True}})["far"]
        tx.mirror.save(world.lease, 4, [record("eve", 4)], {"eve": {"a@x": False, "b@x": True}})
        family = {keyed.row: keyed for keyed in tx.mirror.family([world.left, world.right], [world.bob])}
    assert set(family) == {world.ann, world.bob, world.eve, far}
    assert (family[world.eve].keys, family[world.eve].weak) == (frozenset({"a@x"}), frozenset({"b@x"}))


def test_a_record_that_goes_takes_its_standing_and_wakes_its_counterpart_and_a_plan_ends_its_link(store, world, clock):
    with store.transaction("T1") as tx:
        tx.mirror.bury(world.lease, [world.ann])
    with store.reading("T1") as tx:
        assert tx.mirror.by_row([world.ann]) == {}
        assert list(tx.mirror.buried([world.ann])) == [world.ann]
        assert tx.links.get([world.link])[world.link].state is LinkState.ACTIVE
        assert tx.standings.of_record(world.connection, world.ann) is None
        assert (world.bob, Side.RIGHT) in tx.standings.due(world.connection, 0, 10)
        assert world.ann not in {keyed.row for keyed in tx.mirror.family([world.left], [world.eve])}


def test_a_link_that_a_person_took_apart_stays_taken_apart(store, world):
    with store.transaction("T1") as tx:
        tx.links.set(world.link, state="dismissed")
        tx.mirror.bury(world.lease, [world.ann])
        assert tx.links.get([world.link])[world.link].state is LinkState.DISMISSED


def test_a_record_that_comes_back_lives_in_its_old_row(store, world):
    with store.transaction("T1") as tx:
        tx.mirror.bury(world.lease, [world.ann])
        assert tx.mirror.save(world.lease, 9, [record("ann", 9)], {}) == {"ann": world.ann}
        assert tx.mirror.count(world.left) == 2


def test_a_renamed_record_keeps_its_row_unless_the_new_id_is_there_already(store, world):
    with store.transaction("T1") as tx:
        tx.mirror.rename(world.lease, {"ann": "anna"})
        assert tx.mirror.by_remote(world.left, ["anna"])["anna"].row == world.ann
        tx.mirror.rename(world.lease, {"anna": "eve"})
        assert tx.mirror.by_remote(world.left, ["anna", "eve"]).keys() == {"anna", "eve"}


@pytest.mark.parametrize("text", ["ann", "ANN", "nn", " Ann ", "a@x", "A@X"])
def test_people_find_a_record_by_part_of_its_name_or_its_whole_address(store, world, text):
    with store.reading("T1") as tx:
        assert world.ann in {each.row for each in tx.mirror.search([world.left], text)}


@pytest.mark.parametrize("text", ["ŁUKASZ", "łukasz", "strasse", "ÉTÉ"])
def test_letters_of_every_language_are_found_in_either_case(store, world, text):
    with store.transaction("T1") as tx:
        far = Mirrored(0, "far", {}, name="Łukasz Été, Straße 1", seq=3)
        row = tx.mirror.save(world.lease, 3, [far], {})["far"]
        assert row in {each.row for each in tx.mirror.search([world.left], text)}


@pytest.mark.parametrize("text", ["%", "_", "\\", "a@", "' or 1=1 --"])
def test_signs_that_a_database_understands_are_only_signs(store, world, text):
    with store.reading("T1") as tx:
        assert tx.mirror.search([world.left, world.right], text) == []


def test_a_question_about_all_records_reads_of_each_living_one_only_the_fields_it_names(store, world):
    values = {"name": "Zoë 張", "email": None, "tags": [1, {"deep": True}]}
    with store.transaction("T1") as tx:
        row = tx.mirror.save(world.lease, 4, [replace(record("zoë", 4), values=values)], {})["zoë"]
    with store.reading("T1") as tx:
        for size in (1, 2, 500):
            *_, last = tx.mirror.scan(world.left, values, size)
            assert last == (row, "Zoë", values)
            named = [(one, some) for one, _, some in tx.mirror.scan(world.left, {"name"}, size)]
            assert named == [(world.ann, {"name": "Ann"}), (world.eve, {"name": "Eve"}), (row, {"name": "Zoë 張"})]
            assert [some for *_, some in tx.mirror.scan(world.left, (), size)] == [{}, {}, {}]
