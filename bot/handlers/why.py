"""`/zsync why`: everything about one record, for the one who asks alone."""

from collections.abc import Mapping
from typing import Any

from bot.handlers import Ask, Handler, Json, Verb
from bot.handlers.editing import findings
from bot.handlers.held_rows import item_row, note
from bot.render import render
from sync.model.records import Side
from sync.model.stories import FieldStory, RuleStory
from sync.usecases import why
from sync.usecases.examples import plain
from sync.usecases.why import Known, Line


def show(ask: Ask) -> None:
    found = why.find(ask.services, ask.actor, ask.text)
    if len(found) == 1:
        ask.reply.open(view(ask, found[0].connection.id, found[0].row))
        return
    rows = [
        {"name": one.name, "titles": list(one.titles), "connection": one.connection.name, "value": f"{one.connection.id}|{one.row}"}
        for one in found
    ]  # fmt: skip
    ask.reply.open(render("why/choose", text=ask.text, rows=rows))


def look(ask: Ask) -> None:
    connection_id, _, row = ask.value.partition("|")
    ask.reply.update(view(ask, connection_id, int(row)))


def view(ask: Ask, connection_id: str, row: int, said: Mapping[str, Any] | None = None) -> Json:
    one = why.why(ask.services, ask.actor, connection_id, row)
    return render(
        "why/record",
        draft=f"why|{connection_id}|{row}",
        note=said or note(),
        connection=one.connection.name,
        titles=one.titles,
        name=one.name,
        bucket=one.standing.bucket.value,
        code=one.standing.code,
        link=one.link,
        row=one.row,
        creates=[intent.side.value for intent in one.decision.intents if intent.kind.value == "create"],
        will=one.decision.standing.bucket.value,
        known=[_known(one.known[side]) for side in Side if side in one.known],
        fields=[_field(story) for story in one.fields],
        unlabelled=findings(one.unlabelled),
        lines=[_line(line) for line in one.lines],
        item=item_row(one.item) if one.item else None,
    )


def _known(one: Known) -> dict[str, Any]:
    return {
        "title": one.title,
        "id": one.id,
        "name": one.name,
        "listed_at": one.listed_at.timestamp() if one.listed_at else 0,
        "read_at": one.read_at.timestamp() if one.read_at else 0,
        "rules": [_rule(rule) for rule in one.rules],
    }


def _rule(rule: RuleStory) -> dict[str, Any]:
    told = [{"sentence": one.sentence, "value": plain(one.value), "truth": one.truth} for one in rule.conditions]
    return {"sentence": rule.sentence, "truth": rule.truth, "conditions": told}


def _field(story: FieldStory) -> dict[str, Any]:
    base = story.base
    return {
        "name": story.names[Side.LEFT],
        "left": plain(story.values[Side.LEFT]),
        "right": plain(story.values[Side.RIGHT]),
        "base": {"left": plain(base.left), "right": plain(base.right)} if base else None,
        "outcome": story.outcome,
        "held": story.held,
        "to": story.to.value if story.to else "",
        "after": plain(story.after),
        "by": story.by,
        "won": story.won,
        "unread": sorted(side.value for side in story.unread),
    }


def _line(line: Line) -> dict[str, Any]:
    changes = [
        {"field": one.field, "before": plain(one.before), "after": plain(one.after), "reason": one.reason, "rule": one.rule}
        for one in line.changes
    ]  # fmt: skip
    at = line.at.timestamp()
    return {"at": at, "kind": line.kind, "by": line.by, "title": line.title, "changes": changes}


VERBS = (Verb("why", "tells everything about one record: an e-mail address, a name or an id", show),)
BUTTONS: dict[str, Handler] = {"why.look": look}
