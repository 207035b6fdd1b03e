"""The decision on one pair, or on a record alone: why it waits, stays out or is written."""

from dataclasses import replace

import pytest
from msgspec import structs

from sync.engine.counting import kind_of, tally
from sync.engine.match import Doubtful, LeftOut, Linked
from sync.engine.plan import Unit, decide
from sync.model.connections import (
    Condition,
    Direction,
    Document,
    FieldMapping,
    Group,
    Options,
    Rule,
    Scheme,
    SideScheme,
    Winner,
)
from sync.model.fields import Field, FieldType
from sync.model.plans import Base, Bucket, Link, LinkState, Mirrored, Standing
from sync.model.records import Side, WriteKind

FIELDS = {
    field.key: field
    for field in (
        Field("name", "Name", FieldType.TEXT, max_length=20),
        Field("email", "E-mail", FieldType.EMAIL),
        Field("kind", "Kind", FieldType.TEXT, writable=False),
        Field("notes", "Notes", FieldType.LONG_TEXT, detail_only=True),
    )
}
MAPPINGS = tuple(FieldMapping(key, key, key) for key in ("name", "email", "notes"))
PAIR = Linked(1, 101)
VENDOR = Condition("kind", "is not", "vendor")


def scheme(*rules: Rule, mappings: tuple[FieldMapping, ...] = MAPPINGS, **options: object) -> Scheme:
    side = SideScheme("memory", "Memory", FIELDS, (("kind", VENDOR),), match_primary=("email",), display=("name",))
    document = Document(mappings=mappings, options=replace(Options(), **options))  # type: ignore[arg-type]  # test data
    return Scheme(replace(document, rules=rules) if rules else document, side, side)


def record(row: int = 1, *, detailed: bool = True, subject: str = "", **values: object) -> Mirrored:
    """Rows under 100 are on the left, others on the right."""
    given = {"name": "Iris", "email": "iris@x.example", "kind": None, "notes": None, **values}
    known = {key: value for key, value in given.items() if detailed or key != "notes"}
    return Mirrored(row, f"m{row}", known, "s", subject=subject, name="Iris", detail_stamp="s" if detailed else None)


def link(state: LinkState = LinkState.ACTIVE, **more: object) -> Link:
    base = {f"{key}@1": Base(value, value) for key, value in (("name", "Iris"), ("email", "iris@x.example"))}
    return Link(5, 1, 101, state, {**base, "notes@1": Base(None, None)}, **more)  # type: ignore[arg-type]  # test data


def when(field: str, operator: str, value: object = None, side: Side = Side.LEFT) -> Rule:
    return Rule("r", side, Group((Condition(field, operator, value),)))


NOBODY = when("name", "is", "Nobody")
LINKED = Unit(record(), record(101), link())


@pytest.mark.parametrize(
    ("story", "unit", "settings", "standing"),
    [
        ("in step", LINKED, {}, Standing(Bucket.IN_STEP)),
        ("the counterpart was deleted", Unit(record(), None, link()), {}, "counterpart_gone"),
        ("it was deleted long ago", Unit(record(), None, link(LinkState.GONE)), {}, "counterpart_gone"),
        ("it was deleted and is back", replace(LINKED, link=link(LinkState.GONE)), {}, ""),
        ("it was deleted, and a person kept the link", Unit(record(), None, link(LinkState.KEPT)), {}, "kept"),
        ("a person took the link apart", replace(LINKED, link=link(LinkState.DISMISSED)), {}, "dismissed"),
        ("the other half is being created", Unit(record(), None, link(LinkState.CREATING)), {}, "creating"),
        ("a vendor", Unit(record(kind="vendor"), None), {}, "kind"),
        ("a vendor who is linked", replace(LINKED, left=record(kind="vendor")), {}, "kind"),
        ("two candidates", Unit(record(), None, None, Doubtful((1, 101, 102), "several")), {}, "several"),
        ("the counterpart is a vendor", Unit(record(), None, None, LeftOut(101)), {}, "counterpart_left_out"),
        ("no rule wants it", Unit(record(), None), {"rules": (NOBODY,)}, "no_rule"),
        ("a rule of the other side wants its half", LINKED, {"rules": (NOBODY, Rule("all", Side.RIGHT))}, ""),
        ("another person stands for it", Unit(record(subject="p2"), record(101), link(subjects={Side.LEFT: "p1"})), {}, "person_changed"),
        ("a new record without e-mail", Unit(record(email=None), None), {}, "no_email"),
        ("without e-mail, where doubles are accepted", Unit(record(email=None), None), {"avoid_duplicates": False}, ""),
        ("a new record against the direction", Unit(record(), None), {"direction": Direction.TO_LEFT}, "direction"),
        ("a new record without its detail", Unit(record(detailed=False), None), {}, "detail"),
        ("a pair without its detail", replace(LINKED, right=record(101, detailed=False)), {}, "detail"),
        ("a value too long for the other side", Unit(record(name="x" * 21), None), {}, "too_long"),
        ("a mapping stopped for flipping", replace(LINKED, link=link(frozen=("name",))), {}, "frozen"),
        ("both edited, a person decides", Unit(record(name="A"), record(101, name="B"), link()), {"winner": Winner.ASK}, "conflict"),
    ],
)  # fmt: skip
def test_where_a_record_stands(story, unit, settings, standing):
    options = {name: value for name, value in settings.items() if name != "rules"}
    decision = decide(unit, scheme(*settings.get("rules", ()), **options))
    assert standing in (decision.standing, decision.standing.code)
    if decision.standing.bucket is not Bucket.IN_STEP:
        assert decision.intents == ()


