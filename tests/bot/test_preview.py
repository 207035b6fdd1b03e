"""What a preview shows, through the front door: examples in groups, and how many linked pairs rest."""

from collections import Counter
from typing import Any

from bot.sandbox.slack.state import Message


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
