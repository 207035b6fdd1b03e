"""Signing in: where the browser goes, what a code buys, and every way in which an accounts server says no.

Zoho's answers are those that its clients have met (HTTP 200 with an `error` key among them).
"""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sync.connectors import registry
from sync.http.oauth import SignIn
from sync.model import errors
from sync.model.grants import ClientSettings, Grant
from tests.clocks import Clock
from tests.http.desk import Desk, says

REDIRECT = "https://zsync.test/oauth/callback"
ZOHO = registry.app("zoho_inventory")
GOOGLE = registry.app("google_contacts")
ZOHO_SCOPES = ZOHO.facts.oauth.scopes if ZOHO.facts.oauth else {}
CLIENT = ClientSettings("client-id", "client-secret", {"eu": "secret-of-eu"})
TOKEN = {
    "access_token": "1000.aaa",
    "refresh_token": "1000.ccc",
    "api_domain": "https://www.zohoapis.eu",
    "token_type": "Bearer",
    "expires_in": 3600,
}


def sign_in(desk: Desk | None = None, app=ZOHO, client: ClientSettings = CLIENT) -> SignIn:
    return SignIn(
        title=app.title,
        facts=app.facts.oauth,
        regions=app.regions,
        client=client,
        now=Clock().now,
        transport=desk or Desk(),
    )


def exchanged(*replies, callback=None, app=ZOHO, region="eu", client=CLIENT, verifier="") -> tuple[Grant, Desk]:
    desk = Desk(*replies)
    query = {"code": "1000.code"} | (callback or {})
    grant = sign_in(desk, app, client).exchange(query, redirect_uri=REDIRECT, verifier=verifier, region=region)
    return grant, desk


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# Leaving


@pytest.mark.parametrize("region", list(ZOHO.regions))
def test_each_region_signs_in_at_its_own_server(region):
    leaving = sign_in().leave(state="s", redirect_uri=REDIRECT, region=region)
    assert leaving.url.startswith(f"{ZOHO.regions[region].accounts_url}/oauth/v2/auth?")


def test_zoho_is_asked_for_lasting_access_to_exactly_what_is_needed():
    query = query_of(sign_in().leave(state="s1", redirect_uri=REDIRECT, region="eu").url)
    assert query == {
        "response_type": "code",
        "client_id": "client-id",
        "redirect_uri": REDIRECT,
        "scope": ",".join(ZOHO_SCOPES),
        "state": "s1",
        "access_type": "offline",
        "prompt": "consent",
    }


def test_google_gets_a_challenge_whose_answer_stays_with_us():
    leaving = sign_in(app=GOOGLE).leave(state="s1", redirect_uri=REDIRECT)
    query = query_of(leaving.url)
    digest = hashlib.sha256(leaving.verifier.encode()).digest()
    assert query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert query["code_challenge_method"] == "S256"
    assert leaving.verifier not in leaving.url
    assert len(leaving.verifier) >= 43


def test_no_two_sign_ins_share_a_verifier():
    first, second = (sign_in(app=GOOGLE).leave(state="s", redirect_uri=REDIRECT) for _ in range(2))
    assert first.verifier != second.verifier


def test_the_secret_never_leaves_with_the_browser():
    assert "secret" not in sign_in().leave(state="s", redirect_uri=REDIRECT, region="eu").url


def test_without_a_client_nobody_is_sent_anywhere():
    with pytest.raises(errors.ClientMisconfigured, match="no client id"):
        sign_in(client=ClientSettings()).leave(state="s", redirect_uri=REDIRECT, region="eu")


# Coming back


def test_a_code_buys_a_grant():
    grant, desk = exchanged(says(TOKEN))
    assert (grant.access_token, grant.refresh_token) == ("1000.aaa", "1000.ccc")
    assert grant.expires_at == Clock().now() + timedelta(hours=1)
    assert (grant.api_url, grant.accounts_url) == ("https://www.zohoapis.eu", "https://accounts.zoho.eu")
    (asked,) = desk.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://accounts.zoho.eu/oauth/v2/token")
    assert asked.form == {
        "grant_type": "authorization_code",
        "code": "1000.code",
        "redirect_uri": REDIRECT,
        "client_id": "client-id",
        "client_secret": "secret-of-eu",
    }


def test_a_region_without_a_secret_of_its_own_uses_the_common_one():
    _, desk = exchanged(says(TOKEN), region="us")
    assert desk.asked[0].form["client_secret"] == "client-secret"


