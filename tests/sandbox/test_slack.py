"""The Slack stand-in behaves as Slack's documents say: what it refuses, what ends, what it signs, what it keeps."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.clocks import Clock, counted_ids

TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


class Bot:
    """Whoever is at the other end: keeps the requests, answers as told, after as long as told."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.requests: list[tuple[bytes, Mapping[str, str]]] = []
        self.answer: dict[str, Any] = {}
        self.seconds = 0.0

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.requests.append((body, headers))
        self.clock.sleep(self.seconds)
        return 200, json.dumps(self.answer).encode() if self.answer else b""

    def heard(self) -> Any:
        """The last request's fields."""
        fields = {name: values[0] for name, values in parse_qs(self.requests[-1][0].decode()).items()}
        return json.loads(fields["payload"]) if "payload" in fields else fields


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(clock: Clock) -> Bot:
    return Bot(clock)


@pytest.fixture
def slack(clock: Clock, bot: Bot) -> SlackStandIn:
    slack = SlackStandIn(now=clock.now, monotonic=lambda: clock.now().timestamp(), new_id=counted_ids("s"))
    slack.base_url = "https://slack.test"
    slack.deliver = bot
    return slack


@pytest.fixture
def http(slack: SlackStandIn) -> httpx.Client:
    return httpx.Client(base_url="https://slack.test", transport=httpx.WSGITransport(slack.app))


@pytest.fixture
def dana(slack: SlackStandIn) -> Person:
    return Person(slack)


def modal(*blocks: Any, **more: Any) -> dict[str, Any]:
    frame = {"type": "modal", "callback_id": "c", "title": {"type": "plain_text", "text": "Title"}}
    return {**frame, "submit": {"type": "plain_text", "text": "Go"}, "blocks": list(blocks or (TEXT,)), **more}


def text_input(block_id: str) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "a"}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": block_id},
        "element": element,
    }


def ask(slack: SlackStandIn, http: httpx.Client, method: str, **arguments: Any) -> Any:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    return http.post(f"/api/{method}", json=arguments, headers=headers).json()


# ---- who may ask what --------------------------------------------------------------------------------------------------------------------


def test_a_call_needs_the_bots_token_and_a_method_that_exists(slack, http):
    assert http.post("/api/auth.test").json()["error"] == "not_authed"
    assert http.post("/api/auth.test", headers={"Authorization": "Bearer xoxb-other"}).json()["error"] == "invalid_auth"
    assert ask(slack, http, "chat.postMessages")["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C3", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C4", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": "C1"}, "no_text"),
        ("chat.postMessage", {"channel": "C1", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.update", {"channel": "C1", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "C1", "user": "U404", "text": "x"}, "user_not_in_channel"),
        ("views.update", {"view_id": "V404", "view": modal()}, "not_found"),
        ("views.publish", {"user_id": "U404", "view": {"type": "home", "blocks": []}}, "user_not_found"),
        ("views.open", {"trigger_id": "made-up", "view": modal()}, "invalid_trigger_id"),
    ],
)
def test_what_is_not_there_is_refused_by_its_name(slack, http, method, arguments, error):
    assert ask(slack, http, method, **arguments)["error"] == error


# ---- limits ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}, "/blocks/0/text/text"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "/blocks/0/text/text"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text/type"),
        ({"type": "carousel"}, "/blocks/0/type"),
        ({**TEXT, "colour": "red"}, "/blocks/0/colour"),
        ({"type": "actions", "elements": [{"type": "static_select", "action_id": "a"}]}, "/blocks/0/elements/0"),
    ],
)
def test_a_block_beyond_the_limits_is_refused_with_a_pointer(slack, http, block, pointer):
    answer = ask(slack, http, "chat.postMessage", channel="C1", text="x", blocks=[block])
    assert answer["error"] == "invalid_blocks"
    assert [f"[json-pointer:{pointer}]" in message for message in answer["response_metadata"]["messages"]] == [True]


def test_fifty_blocks_fit_in_a_message_and_a_hundred_in_a_modal(slack, http):
    assert ask(slack, http, "chat.postMessage", channel="C1", text="x", blocks=[TEXT] * 50)["ok"]
    assert ask(slack, http, "chat.postMessage", channel="C1", text="x", blocks=[TEXT] * 51)["error"] == "invalid_blocks"
    assert ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal(*[TEXT] * 100))["ok"]
    refused = ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal(*[TEXT] * 101))
    assert refused["error"] == "invalid_arguments"


# ---- triggers and stacks -----------------------------------------------------------------------------------------------------------------


