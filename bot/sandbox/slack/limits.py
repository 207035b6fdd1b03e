"""What Slack refuses: the structure and limits of the blocks and elements that may be sent, as tables and one checker.

Limits: Slack's Block Kit reference (blocks, block elements, composition objects, views). Findings carry a JSON pointer, as Slack's do.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import figures

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    pointer: str
    sentence: str

    def __str__(self) -> str:
        return f"[ERROR] {self.sentence} [json-pointer:{self.pointer}]"


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: which keys it must have, which it may have, how long texts may be, how many items lists may hold, and where it may stand."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    lengths: Mapping[str, int] | None = None
    counts: Mapping[str, tuple[int, int]] | None = None
    surfaces: tuple[str, ...] = ("message", "modal", "home")


PLAIN = "plain_text"
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000

BLOCKS: Mapping[str, Shape] = {
    "section": Shape((), ("text", "fields", "accessory", "expand"), {"text": 3000}, {"fields": (1, 10)}),
    "header": Shape(("text",), ("level",), {"text": 150}),
    "divider": Shape(),
    "context": Shape(("elements",), (), None, {"elements": (1, 10)}),
    "actions": Shape(("elements",), (), None, {"elements": (1, 25)}),
    "input": Shape(
        ("label", "element"),
        ("hint", "optional", "dispatch_action"),
        {"label": 2000, "hint": 2000},
        None,
        ("message", "modal", "home"),
    ),
    "image": Shape(("alt_text",), ("image_url", "title", "slack_file"), {"alt_text": 2000, "image_url": 3000}),
    "rich_text": Shape(("elements",)),
    "table": Shape(
        ("rows",), ("column_settings",), None, {"rows": (1, 100), "column_settings": (1, 20)}, ("message", "home")
    ),
    "data_table": Shape(
        ("rows", "caption"), ("page_size", "row_header_column_index"), None, {"rows": (2, 201)}, ("message", "home")
    ),
    "data_visualization": Shape(("title", "chart"), (), None, None, ("message",)),
}

SELECT = ("placeholder", "confirm", "focus_on_load")
ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(("text",), ("value", "url", "style", "confirm", "accessibility_label"), {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75}),
    "static_select": Shape((), ("options", "option_groups", "initial_option", *SELECT), {"placeholder": 150}, {"options": (1, 100), "option_groups": (1, 100)}),
    "multi_static_select": Shape((), ("options", "option_groups", "initial_options", "max_selected_items", *SELECT), {"placeholder": 150}, {"options": (1, 100)}),
    "external_select": Shape((), ("initial_option", "min_query_length", *SELECT), {"placeholder": 150}),
    "conversations_select": Shape((), ("initial_conversation", "default_to_current_conversation", "filter", "response_url_enabled", *SELECT), {"placeholder": 150}),
    "users_select": Shape((), ("initial_user", *SELECT), {"placeholder": 150}),
    "checkboxes": Shape(("options",), ("initial_options", "confirm", "focus_on_load"), None, {"options": (1, 10), "initial_options": (1, 10)}),
    "radio_buttons": Shape(("options",), ("initial_option", "confirm", "focus_on_load"), None, {"options": (1, 10)}),
    "overflow": Shape(("options",), ("confirm",), None, {"options": (1, 5)}),
    "plain_text_input": Shape((), ("initial_value", "multiline", "min_length", "max_length", "placeholder", "dispatch_action_config", "focus_on_load"), {"placeholder": 150, "initial_value": 3000}),
    "number_input": Shape(("is_decimal_allowed",), ("initial_value", "min_value", "max_value", "placeholder", "focus_on_load", "dispatch_action_config"), {"placeholder": 150}),
    "email_text_input": Shape((), ("initial_value", "placeholder", "focus_on_load", "dispatch_action_config"), {"placeholder": 150}),
    "url_text_input": Shape((), ("initial_value", "placeholder", "focus_on_load", "dispatch_action_config"), {"placeholder": 150}),
    "datepicker": Shape((), ("initial_date", "placeholder", "confirm", "focus_on_load"), {"placeholder": 150}),
    "timepicker": Shape((), ("initial_time", "placeholder", "confirm", "focus_on_load", "timezone"), {"placeholder": 150}),
    "image": Shape(("alt_text", "image_url"), (), {"alt_text": 2000}),
}  # fmt: skip
IN_INPUT = set(ELEMENTS) - {"button", "overflow", "image"}
IN_ACTIONS = set(ELEMENTS) - {"plain_text_input", "number_input", "email_text_input", "url_text_input", "image"}
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def check_view(view: Json) -> list[Finding]:
    """A modal or home tab, before it is shown."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [Finding("/view/type", "must be modal or home")]
    found = list(_blocks(view.get("blocks"), str(kind), "/view/blocks"))
    if kind == "modal":
        found += _frame(view)
    if len(json.dumps(view)) > VIEW_BYTES:
        found.append(Finding("/view", f"must be less than {VIEW_BYTES} bytes"))
    return found


