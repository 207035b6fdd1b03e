"""Template name + data → a view or message that Slack accepts. The one place that escapes people's data.

A template is macro calls one after another (see `templates/_blocks.json.j2`), each printing a JSON object; the first is the frame.
Everything from outside is escaped unless a filter here made it. Slack's limits are kept in `bot/fitting.py`.
"""

import html
import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup, escape

from bot.fitting import Json, fitting
from bot.words import field, folder, of_pair, spoken

BAR = 20
MOST_OPTIONS = 100
OPTION = 75
MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")


def render(template: str, **data: Any) -> Json:
    """A view (`type` modal or home) or a message (`text` and `blocks`), ready for the Web API."""
    frame, *blocks = _objects(_environment().get_template(f"{template}.json.j2").render(**data))
    return fitting(frame, blocks)


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


def channel(place: str) -> str:
    """A link to a channel; empty where the id is a person's."""
    return Markup("<#{}>").format(place) if place.startswith(("C", "G")) else Markup("")


def count(number: int, one: str, many: str = "") -> str:
    """`1 customer`, `1,204 customers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def bar(done: int, whole: int) -> str:
    filled = round(BAR * done / whole) if whole else 0
    return "▰" * filled + "▱" * (BAR - filled)


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
        "channel": channel,
        "mentions": mentions,
        "count": count,
        "bar": bar,
        "spoken": spoken,
        "field": field,
        "of_pair": of_pair,
        "shortened": shortened,
    }
    return environment


@cache
def _html() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()), autoescape=True, undefined=jinja2.StrictUndefined
    )
