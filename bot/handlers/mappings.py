"""`/zsync map`: which fields travel, which way, and how values are put into the other side's words."""

from collections.abc import Sequence
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Suggestion, Verb, mapping_forms
from bot.handlers.editing import findings, keep, kept, load, open_draft, save, titles, told
from bot.handlers.rule_forms import typed_in
from bot.render import render
from bot.words import mistake
from sync.model.connections import Direction, FieldMapping
from sync.model.fields import spoken_ref
from sync.model.records import Side
from sync.usecases import configuration, mappings
from sync.usecases.configuration import Editing
from sync.usecases.rules import Offer

PAGE = 25
MOST_SUGGESTIONS = 100


def show(ask: Ask) -> None:
    editing = open_draft(ask, "Field mappings", "mappings.open")
    if editing is not None:
        configuration.remember(ask.services, ask.actor, editing.id, page=1)
        ask.reply.open(list_view(editing))


def list_view(editing: Editing, page: int = 1) -> Json:
    every = _in_order(editing)
    pages = _page(len(every) - 1)
    page = min(page, pages)
    return render(
        "mappings/list",
        draft=editing.id,
        connection=editing.connection.name,
        titles=titles(editing),
        rows=[_row(editing, one) for one in every[(page - 1) * PAGE : page * PAGE]],
        page=page,
        pages=pages,
        total=len(every),
        findings=findings(mappings.unlabelled(editing)),
        changes=told(editing.differences),
    )


def _in_order(editing: Editing) -> list[FieldMapping]:
    """Paused mappings first, those that are switched off last; what is switched in the draft keeps its place until that is live."""
    off = {one.id for one in editing.live.mappings if not one.enabled}
    return sorted(editing.document.mappings, key=lambda one: (one.id in off, not _is_paused(editing, one)))


def _page(place: int) -> int:
    """The page on which the mapping with this place in the order stands."""
    return max(place, 0) // PAGE + 1


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


def _again(ask: Ask, editing: Editing) -> Json:
    """The list on the page where the person was."""
    return list_view(editing, int(kept(ask).get("page", 1)))


def turn_page(ask: Ask) -> None:
    keep(ask, page=int(ask.value))
    back(ask)


def back(ask: Ask) -> None:
    ask.reply.update(_again(ask, load(ask)))


def row(ask: Ask) -> None:
    word, _, mapping_id = ask.value.partition(":")
    editing = load(ask)
    if word == "edit":
        one = mappings.find(editing, mapping_id)
        form = {"id": one.id, "left": one.left, "right": one.right, "direction": one.direction.value}
        ask.reply.update(mapping_forms.edit_view(ask, editing, keep(ask, mapping=form)["mapping"]))
    elif word == "switch":
        on = not mappings.find(editing, mapping_id).enabled
        ask.reply.update(_again(ask, mappings.switch(ask.services, ask.actor, ask.draft, mapping_id, on=on)))
    else:
        ask.reply.update(_again(ask, mappings.remove(ask.services, ask.actor, ask.draft, mapping_id)))


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
    translation = mapping_forms.translation(editing, pair, ask.form, form)
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
    made = next(at for at, one in enumerate(_in_order(done)) if one.enabled and one.left == pair.left)
    keep(ask, page=_page(made))
    return _again(ask, done)


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
