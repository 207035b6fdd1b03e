"""The form of one field mapping: what it shows for two fields, and what was typed into it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.handlers import Ask, Json, value_tables
from bot.handlers.editing import titles
from bot.handlers.rule_forms import typed_in
from bot.render import render
from sync.model.connections import Direction, FieldMapping, Translation, Unmapped
from sync.model.editing import Loss
from sync.model.fields import FieldType, spoken_ref
from sync.model.records import Side
from sync.usecases import mappings
from sync.usecases.configuration import Editing
from sync.usecases.examples import plain
from sync.usecases.mappings import Pair


def edit_view(ask: Ask, editing: Editing, form: Mapping[str, Any]) -> Json:
    left, right = str(form.get("left") or ""), str(form.get("right") or "")
    pair = mappings.pair(editing, left, right) if left and right else None
    known = _known(editing, form)
    how = known.translation if known else Translation()
    table = value_tables.table(editing, pair, known) if pair and pair.directions else None
    chosen = str(form.get("direction") or "")
    return render(
        "mappings/edit",
        draft=editing.id,
        key=hashlib.sha256(f"{left}\n{right}".encode()).hexdigest()[:8],
        titles=titles(editing),
        left=_picked(editing, Side.LEFT, left),
        right=_picked(editing, Side.RIGHT, right),
        refused=None
        if pair is None or pair.directions
        else {"reason": pair.verdict.reason, "remedy": pair.verdict.remedy},
        directions=_directions(editing, pair),
        direction=chosen or (pair.directions[0].value if pair and pair.directions else ""),
        why_directions=pair.verdict.reason if pair and pair.directions and len(pair.directions) == 1 else "",
        losses=_losses(ask, editing, pair, how),
        words={"yes": how.yes, "no": how.no} if pair and _is_worded(editing, pair) else None,
        table=value_tables.rows(table) if table else [],
        further=value_tables.further(table) if table else 0,
        policy=how.unmapped.value,
        fixed=_fixed(editing, pair, how) if table and pair else [],
    )


def _known(editing: Editing, form: Mapping[str, Any]) -> FieldMapping | None:
    """The mapping that is being edited; None where it is a new one."""
    return next((one for one in editing.document.mappings if one.id == form.get("id")), None)


def _picked(editing: Editing, side: Side, ref: str) -> dict[str, str] | None:
    return {"text": spoken_ref(editing.scheme.side(side).fields, ref), "value": ref} if ref else None


def _directions(editing: Editing, pair: Pair | None) -> list[dict[str, str]]:
    names = titles(editing)
    said = {
        Direction.BOTH: f"{names['left']} ↔ {names['right']}",
        Direction.TO_RIGHT: f"{names['left']} → {names['right']}",
        Direction.TO_LEFT: f"{names['right']} → {names['left']}",
    }
    return [{"text": said[way], "value": way.value} for way in pair.directions] if pair else []


def _losses(ask: Ask, editing: Editing, pair: Pair | None, how: Translation) -> list[dict[str, str]]:
    """A warning for each direction in which something is lost, with an example from the real data."""
    found = []
    for side in Side:
        if pair is None or not pair.directions or pair.verdict.loss[side] is not Loss.LOSSY:
            continue
        one = mappings.example(ask.services, ask.actor, editing, side.other, pair, how)
        title = f"{editing.scheme.side(side.other).title} → {editing.scheme.side(side).title}"
        shown = (
            {"name": one.name, "before": plain(one.before), "after": plain(one.after), "code": one.code} if one else {}
        )
        empty = {"name": "", "before": "", "after": "", "code": ""}
        found.append({"title": title, "warning": pair.verdict.warning[side], **empty, **shown})
    return found


def _types(editing: Editing, pair: Pair) -> set[FieldType]:
    fields = (mappings.field_of(editing, Side.LEFT, pair.left), mappings.field_of(editing, Side.RIGHT, pair.right))
    return {one.type for one in fields if one}


def _is_worded(editing: Editing, pair: Pair) -> bool:
    """Yes/no against a text: the words are chosen."""
    kinds = _types(editing, pair)
    return FieldType.YES_NO in kinds and bool(kinds & {FieldType.TEXT, FieldType.LONG_TEXT})


def _fixed(editing: Editing, pair: Pair, how: Translation) -> list[dict[str, Any]]:
    """What stands on a side for values that the table does not name: one of its options, or a text where it has none."""
    sides = [side for side in Side if side in pair.verdict.ways]
    chosen = {Side.LEFT: how.fixed_left, Side.RIGHT: how.fixed_right}
    return [
        {
            "side": side.value,
            "choices": [
                {"text": label, "value": value}
                for value, label in mappings.options_of(editing, side, _ref(pair, side))[:100]
            ],
            "chosen": str(chosen[side] or ""),
        }
        for side in sides
    ]


def _ref(pair: Pair, side: Side) -> str:
    return pair.left if side is Side.LEFT else pair.right


# ---- what was typed ----------------------------------------------------------------------------------------------------------------------


def translation(editing: Editing, pair: Pair, form: Mapping[str, Any], kept: Mapping[str, Any]) -> Translation:
    """What was typed into the `form` for the mapping that is `kept` beside it."""
    policy = Unmapped(typed_in(form, "unmapped")[1] or Unmapped.HOLD.value)
    left, right = (typed_in(form, f"fixed-{side.value}")[1] or None for side in Side)
    yes, no = form.get("yes") or Translation().yes, form.get("no") or Translation().no
    table = value_tables.table(editing, pair, _known(editing, kept))
    return Translation(value_tables.pairs(table, form) if table else (), policy, left, right, yes, no)


def lacks_fixed(how: Translation, direction: Direction) -> bool:
    """Whether a fixed value is wanted on a side that has none."""
    fixed = {Side.LEFT: how.fixed_left, Side.RIGHT: how.fixed_right}
    return how.unmapped is Unmapped.FIXED and any(fixed[side] is None for side in Side if direction.writes(side))
