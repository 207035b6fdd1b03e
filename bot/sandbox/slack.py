"""The Slack stand-in: its Web API, the signed requests it sends to the bot, and the rules in between.

It refuses what Slack refuses (limits, unknown ids, expired triggers) under the same names. People act through `slack_client.Person`.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request

from bot.sandbox import slack_limits
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.slack_state import Channel, Json, Message, User, View, elements

TRIGGER_SECONDS = 3.0
ANSWER_SECONDS = 3.0
STACK = 3
RESPONSE_URL_USES = 5
TEAM = "T1"

Deliver = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]


class SlackError(Exception):
    """The API answers `ok: false` with this word."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


class SlackStandIn:
    """One workspace with one installed app. `deliver` sends a request to the bot and brings its answer."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        new_id: Callable[[], str],
        signing_secret: str = "slack-signing-secret",
        bot_token: str = "xoxb-sandbox",
    ) -> None:
        self.now = now
        self.monotonic = monotonic
        self.new_id = new_id
        self.faults = Faults(now)
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.base_url = ""
        self.deliver: Deliver = _nobody
        self.lock = threading.RLock()
        self.answering = threading.Lock()
        self.users = {user.id: user for user in _people()}
        self.channels = {channel.id: channel for channel in _channels()}
        self.messages: list[Message] = []
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, tuple[float, str]] = {}
        self.response_urls: dict[str, list[Any]] = {}
        self.calls: list[tuple[str, Json, Json]] = []
        self._ts = 0
        self._flask = Flask("slack")
        self._flask.add_url_rule("/api/<method>", "api", self._api, methods=["POST", "GET"])
        self._flask.add_url_rule("/response/<key>", "response", self._respond, methods=["POST"])
        self._flask.add_url_rule("/ui/faults", "ui-faults", self._ui_faults, methods=["POST", "DELETE"])
        self.app = self.faults.wsgi(self._flask)

    # ---- the Web API ---------------------------------------------------------------------------------------------------------------

    def _api(self, method: str) -> Response:
        args = self._arguments()
        try:
            self._check_token()
            handler = METHODS.get(method)
            if handler is None:
                raise SlackError("unknown_method", req_method=method)
            with self.lock:
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

    def _check_token(self) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise SlackError("not_authed")
        if token != self.bot_token:
            raise SlackError("invalid_auth")

    def _auth_test(self, _args: Json) -> Json:
        return {
            "url": self.base_url,
            "team": "Quayside",
            "user": "zsync",
            "team_id": TEAM,
            "user_id": "UBOT",
            "bot_id": "B1",
        }

    def _users_info(self, args: Json) -> Json:
        user = self.users.get(str(args.get("user")))
        if user is None:
            raise SlackError("user_not_found")
        return {
            "user": {
                "id": user.id,
                "name": user.name,
                "is_admin": user.is_admin,
                "is_restricted": user.is_guest,
                "tz": user.time_zone,
                "locale": "en-GB",
            }
        }

    def _open_conversation(self, args: Json) -> Json:
        return {"channel": {"id": self.direct(str(args.get("users"))).id}}

    def _channel_info(self, args: Json) -> Json:
        channel = self.channel(str(args.get("channel")))
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_member": "UBOT" in channel.members,
                "is_archived": channel.archived,
            }
        }

    # messages

    def _post(self, args: Json) -> Json:
        channel = self.channel(str(args.get("channel")))
        if channel.archived:
            raise SlackError("is_archived")
        if "UBOT" not in channel.members and not channel.direct:
            raise SlackError("not_in_channel")
        message = self._message(channel, args)
        self.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.shown()}

    def _message(self, channel: Channel, args: Json) -> Message:
        blocks = args.get("blocks") or []
        self._check_message(args, blocks)
        return Message(
            self.ts(),
            channel.id,
            str(args.get("text", "")),
            self._with_ids(blocks),
            "UBOT",
            str(args.get("thread_ts") or ""),
        )

    def _check_message(self, args: Json, blocks: list[Json]) -> None:
        if not args.get("text") and not blocks:
            raise SlackError("no_text")
        if len(str(args.get("text", ""))) > 40_000:
            raise SlackError("msg_too_long")
        findings = slack_limits.check_message(blocks)
        if findings:
            raise SlackError("invalid_blocks", response_metadata={"messages": [str(one) for one in findings]})

    def _update(self, args: Json) -> Json:
        message = next(
            (m for m in self.messages if m.ts == args.get("ts") and m.channel == args.get("channel") and not m.to), None
        )
        if message is None or message.gone:
            raise SlackError("message_not_found")
        blocks = args.get("blocks") or []
        self._check_message(args, blocks)
        message.text, message.blocks, message.edits = (
            str(args.get("text", "")),
            self._with_ids(blocks),
            message.edits + 1,
        )
        return {"channel": message.channel, "ts": message.ts, "text": message.text}

    def _ephemeral(self, args: Json) -> Json:
        channel = self.channel(str(args.get("channel")))
        if str(args.get("user")) not in channel.members and not channel.direct:
            raise SlackError("user_not_in_channel")
        message = self._message(channel, args)
        message.to = str(args["user"])
        self.messages.append(message)
        return {"message_ts": message.ts}

    def _respond(self, key: str) -> tuple[Response, int]:
        """A response_url: five uses; an ephemeral answer to whoever acted, or the message replaced."""
        entry = self.response_urls.get(key)
        if entry is None or entry[2] <= 0:
            return jsonify({"ok": False, "error": "used_url"}), 404
        entry[2] -= 1
        channel, user, _, origin = entry
        body = dict(request.get_json())
        blocks = body.get("blocks") or []
        try:
            if not body.get("delete_original"):
                self._check_message(body, blocks)
        except SlackError as error:
            return jsonify({"ok": False, "error": error.error, **error.more}), 400
        with self.lock:
            if origin is not None and body.get("delete_original"):
                origin.gone = True
            elif origin is not None and body.get("replace_original"):
                origin.text, origin.blocks, origin.edits = (
                    str(body.get("text", "")),
                    self._with_ids(blocks),
                    origin.edits + 1,
                )
            else:
                to = "" if body.get("response_type") == "in_channel" else user
                self.messages.append(
                    Message(self.ts(), channel, str(body.get("text", "")), self._with_ids(blocks), "UBOT", to=to)
                )
        return jsonify({"ok": True}), 200

    # views

    def _open(self, args: Json) -> Json:
        user = self._trigger(args)
        view = self._view(args.get("view"), user)
        self.stacks[user] = [view]
        return {"view": view.shown(TEAM)}

    def _push(self, args: Json) -> Json:
        user = self._trigger(args)
        stack = self.stacks.get(user) or []
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        view = self._view(args.get("view"), user)
        self.push(stack, view)
        return {"view": view.shown(TEAM)}

    def push(self, stack: list[View], view: View) -> None:
        view.root, view.previous = (stack[0].id, stack[-1].id) if stack else (view.id, None)
        stack.append(view)

    def _update_view(self, args: Json) -> Json:
        """A submission's answer that has arrived is applied before a later update."""
        with self.answering:
            return self._updated_view(args)

    def _updated_view(self, args: Json) -> Json:
        for stack in self.stacks.values():
            for view in stack:
                if view.id == args.get("view_id") or (
                    args.get("external_id") and view.body.get("external_id") == args["external_id"]
                ):
                    if args.get("hash") and args["hash"] != view.hash:
                        raise SlackError("hash_conflict")
                    self.replace(view, args.get("view"))
                    return {"view": view.shown(TEAM)}
        raise SlackError("not_found")

    def _publish(self, args: Json) -> Json:
        user = str(args.get("user_id"))
        if user not in self.users:
            raise SlackError("user_not_found")
        view = self._view(args.get("view"), user)
        self.homes[user] = view
        return {"view": view.shown(TEAM)}

    def replace(self, view: View, body: Any) -> None:
        """A view's new body; what was typed stays where block and action keep their ids."""
        view.body = self._checked_view(body, view)
        view.hash, view.errors, view.trouble = self.new_id(), {}, ""

    def _view(self, body: Any, user: str) -> View:
        view_id = f"V{self.new_id()}"
        return View(view_id, user, self._checked_view(body, None), self.new_id(), view_id)

    def _checked_view(self, body: Any, own: View | None) -> Json:
        if not isinstance(body, dict):
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": ["[ERROR] view must be an object [json-pointer:/view]"]},
            )
        findings = slack_limits.check_view(body)
        if findings:
            raise SlackError("invalid_arguments", response_metadata={"messages": [str(one) for one in findings]})
        if len(json.dumps(body)) > slack_limits.VIEW_BYTES:
            raise SlackError("view_too_large")
        external = body.get("external_id")
        if external and any(
            v is not own and v.body.get("external_id") == external for stack in self.stacks.values() for v in stack
        ):
            raise SlackError("duplicate_external_id")
        return {**body, "blocks": self._with_ids(body["blocks"])}

    def _trigger(self, args: Json) -> str:
        made, user = self.triggers.get(str(args.get("trigger_id")), (None, ""))
        if made is None:
            raise SlackError("invalid_trigger_id")
        if not user:
            raise SlackError("exchanged_trigger_id")
        self.triggers[str(args["trigger_id"])] = (made, "")
        if self.monotonic() - made > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        return user

    # ---- shared --------------------------------------------------------------------------------------------------------------------

    def _with_ids(self, blocks: list[Json]) -> list[Json]:
        """Blocks and elements without ids get some, as in Slack."""
        whole: list[Json] = json.loads(json.dumps(blocks))
        for block in whole:
            block.setdefault("block_id", self.new_id())
            for element in elements(block):
                if element.get("type") != "image":
                    element.setdefault("action_id", self.new_id())
        return whole

    def ts(self) -> str:
        self._ts += 1
        return f"{int(self.now().timestamp())}.{self._ts:06d}"

    def channel(self, name: str) -> Channel:
        """By id, or a person's id for the direct conversation with the app."""
        if name in self.channels:
            return self.channels[name]
        if name in self.users:
            return self.direct(name)
        raise SlackError("channel_not_found")

    def direct(self, user: str) -> Channel:
        if user not in self.users:
            raise SlackError("user_not_found")
        return self.channels.setdefault(
            f"D{user}", Channel(f"D{user}", self.users[user].name, {user, "UBOT"}, direct=True)
        )

    def trigger(self, user: str) -> str:
        key = f"{TEAM}.{self.new_id()}"
        self.triggers[key] = (self.monotonic(), user)
        return key

    def response_url(self, channel: str, user: str, origin: Message | None) -> str:
        key = self.new_id()
        self.response_urls[key] = [channel, user, RESPONSE_URL_USES, origin]
        return f"{self.base_url}/response/{key}"

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

    def _ui_faults(self) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        else:
            self.faults.add(Fault(**request.get_json()))
        return jsonify({"active": len(self.faults.active())})


