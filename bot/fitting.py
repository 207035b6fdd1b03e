"""Whatever a template made, cut to what Slack takes: one block too many, or one text too long, and Slack refuses the whole.

Limits: Slack's Block Kit reference. The texts of buttons, options and labels are cut where they are written (`templates/_blocks.json.j2`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

SECTION = 3000
CONTEXT = 2000
FIELD = 2000
MESSAGE = 3900
VIEW_BYTES = 250_000
MOST_BLOCKS = {"modal": 100, "home": 100, "message": 50}
MOST_ELEMENTS = {"context": 10, "actions": 25}
MOST_FIELDS = 10
MOST_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "radio_buttons": 10,
    "checkboxes": 10,
    "overflow": 5,
}
MOST_ROWS = 100
TABLE = 10_000
CHART_WORDS = 20
CHART_POINTS = 20
CHART_SERIES = 12


def fitting(frame: Json, blocks: Sequence[Json]) -> Json:
    """The view or message of this frame, with as many of the blocks as Slack takes; the last one says how many are left out."""
    surface = frame.get("type", "message")
    fitted = _identified([one for block in blocks for one in FITTING.get(block["type"], _as_it_is)(block)])
    kept = min(len(fitted), MOST_BLOCKS[surface])
    while True:
        whole = {**frame, "blocks": _first(fitted, kept)}
        if surface == "message" or kept <= 1 or len(json.dumps(whole)) < VIEW_BYTES:
            return whole if surface != "message" else {**whole, "text": cut(frame["text"], MESSAGE)}
        kept = kept * 3 // 4


def _first(blocks: list[Json], most: int) -> list[Json]:
    if len(blocks) <= most:
        return blocks
    left_out = f"… and {len(blocks) - most + 1} more"
    return [*blocks[: most - 1], {"type": "context", "elements": [{"type": "mrkdwn", "text": left_out}]}]


def _identified(blocks: list[Json]) -> list[Json]:
    """Slack refuses two blocks of one id; the later ones get one from Slack."""
    seen: set[str] = set()
    found = []
    for block in blocks:
        known = block.get("block_id") in seen
        seen |= {block["block_id"]} if "block_id" in block else set()
        found.append({key: part for key, part in block.items() if not (known and key == "block_id")})
    return found


# ---- one block ---------------------------------------------------------------------------------------------------------------------------


def _as_it_is(block: Json) -> list[Json]:
    return [block]


def _section(block: Json) -> list[Json]:
    """A section that is too long becomes several, cut between lines; what stands beside it stands beside the first."""
    if "accessory" in block:
        block = {**block, "accessory": _element(block["accessory"])}
    if "fields" in block:
        fields = [{**one, "text": cut(one["text"], FIELD)} for one in block["fields"][:MOST_FIELDS]]
        block = {**block, "fields": fields}
    if "text" not in block:
        return [block]
    first, *others = _parts(block["text"]["text"])
    more = [{"type": "section", "text": {**block["text"], "text": part}} for part in others]
    return [{**block, "text": {**block["text"], "text": first}}, *more]


def _parts(text: str) -> list[str]:
    parts: list[str] = [""]
    for line in text.splitlines():
        short = cut(line, SECTION - 1)
        if len(parts[-1]) + len(short) + 1 > SECTION:
            parts.append("")
        parts[-1] += ("\n" if parts[-1] else "") + short
    return [part if part.strip() else " " for part in parts]


def _context(block: Json) -> list[Json]:
    texts = block["elements"][: MOST_ELEMENTS["context"]]
    return [
        {**block, "elements": [{**one, "text": cut(one["text"], CONTEXT)} if "text" in one else one for one in texts]}
    ]


def _actions(block: Json) -> list[Json]:
    return [{**block, "elements": [_element(one) for one in block["elements"][: MOST_ELEMENTS["actions"]]]}]


def _input(block: Json) -> list[Json]:
    return [{**block, "element": _element(block["element"])}]


def _element(element: Json) -> Json:
    """A menu within its number of options, each value once; what is chosen stays."""
    most = MOST_OPTIONS.get(element["type"])
    if most is None or "options" not in element:
        return element
    single = "initial_option" in element
    chosen = [element["initial_option"]] if single else element.get("initial_options", [])
    wanted = {one["value"] for one in list(_once(chosen))[:most]}
    spare = most - len(wanted)
    options = []
    for one in _once(element["options"]):
        spare -= one["value"] not in wanted
        options += [one] if one["value"] in wanted or spare >= 0 else []
    kept = [one for one in options if one["value"] in wanted]
    initial = {"initial_option": kept[0]} if single else {"initial_options": kept} if kept else {}
    return {**element, "options": options, **initial}


def _once(options: Sequence[Json]) -> Iterator[Json]:
    seen: set[str] = set()
    for one in options:
        if one["value"] not in seen:
            seen.add(one["value"])
            yield one


def _table(block: Json) -> list[Json]:
    """As many whole rows as fit; a table of only its head says nothing and is left out."""
    kept, room = [], TABLE
    for row in block["rows"][:MOST_ROWS]:
        room -= sum(_shown(cell) for cell in row)
        if room < 0:
            break
        kept.append(row)
    return [{**block, "rows": kept}] if len(kept) > 1 else []


def _shown(cell: Json) -> int:
    """How many characters a cell shows, rich text or raw."""
    return len(cell["text"]) if "text" in cell else sum(_shown(part) for part in cell["elements"])


def _chart(block: Json) -> list[Json]:
    chart = block["chart"]
    series = [
        {
            "name": cut(one["name"], CHART_WORDS),
            "data": [{**point, "label": cut(point["label"], CHART_WORDS)} for point in one["data"][:CHART_POINTS]],
        }
        for one in chart["series"][:CHART_SERIES]
    ]
    categories = [cut(one, CHART_WORDS) for one in chart["axis_config"]["categories"][:CHART_POINTS]]
    return [{**block, "chart": {**chart, "series": series, "axis_config": {"categories": categories}}}]


FITTING: Mapping[str, Callable[[Json], list[Json]]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "table": _table,
    "data_visualization": _chart,
}


def cut(text: str, limit: int) -> str:
    """mrkdwn cut to the limit with "…", never inside an escape or a link."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for start, end in (("&", ";"), ("<", ">")):
        at = kept.rfind(start)
        if at > kept.rfind(end):
            kept = kept[:at]
    return kept + "…"
