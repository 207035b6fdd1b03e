"""Template name + data → a view or message that Slack accepts. The one place that knows Slack's limits and escapes people's data.

A template is macro calls one after another (see `templates/_blocks.json.j2`), each printing a JSON object; the first is the frame.
Everything from outside is escaped unless a filter here made it.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

Json = dict[str, Any]

SECTION = 3000
CONTEXT = 2000
MOST_BLOCKS = {"modal": 100, "home": 100, "message": 50}
BAR = 20
MOST_OPTIONS = 100
OPTION = 75
MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")


def folder() -> Path:
    """The templates: beside the package in a checkout, inside it when installed."""
    beside = Path(__file__).parent.parent / "templates"
    return beside if beside.is_dir() else Path(__file__).parent / "templates"


def render(template: str, **data: Any) -> Json:
    """A view (`type` modal or home) or a message (`text` and `blocks`), ready for the Web API."""
    text = _environment().get_template(f"{template}.json.j2").render(**data)
    frame, *blocks = _objects(text)
    surface = frame.get("type", "message")
    blocks = [one for block in blocks for one in _fitting(block)]
    if len(blocks) > MOST_BLOCKS[surface]:
        more = len(blocks) - MOST_BLOCKS[surface] + 1
        blocks = [*blocks[: MOST_BLOCKS[surface] - 1], {"type": "context", "elements": [_mrkdwn(f"… and {more} more")]}]
    return {**frame, "blocks": blocks}


def page(template: str, **data: Any) -> str:
    """An HTML page for the browser."""
    return _html().get_template(f"web/{template}.html.j2").render(**data)


def _objects(text: str) -> list[Json]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        one, at = decoder.raw_decode(text, at)
        found.append(one)
    return found


def _fitting(block: Json) -> list[Json]:
    """The block within Slack's limits: a section that is too long becomes several, cut between lines; context is cut short."""
    if block["type"] == "context":
        texts = [{**one, "text": cut(one["text"], CONTEXT)} if "text" in one else one for one in block["elements"]]
        return [{**block, "elements": texts}]
    text = (block.get("text") or {}).get("text", "") if block["type"] == "section" else ""
    if len(text) <= SECTION:
        return [block]
    first, *others = _parts(text)
    more = [{"type": "section", "text": {**block["text"], "text": part}} for part in others]
    return [{**block, "text": {**block["text"], "text": first}}, *more]


def _parts(text: str) -> list[str]:
    parts: list[str] = [""]
    for line in text.splitlines():
        short = cut(line, SECTION - 1)
        if len(parts[-1]) + len(short) + 1 > SECTION:
            parts.append("")
        parts[-1] += ("\n" if parts[-1] else "") + short
    return parts


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


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def suggested(offers: Sequence[Any]) -> list[Json]:
    """The options of a search, as its answer to Slack: at most 100, each with a text, a value and a description."""
    return [
        {"text": _plain_text(one.text), "value": one.value}
        | ({"description": _plain_text(one.description)} if one.description else {})
        for one in offers[:MOST_OPTIONS]
    ]


def _plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": shortened(text, OPTION) or " "}


# ---- filters -----------------------------------------------------------------------------------------------------------------------------


def marked(value: object) -> str:
    """mrkdwn as JSON: template text as it is, data with &, < and > escaped, quotes as quotes. Empty text becomes a blank, which Slack
    takes."""
    text = str(escape(value)).replace("&#34;", '"').replace("&#39;", "'")
    return Markup(json.dumps(_trimmed(text) or " ", ensure_ascii=False))


def plain(value: object, limit: int = 150) -> str:
    """Plain text as JSON, cut to the limit."""
    text = html.unescape(str(value)) if isinstance(value, Markup) else str(value)
    return Markup(json.dumps(shortened(_trimmed(text), limit) or " ", ensure_ascii=False))


def verbatim(value: object, limit: int) -> str:
    """What goes into an input as it is, line breaks and indents included."""
    return Markup(json.dumps(str(value)[:limit], ensure_ascii=False))


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def shortened(value: object, limit: int) -> str:
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def when(seconds: float) -> str:
    """A moment in each reader's own time."""
    moment = int(seconds)
    return Markup(f"<!date^{moment}^{{date_short_pretty}} {{time}}|then>")


def person(user: str) -> str:
    """A mention of a member of the workspace."""
    return Markup("<@{}>").format(user)


def mentions(text: str) -> str:
    """Our own sentence with the mentions of members that it holds; everything else in it is data."""
    return Markup(MENTION.sub(r"<@\1>", str(escape(text))))


def place(channel: str) -> str:
    """A channel, or "this conversation" where the id is a person's."""
    return Markup("<#{}>").format(channel) if channel.startswith("C") else Markup("your direct messages")


def count(number: int, one: str, many: str = "") -> str:
    """`1 customer`, `1,204 customers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def bar(done: int, whole: int) -> str:
    filled = round(BAR * done / whole) if whole else 0
    return "▰" * filled + "▱" * (BAR - filled)


def spoken(code: str) -> str:
    """A reason code, a field or a mapping in words."""
    return WORDS.get(code, code.replace("_", " ").replace("-", " → ", 1))


WORDS: Mapping[str, str] = {
    "kind": "vendors, not customers",
    "inactive": "inactive",
    "no_email": "without an e-mail address",
    "no_rule": "matched by no rule",
    "direction": "only on the side that is not written from",
    "counterpart_left_out": "already there as an inactive customer or a vendor",
    "dismissed": "taken apart by a person",
    "several": "with an e-mail address that several records have",
    "taken": "with the e-mail address of a record that is linked already",
    "secondary": "whose e-mail address belongs to a further contact person",
    "too_long": "with a value that is too long for the other side",
    "conflict": "changed on both sides, to be decided",
    "decided": "decided about, carried out with the next run",
    "person_changed": "with another primary contact person than before",
    "frozen": "changed to and fro by two systems, stopped",
    "name_taken": "whose display name is taken",
    "discarded": "decided against",
    "counterpart_gone": "deleted on the other side, never created again",
    "detail": "still to be read in detail",
    "creating": "being created",
    "writing": "being written",
    "replanned": "changed meanwhile, looked at again",
    "ValueRefused": "with a value that the app refused",
    "RequestRefused": "that the app refused",
    "RecordGone": "that the app does not have any more",
    "AppBroken": "where the app answered with an error of its own",
    "AppUnreachable": "where the app did not answer",
    "RightsMissing": "that the account may not write",
    "PlanLimit": "beyond what the app's plan holds",
    "first_rule": "where two rules disagree, and the first one counts",
    "no_number": "with a text where the other side takes a number",
    "no_date": "with a text where the other side takes a date",
    "no_option": "with a value that is no option of the other side",
    "unmapped": "with a value that the value table does not name",
    "avoid_duplicates": "avoid duplicates",
    "clears_travel": "emptied fields",
    "include_inactive": "inactive ones",
    "interval": "interval",
    "kinds": "who takes part",
    "updates": "updates",
    "creates": "new records",
    "removals": "removals",
    "field": "changes of one field",
}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "marked": marked,
        "plain": plain,
        "verbatim": verbatim,
        "when": when,
        "person": person,
        "place": place,
        "mentions": mentions,
        "count": count,
        "bar": bar,
        "spoken": spoken,
        "shortened": shortened,
    }
    return environment


@cache
def _html() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()), autoescape=True, undefined=jinja2.StrictUndefined
    )
