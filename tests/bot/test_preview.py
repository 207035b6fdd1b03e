"""What a preview shows, through the front door: examples in groups, and how many linked pairs rest."""

from collections import Counter
from typing import Any

from bot.sandbox.slack.state import Message
from tests.bot.test_taking_part import count_of, switches, take_part


def example_rows(card: Message) -> list[list[str]]:
    table = next(block for block in card.blocks if block["type"] == "table")
    return [[text_in(cell) for cell in row] for row in table["rows"]]


def text_in(cell: dict[str, Any]) -> str:
    return str(cell["text"]) if "text" in cell else "".join(map(text_in, cell["elements"]))


def test_examples_stand_in_groups_that_are_named_once_and_each_row_names_its_record(stage):
    stage.google.people.create({"names": [{"givenName": "Uma"}], "emailAddresses": [{"value": "uma@new.example"}]})
    stage.connect()
    rows = example_rows(stage.preview())
    groups = [row[0] for row in rows if row[1:] == ["Field", "Before", "After"]]
    assert rows[0][0] in groups
    assert sorted(groups) == ["New in Google Contacts", "New in Zoho Inventory", "Updated in Google Contacts"]
    records = [row for row in rows if row[0] not in groups]
    assert all(row[0].strip() and row[3].strip() for row in records)
    assert max(Counter(row[0] for row in records).values()) <= 4


def test_pairs_that_rest_are_told_beside_those_that_rest_already(connected):
    assert "rest" not in take_part(connected, ["customer", "vendor"])
    assert "*3 linked pairs rest*: no rule brings them in" in take_part(connected, ["customer"])
    said = switches(connected, "avoid_duplicates", "clears_travel")
    assert "*3 linked pairs rest*, as many as with the old settings: no rule" in said
    customers, _ = count_of(connected, "In step")
    said = take_part(connected, ["vendor"])
    assert f"*{customers} linked pairs rest* with the new settings, 3 with the old ones: no rule" in said
    said = take_part(connected, ["customer", "vendor"])
    assert f"*No linked pair rests any more*; with the old settings {customers} do." in said
