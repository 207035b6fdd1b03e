"""Clients that others wrote, against our stand-ins: what the connectors are tested with is not only our own reading of the documents."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.running import new_id
from bot.sandbox.seed import ORGANIZATION_ID, company
from bot.sandbox.serving import Served
from bot.sandbox.zoho.stand_in import ZohoStandIn

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".venv-independent"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def python() -> str:
    """An interpreter with the foreign clients, made once: their pins clash with ours."""
    ready = ENVIRONMENT / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        pip = [str(ENVIRONMENT / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip("the independent clients cannot be installed here")
        ready.touch()
    return str(ENVIRONMENT / "bin/python")


def run(python: str, script: str, *arguments: str) -> Any:
    done = subprocess.run(
        [python, str(HERE / script), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def refresh_token(consent: str, token: str, client: dict[str, str], **query: str) -> str:
    """Sign in at a stand-in as a browser would."""
    address = {
        "response_type": "code",
        "redirect_uri": "https://x.example/cb",
        "client_id": client["client_id"],
        **query,
    }
    agreed = httpx.post(consent, params=address, data={"answer": "yes"}, trust_env=False)
    code = parse_qs(urlsplit(agreed.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://x.example/cb", **client}
    return str(httpx.post(token, data=form, trust_env=False).json()["refresh_token"])


def test_googles_own_client_reads_writes_and_is_refused_a_stale_write(python):
    seed = company(customers=40, people=120)
    google = GoogleStandIn(now=now, new_id=new_id, people=seed.people, labels=seed.labels)
    client = {"client_id": "google-client", "client_secret": "google-secret"}
    with Served(google.app) as served:
        scope = "https://www.googleapis.com/auth/contacts"
        token = refresh_token(
            f"{served.url}/o/oauth2/v2/auth",
            f"{served.url}/token",
            client,
            scope=scope,
            access_type="offline",
            prompt="consent",
        )
        seen = run(python, "google_client.py", served.url, token)
    assert seen["listed"] == 120
    assert seen["changed"] == "Ada King"
    assert seen["stale"].startswith("400 Request person.etag is different")
    assert seen["since"] == [True]
    assert seen["batch"] == "King"


def test_zohopy_lists_creates_changes_and_is_refused_a_name_that_is_taken(python):
    zoho = ZohoStandIn(now=now, new_id=new_id, organizations=[company(customers=40, people=40).organization])
    client = {"client_id": "zoho-client", "client_secret": "zoho-secret"}
    with Served(zoho.app) as served:
        zoho.base_url = served.url
        scope = "ZohoInventory.contacts.READ"
        token = refresh_token(f"{served.url}/oauth/v2/auth", f"{served.url}/oauth/v2/token", client, scope=scope)
        seen = run(python, "zoho_client.py", served.url, token, ORGANIZATION_ID)
    assert seen["listed"] == len([c for c in zoho.first.organization.contacts.values() if c["status"] == "active"])
    assert seen["changed"] == "Changed by zohopy"
    assert seen["status"] == "inactive"
    assert "already exists" in seen["twice"]
