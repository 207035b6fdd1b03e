"""One call and its answer: what is sent, what is repeated, what never is, and what the log may know."""

import threading
from contextlib import closing
from datetime import timedelta
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
import pytest
import structlog

from bot.sandbox.serving import Served
from sync.http.exchange import exchange, network
from sync.http.failures import Failure
from sync.http.pacing import Pace
from sync.model import errors
from tests.http.desk import KEY, headers, line, says

LOST = httpx.ReadTimeout("no answer in time")
CUT_OFF = httpx.Response(200, content=b'{"contacts": [{"na')


def test_a_call_carries_who_we_are_where_we_work_and_what_we_ask():
    on = line(says({"contacts": []}))
    assert on.client.get("/contacts", {"page": 2}) == {"contacts": []}
    (asked,) = on.desk.asked
    assert str(asked.url) == "https://api.test/v1/contacts?organization_id=600&page=2"
    assert asked.headers["authorization"] == "Bearer token0"
    assert asked.headers["accept"] == "application/json"
    assert "content-type" not in asked.headers


@pytest.mark.parametrize("verb", ["post", "put", "patch"])
def test_a_write_sends_json(verb):
    on = line(says({"code": 0}, 201))
    getattr(on.client, verb)("/contacts", {"name": "Þóra 🌻"}, {"strict": "yes"})
    (asked,) = on.desk.asked
    assert (asked.method, asked.json) == (verb.upper(), {"name": "Þóra 🌻"})
    assert asked.headers["content-type"] == "application/json"
    assert asked.url.params["strict"] == "yes"


def test_an_empty_answer_is_nothing():
    assert line(httpx.Response(204)).client.post("/contacts/1/active") is None


@pytest.mark.parametrize("reply", [LOST, httpx.ConnectError("refused"), CUT_OFF, says({}, 503)], ids=str)
def test_a_read_is_repeated_until_it_is_answered(reply):
    on = line(reply, reply, says({"ok": True}))
    assert on.client.get("/contacts") == {"ok": True}
    assert len(on.desk.asked) == 3
    assert timedelta(seconds=0.7) < on.slept < timedelta(seconds=2.3), "it backs off, longer the second time"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (LOST, errors.AppUnreachable),
        (httpx.ConnectError("refused"), errors.AppUnreachable),
        (httpx.RemoteProtocolError("broken off"), errors.AppUnreachable),
        (httpx.Response(200, content=b"<html>maintenance</html>"), errors.AnswerUnreadable),
        (httpx.Response(200, content=b"\xff\xfe"), errors.AnswerUnreadable),
        (CUT_OFF, errors.AnswerUnreadable),
        (says({"message": "oops"}, 500), errors.AppBroken),
        (httpx.Response(502, content=b"<html>Bad gateway</html>"), errors.AppBroken),
        (httpx.Response(302, headers={"location": "https://portal.test"}), errors.AnswerUnreadable),
    ],
)
def test_a_read_that_is_never_answered_ends_with_its_own_error(reply, kind):
    on = line(reply)
    with pytest.raises(kind):
        on.client.get("/contacts")
    assert len(on.desk.asked) == 3


@pytest.mark.parametrize("verb", ["post", "put", "patch"])
@pytest.mark.parametrize("reply", [LOST, CUT_OFF, says({}, 500)], ids=["lost", "cut off", "broken"])
def test_a_write_is_never_repeated_for_it_may_have_happened(verb, reply):
    on = line(reply, says({"ok": True}))
    with pytest.raises((errors.AppUnreachable, errors.AnswerUnreadable, errors.AppBroken)):
        getattr(on.client, verb)("/contacts", {"name": "Ann"})
    assert len(on.desk.asked) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429])
def test_a_read_that_was_refused_is_not_repeated(status):
    on = line(says({}, status))
    with pytest.raises(errors.SyncError):
        on.client.get("/contacts")
    assert len(on.desk.asked) == 1


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_token_that_was_not_taken_is_renewed_and_the_call_made_once_more(verb):
    on = line(says({"code": 14}, 401), says({"ok": True}))
    assert getattr(on.client, verb)("/contacts") == {"ok": True}
    assert [asked.headers["authorization"] for asked in on.desk.asked] == ["Bearer token0", "Bearer token1"]


def test_a_second_refusal_of_the_token_means_that_access_is_gone():
    on = line(says({}, 401))
    with pytest.raises(errors.AccessRevoked, match=r"dana@example\.com"):
        on.client.get("/contacts")
    assert (len(on.desk.asked), on.badge.refusals) == (2, 1)


