"""The forms of one condition and one action: which inputs fit a field and an operator, and what was typed into them."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.handlers import Json
from bot.render import render
from bot.words import mistake
from sync.model.connections import Action, ActionKind, Rule
from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, SETS, Field, FieldRef, FieldType, Value, spoken_ref
from sync.model.records import Side
from sync.usecases import rules
from sync.usecases.configuration import Editing
from sync.usecases.rules import Offer

MOST_OPTIONS = 100
OPTIONED = (FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.LABELS)
YES_NO = ({"text": "Yes", "value": "true"}, {"text": "No", "value": "false"})

# What to type, by the operator's demand and the kind of field; a demand alone stands for every other field.
INPUTS: Mapping[Wants, Mapping[tuple[FieldType, ...], str]] = {
    Wants.NOTHING: {},
    Wants.DAYS: {tuple(FieldType): "days"},
    Wants.ONE: {
        NUMBERS: "number",
        DATES: "date",
        OPTIONED: "choice",
        (FieldType.YES_NO,): "choice",
        tuple(FieldType): "text",
    },
    Wants.SEVERAL: {OPTIONED: "choices", tuple(FieldType): "texts"},
    Wants.RANGE: {DATES: "dates", tuple(FieldType): "range"},
}


def condition_view(editing: Editing, kept: Mapping[str, Any]) -> Json:
    rule, form = rules.find(editing, str(kept["rule"])), kept["condition"]
    ref, chosen = str(form.get("field") or ""), str(form.get("operator") or "")
    offered = rules.operators_of(editing, rule.side, ref) if ref else ()
    chosen = chosen if chosen in {one.name for one in offered} else ""
    wants = _input(editing, rule.side, ref, chosen) if chosen else ""
    value = form.get("value")
    low, high = (value[0], value[1]) if wants in ("range", "dates") and value else (value, "")
    return render(
        "rules/condition",
        draft=editing.id,
        title=editing.scheme.side(rule.side).title,
        key=_key(ref, chosen),
        field=_picked(editing, rule.side, ref),
        operators=[{"text": one.name, "value": one.name} for one in offered],
        operator=chosen,
        wants=wants,
        value=_shown(wants, low),
        upto=_shown(wants, high),
        unit=_unit(editing, rule.side, ref),
        choices=_choices(editing, rule.side, ref),
        picked=_option(editing, rule.side, ref, value) if wants == "search" else None,
    )


def _key(*parts: str) -> str:
    """A part of block ids: what was typed for another field must not stay."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _picked(editing: Editing, side: Side, ref: str) -> dict[str, str] | None:
    one = rules.field_of(editing, side, ref) if ref else None
    if one is None:
        return None
    text = one.label if ref == one.key else spoken_ref({one.key: one}, ref)
    return {"text": text, "value": ref}


def _input(editing: Editing, side: Side, ref: str, name: str) -> str:
    kind, operator = rules.type_of(editing, side, ref), rules.operator(name)
    if kind is None or operator is None:
        return ""
    found = next((wanted for kinds, wanted in INPUTS[operator.wants].items() if kind in kinds), "")
    return _long(found, editing, side, ref)


def _long(wanted: str, editing: Editing, side: Side, ref: str) -> str:
    """More options than a menu holds are searched for; none at all are typed."""
    several = len(_choices(editing, side, ref))
    if wanted == "choice" and not 0 < several <= MOST_OPTIONS:
        return "search" if several else "text"
    if wanted == "choices" and not 0 < several <= MOST_OPTIONS:
        return "texts"
    return wanted


def _choices(editing: Editing, side: Side, ref: str) -> list[dict[str, str]]:
    one = rules.field_of(editing, side, ref) if ref else None
    if one is None:
        return []
    if one.type is FieldType.YES_NO:
        return list(YES_NO)
    return [{"text": option.label, "value": option.value} for option in one.options]


def options_offered(editing: Editing, side: Side, ref: str) -> list[Offer]:
    return [Offer(one["value"], one["text"]) for one in _choices(editing, side, ref)]


def takes_new(editing: Editing, side: Side, ref: str) -> bool:
    """Labels are made when they are first used."""
    one = rules.field_of(editing, side, ref)
    return one is not None and one.type is FieldType.LABELS


def _option(editing: Editing, side: Side, ref: str, value: Value) -> dict[str, str] | None:
    known = [one for one in _choices(editing, side, ref) if one["value"] == value]
    return known[0] if known else ({"text": str(value), "value": str(value)} if value else None)


def _unit(editing: Editing, side: Side, ref: str) -> str:
    if rules.type_of(editing, side, ref) is not FieldType.MONEY:
        return ""
    return f"In {editing.endpoints[side].facts.get('currency', 'the currency')} of {editing.endpoints[side].name}."


def _shown(wants: str, value: Value) -> Any:
    if wants == "choices":
        return value or []
    if wants == "texts":
        return "\n".join(value or ())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


