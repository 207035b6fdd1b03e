"""All routes, put together from the handler modules."""

from functools import cache
from typing import Any

from bot.handlers import (
    Routes,
    accounts,
    config,
    connect,
    connections,
    decisions,
    editing,
    held,
    help,
    history,
    limits,
    mappings,
    rule_search,
    rules,
    settings,
    why,
)

MODULES = (
    connect,
    accounts,
    connections,
    held,
    why,
    history,
    rules,
    rule_search,
    mappings,
    settings,
    limits,
    config,
    decisions,
    editing,
    help,
)


@cache
def routes() -> Routes:
    verbs = {verb.name: verb for module in MODULES for verb in getattr(module, "VERBS", ())}
    return Routes(verbs, _all("BUTTONS"), _all("SUBMISSIONS"), _all("SUGGESTIONS"))


def _all(table: str) -> dict[str, Any]:
    return {name: handler for module in MODULES for name, handler in getattr(module, table, {}).items()}


def help_lines() -> list[tuple[str, str]]:
    """Every verb with its line of help."""
    return [(verb.name, verb.words) for verb in routes().verbs.values()]
