"""Missing and wrong settings are told by name, with what to do; secrets are never shown."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import checks, settings
from bot.sandbox.serving import Served
from bot.sandbox.slack.oauth import ManyWorkspaces
from bot.sandbox.slack.stand_in import SlackStandIn
from sync.store.vault import new_key
from tests.clocks import counted_ids

GOOD = {"ZSYNC_VAULT_KEYS": new_key(), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    def now() -> datetime:
        return datetime.now(UTC)

    slack = SlackStandIn(now=now, monotonic=time.monotonic, new_id=counted_ids())
    with Served(ManyWorkspaces([slack], now=now, new_id=counted_ids()).app) as served:
        slack.base_url = served.url
        yield slack


def problems(**changes: str) -> dict[str, str]:
    _, found = settings.load({**GOOD, **changes})
    return {problem.name: problem.sentence for problem in found}


def test_good_settings_have_no_problem_and_the_documented_defaults():
    found, wrong = settings.load(GOOD)
    assert wrong == []
    assert found is not None
    assert (found.zsync_database_url, found.listen, found.zsync_sync_interval) == (
        "sqlite:///zsync.db",
        ("127.0.0.1", 3000),
        300,
    )


@pytest.mark.parametrize("name", ["ZSYNC_VAULT_KEYS", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"])
def test_what_is_missing_is_told_with_where_to_get_it(name):
    assert "missing" in problems(**{name: ""})[name]


def test_socket_mode_needs_no_signing_secret():
    assert problems(SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-1") == {}


def test_a_typing_error_in_a_name_is_not_overlooked():
    assert "does not know this setting" in problems(ZSYNC_DATABSE_URL="sqlite://")["ZSYNC_DATABSE_URL"]


def test_a_value_of_the_wrong_kind_is_told():
    assert "ZSYNC_SYNC_INTERVAL" in problems(ZSYNC_SYNC_INTERVAL="soon")
    assert "ZSYNC_SYNC_INTERVAL" in problems(ZSYNC_SYNC_INTERVAL="5")


def test_a_key_that_is_no_key_is_told_without_showing_it():
    said = problems(ZSYNC_VAULT_KEYS="not-a-key")["ZSYNC_VAULT_KEYS"]
    assert "keygen" in said
    assert "not-a-key" not in said


def test_secrets_do_not_show_when_settings_are_printed():
    found, _ = settings.load(GOOD)
    assert "xoxb-1" not in repr(found)
    assert GOOD["ZSYNC_VAULT_KEYS"] not in repr(found)


def test_each_data_centre_may_have_its_own_secret():
    client = settings.clients({"ZSYNC_ZOHO_CLIENT_SECRET": "common", "ZSYNC_ZOHO_CLIENT_SECRET_EU": "european"})[
        "zoho_inventory"
    ]
    assert (client.secret("eu"), client.secret("us")) == ("european", "common")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZSYNC_LISTEN", "3000x"),
        ("ZSYNC_LISTEN", "127.0.0.1:0"),
        ("ZSYNC_LISTEN", "127.0.0.1:65536"),
        ("ZSYNC_PUBLIC_URL", "zsync.example.com"),
        ("ZSYNC_PUBLIC_URL", "https://"),
        ("ZSYNC_PUBLIC_URL", "https://zsync.example.com:port"),
        ("ZSYNC_PUBLIC_URL", "https://zsync.example.com?x=1"),
        ("ZSYNC_SLACK_API_URL", "slack.com/api"),
        ("ZSYNC_ZOHO_API_URL", "ftp://zoho.example"),
        ("ZSYNC_GOOGLE_TOKEN_URL", "https://google example/token"),
        ("ZSYNC_DATABASE_URL", "zsync.db"),
        ("ZSYNC_DATABASE_URL", "sqlite:/zsync.db"),
        ("ZSYNC_DATABASE_URL", "mysql://host/zsync"),
        ("ZSYNC_DATABASE_URL", "postgresql://dana:geheim@host:port/zsync"),
        ("SLACK_BOT_TOKEN", "xapp-1-geheim"),
        ("SLACK_APP_TOKEN", "xoxb-1-geheim"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_without_its_password(name, value):
    said = problems(**{name: value})
    assert set(said) == {name}
    assert "geheim" not in said[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZSYNC_LISTEN", "[::1]:3000"),
        ("ZSYNC_LISTEN", ":8080"),
        ("ZSYNC_PUBLIC_URL", "https://example.com/zsync/"),
        ("ZSYNC_DATABASE_URL", "sqlite:////var/lib/zsync.db"),
        ("ZSYNC_DATABASE_URL", "postgresql://dana:geheim@host:5432/zsync"),
        ("ZSYNC_DATABASE_URL", "postgres://host/zsync"),
        ("SLACK_APP_TOKEN", "xapp-1"),
    ],
)
def test_a_value_of_the_right_form_is_taken(name, value):
    assert problems(**{name: value}) == {}


def test_an_address_in_brackets_is_listened_on_without_them():
    found, _ = settings.load({**GOOD, "ZSYNC_LISTEN": "[::1]:3000"})
    assert found is not None
    assert found.listen == ("::1", 3000)


def test_postgresql_without_its_extra_is_told(monkeypatch):
    monkeypatch.setattr("bot.settings.find_spec", lambda name: None)
    assert "zsync[postgres]" in problems(ZSYNC_DATABASE_URL="postgresql://host/zsync")["ZSYNC_DATABASE_URL"]


def test_many_workspaces_need_no_bot_token_but_both_halves_of_the_client():
    client = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    assert problems(SLACK_BOT_TOKEN="", **client) == {}
    assert set(problems(**{**client, "SLACK_CLIENT_SECRET": ""})) == {"SLACK_CLIENT_SECRET"}
    assert set(problems(**{**client, "SLACK_CLIENT_ID": ""})) == {"SLACK_CLIENT_ID"}


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZSYNC_", "SLACK_"))}
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=folder, env={**clean, "PYTHONPATH": root, **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_serve_refuses_with_a_sentence_and_exit_code_1(tmp_path):
    done = run("serve", folder=tmp_path)
    assert done.returncode == 1
    assert "ZSYNC_VAULT_KEYS: it is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_is_wrong_in_words(tmp_path):
    done = run("check", folder=tmp_path, ZSYNC_SLACK_API_URL="http://127.0.0.1:9/api/", **GOOD)
    assert done.returncode == 1
    assert "ok  All settings that zsync needs are there." in done.stdout
    assert "NO  The database does not have the newest schema" in done.stdout
    assert "NO  Slack cannot be reached" in done.stdout
    assert "/oauth/google_contacts/callback" in done.stdout


def test_migrate_makes_the_schema_and_keygen_a_key_that_fits(tmp_path):
    assert "newest schema" in run("migrate", folder=tmp_path).stdout
    assert (tmp_path / "zsync.db").exists()
    key = run("keygen", folder=tmp_path).stdout.strip()
    assert problems(ZSYNC_VAULT_KEYS=key) == {}


def test_migrate_needs_nothing_but_a_database_address_that_can_be_one(tmp_path):
    done = run("migrate", folder=tmp_path, ZSYNC_DATABASE_URL="zsync.db", SLACK_BOT_TOKEN="wrong")
    assert done.returncode == 1
    assert "ZSYNC_DATABASE_URL: it is neither sqlite:///FILE" in done.stderr
    assert "SLACK_BOT_TOKEN" not in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_says_so_when_slack_cannot_be_reached_or_refuses(tmp_path, slack):
    away = run("serve", folder=tmp_path, **GOOD, ZSYNC_SLACK_API_URL="http://127.0.0.1:9/api/")
    refused = run("serve", folder=tmp_path, **GOOD, ZSYNC_SLACK_API_URL=f"{slack.base_url}/api/")
    assert (away.returncode, refused.returncode) == (1, 1)
    assert "Slack cannot be reached" in away.stderr
    assert "Slack refused zsync (invalid_auth)" in refused.stderr
    assert "Traceback" not in away.stderr + refused.stderr


def test_check_asks_slack_about_every_token_and_the_client(slack):
    slack.socket_url = "ws://127.0.0.1:9/link"
    good = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    client = {"SLACK_CLIENT_ID": "slack-client", "SLACK_CLIENT_SECRET": "slack-secret"}
    at = {"ZSYNC_SLACK_API_URL": f"{slack.base_url}/api/"}

    def said(**changes: str) -> str:
        return " ".join(finding.sentence for finding in checks.findings({**GOOD, **good, **client, **at, **changes}))

    right = said()
    assert "Slack knows this bot as zsync in Quayside." in right
    assert "Slack opens Socket Mode." in right
    assert "install zsync at http://localhost:3000/slack/install" in right
    assert "SLACK_BOT_TOKEN (invalid_auth)" in said(SLACK_BOT_TOKEN="xoxb-wrong")
    assert "SLACK_APP_TOKEN (invalid_auth)" in said(SLACK_APP_TOKEN="xapp-wrong")
    assert "SLACK_CLIENT_ID and its secret (bad_client_secret)" in said(SLACK_CLIENT_SECRET="wrong")
