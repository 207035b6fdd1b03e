"""What a person does in Slack: types commands, presses buttons, chooses, fills in and submits; and what that person sees.

Every act sends the payload that Slack sends, signed, and applies the bot's answer as Slack does.
"""

import json
from typing import Any

from bot.sandbox.slack import TEAM, SlackStandIn
from bot.sandbox.slack_state import VALUE_KEYS, Json, Message, View, elements


class NotThere(AssertionError):
    """The button, input or view that was asked for is not on the screen; the text lists what is."""


class Person:
    """One member of the workspace."""

    def __init__(self, slack: SlackStandIn, user: str = "U1") -> None:
        self.slack = slack
        self.user = user
        self.went_to: list[str] = []

    # ---- acts ----------------------------------------------------------------------------------------------------------------------

    def command(self, text: str, channel: str = "C1") -> None:
        """Type a slash command, e.g. `/zsync connect`."""
        command, _, rest = text.partition(" ")
        fields = self._who() | {
            "command": command,
            "text": rest,
            "channel_id": channel,
            "channel_name": self.slack.channel(channel).name,
            "response_url": self.slack.response_url(channel, self.user, None),
            "trigger_id": self.slack.trigger(self.user),
            "api_app_id": "A1",
            "is_enterprise_install": "false",
        }
        status, body = self.slack.send(fields)
        if status != 200:
            self._tell(
                channel,
                "operation_timeout" if status == 504 else f"/zsync failed with the error “dispatch_failed” ({status})",
            )
        elif body:
            answer: Json = json.loads(body) if body.startswith(b"{") else {"text": body.decode()}
            self._tell(
                channel,
                str(answer.get("text", "")),
                answer.get("blocks"),
                to="" if answer.get("response_type") == "in_channel" else self.user,
            )

    def press(self, where: Message | View, label: str) -> None:
        """Press the button with this label or action id; a link button also opens the browser (see `went_to`)."""
        block, element = self._find(where, label, ("button",))
        if element.get("url"):
            self.went_to.append(element["url"])
        action = {key: element[key] for key in ("action_id", "text", "value", "style", "type") if key in element}
        self._act(where, action | {"block_id": block["block_id"], "action_ts": self.slack.ts()})

    def choose(self, where: Message | View, label: str, option: str) -> None:
        """Choose in a select or radio group; where it stands outside an input, or the input says so, the bot hears of it at once."""
        block, element = self._find(
            where, label, ("static_select", "external_select", "radio_buttons", "conversations_select", "overflow")
        )
        if element["type"] == "external_select" and isinstance(where, View):
            element = {**element, "options": self.suggestions(where, label, option)}
        value = self._chosen(element, option)
        typed = {"type": element["type"], VALUE_KEYS.get(element["type"], "selected_option"): value}
        if isinstance(where, View):
            where.state.setdefault(block["block_id"], {})[element["action_id"]] = typed
        if block["type"] != "input" or block.get("dispatch_action"):
            self._act(
                where,
                typed
                | {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": self.slack.ts()},
            )

    def menu(self, where: Message | View, row: str, option: str) -> None:
        """Choose from the overflow menu beside the section that holds this text."""
        blocks = where.body["blocks"] if isinstance(where, View) else where.blocks
        for block in blocks:
            accessory = block.get("accessory") or {}
            if accessory.get("type") == "overflow" and row in (block.get("text") or {}).get("text", ""):
                chosen = {"type": "overflow", "selected_option": self._chosen(accessory, option)}
                ids = {"action_id": accessory["action_id"], "block_id": block["block_id"], "action_ts": self.slack.ts()}
                self._act(where, chosen | ids)
                return
        raise NotThere(f"no menu beside {row!r}: {text_of(where)}")

    def fill(self, view: View, label: str, value: Any) -> None:
        """Type into an input, or tick options."""
        block, element = self._find(view, label, tuple(VALUE_KEYS))
        key = VALUE_KEYS[element["type"]]
        if key == "selected_options":
            value = [self._chosen(element, one) for one in value]
        view.state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: value}

    def submit(self, view: View | None = None) -> None:
        """Press the modal's submit button; the answer closes, updates, pushes, or shows errors."""
        view = view or self.modal()
        if "submit" not in view.body:
            raise NotThere(f"no submit button on {view.body['title']['text']!r}")
        payload = self._payload("view_submission") | {
            "view": view.shown(TEAM),
            "trigger_id": self.slack.trigger(self.user),
            "response_urls": [],
        }
        with self.slack.answering:
            status, body = self.slack.send({"payload": json.dumps(payload)})
            view.errors, view.trouble = {}, ""
            if status != 200:
                view.trouble = "We had some trouble connecting. Try again?"
                return
            self._answered(view, json.loads(body) if body.strip() else {})

    def close(self) -> None:
        """Press the X of the modal."""
        stack = self.slack.stacks.pop(self.user, [])
        if stack and stack[0].body.get("notify_on_close"):
            payload = self._payload("view_closed") | {"view": stack[0].shown(TEAM), "is_cleared": True}
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

    def event(self, event: Json) -> Json:
        return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{self.slack.new_id()}", "event_time": 1, "event": event, "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True}]}  # fmt: skip  # noqa: E501  one envelope

    # ---- what is seen --------------------------------------------------------------------------------------------------------------

    def modal(self) -> View:
        """The view on top."""
        stack = self.slack.stacks.get(self.user)
        if not stack:
            raise NotThere("no modal is open")
        return stack[-1]

    def has_modal(self) -> bool:
        return bool(self.slack.stacks.get(self.user))

    def messages(self, channel: str = "C1", thread: str = "") -> list[Message]:
        """What this person sees in a channel, oldest first; ephemeral ones only if they are theirs."""
        wanted = self.slack.channel(channel).id
        return [
            m
            for m in self.slack.messages
            if m.channel == wanted and m.to in ("", self.user) and m.thread == thread and not m.gone
        ]

    def direct_messages(self) -> list[Message]:
        return self.messages(self.user)

    def last(self, channel: str = "C1") -> Message:
        seen = self.messages(channel)
        if not seen:
            raise NotThere(f"nothing in {channel}")
        return seen[-1]

    # ---- inside --------------------------------------------------------------------------------------------------------------------

    def _answered(self, view: View, answer: Json) -> None:
        stack = self.slack.stacks.get(self.user, [])
        action = answer.get("response_action")
        if action == "errors":
            inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            view.errors = answer["errors"]
            view.trouble = "" if set(view.errors) <= inputs else "We had some trouble connecting. Try again?"
        elif action == "update":
            self.slack.replace(view, answer["view"])
        elif action == "push":
            self.slack.push(stack, self.slack._view(answer["view"], self.user))
        elif action == "clear" or len(stack) <= 1:
            self.slack.stacks.pop(self.user, None)
        else:
            stack.pop()

    def _act(self, where: Message | View, action: Json) -> None:
        payload = self._payload("block_actions") | {"actions": [action], "trigger_id": self.slack.trigger(self.user)}
        if isinstance(where, View):
            kind = "view"
            payload |= {"view": where.shown(TEAM), "container": {"type": kind, "view_id": where.id}}
        else:
            container = {
                "type": "message",
                "message_ts": where.ts,
                "channel_id": where.channel,
                "is_ephemeral": bool(where.to),
            }
            channel = {"id": where.channel, "name": self.slack.channel(where.channel).name}
            url = self.slack.response_url(where.channel, self.user, where)
            payload |= {"message": where.shown(), "container": container, "channel": channel, "response_url": url}
        status, _ = self.slack.send({"payload": json.dumps(payload)})
        if status != 200 and isinstance(where, View):
            where.trouble = "We had some trouble connecting. Try again?"

    def suggestions(self, view: View, label: str, query: str = "") -> list[Json]:
        """What an external select offers for a query."""
        block, element = self._find(view, label, ("external_select",))
        payload = self._payload("block_suggestion") | {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": query,
            "view": view.shown(TEAM),
        }
        _, body = self.slack.send({"payload": json.dumps(payload)})
        found: list[Json] = json.loads(body)["options"]
        return found

    def _chosen(self, element: Json, option: str) -> Any:
        if element["type"] == "conversations_select":
            return option
        options = [o for group in element.get("option_groups") or () for o in group["options"]] + list(
            element.get("options") or ()
        )
        for one in options:
            if option in (one["text"]["text"], one.get("value")):
                return one
        raise NotThere(f"no option {option!r} among {[one['text']['text'] for one in options]}")

    def _find(self, where: Message | View, label: str, kinds: tuple[str, ...]) -> tuple[Json, Json]:
        blocks = where.body["blocks"] if isinstance(where, View) else where.blocks
        there = []
        for block in blocks:
            for element in elements(block):
                names = [
                    element.get("action_id", ""),
                    (element.get("text") or {}).get("text", ""),
                    (block.get("label") or {}).get("text", ""),
                ]
                if element.get("type") in kinds:
                    there.append(next((name for name in reversed(names) if name), ""))
                    if label in names:
                        return block, element
        raise NotThere(f"no {' or '.join(kinds)} {label!r}; there is {there}: {text_of(where)}")

    def _who(self) -> dict[str, str]:
        return {
            "team_id": TEAM,
            "team_domain": "quayside",
            "user_id": self.user,
            "user_name": self.slack.users[self.user].name,
        }

    def _payload(self, kind: str) -> Json:
        user = self.slack.users[self.user]
        who = {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM}
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "quayside"},
            "user": who,
            "api_app_id": "A1",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _tell(self, channel: str, text: str, blocks: list[Json] | None = None, to: str | None = None) -> None:
        to = self.user if to is None else to
        self.slack.messages.append(
            Message(self.slack.ts(), self.slack.channel(channel).id, text, blocks or [], "UBOT", to=to)
        )


def text_of(shown: Message | View) -> str:
    """Everything that can be read, line by line."""
    body: Any = (
        shown.body if isinstance(shown, View) else {"text": "" if shown.blocks else shown.text, "blocks": shown.blocks}
    )
    return "\n".join(_texts(body))


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [
            text
            for key, value in part.items()
            if key not in ("confirm",)
            for text in _texts(value)
            if isinstance(value, dict | list)
        ]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []
