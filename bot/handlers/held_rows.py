"""Rows of records that wait, as templates take them."""

from typing import Any

from sync.model.connections import Winner
from sync.model.records import Side
from sync.model.stories import FieldStory
from sync.usecases.desk import Decided
from sync.usecases.examples import plain
from sync.usecases.held import Item, Member


def item_row(item: Item) -> dict[str, Any]:
    return {
        "row": item.row,
        "side": item.side.value,
        "name": item.name,
        "bucket": item.standing.bucket.value,
        "code": item.standing.code,
        "said": item.problem.said() if item.problem else "",
        "advised": item.problem.advised() if item.problem else "",
        "questions": [question(story) for story in item.questions],
        "group": [member_row(member) for member in item.group],
    }


def question(story: FieldStory) -> dict[str, Any]:
    """One field that holds a record; `key` names it and the two values that are shown."""
    base = story.base
    return {
        "field": story.names[Side.LEFT],
        "left": plain(story.values[Side.LEFT]),
        "right": plain(story.values[Side.RIGHT]),
        "before": [text for text in dict.fromkeys((plain(base.left), plain(base.right))) if text] if base else [],
        "outcome": story.outcome,
        "side": story.facts.get("side", ""),
        "newest": story.facts.get("winner") == Winner.NEWEST.value,
        "key": f"{story.mark}|{story.base_key}",
    }


def member_row(member: Member) -> dict[str, Any]:
    values = [{"field": name, "value": plain(value)} for name, value in member.values.items()]
    return {
        "row": member.row,
        "side": member.side.value,
        "name": member.name,
        "id": member.id,
        "linked": member.linked,
        "values": values,
    }


def note(decided: Decided | None = None) -> dict[str, Any]:
    """What became of the decision that led to this view."""
    if decided is None:
        return {"became": "", "name": "", "by": "", "count": 0}
    return {"became": decided.became.value, "name": decided.name, "by": decided.by, "count": decided.count}
