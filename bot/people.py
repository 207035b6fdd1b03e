"""Who somebody is in Slack: asked once, remembered for minutes. Rights come from Slack's own directory, never from a payload."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from sync.model.errors import SyncError
from sync.usecases.actors import Actor

REMEMBERED = timedelta(minutes=5)
TRUSTED = timedelta(hours=1)
"""How old a memory may be where Slack waits for an answer; it is asked anew as soon as the answer has left."""
PATIENCE_SECONDS = 2
"""Of the three seconds that Slack waits, how many its own directory may take."""


class PersonUnknown(SyncError):
    """Slack's directory did not answer, or not in time. Nothing was done."""

    sentence = "Slack did not tell zsync in time who you are, so nothing was changed."
    remedy = "Try again in a moment."


class People:
    """`later` does something after the request is answered."""

    def __init__(self, now: Callable[[], datetime], later: Callable[[Callable[[], Any]], Any]) -> None:
        self._now = now
        self._later = later
        self._known: dict[tuple[str, str], tuple[datetime, Actor]] = {}

    def actor(self, client: WebClient, workspace: str, user: str) -> Actor:
        """Who this is, however long Slack takes. Raises PersonUnknown."""
        return self._remembered(workspace, user, REMEMBERED) or self._ask(client, workspace, user)

    def actor_at_once(self, client: WebClient, workspace: str, user: str) -> Actor:
        """Who this is, while Slack waits for our answer. Raises PersonUnknown when nobody remembers and Slack takes too long."""
        known = self._remembered(workspace, user, REMEMBERED)
        if known is not None:
            return known
        remembered = self._remembered(workspace, user, TRUSTED)
        if remembered is None:
            hurried = WebClient(client.token, base_url=client.base_url, timeout=PATIENCE_SECONDS, retry_handlers=[])
            return self._ask(hurried, workspace, user)
        self._later(lambda: self._ask(client, workspace, user))
        return remembered

    def _remembered(self, workspace: str, user: str, age: timedelta) -> Actor | None:
        asked_at, actor = self._known.get((workspace, user), (None, None))
        return actor if asked_at is not None and self._now() - asked_at < age else None

    def _ask(self, client: WebClient, workspace: str, user: str) -> Actor:
        try:
            info = client.users_info(user=user)["user"]
        except (SlackApiError, SlackClientError, OSError) as error:
            raise PersonUnknown from error
        guest = bool(info.get("is_restricted") or info.get("is_ultra_restricted"))
        found = Actor(workspace, user, bool(info.get("is_admin")), guest, str(info.get("tz") or "UTC"))
        self._known[(workspace, user)] = (self._now(), found)
        return found
