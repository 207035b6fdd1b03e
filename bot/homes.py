"""App Home of those who look at it. Slack says when somebody opens it and never when they leave: who opened it lately counts as looking."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.handlers import connections
from sync.model.errors import SyncError
from sync.usecases.actors import Actor
from sync.usecases.services import Services

log = structlog.get_logger()

LOOKS_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Homes:
    """`client_of` gives the Web API client of a workspace."""

    services: Services
    client_of: Callable[[str], WebClient]
    _opened: dict[Actor, datetime] = field(default_factory=dict)

    def open(self, actor: Actor) -> None:
        """Show it, and keep it fresh for a while. Raises SlackApiError, SyncError."""
        self._opened[actor] = self.services.now()
        self._publish(actor)

    def refresh(self, workspace: str) -> None:
        """Something changed in this workspace: show it to those who look. What goes wrong is put right when they open it again."""
        now = self.services.now()
        for actor, at in list(self._opened.items()):
            if now - at > LOOKS_FOR:
                self._opened.pop(actor, None)
            elif actor.workspace == workspace:
                try:
                    self._publish(actor)
                except (SlackApiError, SyncError, OSError) as error:
                    log.info("home not refreshed", workspace=workspace, error=type(error).__name__)

    def _publish(self, actor: Actor) -> None:
        view = connections.home(self.services, actor)
        self.client_of(actor.workspace).views_publish(user_id=actor.id, view=view)
