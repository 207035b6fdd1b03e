"""The Slack stand-in: its Web API, the signed requests it sends to the bot, and the rules in between.

It refuses what Slack refuses (limits, unknown ids, expired triggers) under the same names. People act through `person.Person`.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request

from bot.sandbox.faults import Faults
from bot.sandbox.slack import messages, views
from bot.sandbox.slack.state import Json
from bot.sandbox.slack.workspace import BOT, SlackError, Team, Workspace

SIGNING_SECRET, BOT_TOKEN, APP_TOKEN = "slack-signing-secret", "xoxb-sandbox", "xapp-sandbox"
ANSWER_SECONDS = 3.0
RESPONSE_URL = "response_url"
"""How a post to one is called among the calls; Slack's own methods all have a dot."""

Deliver = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]


class SlackStandIn(Workspace):
    """One workspace with one installed app. `deliver` sends a request to the bot and brings its answer. Requests are signed at `now`, the
    time of the bot's machine; messages are posted at `shown_time`, which is the same unless the bot lives in another time."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        new_id: Callable[[], str],
        signing_secret: str = SIGNING_SECRET,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        team: Team = Team(),  # noqa: B008  it is frozen
        shown_time: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(now, monotonic, new_id, team, shown_time or now)
        self.faults = Faults(now)
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self.deliver: Deliver = _nobody
        self.calls: list[tuple[str, Json, Json]] = []
        self._flask = Flask("slack")
        self._flask.add_url_rule("/api/<method>", "api", self._api, methods=["POST", "GET"])
        self._flask.add_url_rule("/response/<key>", "response", self._respond, methods=["POST"])
        self.app = self.faults.wsgi(self._flask)

    # ---- what the bot asks ---------------------------------------------------------------------------------------------------------

    def _api(self, method: str) -> Response:
        args = self._arguments()
        try:
            self._check_token(self.app_token if method == "apps.connections.open" else self.bot_token)
            handler = METHODS.get(method)
            if handler is None:
                raise SlackError("unknown_method", req_method=method)
            # A submission's answer that has arrived is applied before a later update.
            with self.answering if method == "views.update" else nullcontext(), self.lock:
                answer: Json = {"ok": True, **handler(self, args)}
        except SlackError as error:
            answer = {"ok": False, "error": error.error, **error.more}
        self.calls.append((method, args, answer))
        return jsonify(answer)

    @staticmethod
    def _arguments() -> Json:
        body = request.get_json(silent=True)
        if isinstance(body, dict):
            return body
        args: Json = {**request.args.to_dict(), **request.form.to_dict()}
        for key in ("view", "blocks", "metadata"):
            if isinstance(args.get(key), str):
                args[key] = json.loads(args[key])
        args.pop("token", None)
        return args

    @staticmethod
    def _check_token(good: str) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise SlackError("not_authed")
        if token != good:
            raise SlackError("invalid_auth")

    def _respond(self, key: str) -> tuple[Response, int]:
        body, status = dict(request.get_json()), 200
        answer: Json = {"ok": True}
        try:
            with self.lock:
                messages.respond(self, key, body)
        except SlackError as error:
            answer, status = (
                {"ok": False, "error": error.error, **error.more},
                404 if error.error == "used_url" else 400,
            )
        self.calls.append((RESPONSE_URL, body, answer))
        return jsonify(answer), status

    # ---- what it sends to the bot --------------------------------------------------------------------------------------------------

    def send(self, fields: Mapping[str, str] | Json, *, as_json: bool = False) -> tuple[int, bytes]:
        """A signed request to the bot. The answer must come within three seconds."""
        body = (json.dumps(fields) if as_json else urlencode(fields)).encode()
        stamp = str(int(self.now().timestamp()))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        started = self.monotonic()
        status, answer = self.deliver(body, headers)
        return (504, b"") if self.monotonic() - started > ANSWER_SECONDS else (status, answer)


def _auth_test(slack: Workspace, _args: Json) -> Json:
    who = {"user": "zsync", "user_id": BOT, "bot_id": "B1"}
    return {"url": slack.base_url, "team": slack.team.name, "team_id": slack.team.id, **who}


def _users_info(slack: Workspace, args: Json) -> Json:
    user = slack.users.get(str(args.get("user")))
    if user is None:
        raise SlackError("user_not_found")
    known = {"id": user.id, "name": user.name, "real_name": user.real_name}
    rights = {"is_admin": user.is_admin, "is_restricted": user.is_guest}
    return {"user": {**known, **rights, "tz": user.time_zone, "locale": "en-GB"}}


def _open_conversation(slack: Workspace, args: Json) -> Json:
    return {"channel": {"id": slack.direct(str(args.get("users"))).id}}


def _channel_info(slack: Workspace, args: Json) -> Json:
    channel = slack.channel(str(args.get("channel")))
    member = BOT in channel.members
    return {"channel": {"id": channel.id, "name": channel.name, "is_member": member, "is_archived": channel.archived}}


def _open_socket(slack: Workspace, _args: Json) -> Json:
    if not slack.socket_url:
        raise SlackError("internal_error")
    return {"url": f"{slack.socket_url}?ticket={slack.new_id()}"}


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "apps.connections.open": _open_socket,
    "auth.test": _auth_test,
    "users.info": _users_info,
    "conversations.open": _open_conversation,
    "conversations.info": _channel_info,
    **messages.METHODS,
    **views.METHODS,
}


def _nobody(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:  # noqa: ARG001  the bot is not there yet
    return 503, b""
