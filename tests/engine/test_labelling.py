"""Deletions and unsubscribes carried over as labels, over two apps that can: told once, remembered, taken back, never against people."""

from dataclasses import replace
from typing import Any

import pytest

from sync.connectors.memory import SUBSCRIBER_FIELDS
from sync.engine import explain
from sync.engine.labelling import tellers
from sync.engine.plan import Unit
from sync.model.connections import Condition, Direction, Document, FieldMapping, Group, Rule
from sync.model.plans import Link, Mirrored
from sync.model.records import Side
from sync.model.runs import RunState
from tests.engine.bench import Bench, document
from tests.engine.test_sync import person

BOTH = {"deletions": True, "unsubscribes": True}


def paired(count: int = 12, doc: Document | None = None) -> Bench:
    bench = Bench(fields=SUBSCRIBER_FIELDS, doc=doc or document(**BOTH))
    for number in range(count):
        bench.left.create({**person(f"P{number}", f"p{number}@x.example"), "opted_out": None})
    bench.settle()
    bench.asked.clear()
    return bench


def one(bench: Bench, side: Side, name: str = "P0") -> str:
    return next(key for key, values in bench.apps[side].records().items() if values["name"] == name)


def labels(bench: Bench, side: Side, name: str = "P0") -> list[str]:
    return bench.apps[side].records()[one(bench, side, name)]["labels"] or []


def later(bench: Bench) -> None:
    bench.clock.pass_(seconds=60)


def deleted(bench: Bench, side: Side, name: str = "P0") -> str:
    later(bench)
    record_id = one(bench, side, name)
    bench.apps[side].delete(record_id)
    bench.settle()
    return record_id


def edited(bench: Bench, side: Side, name: str = "P0", **values: Any) -> None:
    later(bench)
    bench.apps[side].edit(one(bench, side, name), **values)
    bench.settle()


@pytest.mark.parametrize("side", Side)
def test_the_counterpart_of_a_deleted_record_gets_the_label_and_nothing_else_happens(side):
    bench = paired()
    before = bench.apps[side.other].records()[one(bench, side.other)]
    deleted(bench, side)
    assert bench.apps[side.other].records()[one(bench, side.other)] == {**before, "labels": ["Zsync Trash"]}
    assert len(bench.apps[side.other].records()) == 12
    assert bench.buckets()[side.other.value] == {"in step": 11, "gone": 1}


def test_without_the_option_nothing_is_labelled():
    bench = paired(doc=document())
    deleted(bench, Side.RIGHT)
    edited(bench, Side.RIGHT, "P1", opted_out=True)
    assert labels(bench, Side.LEFT) == labels(bench, Side.LEFT, "P1") == []


def test_the_counterpart_of_an_unsubscribed_record_gets_the_label_beside_its_others():
    bench = paired()
    edited(bench, Side.LEFT, labels=["Trade"])
    edited(bench, Side.RIGHT, opted_out=True)
    assert labels(bench, Side.LEFT) == ["Trade", "Zsync Unsubscribes"]
    assert labels(bench, Side.RIGHT) == []
    assert bench.left.records()[one(bench, Side.LEFT)]["opted_out"] is None


def test_a_new_counterpart_of_an_unsubscribed_record_has_it_from_the_start():
    bench = paired()
    bench.left.create({**person("New", "new@x.example"), "opted_out": True})
    bench.settle()
    assert labels(bench, Side.RIGHT, "New") == ["Zsync Unsubscribes"]


@pytest.mark.parametrize("how", ["deleted", "unsubscribed"])
def test_a_label_that_somebody_takes_off_stays_off(how):
    bench = paired()
    if how == "deleted":
        deleted(bench, Side.RIGHT)
    else:
        edited(bench, Side.RIGHT, opted_out=True)
    assert labels(bench, Side.LEFT) != []
    edited(bench, Side.LEFT, labels=None)
    edited(bench, Side.LEFT, notes="Edited later")
    assert labels(bench, Side.LEFT) == []


def test_when_the_record_is_back_the_label_is_taken_back():
    bench = paired()
    record_id = deleted(bench, Side.RIGHT)
    later(bench)
    bench.right.restore(record_id)
    bench.settle()
    assert labels(bench, Side.LEFT) == []
    assert bench.buckets()["left"] == {"in step": 12}


def test_when_somebody_subscribes_again_the_label_is_taken_back():
    bench = paired()
    edited(bench, Side.RIGHT, opted_out=True)
    edited(bench, Side.RIGHT, opted_out=False)
    assert labels(bench, Side.LEFT) == []


