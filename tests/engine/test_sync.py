"""Whole runs over two apps: what people find on both sides afterwards."""

from dataclasses import replace

import pytest
from msgspec import structs

from sync.engine.acknowledge import acknowledge
from sync.model.errors import AppUnreachable
from sync.model.plans import LinkState
from sync.model.records import Side, WriteKind
from sync.model.runs import Operation, RunKind
from tests.engine.bench import Bench, document


def person(
    name: str, email: str | None = None, phone: str | None = None, notes: str | None = None
) -> dict[str, object]:
    return {"name": name, "email": email, "phone": phone, "notes": notes, "labels": None}


def test_two_strangers_find_each_other_and_the_rest_is_created():
    bench = Bench()
    bench.left.create(person("Iris Novak", "iris@harbour.example", "+44 20 7946 0101"))
    bench.left.create(person("Marek Duda", "marek@duda.example"))
    bench.right.create(person("Iris N.", "IRIS@harbour.example", notes="Deliver early"))
    bench.right.create(person("Lena Hofer", "lena@hofer.example"))

    bench.sync()

    left = {values["email"].lower(): values for values in bench.left.records().values()}
    right = {values["email"].lower(): values for values in bench.right.records().values()}
    assert set(left) == set(right) == {"iris@harbour.example", "marek@duda.example", "lena@hofer.example"}
    assert left["iris@harbour.example"]["notes"] == "Deliver early"
    assert right["iris@harbour.example"]["name"] == "Iris Novak"
    assert bench.buckets() == {"left": {"in step": 3}, "right": {"in step": 3}}


def test_nothing_is_written_before_a_person_approves():
    bench = Bench()
    bench.left.create(person("Iris", "iris@x.example"))

    run = bench.slice()

    assert run.state == "held"
    assert run.counts["create.right"] == 1
    assert bench.right.writes == []


def test_a_second_run_writes_nothing():
    bench = Bench()
    for number in range(5):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    bench.sync()
    written = len(bench.left.writes) + len(bench.right.writes)

    bench.sync(passing=3600)

    assert len(bench.left.writes) + len(bench.right.writes) == written == 5


def test_an_edit_travels_either_way_and_both_edits_of_different_fields_survive():
    bench = Bench()
    left = bench.left.create(person("Iris", "iris@x.example"))
    bench.sync()
    right = next(iter(bench.right.records()))

    bench.clock.pass_(seconds=10)
    bench.left.edit(left, phone="+44 20 7946 0101")
    bench.right.edit(right, notes="Ring twice")
    bench.sync()

    assert (
        bench.left.records()[left]
        == bench.right.records()[right]
        == person("Iris", "iris@x.example", "+44 20 7946 0101", "Ring twice")
    )


def test_a_cleared_field_stays_where_it_was_cleared():
    bench = Bench()
    left = bench.left.create(person("Iris", "iris@x.example", notes="Old"))
    bench.sync()
    right = next(iter(bench.right.records()))
    bench.clock.pass_(seconds=10)
    bench.left.edit(left, notes=None)
    bench.settle()

    assert bench.left.records()[left]["notes"] is None
    assert bench.right.records()[right]["notes"] == "Old"


def test_duplicates_are_held_and_never_created():
    bench = Bench()
    bench.left.create(person("Twin A", "twin@x.example"))
    bench.left.create(person("Twin B", "Twin@x.example"))

    bench.sync()

    assert bench.right.records() == {}
    assert bench.buckets()["left"] == {"duplicate": 2}


def test_a_record_without_email_is_left_alone():
    bench = Bench()
    bench.left.create(person("Nobody"))
    bench.sync()
    assert bench.right.records() == {}
    assert bench.buckets()["left"] == {"excluded": 1}


def test_a_deleted_record_is_never_created_again():
    bench = Bench()
    bench.left.create(person("Iris", "iris@x.example"))
    for number in range(9):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    bench.sync()
    right = next(key for key, values in bench.right.records().items() if values["name"] == "Iris")
    bench.clock.pass_(seconds=10)
    bench.right.delete(right)
    bench.settle()

    assert len(bench.right.records()) == 9
    assert bench.buckets() == {"left": {"in step": 9, "gone": 1}, "right": {"in step": 9}}


