"""The README tells what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from bot import settings
from bot.__main__ import app as command_line
from bot.routes import routes
from bot.settings import Settings
from sync.connectors import registry
from sync.engine.compatibility import TABLE
from sync.engine.operators import operators_for
from sync.model.editing import Loss
from sync.model.fields import FieldType
from tests.benchmarks.measures import MEASURES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("verb", sorted(routes().verbs))
def test_every_verb_is_in_the_table_of_commands(verb):
    assert f"`/zsync {verb}`" in README


def test_no_verb_is_told_of_that_does_not_exist():
    assert set(re.findall(r"`/zsync (\w+)`", README)) <= set(routes().verbs)


@pytest.mark.parametrize("command", sorted(c.callback.__name__ for c in command_line.registered_commands if c.callback))
def test_every_command_of_the_terminal_is_told_of(command):
    assert f"`zsync {command}" in README


@pytest.mark.parametrize("name", sorted(field.upper() for field in Settings.model_fields))
def test_every_setting_has_its_line_with_its_default(name):
    line = next(line for line in README.splitlines() if line.startswith("| `") and f"`{name}`" in line)
    default = Settings.model_fields[name.lower()].default
    text = str(default) if isinstance(default, str | int) else ""
    assert not text or f"`{text}`" in line


def test_no_setting_is_told_of_that_does_not_exist():
    told = set(re.findall(r"`((?:ZSYNC|SLACK)_[A-Z_]+)`", README))
    assert told <= settings.known_names()


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"])
def test_every_dependency_has_its_reason(requirement):
    name = re.split(r"[\[<>=]", requirement)[0]
    table = README.partition("## Dependencies")[2].partition("## ")[0]
    assert re.search(rf"\b{re.escape(name)}\b", table)


def test_every_data_centre_scope_and_redirect_address_is_told():
    for region in registry.hub().regions:
        assert re.search(rf"\b{region}\b", README)
    for name in registry.names():
        facts = registry.app(name).facts
        assert f"`<ZSYNC_PUBLIC_URL>/oauth/{name}/callback`" in README
        assert facts.oauth is not None
        for scope in facts.oauth.scopes:
            assert scope in README


RULES = README.partition("## Rules and mappings")[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", list(FieldType))
def test_the_operators_of_every_type_are_in_the_table(kind):
    rows = [line.split(" | ") for line in RULES.splitlines() if line.startswith("| ") and "`" in line]
    (told,) = [row[1] for row in rows if kind.value in row[0].removeprefix("| ").split(", ")]
    assert re.findall(r"`([^`]+)`", told) == [one.name for one in operators_for(kind)]


@pytest.mark.parametrize("source", list(FieldType))
def test_every_conversion_is_in_the_table(source):
    (row,) = [line for line in RULES.splitlines() if line.startswith(f"| {source.value} | ") and "`" not in line]
    signs = {Loss.LOSSLESS: "=", Loss.LOSSY: "~", Loss.REFUSED: "–"}
    assert row.strip("| ").split(" | ")[1:] == [signs[TABLE[source, target].loss] for target in FieldType]


@pytest.mark.parametrize("name", registry.names())
def test_the_capabilities_of_every_app_are_in_the_table(name):
    app = registry.app(name)
    (row,) = [line for line in RULES.splitlines() if line.startswith(f"| {app.title} | ")]
    can = app.capabilities
    words = [("yes" if each else "no") for each in (can.reports_deletes, can.can_label)]
    words += [str(can.batch) if can.batch > 1 else "no", "yes" if can.refuses_stale_writes else "no"]
    assert row.strip("| ").split(" | ")[1:] == words


def test_make_targets_that_are_told_of_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ {4})make (\w+)", README, re.MULTILINE)) <= targets


def test_files_that_are_told_of_exist():
    for path in re.findall(r"`((?:bot|sync|templates|tests)/[\w/.]+)`", README):
        assert (ROOT / path).exists(), path


def test_every_default_mapping_is_in_the_table():
    table = README.partition("## What travels")[2].partition("## ")[0].lower()
    for left, right, _ in registry.app("google_contacts").facts.mappings:
        for ref in (left, right):
            words = (
                ref.partition("#")[0]
                .replace("_", " ")
                .replace("emails", "e-mails")
                .replace("email", "e-mail")
                .replace("urls", "websites")
            )
            assert words.removesuffix("s").rstrip("e") in table.replace("address", "addresses"), ref


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_of_make_bench_has_its_line_with_its_budget(name):
    line = next(line for line in README.splitlines() if line.startswith(f"| `{name}` "))
    assert line.endswith(f"| {MEASURES[name].budget:g} |")