def test_a_label_that_was_there_before_stays_when_the_record_is_back():
    bench = paired()
    edited(bench, Side.LEFT, labels=["Zsync Trash"])
    record_id = deleted(bench, Side.RIGHT)
    later(bench)
    bench.right.restore(record_id)
    bench.settle()
    assert labels(bench, Side.LEFT) == ["Zsync Trash"]


def test_a_side_that_is_never_written_to_is_not_labelled():
    bench = paired(doc=document(direction=Direction.TO_RIGHT, **BOTH))
    deleted(bench, Side.RIGHT)
    edited(bench, Side.RIGHT, "P1", opted_out=True)
    edited(bench, Side.LEFT, "P2", opted_out=True)
    assert labels(bench, Side.LEFT) == labels(bench, Side.LEFT, "P1") == []
    assert labels(bench, Side.RIGHT, "P2") == ["Zsync Unsubscribes"]


@pytest.mark.parametrize("lacking", ["reports_deletes", "can_label"])
def test_only_what_one_side_tells_and_the_other_can_carry_is_carried_over(lacking):
    bench = paired()
    teller = bench.right if lacking == "reports_deletes" else bench.left
    teller.capabilities = replace(teller.capabilities, **{lacking: False})  # type: ignore[arg-type]  # a name of ours
    assert tellers(bench.scheme(), "deletions") == (Side.LEFT,)
    later(bench)
    bench.right.delete(one(bench, Side.RIGHT))
    bench.clock.pass_(hours=25)
    bench.settle()
    assert labels(bench, Side.LEFT) == []


def test_a_pair_that_no_rule_wants_is_not_labelled():
    wanted = Rule("a", Side.LEFT, Group((Condition("name", "is not", "P0"),)))
    bench = paired(doc=document(**BOTH))
    bench.configure(replace(bench.document, rules=(wanted,)))
    bench.settle()
    deleted(bench, Side.RIGHT)
    deleted(bench, Side.RIGHT, "P1")
    assert (labels(bench, Side.LEFT), labels(bench, Side.LEFT, "P1")) == ([], ["Zsync Trash"])


def test_switched_on_it_labels_what_was_deleted_before():
    bench = paired(doc=document())
    deleted(bench, Side.RIGHT)
    bench.configure(document(**BOTH))
    run = bench.sync()
    assert run.counts["update.left"] == 1
    assert labels(bench, Side.LEFT) == ["Zsync Trash"]


def test_a_purge_is_held_before_anything_is_labelled_and_discarding_it_labels_nobody():
    bench = paired(20)
    later(bench)
    for name in range(6):
        bench.right.delete(one(bench, Side.RIGHT, f"P{name}"))
    later(bench)
    run = bench.slice()
    assert (run.state, run.counts["gone.right"], run.counts["update.left"]) == (RunState.HELD, 6, 6)
    assert labels(bench, Side.LEFT) == []
    bench.discard(run)
    edited(bench, Side.LEFT, notes="Edited later")
    assert [labels(bench, Side.LEFT, f"P{name}") for name in range(6)] == [[]] * 6
    assert bench.buckets()["left"] == {"in step": 14, "held": 6}


def test_many_unsubscribes_wait_for_a_person_too():
    bench = paired(30)
    later(bench)
    for name in range(21):
        bench.right.edit(one(bench, Side.RIGHT, f"P{name}"), opted_out=True)
    later(bench)
    run = bench.slice()
    assert run.state is RunState.HELD
    assert {cause["code"] for cause in run.hold} == {"updates", "field"}


LABELS_MAPPED = FieldMapping("labels", "labels", "labels", Direction.TO_RIGHT)


@pytest.mark.parametrize(
    ("story", "left", "right", "told"),
    [
        ("both are subscribed", False, False, []),
        ("the left is unsubscribed", True, False, ["unsubscribes-left"]),
        ("the right is unsubscribed", False, True, ["unsubscribes-right"]),
        ("the right is gone", False, None, ["deletions-right"]),
        ("the left is gone, and the right was unsubscribed", None, True, ["deletions-left"]),
    ],
)
def test_where_labels_are_mapped_nobody_is_labelled_and_each_record_is_told_so(story, left, right, told):
    doc = document(**BOTH)
    bench = paired(doc=replace(doc, mappings=(*doc.mappings, LABELS_MAPPED)))
    edited(bench, Side.LEFT, opted_out=True)
    deleted(bench, Side.LEFT, "P1")
    assert labels(bench, Side.RIGHT) == labels(bench, Side.RIGHT, "P1") == []

    one, other = (
        None if out is None else Mirrored(row, "m", {"opted_out": out}) for row, out in ((1, left), (2, right))
    )
    found = explain.unlabelled(Unit(one, other, Link(1, 1, 2)), bench.scheme())
    assert [one.rule_id for one in found] == told
    assert {one.code for one in found} <= {"label_mapped"}
