"""Value tables through the front door: what a table does not name is held, left alone, or stands for a fixed value on either side."""

from collections.abc import Iterator

import pytest

from bot.sandbox.seed import company
from bot.sandbox.slack.person import text_of
from tests.bot.modals import (
    approve_change,
    choose,
    find_customer,
    find_person,
    menu,
    modal,
    paired,
    press,
    runs,
    submit,
)
from tests.bot.stage import Stage
from tests.bot.test_large_documents import exported, imported


def open_table(stage: Stage) -> None:
    """Customer type ↔ Nickname; only “Business” is named."""
    stage.dana.command("/zsync map")
    stage.settle()
    press(stage, "Add a mapping")
    choose(stage, "mappings.left", "Customer type")
    choose(stage, "mappings.right", "Nickname")
    stage.dana.fill(stage.dana.modal(), "Business →", "Firm")


def save(stage: Stage) -> None:
    submit(stage)
    submit(stage)
    approve_change(stage)


def of_type(stage: Stage, kind: str) -> str:
    return next(one for one in paired(stage) if find_customer(stage, one)["customer_sub_type"] == kind)


def nickname(stage: Stage, email: str) -> str:
    names = find_person(stage, email).fields.get("nicknames") or [{"value": ""}]
    return str(names[0]["value"])


def type_nickname(stage: Stage, email: str, name: str) -> None:
    stage.google.people.edit(find_person(stage, email).resource, {"nicknames": [{"value": name}]})
    runs(stage)


def status(stage: Stage) -> str:
    stage.dana.command("/zsync status")
    stage.settle()
    return text_of(stage.dana.last("C1"))


def test_a_fixed_value_stands_for_what_is_not_named_on_both_sides(connected):
    open_table(connected)
    view = connected.dana.modal()
    connected.dana.choose(view, "A value that is not in the table", "Use a fixed value")
    connected.dana.choose(view, "The fixed value in Zoho Inventory", "Individual")
    connected.dana.fill(view, "The fixed value in Google Contacts", "Somebody")
    save(connected)
    firm, person = of_type(connected, "business"), of_type(connected, "individual")
    assert (nickname(connected, firm), nickname(connected, person)) == ("Firm", "Somebody")
    type_nickname(connected, firm, "Nobody knows")
    assert find_customer(connected, firm)["customer_sub_type"] == "individual"


@pytest.mark.parametrize(("policy", "held"), [("Hold the record", True), ("Leave the field alone", False)])
def test_what_is_not_named_is_held_or_left_alone(connected, policy, held):
    open_table(connected)
    connected.dana.choose(connected.dana.modal(), "A value that is not in the table", policy)
    save(connected)
    firm, person = of_type(connected, "business"), of_type(connected, "individual")
    assert (nickname(connected, firm), nickname(connected, person)) == ("Firm", "")
    assert ("Held\n" in status(connected)) is held
    connected.zoho.first.edit(find_customer(connected, person)["contact_id"], {"designation": "Buyer"})
    runs(connected)
    titles = [one.get("title") for one in find_person(connected, person).fields.get("organizations", [])]
    assert "Buyer" in titles, "the other fields go on"


def test_a_fixed_value_that_is_wanted_and_missing_is_told_beside_it(connected):
    open_table(connected)
    view = connected.dana.modal()
    connected.dana.choose(view, "A value that is not in the table", "Use a fixed value")
    connected.dana.fill(view, "The fixed value in Google Contacts", "Somebody")
    submit(connected)
    assert "Choose the fixed value" in str(connected.dana.modal().errors)


SIZES = 75


@pytest.fixture
def long() -> Iterator[Stage]:
    """Size ↔ Nickname through a table of 75 rows that came with a document; two names stand for the first size."""
    seed = company(customers=40, people=30)
    options = [{"name": f"Size {number}", "order": number, "is_active": True} for number in range(SIZES)]
    seed.organization.fields.append({
        "customfield_id": "521000000008000001", "api_name": "cf_size", "label": "Size", "data_type": "dropdown",
        "is_mandatory": False, "values": options,
    })  # fmt: skip
    stage = Stage(seed)
    stage.connect()
    stage.approve()
    (text,) = exported(stage)
    table = [f"  - [Size {number}, Name {number}]" for number in range(SIZES)] + ["  - [Size 0, First]"]
    rows = [
        "- id: sizes",
        "  left: cf_521000000008000001",
        "  right: nickname",
        "  default: false",
        "  translation:",
        "    pairs:",
    ]
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("mappings:")) + 1
    lines[at:at] = [*rows, *(f"  {row}" for row in table)]
    assert "You get a preview" in imported(stage, ["\n".join(lines[at : at + 30]) for at in range(0, len(lines), 30)])
    approve_change(stage)
    yield stage
    stage.close()


def size(stage: Stage, email: str, name: str = "") -> str:
    """The customer's size, once it has been set to this one."""
    if name:
        stage.zoho.first.edit(find_customer(stage, email)["contact_id"], {"cf_521000000008000001": name})
        runs(stage)
    return str(find_customer(stage, email)["custom"].get("521000000008000001"))


def test_rows_that_the_form_has_no_room_for_are_kept_as_they_are(long):
    email = paired(long)[0]
    long.dana.command("/zsync map")
    long.settle()
    menu(long, "Size ↔ Nickname", "Edit")
    shown = modal(long)
    assert "Size 59 →" in shown
    assert "Size 60 →" not in shown
    assert "16 further rows are not shown here and stay as they are. The whole table is in the configuration" in shown
    assert "`/zsync config` exports it" in shown
    long.dana.fill(long.dana.modal(), "Size 0 →", "Smallest")
    long.dana.fill(long.dana.modal(), "Size 1 →", "")
    save(long)
    assert (size(long, email, "Size 0"), nickname(long, email)) == ("Size 0", "Smallest")
    assert (size(long, email, "Size 74"), nickname(long, email)) == ("Size 74", "Name 74")
    type_nickname(long, email, "First")
    assert size(long, email) == "Size 0"
    type_nickname(long, email, "Name 1")
    assert size(long, email) == "Size 0", "nobody names it any more"


def test_a_table_that_is_saved_as_it_was_changes_nothing(long):
    long.dana.command("/zsync map")
    long.settle()
    menu(long, "Size ↔ Nickname", "Edit")
    assert "Not saved yet" not in submit(long)
