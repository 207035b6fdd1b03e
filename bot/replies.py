"""Where an answer goes, and the one place where errors become words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fitting import Json
from bot.render import render
from bot.words import told
from sync.model.errors import SyncError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Replies:
    """The ways to answer one request: `respond` posts to its response_url, `trigger` opens a modal."""

    client: WebClient
    respond: Callable[..., Any]
    user: str
    trigger: str = ""
    view_id: str = ""

    def quietly(self, template: str, *, replace: bool = False, **data: Any) -> None:
        """Only the asker sees it."""
        message = render(template, **data)
        self.respond(response_type="ephemeral", replace_original=replace, **message)

    def open(self, view: Json) -> str:
        """Open a modal; its id."""
        return str(self.client.views_open(trigger_id=self.trigger, view=view)["view"]["id"])

    def update(self, view: Json, view_id: str = "") -> None:
        """Replace the modal that the request came from. One that was closed meanwhile stays closed."""
        try:
            self.client.views_update(view_id=view_id or self.view_id, view=view)
        except SlackApiError as error:
            if error.response["error"] != "not_found":
                raise

    def directly(self, template: str, **data: Any) -> None:
        self.client.chat_postMessage(channel=self.user, **render(template, **data))


def words_of(error: BaseException, new_id: Callable[[], str]) -> tuple[str, dict[str, Any]]:
    """The template and data that tell of an error; an unforeseen one is logged under the reference that the person gets."""
    if isinstance(error, SyncError):
        return "errors/error", told(error)
    reference = new_id()[:12]
    log.error("unforeseen", reference=reference, exc_info=error)
    return "errors/apology", {"reference": reference}