def _frame(view: Json) -> Iterator[Finding]:
    for key in ("title", "submit", "close"):
        if key in view:
            yield from _text(view[key], 24, f"/view/{key}", plain=True)
    if "title" not in view:
        yield Finding("/view", "missing required field: title")
    if len(str(view.get("private_metadata", ""))) > 3000:
        yield Finding("/view/private_metadata", "must be less than 3001 characters")
    if any(block.get("type") == "input" for block in view.get("blocks") or ()) and "submit" not in view:
        yield Finding("/view/submit", "a submit button is required when there is an input block")


def check_message(blocks: Sequence[Json]) -> list[Finding]:
    return list(_blocks(blocks, "message", "/blocks"))


def _blocks(blocks: Any, surface: str, pointer: str) -> Iterator[Finding]:
    if not isinstance(blocks, list):
        yield Finding(pointer, "must be a list")
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield Finding(pointer, f"no more than {MOST_BLOCKS[surface]} items allowed")
    yield from (Finding(pointer, sentence) for sentence in figures.check_all(blocks))
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        yield from _block(block, surface, f"{pointer}/{number}")
        block_id = block.get("block_id")
        if block_id is not None and (block_id in seen or len(block_id) > 255):
            yield Finding(
                f"{pointer}/{number}/block_id", f"block_id {block_id!r} must be unique and at most 255 characters"
            )
        seen |= {block_id} if block_id else set()


def _block(block: Json, surface: str, pointer: str) -> Iterator[Finding]:
    kind = block.get("type")
    shape = BLOCKS.get(str(kind))
    if shape is None or surface not in shape.surfaces:
        yield Finding(f"{pointer}/type", f"unsupported type: {kind} in a {surface}")
        return
    yield from _object(block, shape, ("block_id",), pointer, plain=kind in ("header", "input"))
    if kind == "section":
        yield from _section(block, pointer)
    if kind == "context":
        for number, element in enumerate(block.get("elements") or ()):
            inner = f"{pointer}/elements/{number}"
            yield from (
                _element(element, {"image"}, inner) if element.get("type") == "image" else _text(element, 2000, inner)
            )
    if kind == "actions":
        yield from _elements(block.get("elements") or (), IN_ACTIONS, f"{pointer}/elements")
    if kind == "input":
        yield from _element(block.get("element") or {}, IN_INPUT, f"{pointer}/element")
    if kind in figures.IN_ALL:
        yield from (Finding(pointer + at, sentence) for at, sentence in figures.check(block))


def _section(block: Json, pointer: str) -> Iterator[Finding]:
    if not block.get("text") and not block.get("fields"):
        yield Finding(pointer, "a section needs text or fields")
    for number, field in enumerate(block.get("fields") or ()):
        yield from _text(field, 2000, f"{pointer}/fields/{number}")
    if "accessory" in block:
        yield from _element(block["accessory"], IN_ACTIONS | {"image"}, f"{pointer}/accessory")