def test_a_lost_answer_makes_no_second_record():
    bench = Bench()
    for number in range(3):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    bench.right.quirks.lose_answers = 1

    bench.sync()

    assert sorted(values["name"] for values in bench.right.records().values()) == ["P0", "P1", "P2"]
    assert bench.buckets() == {"left": {"in step": 3}, "right": {"in step": 3}}


@pytest.mark.parametrize("refuses", [True, False], ids=["refuses stale writes", "takes stale writes"])
def test_somebody_who_was_typed_on_the_other_side_before_the_create_was_sent_is_not_doubled(refuses: bool):
    """The call breaks, and while zsync waits to repeat it a person enters the same customer by hand."""
    bench = Bench()
    bench.right.capabilities = replace(bench.right.capabilities, refuses_stale_writes=refuses)
    bench.left.create(person("Iris Novak", "iris@harbour.example"))
    bench.left.create(person("Marek Duda", "marek@duda.example"))
    bench.approve(bench.slice())
    bench.right.quirks.lose_requests = 1
    with pytest.raises(AppUnreachable):
        bench.slice()
    bench.right.create(person("Iris N.", "iris@harbour.example", notes="Deliver early"))
    bench.clock.pass_(seconds=61)

    bench.sync()
    assert len(bench.right.records()) == 2
    bench.sync()

    left = {values["email"]: values for values in bench.left.records().values()}
    assert sorted(values["name"] for values in bench.right.records().values()) == ["Iris Novak", "Marek Duda"]
    assert left["iris@harbour.example"]["notes"] == "Deliver early"
    assert bench.buckets() == {"left": {"in step": 2}, "right": {"in step": 2}}


def test_try_ten_writes_ten_and_waits_again():
    bench = Bench()
    for number in range(25):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    run = bench.slice()
    bench.approve(run, limit=10)

    run = bench.slice()

    assert run.state == "held"
    assert len(bench.right.records()) == 10
    bench.sync()
    assert len(bench.right.records()) == 25


def test_a_large_batch_waits_for_a_person():
    bench = Bench()
    ids = [bench.left.create(person(f"P{number}", f"p{number}@x.example")) for number in range(60)]
    bench.sync()
    bench.clock.pass_(seconds=60)
    for record_id in ids[:30]:
        bench.left.edit(record_id, notes="Mass edit")
    bench.clock.pass_(seconds=400)

    run = bench.slice()

    assert run.state == "held"
    assert {cause["code"] for cause in run.hold} == {"updates", "field"}
    assert all(values["notes"] is None for values in bench.right.records().values())


def test_one_way_never_writes_to_its_source():
    bench = Bench(doc=document(direction="to-right"))
    bench.right.create(person("Lena", "lena@x.example"))
    bench.left.create(person("Iris", "iris@x.example"))
    bench.sync()
    assert len(bench.left.records()) == 1
    assert len(bench.right.records()) == 2


def test_an_answer_that_comes_after_a_deletion_does_not_bring_the_link_back():
    """The left record is deleted and seen to be gone while a write to its counterpart is under way."""
    bench = Bench()
    bench.left.create(person("Iris", "iris@x.example"))
    bench.sync()
    work = bench.work()
    with bench.store.transaction("T1") as tx:
        (mirrored,) = tx.mirror.by_remote(bench.endpoints[Side.RIGHT].id, bench.right.records()).values()
        link = tx.links.of_records(bench.connection_id, [mirrored.row])[mirrored.row]
        tx.links.save([structs.replace(link, state=LinkState.GONE)])
        run = tx.runs.start(bench.connection_id, RunKind.SYNC, 1)
        write = Operation(
            0, bench.connection_id, run.id, link.row, Side.RIGHT, WriteKind.UPDATE, "k", mirrored.row, {}, {}, ()
        )
        tx.operations.plan(run.id, bench.connection_id, [write])
        (operation,) = tx.operations.planned(run.id, Side.RIGHT, 10)
        acknowledge(tx, work, Side.RIGHT, [(operation, mirrored.record())])
        assert tx.links.get([link.row])[link.row].state is LinkState.GONE