@pytest.mark.parametrize(
    ("story", "rule", "detailed", "code"),
    [
        ("a detail that is not read yet", when("notes", "is", "VIP"), False, "detail"),
        ("a detail that is read", when("notes", "is", "VIP"), True, "no_rule"),
        ("a field that is no longer there", when("gone", "is", "VIP"), True, "no_rule"),
        ("it might be, once read", when("gone", "is", "VIP"), False, "detail"),
    ],
)
def test_a_rule_on_something_unknown_waits_only_as_long_as_reading_helps(story, rule, detailed, code):
    assert decide(Unit(record(detailed=detailed), None), scheme(rule)).standing.code == code


def test_details_that_nobody_asks_for_are_not_waited_for():
    decision = decide(Unit(record(detailed=False), None), scheme(mappings=MAPPINGS[:2]))
    assert decision.standing.bucket is Bucket.IN_STEP


def test_a_record_alone_is_created_on_the_other_side():
    decision = decide(Unit(None, record(101, notes="Ring twice")), scheme())
    [intent] = decision.intents
    assert (intent.side, intent.kind) == (Side.LEFT, WriteKind.CREATE)
    assert intent.values == {"name": "Iris", "email": "iris@x.example", "notes": "Ring twice"}
    assert decision.links
    assert kind_of(decision) == "create"


def test_an_empty_field_is_not_created():
    [intent] = decide(Unit(record(), None), scheme()).intents
    assert "notes" not in intent.values


def test_a_new_pair_is_linked_and_each_side_gets_what_it_lacks():
    decision = decide(Unit(record(notes="L"), record(101, name=None), None, PAIR), scheme())
    assert decision.links
    assert decision.first
    assert {intent.side: intent.values for intent in decision.intents} == {Side.RIGHT: {"name": "Iris", "notes": "L"}}
    assert set(decision.settle) == {"email@1"}, "what is written settles only with its answer"


def test_an_edit_travels_with_what_it_replaces():
    [intent] = decide(replace(LINKED, right=record(101, name="Iris N.")), scheme()).intents
    assert (intent.side, intent.kind) == (Side.LEFT, WriteKind.UPDATE)
    assert (intent.before, intent.values) == ({"name": "Iris"}, {"name": "Iris N."})
    [change] = intent.changes
    assert (change.before, change.after, change.label) == ("Iris", "Iris N.", "Name")
    assert (change.settles, change.stays) == (Base("Iris N.", "Iris N."), Base("Iris", "Iris N."))


def test_two_edits_of_different_fields_go_both_ways():
    decision = decide(Unit(record(name="Iris N."), record(101, notes="New"), link()), scheme())
    written = {intent.side: intent.values for intent in decision.intents}
    assert written == {Side.RIGHT: {"name": "Iris N."}, Side.LEFT: {"notes": "New"}}


def test_a_cleared_field_is_withheld_and_said():
    known = structs.replace(link(), base={**link().base, "notes@1": Base("Old", "Old")})
    decision = decide(Unit(record(), record(101, notes="Old"), known), scheme())
    assert decision.intents == ()
    assert decision.withheld == {"notes": "clear"}
    assert decision.settle["notes@1"] == Base(None, "Old")


def test_a_mapping_that_is_switched_on_again_meets_its_field_anew():
    mappings = (replace(MAPPINGS[0], epoch=2), *MAPPINGS[1:])
    decision = decide(Unit(record(name="L"), record(101, name="R"), link()), scheme(mappings=mappings))
    [intent] = decision.intents
    assert (intent.side, intent.values) == (Side.RIGHT, {"name": "L"})


def test_a_mapping_whose_field_vanished_rests_and_the_others_go_on():
    mappings = (FieldMapping("lost", "lost", "name"), *MAPPINGS)
    assert decide(LINKED, scheme(mappings=mappings)).standing == Standing(Bucket.IN_STEP)


def test_a_read_only_field_is_never_written():
    mappings = (FieldMapping("kind", "kind", "kind"),)
    decision = decide(Unit(record(kind="retail"), record(101, kind="trade"), link()), scheme(mappings=mappings))
    assert decision.intents == ()
    assert decision.withheld == {"kind": "direction"}


def test_the_same_question_has_the_same_answer():
    unit = Unit(record(notes="L"), record(101, name=None), None, PAIR)
    assert decide(unit, scheme()) == decide(unit, scheme())


def test_only_pairs_that_are_linked_still_count_as_resting():
    assert tally([decide(LINKED, scheme(NOBODY))])["resting"] == 1
    assert tally([decide(replace(LINKED, link=link(LinkState.DISMISSED)), scheme(NOBODY))])["resting"] == 0


def test_counts_add_up_and_only_later_updates_count_for_fields():
    first = decide(Unit(record(notes="L"), record(101), None, PAIR), scheme())
    later = decide(Unit(record(2), record(102, name="Iris N."), link()), scheme())
    alone = decide(Unit(record(3), None), scheme())
    waiting = decide(Unit(record(4, detailed=False), None), scheme())
    counts = tally([first, later, alone, waiting])
    assert counts == tally([first]) + tally([later]) + tally([alone, waiting])
    rest, without = tally([first, later, alone]), counts - tally([waiting])
    assert {key: without[key] for key in without.counts if without[key]} == rest.counts
    expected = {
        "records.left": 4,
        "records.right": 2,
        "links": 1,
        "create.right": 1,
        "update.right": 1,
        "update.left": 1,
        "later_updates": 1,
        "field.name": 1,
        "field.notes": 0,
        "unread": 1,
    }
    assert {key: counts[key] for key in expected} == expected
    for side in Side:
        assert (
            sum(counts[f"bucket.{bucket.value}.{side.value}"] for bucket in Bucket) == counts[f"records.{side.value}"]
        )
