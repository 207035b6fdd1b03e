"""`/zsync map`: which fields travel, which way, and how values are put into the other side's words."""

from collections.abc import Sequence
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Suggestion, Verb, mapping_forms
from bot.handlers.editing import keep, kept, load, open_draft, save, titles, told
from bot.handlers.rule_forms import typed_in
from bot.render import render
from bot.words import mistake
from sync.model.connections import Direction, FieldMapping
from sync.model.fields import spoken_ref
from sync.model.records import Side
from sync.usecases import mappings
from sync.usecases.configuration import Editing
from sync.usecases.rules import Offer

PAGE = 25
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
        ask.reply.update(mapping_forms.edit_view(ask, editing, keep(ask, mapping=form)["mapping"]))
    elif word == "switch":
        on = not mappings.find(editing, mapping_id).enabled
        ask.reply.update(list_view(mappings.switch(ask.services, ask.actor, ask.draft, mapping_id, on=on)))
    else:
        ask.reply.update(list_view(mappings.remove(ask.services, ask.actor, ask.draft, mapping_id)))


# ---- one mapping -------------------------------------------------------------------------------------------------------------------------


def add(ask: Ask) -> None:
    ask.reply.update(mapping_forms.edit_view(ask, load(ask), keep(ask, mapping={})["mapping"]))


def left_chosen(ask: Ask) -> None:
    form = {"id": kept(ask)["mapping"].get("id", ""), "left": ask.value}
    ask.reply.update(mapping_forms.edit_view(ask, load(ask), keep(ask, mapping=form)["mapping"]))


def right_chosen(ask: Ask) -> None:
    form = {**kept(ask)["mapping"], "right": ask.value, "direction": ""}
    ask.reply.update(mapping_forms.edit_view(ask, load(ask), keep(ask, mapping=form)["mapping"]))


def submit(ask: Ask) -> Json:
    editing, form = load(ask), kept(ask)["mapping"]
    if not form.get("right"):
        return {"errors": {"left": mistake("choose")}}
    pair = mappings.pair(editing, str(form["left"]), str(form["right"]))
    if not pair.directions:
        return {"errors": {"left": mistake("unfit")}}
    direction = Direction(typed_in(ask.form, "direction")[1] or pair.directions[0].value)
    translation = mapping_forms.translation(editing, pair, ask.form)
    if mapping_forms.lacks_fixed(translation, direction):
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
