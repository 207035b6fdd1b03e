"""Which plans wait for a person."""

from dataclasses import replace

import pytest

from sync.engine.brakes import Cause, absurd, causes, flips, weighed
from sync.model.connections import Limits
from sync.model.plans import Tally

LIMITS = Limits(
    updates_least=20,
    updates_share=0.10,
    creates_least=50,
    creates_share=0.25,
    removals_least=5,
    removals_share=0.02,
    field_share=0.30,
)


@pytest.mark.parametrize(
    ("story", "planned", "lately", "links", "held"),
    [
        ("nothing to do", {}, {}, 0, []),
        ("as many updates as may go", {"update.left": 8, "update.right": 12}, {}, 10, []),
        ("one update more", {"update.left": 9, "update.right": 12}, {}, 10, [Cause("updates", 21, 20)]),
        ("what people decided does not count", {"update.left": 40, "decided": 40}, {}, 10, []),
        ("what they did not does", {"update.left": 61, "decided": 40}, {}, 10, [Cause("updates", 21, 20)]),
        (
            "no creates go because updates were decided",
            {"create.left": 51, "decided": 40},
            {},
            0,
            [Cause("creates", 51, 50)],
        ),
        ("a tenth of many links", {"update.right": 100}, {}, 1000, []),
        ("more than a tenth", {"update.right": 101}, {}, 1000, [Cause("updates", 101, 100)]),
        ("slices of one batch count together", {"update.right": 1}, {"update": 20}, 0, [Cause("updates", 21, 20)]),
        ("what went lately holds nothing up by itself", {}, {"update": 500}, 0, []),
        ("creates have limits of their own", {"create.right": 50, "update.right": 20}, {}, 0, []),
        ("too many creates", {"create.left": 30, "create.right": 21}, {}, 0, [Cause("creates", 51, 50)]),
        ("a few deletions", {"gone.left": 5}, {}, 100, []),
        ("too many deletions", {"gone.left": 3, "gone.right": 3}, {}, 100, [Cause("removals", 6, 5)]),
        ("a fiftieth of many links", {"gone.left": 20}, {}, 1000, []),
        (
            "one field everywhere",
            {"update.right": 31, "field.email": 31, "field.phone": 30},
            {},
            100,
            [Cause("updates", 31, 20), Cause("field", 31, 30, "email")],
        ),
        ("one field, few links", {"field.email": 20}, {}, 10, []),
        (
            "several causes are all named",
            {"update.left": 21, "create.left": 51, "gone.right": 6},
            {},
            0,
            [Cause("updates", 21, 20), Cause("creates", 51, 50), Cause("removals", 6, 5)],
        ),
    ],
)
def test_a_plan(story, planned, lately, links, held):
    assert causes(Tally(planned), Tally(lately), links, LIMITS) == held


@pytest.mark.parametrize(
    ("story", "history", "wanted", "flipping"),
    [
        ("never written", [], "a", False),
        ("once to and fro is a change of mind", ["a", "b"], "a", False),
        ("twice to and fro", ["a", "b", "a", "b"], "a", True),
        ("what came before does not matter", ["x", "y", "a", "b", "a", "b"], "a", True),
        ("something new", ["a", "b", "a", "b"], "c", False),
        ("the same as it is", ["a", "b", "a", "b"], "b", False),
        ("always the same", ["a", "a", "a", "a"], "a", False),
        ("another value in between", ["a", "b", "c", "b"], "a", False),
        ("between a value and nothing", ["a", None, "a", None], "a", True),
    ],
)
def test_a_value_that_goes_to_and_fro(story, history, wanted, flipping):
    assert flips(history, wanted) is flipping


@pytest.mark.parametrize(
    ("story", "changes", "names"),
    [
        ("as shipped", {}, []),
        ("nothing goes without asking", {"updates_least": 0, "updates_share": 0.0}, []),
        ("everything goes without asking", {"creates_least": 1_000_000, "creates_share": 1.0}, []),
        ("less than nothing", {"removals_least": -1, "field_share": -0.1}, ["removals_least", "field_share"]),
        ("more than there is", {"updates_share": 1.01, "creates_least": 1_000_001}, ["updates_share", "creates_least"]),
    ],
)
def test_limits_that_make_sense(story, changes, names):
    assert absurd(replace(LIMITS, **changes)) == names


def test_a_field_changed_in_slices_counts_together():
    lately = Tally({"field.email": 25, "update": 25})
    planned = Tally({"field.email": 6, "update.left": 6})
    roomy = replace(LIMITS, updates_share=1.0)
    assert causes(planned, lately, 100, roomy) == [Cause("field", 31, 30, "email")]
    assert causes(Tally({"field.phone": 6}), lately, 100, roomy) == []


@pytest.mark.parametrize("planned", [{"update.left": 1}, {"create.right": 1}, {"gone.left": 1}])
def test_a_plan_that_does_something_is_weighed(planned):
    assert weighed(Tally(planned))
    assert not weighed(Tally({"records.left": 9, "links": 3}))
