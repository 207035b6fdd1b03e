"""Imports point downwards: the map of the README, held against the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PURE = (
    "absorb",
    "actions",
    "asking",
    "brakes",
    "changes",
    "compatibility",
    "conversions",
    "counting",
    "differences",
    "drift",
    "entries",
    "explain",
    "fieldwise",
    "labelling",
    "lint",
    "logic",
    "mapped",
    "mapping",
    "match",
    "merge",
    "normalise",
    "operators",
    "readers",
    "phones",
    "plan",
    "rule_words",
    "rules",
)

SHARED = ("bot.sandbox.calls", "bot.sandbox.consent", "bot.sandbox.faults", "bot.sandbox.web_app")
STAND_INS = ("bot.sandbox.slack", "bot.sandbox.google", "bot.sandbox.zoho")

# Module prefix → what of ours it may import. The longest prefix that fits decides.
MAY: dict[str, tuple[str, ...]] = {
    "sync.model": ("sync.model",),
    "sync.http": ("sync.http", "sync.model"),
    "sync.store": ("sync.store", "sync.model"),
    "sync.connectors.base": ("sync.model",),
    "sync.connectors": ("sync.connectors", "sync.http", "sync.model"),
    "sync.engine": ("sync.engine", "sync.model", "sync.store", "sync.connectors.base"),
    **{f"sync.engine.{name}": (*(f"sync.engine.{other}" for other in PURE), "sync.model") for name in PURE},
    "sync.usecases": ("sync.usecases", "sync.engine", "sync.connectors", "sync.http", "sync.store", "sync.model"),
    "bot.handlers": (
        "bot.handlers",
        "bot.render",
        "bot.replies",
        "bot.words",
        "sync.usecases",
        "sync.model",
        "sync.connectors",
        "sync.store.accounts",
    ),
    "bot.routes": ("bot.handlers",),
    "bot.words": ("sync.model",),
    "bot.fitting": (),
    "bot.render": ("bot.fitting", "bot.words"),
    "bot.replies": ("bot.fitting", "bot.render", "bot.words", "sync.model"),
    "bot.clock": (),
    "bot.queue": (),
    "bot.garbage": (),
    "bot.logs": (),
    "bot.settings": ("sync.model",),
    "bot.poster": ("bot.render", "sync.store", "sync.model"),
    "bot.people": ("sync.usecases.actors", "sync.model"),
    "bot.once": (),
    "bot.socket_mode": (),
    "bot.admission": ("bot.render", "sync.store"),
    "bot.installing": ("sync.usecases", "sync.store", "sync.model"),
    "bot.web": ("bot.installing", "bot.render", "bot.words", "sync.usecases", "sync.connectors", "sync.model"),
    "bot.homes": ("bot.handlers", "sync.usecases", "sync.model"),
    "bot.slack": (
        "bot.admission",
        "bot.handlers",
        "bot.homes",
        "bot.once",
        "bot.people",
        "bot.queue",
        "bot.render",
        "bot.replies",
        "bot.routes",
        "bot.words",
        "sync.usecases",
        "sync.store",
        "sync.model",
    ),
    "bot.checks": ("bot.settings", "sync"),
    "bot.app": ("bot", "sync"),
    "bot.__main__": ("bot", "sync"),
    "bot.sandbox": (),
    "bot.sandbox.seed": ("bot.sandbox.zoho.contacts",),
    "bot.sandbox.serving": ("bot.sandbox.faults",),
    "bot.sandbox.slack": ("bot.sandbox.slack", *SHARED),
    "bot.sandbox.google": ("bot.sandbox.google", *SHARED),
    "bot.sandbox.zoho": ("bot.sandbox.zoho", *SHARED),
    "bot.sandbox.environment": (*STAND_INS, "sync.store.vault"),
    "bot.sandbox.world": (*STAND_INS, "bot.sandbox.feed", "bot.sandbox.hurried_clock", "bot.app", "sync.model"),
    "bot.sandbox.page": ("bot.sandbox.page", *STAND_INS, *SHARED, "bot.sandbox.feed", "bot.sandbox.world"),
    "bot.sandbox.running": ("bot", "sync"),
    "bot.sandbox.tour_visitor": ("bot.sandbox.world", *STAND_INS),
    "bot.sandbox.tour": ("bot.sandbox.tour_visitor", "bot.sandbox.world", *STAND_INS, "bot.sandbox.faults"),
    "bot.sandbox.demo": ("bot.sandbox.running", "bot.sandbox.tour"),
}


def modules() -> list[Path]:
    return [path for folder in ("bot", "sync") for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_lies_below_it(path):
    name = name_of(path)
    fitting = [prefix for prefix in MAY if within(name, prefix)]
    if not fitting:
        assert name in ("bot", "sync"), f"{name} has no place in the layers"
        return
    allowed = MAY[max(fitting, key=len)]
    ours = [one for one in imports(path) if one.split(".")[0] in ("bot", "sync", "tests")]
    wrong = [one for one in ours if not any(within(one, prefix) for prefix in allowed)]
    assert wrong == [], f"{name} may import {allowed}"


def test_one_connector_never_imports_another():
    apps = [path.stem for path in (ROOT / "sync/connectors").glob("*.toml")]
    for app in apps:
        others = {f"sync.connectors.{other}" for other in apps if other != app}
        assert not others & {one.rpartition(".")[0] for one in imports(ROOT / f"sync/connectors/{app}.py")}


def test_httpx_is_imported_in_one_module_of_the_product():
    users = [name_of(path) for path in modules() if "httpx" in {one.split(".")[0] for one in imports(path)}]
    assert [name for name in users if not within(name, "bot.sandbox")] == ["sync.http.exchange"]


def test_the_sandbox_is_known_to_the_command_line_alone():
    users = [name_of(path) for path in modules() if any(within(one, "bot.sandbox") for one in imports(path))]
    assert [name for name in users if not within(name, "bot.sandbox")] == ["bot.__main__"]


def test_the_engine_names_no_app():
    for path in (ROOT / "sync/engine").glob("*.py"):
        code = "\n".join(line for line in ast.unparse(_without_docs(path)).splitlines())
        assert not any(word in code.lower() for word in ("zoho", "google", "hubspot", "slack")), path.name


def _without_docs(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]  # any node with a body
    return tree
