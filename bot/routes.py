"""All routes, put together from the handler modules."""

from functools import cache

from bot.handlers import Routes, accounts, connect, connections, decisions, help

MODULES = (connect, accounts, connections, decisions, help)


@cache
def routes() -> Routes:
    verbs = {verb.name: verb for module in MODULES for verb in module.VERBS}
    buttons = {name: handler for module in MODULES for name, handler in module.BUTTONS.items()}
    return Routes(verbs, buttons, dict(connect.SUBMISSIONS))


def help_lines() -> list[tuple[str, str]]:
    """Every verb with its line of help."""
    return [(verb.name, verb.words) for verb in routes().verbs.values()]
