"""How the stand-ins' accounts servers give, count, end and refuse tokens."""

import base64
import hashlib
import json

import httpx
import pytest

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.zoho.contacts import Organization
from bot.sandbox.zoho.stand_in import ZohoStandIn
from tests.clocks import Clock, counted_ids
from tests.sandbox.apps import Caller, Login

CONTACTS = "https://www.googleapis.com/auth/contacts"


@pytest.fixture
def zoho() -> Login:
    clock = Clock()
    app = ZohoStandIn(now=clock.now, new_id=counted_ids("z"), organizations=[Organization("600", "Quayside")])
    app.base_url = "https://zoho.test"
    http = httpx.Client(base_url=app.base_url, transport=httpx.WSGITransport(app.app))
    client = {"client_id": "zoho-client", "client_secret": "zoho-secret"}
    return Login(http, clock, "/oauth/v2/auth", "/oauth/v2/token", client, "ZohoInventory.contacts.READ")


@pytest.fixture
def google() -> Login:
    clock = Clock()
    app = GoogleStandIn(now=clock.now, new_id=counted_ids("g"))
    http = httpx.Client(base_url="https://google.test", transport=httpx.WSGITransport(app.app))
    client = {"client_id": "google-client", "client_secret": "google-secret"}
    return Login(http, clock, "/o/oauth2/v2/auth", "/token", client, f"{CONTACTS} openid email")


def works(login: Login, token: str) -> bool:
    """Whether an API call with this access token is let in."""
    if login.client["client_id"].startswith("zoho"):
        call = Caller(login.http, f"Zoho-oauthtoken {token}")
        return call("GET", "/inventory/v1/organizations").status_code == 200
    return Caller(login.http, f"Bearer {token}")("GET", "/v1/contactGroups").status_code == 200


# ---- Zoho --------------------------------------------------------------------------------------------------------------------------------


def test_zoho_names_its_data_centre_and_server_with_the_code(zoho):
    back = zoho.code()
    assert {"code", "state", "location", "accounts-server"} == back.keys()
    granted = zoho.exchange(back["code"]).json()
    assert granted["api_domain"] == "https://zoho.test"
    assert works(zoho, granted["access_token"])


def test_zoho_says_no_with_the_persons_word(zoho):
    assert zoho.code("no") == {"state": "s1", "error": "access_denied"}


def test_a_code_of_zoho_works_once_and_for_a_minute(zoho):
    code = zoho.code()["code"]
    assert "access_token" in zoho.exchange(code).json()
    assert zoho.exchange(code).json() == {"error": "invalid_code"}
    late = zoho.code()["code"]
    zoho.clock.pass_(seconds=61)
    assert zoho.exchange(late).json() == {"error": "invalid_code"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"client_secret": "another"}, "invalid_client_secret"),
        ({"redirect_uri": "https://another.example"}, "invalid_redirect_uri"),
    ],
)
def test_zoho_refuses_with_http_200_and_an_error_in_the_body(zoho, change, error):
    answer = zoho.exchange(zoho.code()["code"], **change)
    assert (answer.status_code, answer.json()) == (200, {"error": error})


def test_an_access_token_of_zoho_ends_after_an_hour_and_is_refreshed_without_a_new_refresh_token(zoho):
    granted = zoho.granted()
    zoho.clock.pass_(seconds=3601)
    assert not works(zoho, granted["access_token"])
    refreshed = zoho.refresh(granted["refresh_token"]).json()
    assert "refresh_token" not in refreshed
    assert works(zoho, refreshed["access_token"])


def test_the_twenty_first_consent_silently_drops_the_oldest(zoho):
    refresh = [zoho.granted()["refresh_token"] for _ in range(21)]
    assert zoho.refresh(refresh[0]).json() == {"error": "invalid_code"}
    assert "access_token" in zoho.refresh(refresh[1]).json()


def test_more_than_ten_tokens_in_ten_minutes_are_denied_with_http_200(zoho):
    refresh = zoho.granted()["refresh_token"]
    answers = [zoho.refresh(refresh) for _ in range(10)]
    assert ["access_token" in answer.json() for answer in answers] == [True] * 9 + [False]
    assert (answers[-1].status_code, answers[-1].json()) == (200, {"error": "Access Denied"})
    zoho.clock.pass_(minutes=10)
    assert "access_token" in zoho.refresh(refresh).json()


def test_a_revoked_grant_of_zoho_takes_its_access_tokens_along(zoho):
    granted = zoho.granted()
    zoho.http.post("/oauth/v2/token/revoke", params={"token": granted["refresh_token"]})
    assert not works(zoho, granted["access_token"])
    assert zoho.refresh(granted["refresh_token"]).json() == {"error": "invalid_code"}


# ---- Google ------------------------------------------------------------------------------------------------------------------------------


def test_google_tells_who_signed_in(google):
    body = google.granted()["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims["email"] == "dana@quayside.example"
    assert claims["sub"]


def test_a_scope_can_be_unticked_and_is_missed_at_the_call(google):
    granted = google.exchange(google.code(scope=["openid"])["code"]).json()
    assert granted["scope"] == "openid"
    answer = Caller(google.http, f"Bearer {granted['access_token']}")("GET", "/v1/contactGroups")
    assert answer.status_code == 403
    assert answer.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_a_dead_code_or_token_of_google_is_an_invalid_grant(google):
    code = google.code()["code"]
    google.exchange(code)
    for answer in (google.exchange(code), google.refresh("made-up")):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_google_refuses_a_wrong_client(google):
    answer = google.exchange(google.code()["code"], client_secret="another")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_access_token_of_google_ends_and_a_revoked_one_is_gone(google):
    granted = google.granted()
    assert works(google, granted["access_token"])
    google.clock.pass_(seconds=3600)
    assert not works(google, granted["access_token"])
    refreshed = google.refresh(granted["refresh_token"]).json()
    assert works(google, refreshed["access_token"])
    google.http.post("/revoke", data={"token": granted["refresh_token"]})
    assert not works(google, refreshed["access_token"])
    assert google.refresh(granted["refresh_token"]).json()["error"] == "invalid_grant"


def test_the_verifier_must_fit_the_challenge(google):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    for verifier, status in (("another", 400), ("", 400), ("verifier", 200)):
        code = google.code(challenge=challenge)["code"]
        assert google.exchange(code, code_verifier=verifier).status_code == status
