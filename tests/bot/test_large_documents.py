"""The largest realistic configuration through the front door: exported part by part, imported again, mistakes told by part and line."""

import re
from dataclasses import replace

import pytest

from sync.model.connections import (
    Action,
    ActionKind,
    Condition,
    Direction,
    Document,
    FieldMapping,
    Group,
    Rule,
    Translation,
    Unmapped,
)
from sync.model.fields import Field, FieldType, Option
from sync.model.records import Side
from tests.bot.modals import modal, press, submit
from tests.bot.stage import Stage

MAPPINGS, ROWS, RULES = 60, 40, 30
SIZES = tuple(Option(f"size-{number}", f"Size {number}") for number in range(ROWS))
LEFT = [Field(f"cf_{number}", f"Measure {number}", FieldType.CHOICE, options=SIZES) for number in range(MAPPINGS)]
RIGHT = [Field(f"user_{number}", f"Größe {number}", FieldType.TEXT) for number in range(MAPPINGS)]


def large(live: Document) -> Document:
    """Sixty mappings with tables of forty rows, thirty rules with two groups and an action."""
    table = tuple((option.value, f"groß {at}") for at, option in enumerate(SIZES))
    how = Translation(table, Unmapped.FIXED, "size-0", "unbekannt")
    more = [
        FieldMapping(f"m{at}", f"cf_{at}", f"user_{at}", Direction.BOTH, default=False, translation=how)
        for at in range(MAPPINGS)
    ]
    return replace(live, mappings=(*live.mappings, *more), rules=tuple(map(_rule, range(RULES))))


def _rule(at: int) -> Rule:
    either = Group(
        (Condition("company_name", "starts with", f"Ä{at}"), Condition("notes", "contains", f"{at}")), any=True
    )
    when = Group((Condition("email", "contains", f"{at}@"),), (either,))
    return Rule(f"r{at}", Side.LEFT, when, actions=(Action(ActionKind.ADD, "labels", f"Label {at}"),))


@pytest.fixture
def loaded(connected: Stage) -> Stage:
    """The connection with the largest configuration live."""
    with connected.bot.services.store.transaction("T1") as tx:
        (connection,) = tx.connections.all()
        for endpoint_id, more in ((connection.left_id, LEFT), (connection.right_id, RIGHT)):
            endpoint = tx.endpoints.get(endpoint_id)
            tx.endpoints.describe(endpoint.id, [*endpoint.fields, *more])
        document = large(tx.connections.document(connection.id, connection.version))
        tx.connections.save(connection.id, document, "U1", "as large as it gets")
    return connected


def fields(stage: Stage) -> dict[str, str]:
    """The parts on the page, by their blocks."""
    blocks = [block for block in stage.dana.modal().body["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in blocks}


def exported(stage: Stage) -> list[str]:
    stage.dana.command("/zsync config")
    stage.settle()
    press(stage, "Export")
    parts = list(fields(stage).values())
    while "Later parts" in str(stage.dana.modal().body):
        press(stage, "Later parts")
        parts += fields(stage).values()
    return parts


def imported(stage: Stage, parts: list[str]) -> str:
    stage.dana.command("/zsync config")
    stage.settle()
    press(stage, "Import")
    for at, part in enumerate(parts, 1):
        if f"part{at}" not in fields(stage):
            press(stage, "More parts")
        block = next(one for one in stage.dana.modal().body["blocks"] if one.get("block_id") == f"part{at}")
        stage.dana.fill(stage.dana.modal(), block["label"]["text"], part)
    return submit(stage)


def test_the_largest_configuration_is_the_same_after_export_and_import(loaded):
    parts = exported(loaded)
    assert len(parts) > 20
    assert max(map(len, parts)) <= 3000
    assert "Nothing was changed" in imported(loaded, parts)
    shown = imported(loaded, [part.replace("winner: left", "winner: newest") for part in parts])
    assert "～ option winner: left → newest" in shown
    assert shown.count("～") == 1
    assert "You get a preview" in shown


def test_a_mistake_is_told_by_part_and_line_and_mended_where_it_stands(loaded):
    parts = exported(loaded)
    at = next(number for number, part in enumerate(parts) if number > 12 and "right: user_" in part)
    lines = parts[at].splitlines()
    line = next(number for number, text in enumerate(lines) if "right: user_" in text)
    lines[line] = re.sub(r"user_\d+", "user_gone", lines[line])
    broken = [*parts[:at], "\n".join(lines), *parts[at + 1 :]]
    assert f"(part {at + 1}, line {line + 1}): The field “user_gone” is not there any more" in imported(loaded, broken)
    press(loaded, "Mend it")
    assert fields(loaded)["part1"] == parts[0]
    while f"part{at + 1}" not in fields(loaded):
        press(loaded, "More parts")
    loaded.dana.fill(loaded.dana.modal(), f"Part {at + 1}", parts[at])
    assert "Nothing was changed" in submit(loaded)


def test_what_was_made_by_hand_is_checked_line_by_line(loaded):
    text = "\n".join(
        [
            "options:",
            "  interval: 1",
            "  kinds: [everybody]",
            "limits:",
            "  updates_share: 2.5",
            "mappings:",
            "- {id: a, left: cf_0, right: user_0}",
            "- {id: a, left: cf_1, right: user_0}",
            "- {id: b, left: outstanding_receivable_amount, right: birthday}",
        ]
    )
    shown = imported(loaded, [text])
    for wanted in (
        "Line 2: the interval is between",
        "Line 3: “everybody” is no kind of record",
        "Line 5: “share of changed records without asking” takes a share",
        "Line 8: “a” stands for something else already",
        "Line 8: “Größe 0” is used by another mapping",
        "Line 9: Outstanding receivable amount and Birthday do not fit",
    ):
        assert wanted in shown
    assert "*Version 2* :large_green_circle: live" in configuration(loaded)


def configuration(stage: Stage) -> str:
    stage.dana.command("/zsync config")
    return modal(stage)