def test_the_verifier_comes_along_where_there_was_a_challenge():
    _, desk = exchanged(says(TOKEN), app=GOOGLE, region="", verifier="v" * 43)
    assert desk.asked[0].form["code_verifier"] == "v" * 43


@pytest.mark.parametrize("missing", ["token_type", "expires_in", "api_domain"])
def test_what_servers_leave_out_is_not_missed(missing):
    grant, _ = exchanged(says({name: value for name, value in TOKEN.items() if name != missing}))
    assert grant.access_token == "1000.aaa"
    assert grant.expires_at == Clock().now() + timedelta(hours=1)


def test_the_callback_may_name_another_data_centre_of_the_same_app():
    grant, desk = exchanged(says(TOKEN), callback={"accounts-server": "https://accounts.zoho.in", "location": "in"})
    assert str(desk.asked[0].url).startswith("https://accounts.zoho.in/")
    assert grant.accounts_url == "https://accounts.zoho.in"


@pytest.mark.parametrize(
    "server",
    ["https://accounts.zoho.evil.test", "http://accounts.zoho.eu", "https://accounts.zoho.eu.evil.test", "//evil.test"],
)
def test_code_and_secret_never_go_to_a_server_that_is_not_the_apps(server):
    desk = Desk(says(TOKEN))
    with pytest.raises(errors.SignInStale, match="foreign_server"):
        sign_in(desk).exchange(
            {"code": "c", "accounts-server": server}, redirect_uri=REDIRECT, verifier="", region="eu"
        )
    assert desk.asked == []


def test_tokens_never_go_to_an_api_that_is_not_the_apps():
    grant, _ = exchanged(says(TOKEN | {"api_domain": "https://api.evil.test"}))
    assert grant.api_url == ""


def test_a_person_who_declines_connects_nothing():
    desk = Desk(says(TOKEN))
    with pytest.raises(errors.ConsentDenied):
        sign_in(desk).exchange({"error": "access_denied"}, redirect_uri=REDIRECT, verifier="", region="eu")
    assert desk.asked == []


def test_access_that_would_end_in_an_hour_is_not_taken():
    with pytest.raises(errors.SignInStale, match="not_lasting"):
        exchanged(says({name: value for name, value in TOKEN.items() if name != "refresh_token"}))


def test_a_box_that_was_unticked_is_noticed_at_once():
    with pytest.raises(errors.RightsMissing):
        exchanged(says(TOKEN | {"scope": "openid email"}), app=GOOGLE, region="")


@pytest.mark.parametrize(
    ("app", "scope"),
    [
        (ZOHO, " ".join(ZOHO_SCOPES)),
        (ZOHO, ",".join(ZOHO_SCOPES)),
        (GOOGLE, "openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/contacts"),
        (GOOGLE, ""),
    ],
    ids=["zoho, spaces", "zoho, commas", "google, other names for openid and email", "not told"],
)
def test_rights_that_were_given_are_recognised(app, scope):
    grant, _ = exchanged(says(TOKEN | {"scope": scope}), app=app, region="eu" if app is ZOHO else "")
    assert grant.scope == scope


# Every way to say no, at the exchange and at the refresh

REFUSALS = [
    (says({"error": "invalid_code"}), None),
    (says({"error": "invalid_grant"}, 400), None),
    (says({"error": "invalid_client"}), errors.ClientMisconfigured),
    (says({"error": "invalid_client_secret"}), errors.ClientMisconfigured),
    (says({"error": "invalid_redirect_uri"}), errors.ClientMisconfigured),
    (says({"error": "redirect_uri_mismatch"}, 400), errors.ClientMisconfigured),
    (says({"error": "unauthorized_client"}, 401), errors.ClientMisconfigured),
    (says({"error": "Access Denied"}), errors.SignInRefused),
    (says({"error": "Access Denied"}, 400), errors.SignInRefused),
    (says({"error": "access_denied"}), errors.SignInRefused),
    (
        says({"error": "You have made too many requests continuously. Please try again after some time."}),
        errors.SignInRefused,
    ),
    (says({}, 429), errors.SignInRefused),
    (says({"error": "general_error"}), errors.AppBroken),
    (says({}, 503), errors.AppBroken),
    (httpx.Response(502, content=b"<html>Bad gateway</html>"), errors.AppBroken),
    (httpx.Response(200, content=b"<html>Please sign in</html>"), errors.AnswerUnreadable),
    (says({}), errors.AnswerUnreadable),
    (says([]), errors.AnswerUnreadable),
    (says({"access_token": ""}), errors.AnswerUnreadable),
    (says({"error": "something_new"}), errors.AnswerUnreadable),
    (httpx.Response(200, content=b'{"access_to'), errors.AnswerUnreadable),
    (httpx.ConnectTimeout("no answer"), errors.AppUnreachable),
]


