"""Help, the overview, and words that are no verb."""

from collections.abc import Mapping

from rapidfuzz import process

from bot.handlers import Ask, Handler, Verb

CLOSE_ENOUGH = 60

ELSEWHERE: Mapping[str, str] = {
    "settings": "edit",
    "options": "edit",
    "limits": "edit",
    "mappings": "map",
    "fields": "map",
    "filters": "rules",
    "conflicts": "held",
    "duplicates": "held",
    "log": "history",
    "versions": "config",
    "sync": "run",
    "stop": "pause",
    "remove": "disconnect",
}
"""What other apps call our verbs."""


def show(ask: Ask) -> None:
    ask.reply.quietly("help/help", verbs=ask.verbs, unknown="", guess="")


def unknown(ask: Ask, word: str) -> None:
    """No verb of that name: the nearest one, and the list."""
    meant = {**ELSEWHERE, **{name: name for name, _ in ask.verbs}}
    found = process.extractOne(word.lower(), list(meant), score_cutoff=CLOSE_ENOUGH)
    ask.reply.quietly("help/help", verbs=ask.verbs, unknown=word[:40], guess=meant[found[0]] if found else "")


VERBS = (Verb("help", "shows this", show),)
BUTTONS: dict[str, Handler] = {"help.show": show}
