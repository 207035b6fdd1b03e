"""Help, the overview, and words that are no verb."""

from rapidfuzz import process

from bot.handlers import Ask, Handler, Verb

CLOSE_ENOUGH = 60


def show(ask: Ask) -> None:
    ask.reply.quietly("help/help", verbs=_verbs(), unknown="", guess="")


def unknown(ask: Ask, word: str) -> None:
    """No verb of that name: the nearest one, and the list."""
    found = process.extractOne(word.lower(), [name for name, _ in _verbs()], score_cutoff=CLOSE_ENOUGH)
    ask.reply.quietly("help/help", verbs=_verbs(), unknown=word[:40], guess=found[0] if found else "")


def _verbs() -> list[tuple[str, str]]:
    from bot.routes import help_lines  # the table of routes imports this module

    return help_lines()


VERBS = (Verb("help", "shows this", show),)
BUTTONS: dict[str, Handler] = {"help.show": show}