def test_a_trigger_works_once_and_for_three_seconds(slack, http, clock):
    trigger = slack.trigger("U1")
    assert ask(slack, http, "views.open", trigger_id=trigger, view=modal())["ok"]
    assert ask(slack, http, "views.open", trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"
    late = slack.trigger("U1")
    clock.pass_(seconds=3.1)
    assert ask(slack, http, "views.open", trigger_id=late, view=modal())["error"] == "expired_trigger_id"


def test_three_views_lie_on_each_other_and_a_fourth_is_refused(slack, http, dana):
    ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal())
    for _ in range(2):
        assert ask(slack, http, "views.push", trigger_id=slack.trigger("U1"), view=modal())["ok"]
    assert ask(slack, http, "views.push", trigger_id=slack.trigger("U1"), view=modal())["error"] == "push_limit_reached"
    dana.close()
    assert not dana.has_modal()


def test_an_update_with_an_old_hash_loses(slack, http):
    view = ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal())["view"]
    assert ask(slack, http, "views.update", view_id=view["id"], hash=view["hash"], view=modal())["ok"]
    late = ask(slack, http, "views.update", view_id=view["id"], hash=view["hash"], view=modal())
    assert late["error"] == "hash_conflict"


def test_an_external_id_is_there_once_and_finds_its_view(slack, http):
    ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal(external_id="e1"))
    twice = ask(slack, http, "views.open", trigger_id=slack.trigger("U2"), view=modal(external_id="e1"))
    assert twice["error"] == "duplicate_external_id"
    assert ask(slack, http, "views.update", external_id="e1", view=modal(external_id="e1"))["ok"]


def test_an_update_keeps_what_was_typed_where_the_ids_stay(slack, http, dana, bot):
    view = ask(
        slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal(text_input("one"), text_input("two"))
    )["view"]
    for name in ("one", "two"):
        dana.fill(dana.modal(), name, f"typed in {name}")
    ask(slack, http, "views.update", view_id=view["id"], view=modal(text_input("one"), text_input("anew")))
    dana.fill(dana.modal(), "anew", "x")
    dana.submit()
    values = bot.heard()["view"]["state"]["values"]
    assert {block: typed["a"]["value"] for block, typed in values.items()} == {"one": "typed in one", "anew": "x"}


# ---- answers -----------------------------------------------------------------------------------------------------------------------------


def test_a_response_url_works_five_times(slack, http, dana, bot):
    dana.command("/zsync help")
    path = bot.heard()["response_url"].removeprefix("https://slack.test")
    answers = [http.post(path, json={"text": f"{number}"}).status_code for number in range(6)]
    assert answers == [200] * 5 + [404]
    assert [message.text for message in dana.messages("C1")] == ["0", "1", "2", "3", "4"]
    assert Person(slack, "U2").messages("C1") == []


def test_a_command_that_is_answered_too_late_has_timed_out(dana, bot):
    bot.seconds = 3.1
    dana.command("/zsync help")
    assert "operation_timeout" in dana.last("C1").text


def test_a_form_that_is_answered_too_late_stays_open_with_trouble(slack, http, dana, bot):
    ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal())
    bot.seconds = 3.1
    dana.submit()
    assert "trouble connecting" in dana.modal().trouble


def test_a_submission_is_answered_by_update_push_errors_clear_or_nothing(slack, http, dana, bot):
    ask(slack, http, "views.open", trigger_id=slack.trigger("U1"), view=modal(text_input("one")))
    dana.fill(dana.modal(), "one", "x")
    bot.answer = {"response_action": "errors", "errors": {"one": "Too short."}}
    dana.submit()
    assert dana.modal().errors == {"one": "Too short."}
    bot.answer = {"response_action": "errors", "errors": {"nowhere": "Too short."}}
    dana.submit()
    assert "trouble connecting" in dana.modal().trouble
    bot.answer = {"response_action": "update", "view": modal(TEXT)}
    dana.submit()
    assert "Hello" in text_of(dana.modal())
    bot.answer = {"response_action": "push", "view": modal(TEXT, callback_id="second")}
    dana.submit()
    assert dana.modal().body["callback_id"] == "second"
    bot.answer = {}
    dana.submit()
    assert dana.modal().body["callback_id"] == "c"
    bot.answer = {"response_action": "clear"}
    dana.submit()
    assert not dana.has_modal()


# ---- signing -----------------------------------------------------------------------------------------------------------------------------


def test_every_request_is_signed_over_time_and_body(slack, dana, bot):
    dana.command("/zsync help")
    body, headers = bot.requests[-1]
    signed = f"v0:{headers['X-Slack-Request-Timestamp']}:".encode() + body
    digest = hmac.new(slack.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == f"v0={digest}"
