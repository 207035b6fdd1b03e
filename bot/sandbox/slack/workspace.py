"""What one Slack workspace holds while it runs: people, channels, messages, open views, triggers, response URLs; and how each is found."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.slack.state import Channel, Json, Message, User, View, elements

TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
BOT = "UBOT"


@dataclass(frozen=True, slots=True)
class Team:
    """What a workspace is called: id, name, and the first part of its address."""

    id: str = "T1"
    name: str = "Quayside"
    domain: str = "quayside"


class SlackError(Exception):
    """The API answers `ok: false` with this word."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


@dataclass(slots=True)
class ResponseUrl:
    """Where a command or button may be answered: how often still, and the message that the button stands in."""

    channel: str
    user: str
    origin: Message | None
    uses: int = RESPONSE_URL_USES


class Workspace:
    """One workspace with one installed app."""

    def __init__(
        self,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        new_id: Callable[[], str],
        team: Team,
        shown_time: Callable[[], datetime],
    ) -> None:
        self.team = team
        self.now = now
        self.shown_time = shown_time
        self.monotonic = monotonic
        self.new_id = new_id
        self.base_url = ""
        self.socket_url = ""
        self.lock = threading.RLock()
        self.answering = threading.Lock()
        self.users = {user.id: user for user in _people()}
        self.channels = {channel.id: channel for channel in _channels()}
        self.messages: list[Message] = []
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._triggers: dict[str, tuple[float, str]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._ts = 0

    # ---- conversations -------------------------------------------------------------------------------------------------------------

    def channel(self, name: str) -> Channel:
        """By id, or a person's id for the direct conversation with the app."""
        if name in self.channels:
            return self.channels[name]
        if name in self.users:
            return self.direct(name)
        raise SlackError("channel_not_found")

    def direct(self, user: str) -> Channel:
        """A person's direct conversation with the app."""
        if user not in self.users:
            raise SlackError("user_not_found")
        return self.channels.setdefault(
            f"D{user}", Channel(f"D{user}", self.users[user].name, {user, BOT}, direct=True)
        )

    # ---- what lasts for a moment ---------------------------------------------------------------------------------------------------

    def trigger(self, user: str) -> str:
        """A fresh trigger id: good for three seconds, once."""
        key = f"{self.team.id}.{self.new_id()}"
        self._triggers[key] = (self.monotonic(), user)
        return key

    def spend(self, trigger: str) -> str:
        """The person whose trigger this is. Raises SlackError when it is unknown, spent or too old."""
        made, user = self._triggers.get(trigger, (None, ""))
        if made is None:
            raise SlackError("invalid_trigger_id")
        if not user:
            raise SlackError("exchanged_trigger_id")
        self._triggers[trigger] = (made, "")
        if self.monotonic() - made > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        return user

    def response_url(self, channel: str, user: str, origin: Message | None) -> str:
        key = self.new_id()
        self.response_urls[key] = ResponseUrl(channel, user, origin)
        return f"{self.base_url}/response/{key}"

    # ---- ids -----------------------------------------------------------------------------------------------------------------------

    def ts(self) -> str:
        self._ts += 1
        return f"{int(self.shown_time().timestamp())}.{self._ts:06d}"

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Blocks and elements without ids get some, as in Slack."""
        whole: list[Json] = json.loads(json.dumps(blocks))
        for block in whole:
            block.setdefault("block_id", self.new_id())
            for element in elements(block):
                if element.get("type") != "image":
                    element.setdefault("action_id", self.new_id())
        return whole


def _people() -> list[User]:
    return [
        User("U1", "dana"),
        User("UADMIN", "alex", is_admin=True),
        User("U2", "robin"),
        User("UGUEST", "guest", is_guest=True),
        User(BOT, "zsync", is_bot=True),
    ]


def _channels() -> list[Channel]:
    everybody = {"U1", "UADMIN", "U2"}
    return [
        Channel("C1", "ops-sync", everybody | {BOT, "UGUEST"}),
        Channel("C2", "sales", everybody | {BOT}),
        Channel("C3", "general", everybody),
        Channel("C4", "old-project", everybody | {BOT}, archived=True),
    ]
