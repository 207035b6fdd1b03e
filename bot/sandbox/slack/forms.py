"""What Slack's own window checks before it sends a form."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.slack.state import VALUE_KEYS, Json, View

REQUIRED = "Please complete this required field."


def problems(view: View) -> dict[str, str]:
    """Block id → sentence, for every input that Slack would not send as it is."""
    found = {}
    values = view.values()
    for block in view.body["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            typed = values[block["block_id"]][element["action_id"]].get(VALUE_KEYS[element["type"]])
            sentence = _problem(element, typed, optional=bool(block.get("optional")))
            if sentence:
                found[block["block_id"]] = sentence
    return found


def _problem(element: Json, typed: Any, *, optional: bool) -> str:
    if not typed:
        return "" if optional else REQUIRED
    check = CHECKS.get(element["type"])
    return check(element, typed) if check else ""


def _text(element: Json, typed: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(typed) < least:
        return f"Must be at least {least} characters."
    return f"Must be at most {most} characters." if len(typed) > most else ""


def _number(element: Json, typed: str) -> str:
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return "Must be a number."
    if not number.is_finite():
        return "Must be a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Must be a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be {element['min_value']} or more."
    return f"Must be {element['max_value']} or less." if number > Decimal(element.get("max_value", "inf")) else ""


def _email(_element: Json, typed: str) -> str:
    return "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", typed) else "Must be an e-mail address."


def _url(_element: Json, typed: str) -> str:
    return "" if re.fullmatch(r"https?://\S+", typed) else "Must be a web address."


def _several(element: Json, typed: Sequence[Json]) -> str:
    most = element.get("max_selected_items", len(typed))
    return f"Choose at most {most}." if len(typed) > most else ""


CHECKS: dict[str, Callable[[Json, Any], str]] = {
    "plain_text_input": _text,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "multi_static_select": _several,
}


def options_of(element: Json) -> list[Json]:
    """The options of an element, those in groups included."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    return grouped + list(element.get("options") or ())
