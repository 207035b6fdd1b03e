"""A real zsync process (`zsync serve`) over stand-ins in another process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.sandbox.slack import SlackStandIn
from sync.store.vault import new_key

ROOT = Path(__file__).parents[2]
DEFAULTS = SlackStandIn.__init__.__kwdefaults__ or {}
SIGNING_SECRET, BOT_TOKEN = str(DEFAULTS["signing_secret"]), str(DEFAULTS["bot_token"])
PATIENCE = 300.0


def environment(urls: Mapping[str, str], folder: str, **more: str) -> dict[str, str]:
    """Settings of a bot that reaches the stand-ins at these addresses."""
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ZSYNC_", "SLACK_"))}
    return inherited | {
        "ZSYNC_DATABASE_URL": f"sqlite:///{folder}/zsync.db",
        "ZSYNC_VAULT_KEYS": new_key(),
        "ZSYNC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZSYNC_LISTEN": f"127.0.0.1:{port}",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "ZSYNC_SLACK_API_URL": f"{urls['slack']}/api/",
        "ZSYNC_ZOHO_CLIENT_ID": "zoho-client",
        "ZSYNC_ZOHO_CLIENT_SECRET": "zoho-secret",
        "ZSYNC_ZOHO_ACCOUNTS_URL": urls["zoho"],
        "ZSYNC_ZOHO_API_URL": urls["zoho"],
        "ZSYNC_GOOGLE_CLIENT_ID": "google-client",
        "ZSYNC_GOOGLE_CLIENT_SECRET": "google-secret",
        "ZSYNC_GOOGLE_AUTHORIZE_URL": f"{urls['google']}/o/oauth2/v2/auth",
        "ZSYNC_GOOGLE_TOKEN_URL": f"{urls['google']}/token",
        "ZSYNC_GOOGLE_REVOKE_URL": f"{urls['google']}/revoke",
        "ZSYNC_GOOGLE_API_URL": urls["google"],
        **more,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(module: tuple[str, ...], settings: Mapping[str, str], folder: str) -> Iterator[float]:
    """The process, stopped at the end; the seconds from its start until `/healthz` answered."""
    began = time.monotonic()
    command = [sys.executable, "-m", *module]
    environment = {**settings, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            yield _healthy(settings["ZSYNC_PUBLIC_URL"], began)
        finally:
            running.terminate()


def _healthy(url: str, began: float) -> float:
    while time.monotonic() - began < PATIENCE:
        try:
            if httpx.get(f"{url}/healthz", timeout=1, trust_env=False).status_code == httpx.codes.OK:
                return time.monotonic() - began
        except httpx.HTTPError:
            time.sleep(0.01)
    raise AssertionError("zsync did not start")
