"""`/zsync map`: which fields travel, which way, and how values are put into the other side's words."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Suggestion, Verb
from bot.handlers.editing import keep, kept, load, open_draft, save, titles, told
from bot.handlers.rule_forms import typed_in
from bot.render import render
from bot.words import mistake
from sync.model.connections import Direction, FieldMapping, Translation, Unmapped
from sync.model.editing import Loss
from sync.model.fields import FieldType, Value, spoken_ref
from sync.model.records import Side
from sync.usecases import mappings
from sync.usecases.configuration import Editing
from sync.usecases.mappings import Pair
from sync.usecases.report import plain
from sync.usecases.rules import Offer

PAGE = 25
MOST_ROWS = 60
MOST_SUGGESTIONS = 100


def show(ask: Ask) -> None:
    editing = open_draft(ask, "Field mappings", "mappings.open")
    if editing is not None:
        ask.reply.open(list_view(editing))


def list_view(editing: Editing, page: int = 1) -> Json:
    every = sorted(editing.document.mappings, key=lambda one: (not one.enabled, not _is_paused(editing, one)))
    pages = max(1, -(-len(every) // PAGE))
    page = min(max(page, 1), pages)
    return render(
        "mappings/list",
        draft=editing.id,
        connection=editing.connection.name,
        titles=titles(editing),
        rows=[_row(editing, one) for one in every[(page - 1) * PAGE : page * PAGE]],
        page=page,
        pages=pages,
        total=len(every),
        changes=told(editing.differences),
    )


def _row(editing: Editing, one: FieldMapping) -> dict[str, Any]:
    names = {side: spoken_ref(editing.scheme.side(side).fields, one.ref(side)) for side in Side}
    return {
        "left": names[Side.LEFT],
        "right": names[Side.RIGHT],
        "arrow": _effective(one, editing).arrow,
        "enabled": one.enabled,
        "paused": _is_paused(editing, one),
        "id": one.id,
        "default": one.default,
    }


def _is_paused(editing: Editing, one: FieldMapping) -> bool:
    """Whether one of its fields is gone."""
    return any(mappings.field_of(editing, side, one.ref(side)) is None for side in Side)


def _effective(one: FieldMapping, editing: Editing) -> Direction:
    """The connection's direction caps the mapping's."""
    whole = editing.document.options.direction
    return one.direction if whole is Direction.BOTH else whole


def turn_page(ask: Ask) -> None:
    ask.reply.update(list_view(load(ask), int(ask.value)))


def back(ask: Ask) -> None:
    ask.reply.update(list_view(load(ask)))


def row(ask: Ask) -> None:
    word, _, mapping_id = ask.value.partition(":")
    editing = load(ask)
    if word == "edit":
        one = mappings.find(editing, mapping_id)
        form = {"id": one.id, "left": one.left, "right": one.right, "direction": one.direction.value}
        ask.reply.update(edit_view(ask, editing, keep(ask, mapping=form)["mapping"]))
    elif word == "switch":
        on = not mappings.find(editing, mapping_id).enabled
        ask.reply.update(list_view(mappings.switch(ask.services, ask.actor, ask.draft, mapping_id, on=on)))
    else:
        ask.reply.update(list_view(mappings.remove(ask.services, ask.actor, ask.draft, mapping_id)))


def add(ask: Ask) -> None:
    ask.reply.update(edit_view(ask, load(ask), keep(ask, mapping={})["mapping"]))


def left_chosen(ask: Ask) -> None:
    form = {"id": kept(ask)["mapping"].get("id", ""), "left": ask.value}
    ask.reply.update(edit_view(ask, load(ask), keep(ask, mapping=form)["mapping"]))


def right_chosen(ask: Ask) -> None:
    form = {**kept(ask)["mapping"], "right": ask.value, "direction": ""}
    ask.reply.update(edit_view(ask, load(ask), keep(ask, mapping=form)["mapping"]))


# ---- one mapping -------------------------------------------------------------------------------------------------------------------------


def edit_view(ask: Ask, editing: Editing, form: Mapping[str, Any]) -> Json:
    left, right = str(form.get("left") or ""), str(form.get("right") or "")
    pair = mappings.pair(editing, left, right) if left and right else None
    known = next((one for one in editing.document.mappings if one.id == form.get("id")), None)
    how = known.translation if known else Translation()
    table = _table(editing, pair, how) if pair and pair.directions else []
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
        table=table,
        policy=how.unmapped.value,
        fixed=_fixed(editing, pair, how) if table and pair else [],
    )


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


def _table(editing: Editing, pair: Pair, how: Translation) -> list[dict[str, Any]]:
    """A row for each option of the left side; where that has none, for each of the right side."""
    if not pair.verdict.needs_table:
        return []
    lefts, rights = (
        mappings.options_of(editing, side, ref) for side, ref in ((Side.LEFT, pair.left), (Side.RIGHT, pair.right))
    )
    known = dict(how.pairs) if lefts else {right: left for left, right in how.pairs}
    choices = [{"text": label, "value": value} for value, label in (rights if lefts else lefts)]
    same = {label.casefold(): value for value, label in (rights if lefts else lefts)}
    return [
        {
            "label": f"{label} →" if lefts else f"{label} ←",
            "choices": choices[:100],
            "chosen": str(known.get(value) or same.get(label.casefold(), "")),
        }
        for value, label in (lefts or rights)[:MOST_ROWS]
    ]


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


def submit(ask: Ask) -> Json:
    editing, form = load(ask), kept(ask)["mapping"]
    if not form.get("right"):
        return {"errors": {"left": mistake("choose")}}
    pair = mappings.pair(editing, str(form["left"]), str(form["right"]))
    if not pair.directions:
        return {"errors": {"left": mistake("unfit")}}
    direction = Direction(typed_in(ask.form, "direction")[1] or pair.directions[0].value)
    translation = _translation(editing, pair, ask.form)
    if _lacks_fixed(translation, direction):
        return {"errors": {typed_in(ask.form, "unmapped")[0]: mistake("fixed")}}
    done = mappings.put(
        ask.services,
        ask.actor,
        ask.draft,
        left=pair.left,
        right=pair.right,
        direction=direction,
        translation=translation,
        replaces=str(form.get("id") or ""),
    )
    return list_view(done)


def _translation(editing: Editing, pair: Pair, form: Mapping[str, Any]) -> Translation:
    policy = Unmapped(typed_in(form, "unmapped")[1] or Unmapped.HOLD.value)
    left, right = (typed_in(form, f"fixed-{side.value}")[1] or None for side in Side)
    yes, no = form.get("yes") or Translation().yes, form.get("no") or Translation().no
    return Translation(_pairs(editing, pair, form), policy, left, right, yes, no)


def _lacks_fixed(how: Translation, direction: Direction) -> bool:
    """Whether a fixed value is wanted on a side that has none."""
    fixed = {Side.LEFT: how.fixed_left, Side.RIGHT: how.fixed_right}
    return how.unmapped is Unmapped.FIXED and any(fixed[side] is None for side in Side if direction.writes(side))


def _pairs(editing: Editing, pair: Pair, form: Mapping[str, Any]) -> tuple[tuple[Value, Value], ...]:
    if not pair.verdict.needs_table:
        return ()
    lefts, rights = (
        mappings.options_of(editing, side, ref) for side, ref in ((Side.LEFT, pair.left), (Side.RIGHT, pair.right))
    )
    typed = {int(block.split(":")[1]): value for block, value in form.items() if block.startswith("table:") and value}
    rows: Sequence[tuple[str, str]] = lefts or rights
    return tuple(
        (rows[at][0], value) if lefts else (value, rows[at][0]) for at, value in sorted(typed.items()) if at < len(rows)
    )


# ---- searching ---------------------------------------------------------------------------------------------------------------------------


def suggest_left(ask: Ask) -> list[Offer]:
    form = kept(ask)["mapping"]
    return _found(mappings.free(load(ask), Side.LEFT, str(form.get("id") or "")), ask.text)


def suggest_right(ask: Ask) -> list[Offer]:
    """Only partners that fit; their type stands beside the name."""
    form = kept(ask)["mapping"]
    return _found(mappings.partners(load(ask), Side.LEFT, str(form["left"]), str(form.get("id") or "")), ask.text)


def _found(offers: Sequence[mappings.Offer], text: str) -> list[Offer]:
    near = [one for one in offers if text.casefold() in one.name.casefold()]
    return [Offer(one.ref, one.name, one.type) for one in near[:MOST_SUGGESTIONS]]


VERBS = (Verb("map", "decides which fields travel, and which way", show),)
BUTTONS: dict[str, Handler] = {
    "mappings.open": show,
    "mappings.row": row,
    "mappings.add": add,
    "mappings.back": back,
    "mappings.page": turn_page,
    "mappings.page.next": turn_page,
    "mappings.left": left_chosen,
    "mappings.right": right_chosen,
}
SUBMISSIONS: dict[str, Submission] = {"mappings.save": save, "mappings.keep": submit}
SUGGESTIONS: dict[str, Suggestion] = {"mappings.left": suggest_left, "mappings.right": suggest_right}
