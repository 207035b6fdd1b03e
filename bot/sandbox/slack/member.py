"""What a member of the workspace does, by the block and element it is done to.

Every act sends the payload that Slack sends, signed, and applies the bot's answer as Slack does. What Slack would refuse is refused.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import forms, views
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.state import VALUE_KEYS, Json, Message, View
from bot.sandbox.slack.workspace import BOT, SlackError

TROUBLE = "We had some trouble connecting. Try again?"
Place = Message | View


class Member:
    """One member of the workspace."""

    def __init__(self, slack: SlackStandIn, user: str = "U1") -> None:
        self.slack = slack
        self.user = user
        self.went_to: list[str] = []

    # ---- in a conversation ---------------------------------------------------------------------------------------------------------

    def command(self, text: str, channel: str = "C1") -> None:
        """Type a slash command, e.g. `/zsync connect`."""
        command, _, rest = text.partition(" ")
        there = self.slack.channel(channel)
        fields = self._who() | {
            "command": command,
            "text": rest,
            "channel_id": there.id,
            "channel_name": "directmessage" if there.direct else there.name,
            "response_url": self.slack.response_url(there.id, self.user, None),
            "trigger_id": self.slack.trigger(self.user),
            "api_app_id": "A1",
            "is_enterprise_install": "false",
        }
        status, body = self.slack.send(fields)
        if status == 504:
            self.tell(channel, "/zsync failed with the error “operation_timeout”")
        elif status != 200:
            self.tell(channel, f"/zsync failed with the error “dispatch_failed” ({status})")
        elif body:
            self._answer_to_command(channel, body)

    def _answer_to_command(self, channel: str, body: bytes) -> None:
        answer: Json = json.loads(body) if body.startswith(b"{") else {"text": body.decode()}
        to = "" if answer.get("response_type") == "in_channel" else self.user
        self.tell(channel, str(answer.get("text", "")), answer.get("blocks"), to)

    def say(self, text: str, channel: str = "C1", thread: str = "") -> None:
        """Write a message for everybody there; no app hears of it."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        there = self.slack.channel(channel)
        self.slack.messages.append(Message(self.slack.ts(), there.id, escaped, [], self.user, thread))

    def tell(self, channel: str, text: str, blocks: list[Json] | None = None, to: str | None = None) -> None:
        """A message of the app or of Slack itself that only this person sees, unless `to` is empty."""
        to, there = self.user if to is None else to, self.slack.channel(channel)
        self.slack.messages.append(Message(self.slack.ts(), there.id, text, blocks or [], BOT, to=to))

    # ---- with buttons, selects and inputs ------------------------------------------------------------------------------------------

    def press_element(self, where: Place, block: Json, element: Json) -> None:
        """Press a button; a link button also opens the browser (see `went_to`)."""
        if element.get("url"):
            self.went_to.append(element["url"])
        action = {key: element[key] for key in ("action_id", "text", "value", "style", "type") if key in element}
        self._act(where, action | {"block_id": block["block_id"]})

    def put(self, where: Place, block: Json, element: Json, value: Any) -> None:
        """Choose or type a value, as Slack sends it; where the element stands outside an input, or the input says so, the bot hears at
        once."""
        typed = {"type": element["type"], VALUE_KEYS.get(element["type"], "selected_option"): value}
        if isinstance(where, View) and element["type"] in VALUE_KEYS:
            self.type(where, block, element, value)
        if block["type"] != "input" or block.get("dispatch_action"):
            self._act(where, typed | {"action_id": element["action_id"], "block_id": block["block_id"]})

    def type(self, view: View, block: Json, element: Json, value: Any) -> None:
        """Type or choose a value; nobody hears of it before the form is sent."""
        typed = {"type": element["type"], VALUE_KEYS[element["type"]]: value}
        view.state.setdefault(block["block_id"], {})[element["action_id"]] = typed

    def offers(self, view: View, block: Json, element: Json, query: str) -> Json:
        """What the bot offers for a query in an external select: `options` or `option_groups`."""
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        payload = self._payload("block_suggestion") | ids | {"value": query, "view": view.shown(self.slack.team.id)}
        payload["container"] = {"type": "view", "view_id": view.id}
        status, body = self.slack.send({"payload": json.dumps(payload)})
        found: Json = json.loads(body) if status == 200 and body else {"options": []}
        return found

    def _act(self, where: Place, action: Json) -> None:
        action |= {"action_ts": self.slack.ts()}
        payload = self._payload("block_actions") | {"actions": [action], "trigger_id": self.slack.trigger(self.user)}
        if isinstance(where, View):
            payload |= {"view": where.shown(self.slack.team.id), "container": {"type": "view", "view_id": where.id}}
        else:
            container: Json = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
            container |= {"is_ephemeral": bool(where.to)}
            channel = {"id": where.channel, "name": self.slack.channel(where.channel).name}
            url = self.slack.response_url(where.channel, self.user, where)
            payload |= {"message": where.shown(), "container": container, "channel": channel, "response_url": url}
        status, _ = self.slack.send({"payload": json.dumps(payload)})
        where.trouble = "" if status == 200 else TROUBLE

    # ---- in modals and at home -----------------------------------------------------------------------------------------------------

    def submit_view(self, view: View) -> None:
        """Press the modal's submit button; the answer closes, updates, pushes, or shows errors."""
        view.errors, view.trouble = forms.problems(view), ""
        if view.errors:
            return
        payload = self._payload("view_submission") | {
            "view": view.shown(self.slack.team.id),
            "trigger_id": self.slack.trigger(self.user),
            "response_urls": [],
        }
        with self.slack.answering:
            status, body = self.slack.send({"payload": json.dumps(payload)})
            try:
                if status != 200:
                    raise SlackError(str(status))
                self._answered(view, json.loads(body) if body.strip() else {})
            except SlackError:
                view.trouble = TROUBLE

    def _answered(self, view: View, answer: Json) -> None:
        stack = self.slack.stacks.get(self.user, [])
        action = answer.get("response_action")
        if action == "errors":
            inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            view.errors = answer["errors"]
            view.trouble = "" if set(view.errors) <= inputs else TROUBLE
        elif action == "update":
            views.replace(self.slack, view, answer["view"])
        elif action == "push":
            views.put_on_top(stack, views.made(self.slack, answer["view"], self.user))
        elif action == "clear" or len(stack) <= 1:
            self.slack.stacks.pop(self.user, None)
        else:
            stack.pop()

    def close(self) -> None:
        """Press the X of the modal: all its views close."""
        stack = self.slack.stacks.pop(self.user, [])
        if stack and stack[0].body.get("notify_on_close"):
            payload = self._payload("view_closed") | {"view": stack[0].shown(self.slack.team.id), "is_cleared": True}
            self.slack.send({"payload": json.dumps(payload)})

    def back(self) -> None:
        """Press Cancel, or the arrow of a modal on top of another: the view on top closes."""
        stack = self.slack.stacks.get(self.user, [])
        view = stack.pop() if stack else None
        if not stack:
            self.slack.stacks.pop(self.user, None)
        if view and view.body.get("notify_on_close"):
            payload = self._payload("view_closed") | {"view": view.shown(self.slack.team.id), "is_cleared": False}
            self.slack.send({"payload": json.dumps(payload)})

    def open_home(self) -> View | None:
        event = {
            "type": "app_home_opened",
            "user": self.user,
            "channel": f"D{self.user}",
            "tab": "home",
            "event_ts": self.slack.ts(),
        }
        self.slack.send(self.event(event), as_json=True)
        return self.slack.homes.get(self.user)

    def uninstall(self) -> None:
        """Remove the app from the workspace: its token dies, and the bot hears of both."""
        self.slack.bot_token = ""
        for event in ({"type": "tokens_revoked", "tokens": {"bot": [BOT]}}, {"type": "app_uninstalled"}):
            self.slack.send(self.event(event), as_json=True)

    def event(self, event: Mapping[str, Any]) -> Json:
        return {"type": "event_callback", "team_id": self.slack.team.id, "api_app_id": "A1", "event_id": f"Ev{self.slack.new_id()}", "event_time": 1, "event": event, "authorizations": [{"team_id": self.slack.team.id, "user_id": BOT, "is_bot": True}]}  # fmt: skip  # noqa: E501  one envelope

    # ---- who ----------------------------------------------------------------------------------------------------------------------

    def _who(self) -> dict[str, str]:
        name = self.slack.users[self.user].name
        return {
            "team_id": self.slack.team.id,
            "team_domain": self.slack.team.domain,
            "user_id": self.user,
            "user_name": name,
        }

    def _payload(self, kind: str) -> Json:
        user = self.slack.users[self.user]
        who = {"id": user.id, "username": user.name, "name": user.name, "team_id": self.slack.team.id}
        return {
            "type": kind,
            "team": {"id": self.slack.team.id, "domain": self.slack.team.domain},
            "user": who,
            "api_app_id": "A1",
            "enterprise": None,
            "is_enterprise_install": False,
        }
