"""Every text that people read is in `templates/`, and every code that is told has its words there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import installing, words
from sync.engine.compatibility import TABLE
from sync.engine.operators import operators_for
from sync.model.errors import AccessRevoked, NotAllowed, NotFound, NotNow, Refusal, SignInStale
from sync.model.fields import FieldType

ROOT = Path(__file__).parents[2]

# Files that may hold phrases, and why.
ALLOWED = {
    "bot/checks.py": "answers of `zsync check` in the terminal, for whoever runs zsync",
    "bot/settings.py": "answers of `zsync check`, and what a setting means",
    "bot/__main__.py": "the help of the command line",
    "bot/web.py": "a header of HTTP",
    "bot/render.py": "how Slack writes a moment",
    "sync/usecases/services.py": "what an account is called that nobody has confirmed yet",
    "bot/handlers/config.py": "why a version was saved is part of the version",
    "sync/model/errors.py": "the tree of errors: a sentence and a remedy each",
    "sync/engine/operators.py": "a row of the table of operators is menu, evaluation and sentence in one",
    "sync/engine/rule_words.py": "puts those sentences together",
    "sync/engine/normalise.py": "names of countries",
    "sync/engine/rules.py": "the label of a field that every app has",
}
OPERATORS = {one.name for kind in FieldType for one in operators_for(kind)}
FOLDERS = ("bot", "sync/usecases", "sync/engine", "sync/model")
NOT_TOLD = ("log", "ValueError", "LookupError", "RuntimeError", "TypeError", "Verb", "App")
"""Calls whose arguments nobody reads in Slack; a verb's line of help stands beside its handler, so that none is without."""


def phrases(path: Path) -> Iterator[str]:
    """Constants of three words or more that are no docstring and go to nobody's log or traceback."""
    tree = ast.parse(path.read_text())
    spared = {id(one) for node in ast.walk(tree) for one in _spared(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared:
            text = node.value
            if len(re.findall(r"[^\W\d_]+", text)) >= 3 and " " in text.strip() and text not in OPERATORS:
                yield text


def _spared(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("sentence", "remedy"):
        yield node.value
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name.split(".")[0] in NOT_TOLD:
            yield from (inner for argument in node.args for inner in ast.walk(argument))


def modules() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "sandbox" not in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [path for path in modules() if name_of(path) not in ALLOWED], ids=name_of)
def test_no_code_holds_a_text_for_people(path):
    assert list(phrases(path)) == []


@pytest.mark.parametrize("name", ALLOWED)
def test_an_exception_that_nothing_needs_is_struck_off(name):
    assert list(phrases(ROOT / name)) != []


def refusals() -> set[str]:
    """The codes of every refusal that is raised anywhere."""
    kinds = {
        kind.__name__
        for kind in (NotAllowed, NotFound, NotNow, SignInStale, installing.InstallStale, installing.InstallRefused)
    }
    assert kinds == {kind.__name__ for kind in Refusal.__subclasses__()}
    calls = [
        node
        for folder in ("bot", "sync")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in kinds
    ]
    named = {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}
    return named | {"already_paused", "already_live"}


def test_every_refusal_has_its_words_and_no_words_are_left_over():
    assert refusals() == set(words._book()["refusals"])


def test_every_reason_and_warning_about_a_pair_of_fields_has_its_words():
    codes = {code for cell in TABLE.values() for code in (cell.warning, cell.reason, cell.remedy) if code}
    assert codes <= set(words._book()["pairs"])


@pytest.mark.parametrize(
    ("error", "said", "advised"),
    [
        (NotNow("paused", name="Quayside"), "Quayside is paused.", "Resume it first: `/zsync resume`."),
        (SignInStale("used"), "This sign-in link is no longer valid: it was used already.", SignInStale.remedy),
        (
            NotAllowed("owner_only", person="U1"),
            "Only <@U1>, who made this connection, and workspace admins can do this.",
            "Ask one of them.",
        ),
        (
            AccessRevoked(app="Zoho", account="dana@example.com"),
            "Zoho no longer lets zsync in as dana@example.com.",
            "Reconnect the account: `/zsync accounts`.",
        ),
    ],
)
def test_an_error_says_the_same_now_and_when_it_was_kept(error, said, advised):
    assert words.told(error) == {"said": said, "advised": advised}
    assert words.told(error.kept()) == {"said": said, "advised": advised}