# ---- what was typed ----------------------------------------------------------------------------------------------------------------------


def typed_in(form: Mapping[str, Any], name: str) -> tuple[str, Any]:
    """The block's id and its content; block ids end in a key."""
    return next(((block, typed) for block, typed in form.items() if block.partition(":")[0] == name), (name, None))


def value_of(
    editing: Editing, side: Side, ref: str, name: str, form: Mapping[str, Any]
) -> tuple[Value, dict[str, str]]:
    """A condition's value, or what is wrong by block."""
    operator = rules.operator(name)
    if operator is None or operator.wants is Wants.NOTHING:
        return None, {}
    block, low = typed_in(form, "value")
    if operator.wants is Wants.RANGE:
        return _range(form, rules.type_of(editing, side, ref), block, low)
    return _single(operator.wants, rules.type_of(editing, side, ref), block, low)


def _range(form: Mapping[str, Any], kind: FieldType | None, block: str, low: Any) -> tuple[Value, dict[str, str]]:
    upper, high = typed_in(form, "upto")
    if kind in DATES:
        wrong = {upper: mistake("order")} if high < low else {}
        return [low, high], wrong
    numbers = [rules.number(low), rules.number(high)]
    wrong = {at: mistake("number") for at, one in zip((block, upper), numbers, strict=True) if one is None}
    if not wrong and Decimal(numbers[1] or 0) < Decimal(numbers[0] or 0):
        wrong = {upper: mistake("order")}
    return numbers, wrong


def _single(wants: Wants, kind: FieldType | None, block: str, typed: Any) -> tuple[Value, dict[str, str]]:
    if wants is Wants.DAYS:
        days = rules.number(typed)
        sound = days is not None and days.isdigit() and 0 < int(days) <= 3650
        return (int(days or 0), {}) if sound else (None, {block: mistake("days")})
    if wants is Wants.SEVERAL:
        several = typed if isinstance(typed, list) else [line.strip() for line in str(typed or "").splitlines()]
        return [one for one in several if one], {}
    if kind in NUMBERS:
        number = rules.number(typed)
        return number, {} if number is not None else {block: mistake("number")}
    return typed == "true" if kind is FieldType.YES_NO else typed, {}


# ---- actions -----------------------------------------------------------------------------------------------------------------------------


def action_view(editing: Editing, kept: Mapping[str, Any]) -> Json:
    rule, form = rules.find(editing, str(kept["rule"])), kept["action"]
    side, ref = rule.side.other, str(form.get("field") or "")
    one = rules.field_of(editing, side, ref) if ref else None
    closed = _closed(editing, side, ref)
    ready = one is not None and not closed
    wants = _action_input(editing, side, one) if one and ready else ""
    value = form.get("value")
    return render(
        "rules/action",
        draft=editing.id,
        title=editing.scheme.side(side).title,
        key=_key(ref),
        field=_picked(editing, side, ref),
        closed=closed,
        adds=bool(one and ready and one.type in SETS),
        kind=form.get("kind") or ActionKind.ADD.value,
        wants=wants,
        value=_shown(wants, value),
        choices=_choices(editing, side, ref),
        picked=_option(editing, side, ref, value),
        undo_offered=bool(one and ready and rules.invertible(one)),
        undo=bool(form.get("undo")),
        ready=ready,
    )


def _closed(editing: Editing, side: Side, ref: str) -> str:
    return next((offer.closed for offer in rules.fields_for_actions(editing, side) if offer.value == ref), "")


def _action_input(editing: Editing, side: Side, one: Field) -> str:
    if one.type is FieldType.LABELS:
        return "search"
    if one.type in (*OPTIONED, FieldType.YES_NO):
        return _long("choice", editing, side, one.key)
    return "number" if one.type in NUMBERS else "date" if one.type is FieldType.DATE else "text"


def action_of(
    editing: Editing, rule: Rule, form: Mapping[str, Any], typed: Mapping[str, Any]
) -> tuple[Action | None, dict[str, str]]:
    """The action that a form describes, or what is wrong by block."""
    ref = FieldRef.parse(str(form.get("field") or ""))
    if not ref.key or (closed := _closed(editing, rule.side.other, ref.key)):
        return None, {"field": mistake(closed if ref.key else "choose")}
    one = rules.field_of(editing, rule.side.other, ref.key)
    block, value = typed_in(typed, "value")
    if one is None:
        return None, {block: mistake("gone")}
    if one.type in NUMBERS and (value := rules.number(value)) is None:
        return None, {block: mistake("number")}
    if one.type is FieldType.YES_NO:
        value = value == "true"
    if one.max_length and isinstance(value, str) and len(value) > one.max_length:
        return None, {block: mistake("long")}
    kind = ActionKind(typed_in(typed, "kind")[1] or ActionKind.SET.value) if one.type in SETS else ActionKind.SET
    return Action(kind, ref.key, value, undo="undo" in (typed_in(typed, "undo")[1] or ())), {}