@pytest.mark.parametrize(("reply", "kind"), REFUSALS)
def test_a_code_that_is_not_taken_says_why(reply, kind):
    with pytest.raises(kind or errors.SignInStale):
        exchanged(reply)


@pytest.mark.parametrize(("reply", "kind"), REFUSALS)
def test_a_refresh_that_is_not_taken_says_why(reply, kind):
    with pytest.raises(kind or errors.AccessRevoked):
        sign_in(Desk(reply)).refresh(old_grant(), "eu")


def test_only_a_revoked_grant_needs_a_person():
    """A throttled or broken accounts server must never disconnect anybody."""
    waiting = {kind.__name__: kind.waiting_helps for _, kind in REFUSALS if kind}
    assert waiting == {
        "ClientMisconfigured": False,
        "SignInRefused": True,
        "AppBroken": True,
        "AnswerUnreadable": True,
        "AppUnreachable": True,
    }


def test_a_throttled_refresh_waits_for_the_whole_window():
    with pytest.raises(errors.SignInRefused) as caught:
        sign_in(Desk(says({"error": "Access Denied"}))).refresh(old_grant(), "eu")
    assert caught.value.retry_after == 600


# Afterwards


def old_grant(accounts_url: str = "https://accounts.zoho.eu") -> Grant:
    return Grant(
        "old", "1000.ccc", Clock().now(), "scope", "https://www.zohoapis.eu", accounts_url, "identity of the person"
    )


def test_a_refresh_keeps_what_the_answer_does_not_name():
    desk = Desk(says({"access_token": "1000.new", "expires_in": 1800}))
    grant = sign_in(desk).refresh(old_grant(), "eu")
    assert grant == Grant(
        "1000.new",
        "1000.ccc",
        Clock().now() + timedelta(minutes=30),
        "scope",
        "https://www.zohoapis.eu",
        "https://accounts.zoho.eu",
        "identity of the person",
    )
    assert desk.asked[0].form == {
        "grant_type": "refresh_token",
        "refresh_token": "1000.ccc",
        "client_id": "client-id",
        "client_secret": "secret-of-eu",
    }


def test_a_refresh_goes_where_the_person_signed_in():
    desk = Desk(says(TOKEN))
    sign_in(desk).refresh(old_grant("https://accounts.zoho.in"), "eu")
    assert str(desk.asked[0].url) == "https://accounts.zoho.in/oauth/v2/token"


def test_an_app_that_changes_the_refresh_token_is_followed():
    grant = sign_in(Desk(says(TOKEN | {"refresh_token": "1000.next"}))).refresh(old_grant(), "eu")
    assert grant.refresh_token == "1000.next"


def test_a_grant_is_given_back_at_the_server_that_gave_it():
    desk = Desk(httpx.Response(200))
    sign_in(desk).revoke(old_grant(), "eu")
    (asked,) = desk.asked
    assert str(asked.url) == "https://accounts.zoho.eu/oauth/v2/token/revoke"
    assert asked.form == {"token": "1000.ccc"}


def test_an_operators_addresses_serve_every_region():
    client = ClientSettings("id", "secret", accounts_url="https://proxy.test/", api_url="https://api.proxy.test")
    leaving = sign_in(client=client).leave(state="s", redirect_uri=REDIRECT, region="eu")
    assert leaving.url.startswith("https://proxy.test/oauth/v2/auth?")
    grant, desk = exchanged(says(TOKEN | {"api_domain": "https://api.proxy.test"}), client=client)
    assert str(desk.asked[0].url) == "https://proxy.test/oauth/v2/token"
    assert grant.api_url == "https://api.proxy.test"


def test_a_browser_may_be_sent_to_the_apps_own_accounts_servers_only():
    """A login of another data centre is sent on from one of them to another."""
    assert sign_in().servers() == sorted(region.accounts_url for region in ZOHO.regions.values())
    assert sign_in(app=GOOGLE).servers() == ["https://accounts.google.com"]
    proxy = ClientSettings("client-id", "client-secret", accounts_url="https://proxy.example:8443/zoho/")
    assert sign_in(client=proxy).servers() == ["https://proxy.example:8443"]