def test_a_refusal_for_speed_holds_everybody_back():
    on = line(says({}, 429, retry_after="30"))
    with pytest.raises(errors.TooFast):
        on.client.get("/contacts")
    assert on.book.held == {KEY: on.clock.now() + timedelta(seconds=30)}


def test_a_used_up_day_holds_everybody_back_until_the_reset():
    used_up = Failure(lambda answer: answer.status == 429, errors.QuotaUsedUp, 20421.0)
    on = line(says({"code": 45}, 429), failures=(used_up,))
    with pytest.raises(errors.QuotaUsedUp):
        on.client.get("/contacts")
    assert on.book.held == {KEY: on.clock.now() + timedelta(seconds=20421)}


def test_what_the_answer_says_of_the_day_is_noted():
    on = line(says({}, **headers(2000, 1500, 3600)), pace=Pace(60, day_quota=1000))
    on.client.get("/contacts")
    quota = on.book.quota(KEY)
    assert (quota.spent, quota.limit, quota.remaining) == (1, 2000, 1500)
    assert quota.resets_at == on.clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("nonsense", ["", "many", "-1", "1.5", "²"])
def test_nonsense_about_the_day_is_not_noted(nonsense):
    reply = httpx.Response(200, content=b"{}", headers=[(b"x-rate-limit-limit", nonsense.encode("latin-1"))])
    on = line(reply, pace=Pace(60, day_quota=1000))
    on.client.get("/contacts")
    assert (on.book.quota(KEY).spent, on.book.quota(KEY).limit) == (1, None)


def test_every_attempt_counts_as_a_call():
    on = line(says({}, 401), says({}, 503), says({}), pace=Pace(60, day_quota=1000))
    on.client.get("/contacts")
    assert on.book.quota(KEY).spent == 3


def test_no_call_is_made_when_it_is_not_our_turn():
    on = line(says({}))
    on.book.wait = None
    with pytest.raises(errors.TooFast):
        on.client.get("/contacts")
    assert on.desk.asked == []


@pytest.fixture
def everything_logged():
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("everything_logged")
def test_the_log_knows_the_kind_of_a_call_but_no_id_no_parameter_and_no_secret():
    on = line(says({"contact_name": "Ann Lee"}))
    with structlog.testing.capture_logs() as lines:
        on.client.put("/contacts/5210000000081007/address", {"name": "Ann Lee"}, {"search": "ann@example.com"})
    assert lines == [
        {
            "event": "call",
            "log_level": "debug",
            "app": "App",
            "method": "PUT",
            "kind": "/contacts/…/address",
            "status": 200,
        }
    ]


def test_errors_hold_neither_token_nor_customer():
    on = line(says({"message": "Ann Lee exists", "token": "token0"}, 400))
    with pytest.raises(errors.RequestRefused) as caught:
        on.client.post("/contacts", {"name": "Ann Lee"})
    assert not {"Ann", "token0"} & set(str(caught.value.facts).replace("'", " ").split())


def test_redirects_are_not_followed():
    on = line(says({}, 302, location="https://elsewhere.test/"))
    with pytest.raises(errors.AnswerUnreadable):
        on.client.post("/contacts", {})
    assert [asked.url.host for asked in on.desk.asked] == ["api.test"]


def _nothing(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    start("204 No Content", [])
    return []


def test_the_environment_does_not_reroute_calls(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody is there
    with Served(_nothing) as app, closing(network()) as way:
        assert exchange(way, "GET", app.url, app="App").status == 204


def test_what_one_account_is_given_to_remember_is_not_sent_for_another():
    """All accounts share their connections; a cookie would be the other's."""
    on = line(says({}, set_cookie="session=dana; Path=/"), says({}))
    on.client.get("/contacts")
    on.client.get("/contacts")
    assert [asked.headers.get("cookie") for asked in on.desk.asked] == [None, None]


def test_calls_in_flight_stay_within_the_apps_limit():
    """Six threads, two at a time: the third waits until one is back."""
    most, inside, lock, full = 0, 0, threading.Lock(), threading.Barrier(2)
    on = line(says({}), pace=Pace(600, in_flight=2))

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal most, inside
        with lock:
            inside += 1
            most = max(most, inside)
        full.wait(timeout=5)
        with lock:
            inside -= 1
        return httpx.Response(200, content=b"{}")

    on.desk.handle_request = answer  # type: ignore[method-assign]  # this desk takes its time
    object.__setattr__(on.client.pacer, "key", "app:in-flight")
    threads = [threading.Thread(target=on.client.get, args=("/contacts",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert most == 2
