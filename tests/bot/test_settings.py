"""Missing and wrong settings are told by name, with what to do; secrets are never shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from sync.store.vault import new_key

GOOD = {"ZSYNC_VAULT_KEYS": new_key(), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}


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