METHODS: Mapping[str, Callable[[SlackStandIn, Json], Json]] = {
    "auth.test": SlackStandIn._auth_test,
    "users.info": SlackStandIn._users_info,
    "conversations.open": SlackStandIn._open_conversation,
    "conversations.info": SlackStandIn._channel_info,
    "chat.postMessage": SlackStandIn._post,
    "chat.update": SlackStandIn._update,
    "chat.postEphemeral": SlackStandIn._ephemeral,
    "views.open": SlackStandIn._open,
    "views.push": SlackStandIn._push,
    "views.update": SlackStandIn._update_view,
    "views.publish": SlackStandIn._publish,
}


def _nobody(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:  # noqa: ARG001  the bot is not there yet
    return 503, b""


def _people() -> list[User]:
    return [
        User("U1", "dana"),
        User("UADMIN", "alex", is_admin=True),
        User("U2", "robin"),
        User("UGUEST", "guest", is_guest=True),
        User("UBOT", "zsync", is_bot=True),
    ]


def _channels() -> list[Channel]:
    everybody = {"U1", "UADMIN", "U2"}
    return [
        Channel("C1", "ops-sync", everybody | {"UBOT", "UGUEST"}),
        Channel("C2", "sales", everybody | {"UBOT"}),
        Channel("C3", "general", everybody),
        Channel("C4", "old-project", everybody | {"UBOT"}, archived=True),
    ]
