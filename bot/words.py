"""Code → words, out of `templates/words.toml`. It holds no word of its own and knows nothing of Slack."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sync.model.errors import SyncError, filled


def folder() -> Path:
    """The templates: beside the package in a checkout, inside it when installed."""
    beside = Path(__file__).parent.parent / "templates"
    return beside if beside.is_dir() else Path(__file__).parent / "templates"


@cache
def _book() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((folder() / "words.toml").read_text())


def spoken(code: str) -> str:
    """A reason code, a field or a mapping in words."""
    return str(_book()["reasons"].get(code) or code.replace("_", " ").replace("-", " → ", 1))


def of_pair(code: str) -> str:
    """What is lost between two fields, why they do not fit, or what would help."""
    return str(_book()["pairs"].get(code, code))


def field(ref: str) -> str:
    """A field as a table of mappings names it: `phones#work` is “Phones (work)”."""
    key, _, label = ref.partition("#")
    words = _book()["fields"].get(key) or key.replace("_", " ").capitalize()
    return f"{words} ({label})" if label else str(words)


def mistake(code: str) -> str:
    """What stands beside an input that cannot be taken as it is."""
    return str(_book()["form"][code])


def told(error: SyncError | Mapping[str, Any]) -> dict[str, str]:
    """What an error, or one that was kept as plain data (`SyncError.kept`), says and advises."""
    kept = error.kept() if isinstance(error, SyncError) else error
    words = _book()["refusals"].get(kept["code"], ())
    said, advised = (*words, kept["advised"])[:2] if words else (kept["said"], kept["advised"])
    return {"said": filled(said, kept["facts"]), "advised": filled(advised, kept["facts"])}
