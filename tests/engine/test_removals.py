"""Records that their app deleted: how links end, what holds that up, and what a person may decide about it."""

from sync.model.plans import Bucket
from sync.model.records import Side
from sync.model.runs import Run, RunState
from tests.engine.bench import Bench, document
from tests.engine.test_sync import person


def paired(count: int) -> Bench:
    """So many pairs in step."""
    bench = Bench()
    for number in range(count):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    bench.settle()
    bench.asked.clear()
    bench.right.writes.clear()
    return bench


def deleted(bench: Bench, count: int) -> list[str]:
    """So many records of the right side are deleted; the next run shows what becomes of that."""
    ids = sorted(bench.right.records())[:count]
    bench.clock.pass_(seconds=60)
    for record_id in ids:
        bench.right.delete(record_id)
    bench.clock.pass_(seconds=600)
    return ids


def back(bench: Bench, record_id: str, **values: object) -> None:
    """Somebody takes a record out of the app's bin."""
    bench.clock.pass_(seconds=60)
    bench.right.restore(record_id)
    bench.right.edit(record_id, **values)


def held(bench: Bench) -> Run:
    run = bench.slice()
    assert run.state is RunState.HELD, run
    return run


def test_a_few_deletions_end_their_links_without_asking():
    bench = paired(20)
    deleted(bench, 5)
    bench.settle()
    assert bench.asked == []
    assert bench.buckets() == {"left": {"in step": 15, "gone": 5}, "right": {"in step": 15}}


def test_more_deletions_than_may_go_wait_for_a_person_and_their_records_are_held_meanwhile():
    bench = paired(20)
    deleted(bench, 6)
    run = held(bench)
    assert [(cause["code"], cause["count"], cause["allowed"]) for cause in run.hold] == [("removals", 6, 5)]
    assert run.counts["gone.right"] == 6
    assert bench.buckets() == {"left": {"in step": 14, "held": 6}, "right": {"in step": 14}}


def test_once_approved_the_links_end_and_nothing_is_written():
    bench = paired(20)
    deleted(bench, 6)
    bench.approve(held(bench))
    bench.settle()
    assert bench.buckets() == {"left": {"in step": 14, "gone": 6}, "right": {"in step": 14}}
    assert bench.left.writes == bench.right.writes == []


def test_slices_of_one_purge_cannot_slip_below():
    bench = paired(20)
    deleted(bench, 4)
    assert bench.slice().state is RunState.DONE
    deleted(bench, 2)
    run = held(bench)
    assert run.hold[0]["count"] == 6


def test_what_a_person_approved_is_not_counted_again():
    bench = paired(20)
    deleted(bench, 6)
    bench.approve(held(bench))
    bench.settle()
    bench.asked.clear()
    deleted(bench, 2)
    bench.settle()
    assert bench.asked == []


def test_a_day_later_the_count_begins_anew():
    bench = paired(20)
    deleted(bench, 4)
    bench.slice()
    bench.clock.pass_(hours=25)
    deleted(bench, 4)
    assert bench.slice().state is RunState.DONE


def test_discarded_the_links_are_kept_and_the_question_is_not_asked_again():
    bench = paired(20)
    deleted(bench, 6)
    bench.discard(held(bench))
    for values in list(bench.left.records()):
        bench.clock.pass_(seconds=1)
        bench.left.edit(values, phone="+44 20 7946 0101")
    bench.settle()
    assert "removals" not in {cause["code"] for run in bench.asked for cause in run.hold}
    assert bench.buckets() == {"left": {"in step": 14, "held": 6}, "right": {"in step": 14}}
    assert len(bench.right.records()) == 14


def test_a_record_that_comes_back_goes_on_with_its_old_link_whatever_was_decided():
    bench = paired(20)
    gone = deleted(bench, 1)
    bench.settle()
    kept = deleted(bench, 6)
    bench.discard(held(bench))
    for record_id in (*gone, *kept):
        back(bench, record_id, notes="Back again")
    bench.settle()
    assert bench.buckets() == {"left": {"in step": 20}, "right": {"in step": 20}}
    assert [values["notes"] for values in bench.left.records().values()].count("Back again") == 7


def test_a_record_that_comes_back_while_the_plan_waits_is_not_let_go():
    bench = paired(20)
    ids = deleted(bench, 6)
    run = held(bench)
    back(bench, ids[0])
    bench.clock.pass_(seconds=600)
    bench.slice()
    bench.approve(run)
    bench.sync()
    bench.sync(passing=3600)
    assert bench.buckets() == {"left": {"in step": 15, "gone": 5}, "right": {"in step": 15}}


def test_what_is_deleted_while_the_plan_waits_is_asked_about_on_its_own():
    bench = paired(30)
    deleted(bench, 6)
    run = held(bench)
    deleted(bench, 6)
    bench.slice()
    bench.approve(run)
    assert bench.slice().state is RunState.DONE
    again = held(bench)
    assert again.id != run.id
    assert again.hold[0]["count"] == 6


def test_a_record_that_was_to_be_changed_and_is_deleted_meanwhile_is_looked_at_again_and_accounted_for():
    bench = paired(30)
    bench.clock.pass_(seconds=60)
    for record_id in sorted(bench.left.records())[:21]:
        bench.left.edit(record_id, notes="Mass edit")
    bench.clock.pass_(seconds=600)
    run = held(bench)
    victim = next(key for key, values in bench.right.records().items() if values["name"] == "P0")
    bench.right.delete(victim)
    bench.clock.pass_(seconds=600)
    bench.slice()
    bench.approve(run)
    bench.sync()
    bench.sync(passing=3600)
    assert bench.buckets() == {"left": {"in step": 29, "gone": 1}, "right": {"in step": 29}}


def test_both_halves_deleted_leave_nothing_to_ask_about():
    bench = paired(20)
    bench.clock.pass_(seconds=60)
    for app in bench.apps.values():
        for record_id in sorted(app.records(), key=lambda one: app.records()[one]["name"])[:7]:
            app.delete(record_id)
    bench.settle()
    assert bench.asked == []
    assert bench.buckets() == {"left": {"in step": 13}, "right": {"in step": 13}}
    with bench.store.reading("T1") as tx:
        assert tx.links.count(bench.connection_id) == 13


def test_a_source_that_is_never_written_to_may_lose_records_too():
    bench = Bench(doc=document(direction="to-right"))
    for number in range(3):
        bench.left.create(person(f"P{number}", f"p{number}@x.example"))
    bench.settle()
    bench.clock.pass_(seconds=60)
    bench.left.delete(sorted(bench.left.records())[0])
    bench.settle()
    assert bench.buckets()["right"] == {Bucket.IN_STEP.value: 2, Bucket.GONE.value: 1}
    assert len(bench.apps[Side.RIGHT].records()) == 3
