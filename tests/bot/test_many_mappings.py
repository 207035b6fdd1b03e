"""More than a hundred mappings in the modal, which holds a hundred blocks: page by page, and whatever is done keeps one where one was."""

from collections.abc import Iterator

import pytest

from bot.sandbox.seed import company
from tests.bot.modals import (
    approve_change,
    choose,
    find_customer,
    find_person,
    menu,
    modal,
    open_rule,
    paired,
    press,
    runs,
    submit,
)
from tests.bot.stage import Stage
from tests.bot.test_large_documents import exported, imported
from tests.bot.test_mappings import open_map

MORE = 110
LAST = f"Measure {MORE - 1}"


def measure(number: int) -> dict[str, object]:
    return {
        "customfield_id": f"52100000000{800000 + number}", "api_name": f"cf_measure_{number}", "label": f"Measure {number}",
        "data_type": "string", "is_mandatory": False, "values": [],
    }  # fmt: skip


@pytest.fixture
def crowded() -> Iterator[Stage]:
    """Both apps have so many fields of their own, and each of Zoho's but the last is mapped to one of Google's."""
    seed = company(customers=40, people=30)
    seed.organization.fields += [measure(number) for number in range(MORE)]
    seed.people[0]["userDefined"] = [{"key": f"Size {number}", "value": str(number)} for number in range(MORE)]
    stage = Stage(seed)
    stage.connect()
    stage.approve()
    (text,) = exported(stage)
    known = next(line for line in text.splitlines() if line.startswith("mappings:"))
    rows = [
        f"- {{id: m{at}, left: cf_52100000000{800000 + at}, right: custom_Size {at}, default: false}}"
        for at in range(MORE - 1)
    ]
    lines = text.replace(known, "\n".join([known, *rows])).splitlines()
    parts = ["\n".join(lines[at : at + 30]) for at in range(0, len(lines), 30)]
    assert "You get a preview" in imported(stage, parts)
    approve_change(stage)
    yield stage
    stage.close()


def rows(stage: Stage) -> list[str]:
    """The mappings on the page."""
    return [line for line in modal(stage).splitlines() if line.startswith((":large_green_circle:", ":white_circle:"))]


def test_every_mapping_is_on_one_page_and_no_page_is_more_than_slack_takes(crowded):
    open_map(crowded)
    seen = rows(crowded)
    while "Later" in modal(crowded).splitlines():
        press(crowded, "Later")
        assert len(crowded.dana.modal().body["blocks"]) <= 100
        seen += rows(crowded)
    assert len(seen) == len(set(seen)) > 100
    assert f"Page 5 of 5, {len(seen)} mappings." in modal(crowded)
    assert [one for one in seen if "Measure" in one] == [
        f":large_green_circle: Measure {at} ↔ Size {at}" for at in range(MORE - 1)
    ]
    press(crowded, "Earlier")
    assert "Page 4 of 5" in modal(crowded)


def test_what_is_done_on_a_page_keeps_one_there_and_takes_effect(crowded):
    email = paired(crowded)[0]
    open_map(crowded)
    press(crowded, "Later")
    menu(crowded, "Measure 30 ↔", "Switch off")
    menu(crowded, "Measure 31 ↔", "Remove")
    menu(crowded, "Measure 32 ↔", "Edit")
    crowded.dana.choose(crowded.dana.modal(), "Direction", "Zoho Inventory → Google Contacts")
    shown = submit(crowded)
    press(crowded, "Add a mapping")
    press(crowded, "Back")
    for one in (shown, modal(crowded)):
        assert "Page 2 of 5" in one
        assert ":white_circle: Measure 30 ↔ Size 30" in one
        assert ":large_green_circle: Measure 32 → Size 32" in one
        assert "－ mapping Measure 31 ↔ Size 31" in one

    press(crowded, "Add a mapping")
    choose(crowded, "mappings.left", LAST)
    choose(crowded, "mappings.right", "Size 109")
    shown = submit(crowded)
    assert f":large_green_circle: {LAST} ↔ Size 109" in shown
    assert "Page 5 of 5" in shown
    submit(crowded)
    approve_change(crowded)

    contact = find_customer(crowded, email)["contact_id"]
    crowded.zoho.first.edit(contact, {f"cf_52100000000{800000 + at}": "from Zoho" for at in (30, 31, 32, MORE - 1)})
    runs(crowded)
    sizes = {one["key"]: one["value"] for one in find_person(crowded, email).fields["userDefined"]}
    assert {key for key, value in sizes.items() if value == "from Zoho"} == {"Size 32", f"Size {MORE - 1}"}
    open_map(crowded)
    assert "Page 1 of 5" in modal(crowded)


def test_a_field_is_found_among_any_number_in_a_rule_too(crowded):
    open_rule(crowded)
    press(crowded, "Add a condition")
    view = crowded.dana.modal()
    assert len(crowded.dana.suggestions(view, "rules.field", "")) == 100
    assert [one["text"]["text"] for one in crowded.dana.suggestions(view, "rules.field", LAST.lower())] == [LAST]
