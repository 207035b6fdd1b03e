"""Help, the overview, and words that are no verb."""

from rapidfuzz import process

from bot.handlers import Ask, Handler, Verb

CLOSE_ENOUGH = 60


def show(ask: Ask) -> None:
    ask.reply.quietly("help/help", verbs=ask.verbs, unknown="", guess="")


def unknown(ask: Ask, word: str) -> None:
    """No verb of that name: the nearest one, and the list."""
    found = process.extractOne(word.lower(), [name for name, _ in ask.verbs], score_cutoff=CLOSE_ENOUGH)
    ask.reply.quietly("help/help", verbs=ask.verbs, unknown=word[:40], guess=found[0] if found else "")


VERBS = (Verb("help", "shows this", show),)
BUTTONS: dict[str, Handler] = {"help.show": show}
