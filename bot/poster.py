"""Delivers the outbox to Slack, at least once. A card that was posted already is edited instead of posted again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.render import render
from sync.model.errors import SyncError
from sync.store.repository import Owed, Store

log = structlog.get_logger()

GONE = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "user_not_found",
    "cannot_dm_bot",
    "restricted_action",
    "messages_tab_disabled",
}
DEAD = {"token_revoked", "account_inactive", "invalid_auth", "not_authed"}
POST_ANEW = {"message_not_found", "cant_update_message", "edit_window_closed"}
BACK_OFF_SECONDS = 10.0
LONGEST_BACK_OFF = 600.0


@dataclass(frozen=True, slots=True)
class Poster:
    """`client_of` gives the Web API client of a workspace."""

    store: Store
    client_of: Callable[[str], WebClient]

    def deliver(self) -> None:
        """Deliver what is due. A failure of one message does not hold up the others."""
        for owed in self.store.claim_messages():
            try:
                self._deliver(owed)
            except SlackApiError as error:
                self._refused(owed, error)
            except (SlackClientError, OSError, SyncError) as error:
                self._later(owed, min(BACK_OFF_SECONDS * 2**owed.tries, LONGEST_BACK_OFF), type(error).__name__)
            except Exception:  # a defect in one message (a template, say) must not hold up the others
                log.exception("message not delivered", template=owed.template)
                self._later(owed, LONGEST_BACK_OFF, "defect")

    def _deliver(self, owed: Owed) -> None:
        client = self.client_of(owed.workspace_id)
        message: dict[str, Any] = render(owed.template, **owed.data)
        with self.store.reading(owed.workspace_id) as tx:
            posted = tx.outbox.posted(owed.card)
            parent = tx.outbox.posted(owed.thread_of) if owed.thread_of else None
        if owed.thread_of and parent is None:
            self._later(owed, BACK_OFF_SECONDS, "its thread is not there yet")
            return
        if posted is not None:
            try:
                client.chat_update(channel=posted.channel, ts=posted.ts, **message)
            except SlackApiError as error:
                if error.response["error"] not in POST_ANEW:
                    raise
                posted = None
        if posted is None:
            if parent is not None:
                message["thread_ts"] = parent.ts
            answer = client.chat_postMessage(channel=owed.target, unfurl_links=False, unfurl_media=False, **message)
            channel, ts = str(answer["channel"]), str(answer["ts"])
        else:
            channel, ts = posted.channel, posted.ts
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.delivered(owed.id, owed.card, channel, ts)

    def _refused(self, owed: Owed, error: SlackApiError) -> None:
        word = str(error.response.get("error", ""))
        log.info("message refused", template=owed.template, error=word)
        if word in GONE or word in DEAD:
            self._gone(owed, word)
        elif word in ("ratelimited", "rate_limited"):
            headers = getattr(error.response, "headers", None) or {}
            self._later(owed, float(headers.get("Retry-After", BACK_OFF_SECONDS)), word)
        else:
            self._later(owed, min(BACK_OFF_SECONDS * 2**owed.tries, LONGEST_BACK_OFF), word)

    def _later(self, owed: Owed, seconds: float, problem: str) -> None:
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.later(owed.id, seconds, problem)

    def _gone(self, owed: Owed, problem: str) -> None:
        """The channel cannot be reached: whoever set it up hears of it once, by direct message."""
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.gone(owed.id, problem)
            owner = next((c.owner for c in tx.connections.all() if c.channel == owed.target), "")
            if owner and problem in GONE:
                tx.outbox.tell_once(
                    f"unreachable:{owed.target}:{problem}",
                    owner,
                    "errors/channel",
                    {"channel": owed.target, "problem": problem},
                )
