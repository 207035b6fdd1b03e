"""What the Slack stand-in keeps: people, channels, messages, open views."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    id: str
    name: str
    is_admin: bool = False
    is_guest: bool = False
    time_zone: str = "Europe/London"
    is_bot: bool = False

    @property
    def real_name(self) -> str:
        return self.name if self.is_bot else self.name.capitalize()


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    direct: bool = False


@dataclass(slots=True)
class Message:
    """`to` is the only person who sees it (ephemeral); `thread` the parent's ts; `trouble` what Slack says where a press failed."""

    ts: str
    channel: str
    text: str
    blocks: list[Json]
    user: str
    thread: str = ""
    to: str = ""
    edits: int = 0
    gone: bool = False
    response_url: str = ""
    trouble: str = ""

    def shown(self) -> Json:
        body = {
            "type": "message",
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "bot_id": "B1",
        }
        return (
            body
            | ({"thread_ts": self.thread} if self.thread else {})
            | ({"edited": {"ts": self.ts}} if self.edits else {})
        )


@dataclass(slots=True)
class View:
    """An open view with what a person has typed, by block and action."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    def shown(self, team: str) -> Json:
        keep = (
            "type",
            "title",
            "submit",
            "close",
            "blocks",
            "private_metadata",
            "callback_id",
            "external_id",
            "notify_on_close",
            "clear_on_close",
        )
        body = {key: self.body[key] for key in keep if key in self.body}
        body.setdefault("private_metadata", "")
        body |= {
            "id": self.id,
            "team_id": team,
            "hash": self.hash,
            "state": {"values": self.values()},
            "bot_id": "B1",
            "app_id": "A1",
        }
        return body | {"root_view_id": self.root, "previous_view_id": self.previous}

    def values(self) -> Json:
        """`state.values` as Slack sends it: every input, typed or not."""
        found: Json = {}
        for block in self.body.get("blocks") or ():
            for element in elements(block):
                if "action_id" in element and (empty := _empty(element)) is not None:
                    typed = self.state.get(block["block_id"], {}).get(element["action_id"])
                    found.setdefault(block["block_id"], {})[element["action_id"]] = typed or empty
        return found


VALUE_KEYS = {
    "plain_text_input": "value", "number_input": "value", "email_text_input": "value", "url_text_input": "value",
    "static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
    "multi_static_select": "selected_options", "checkboxes": "selected_options", "conversations_select": "selected_conversation",
    "users_select": "selected_user", "datepicker": "selected_date", "timepicker": "selected_time",
}  # fmt: skip
INITIAL_KEYS = (
    "initial_value",
    "initial_option",
    "initial_options",
    "initial_conversation",
    "initial_user",
    "initial_date",
    "initial_time",
)


def _empty(element: Json) -> Json | None:
    kind = element.get("type", "")
    if kind not in VALUE_KEYS:
        return None
    initial = next((element[key] for key in INITIAL_KEYS if element.get(key)), None)
    nothing: Any = [] if VALUE_KEYS[kind] == "selected_options" else None
    return {"type": kind, VALUE_KEYS[kind]: initial if initial is not None else nothing}


def elements(block: Json) -> list[Json]:
    """The interactive parts of a block."""
    if block.get("type") == "input":
        return [block["element"]]
    if block.get("type") == "actions":
        return list(block["elements"])
    return [block["accessory"]] if block.get("type") == "section" and "accessory" in block else []