def _elements(elements: Sequence[Json], allowed: set[str], pointer: str) -> Iterator[Finding]:
    ids = [element.get("action_id") for element in elements]
    for number, element in enumerate(elements):
        yield from _element(element, allowed, f"{pointer}/{number}")
        if ids.count(element.get("action_id")) > 1:
            yield Finding(f"{pointer}/{number}/action_id", "action_id must be unique in its block")


def _element(element: Json, allowed: set[str], pointer: str) -> Iterator[Finding]:
    kind = str(element.get("type"))
    if kind not in allowed:
        yield Finding(f"{pointer}/type", f"unsupported type: {kind}")
        return
    yield from _object(element, ELEMENTS[kind], ("action_id",), pointer, plain=True)
    if len(str(element.get("action_id", ""))) > 255:
        yield Finding(f"{pointer}/action_id", "must be less than 256 characters")
    if kind == "button" and element.get("style") not in (None, "primary", "danger"):
        yield Finding(f"{pointer}/style", "must be primary or danger")
    if "confirm" in element:
        for key, limit in CONFIRM.items():
            yield from _text(element["confirm"].get(key) or {}, limit, f"{pointer}/confirm/{key}")
    yield from _options(element, pointer)


def _options(element: Json, pointer: str) -> Iterator[Finding]:
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options += group.get("options") or ()
    value_limit = 150
    for number, option in enumerate(options):
        inner = f"{pointer}/options/{number}"
        yield from _text(option.get("text") or {}, 75, f"{inner}/text")
        if "description" in option:
            yield from _text(option["description"], 75, f"{inner}/description")
        if "value" not in option and element.get("type") != "overflow":
            yield Finding(f"{inner}/value", "missing required field: value")
        if len(str(option.get("value", ""))) > value_limit:
            yield Finding(f"{inner}/value", f"must be less than {value_limit + 1} characters")
    if element.get("type") in ("static_select", "multi_static_select") and not options:
        yield Finding(pointer, "a static select needs options")
    initial = (
        [element["initial_option"]] if element.get("initial_option") else list(element.get("initial_options") or ())
    )
    if element.get("type") != "external_select":
        for one in initial:
            if one not in options:
                yield Finding(f"{pointer}/initial_option", "must be one of the options")


def _object(value: Json, shape: Shape, common: tuple[str, ...], pointer: str, *, plain: bool) -> Iterator[Finding]:
    for key in shape.required:
        if key not in value:
            yield Finding(pointer, f"missing required field: {key}")
    for key in value:
        if key not in ("type", *common, *shape.required, *shape.optional):
            yield Finding(f"{pointer}/{key}", f"invalid additional property: {key}")
    for key, limit in (shape.lengths or {}).items():
        if key in value:
            yield from _text(value[key], limit, f"{pointer}/{key}", plain=plain)
    for key, (least, most) in (shape.counts or {}).items():
        if key in value and not least <= len(value[key]) <= most:
            yield Finding(f"{pointer}/{key}", f"must have between {least} and {most} items")


def _text(value: Any, limit: int, pointer: str, *, plain: bool = False) -> Iterator[Finding]:
    """A text object, or a bare string where the reference asks for one."""
    if isinstance(value, str):
        if not 0 <= len(value) <= limit:
            yield Finding(pointer, f"must be less than {limit + 1} characters")
        return
    if value.get("type") not in ((PLAIN,) if plain else (PLAIN, "mrkdwn")):
        yield Finding(f"{pointer}/type", "must be plain_text" if plain else "must be plain_text or mrkdwn")
    elif not 1 <= len(value.get("text", "")) <= limit:
        yield Finding(f"{pointer}/text", f"must be between 1 and {limit} characters")
    if plain and "verbatim" in value:
        yield Finding(f"{pointer}/verbatim", "only mrkdwn can be verbatim")
