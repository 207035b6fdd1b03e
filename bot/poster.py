"""Delivers the outbox to Slack, at least once: one card is one message, edited as it goes on. Slack has no key that makes a repeated post
harmless, so a post whose answer was lost may stand there twice; an edit that is repeated changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.render import render
from sync.model.errors import SyncError
from sync.store.outbox import Posted
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
TOO_FAST = {"ratelimited", "rate_limited"}
BACK_OFF_SECONDS = 10.0
LONGEST_BACK_OFF = 600.0
EDIT_EVERY = timedelta(seconds=3)
"""A card is edited no more often: screen readers read it again each time, and Slack counts."""

POST, EDIT = "chat.postMessage", "chat.update"


@dataclass(frozen=True, slots=True)
class Poster:
    """`client_of` gives the Web API client of a workspace, which does not try again by itself: what Slack puts off is put off here, for
    all messages of that method and workspace."""

    store: Store
    client_of: Callable[[str], WebClient]
    _quiet_until: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def deliver(self) -> None:
        """Deliver what is due. A failure of one message does not hold up the others."""
        for owed in self.store.claim_messages():
            try:
                self._deliver(owed)
            except SlackApiError as error:
                self._refused(owed, error)
            except (SlackClientError, OSError, SyncError) as error:
                self._later(owed, self._back_off(owed), type(error).__name__)
            except Exception:  # a defect in one message (a template, say) must not hold up the others
                log.exception("message not delivered", template=owed.template)
                self._later(owed, LONGEST_BACK_OFF, "defect")

    def _deliver(self, owed: Owed) -> None:
        with self.store.reading(owed.workspace_id) as tx:
            posted = tx.outbox.posted(owed.card)
            parent = tx.outbox.posted(owed.thread_of) if owed.thread_of else None
        if owed.thread_of and parent is None:
            self._later(owed, BACK_OFF_SECONDS, "no thread")
            return
        wait = self._wait(owed, posted)
        if wait > timedelta(0):
            self._rest(owed, wait)
            return
        client, message = self.client_of(owed.workspace_id), render(owed.template, **owed.data)
        stands = self._edited(client, posted, message) or self._posted(client, owed, parent, message)
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.delivered(owed.id, owed.card, stands.channel, stands.ts)

    def _wait(self, owed: Owed, posted: Posted | None) -> timedelta:
        """How long this message must still wait: for its card's last edit to be read, and for what Slack asked for."""
        now = self.store.now()
        quiet_until = self._quiet_until.get((owed.workspace_id, EDIT if posted else POST), now)
        return max(quiet_until, posted.edited_at + EDIT_EVERY if posted else now) - now

    @staticmethod
    def _edited(client: WebClient, posted: Posted | None, message: dict[str, Any]) -> Posted | None:
        """The card as it stands, edited; None where there is none that can be."""
        if posted is None:
            return None
        try:
            client.chat_update(channel=posted.channel, ts=posted.ts, **message)
        except SlackApiError as error:
            if error.response["error"] in POST_ANEW:
                return None
            raise
        return posted

    def _posted(self, client: WebClient, owed: Owed, parent: Posted | None, message: dict[str, Any]) -> Posted:
        answer = client.chat_postMessage(
            channel=owed.target,
            unfurl_links=False,
            unfurl_media=False,
            thread_ts=parent.ts if parent else None,
            **message,
        )
        return Posted(owed.card, str(answer["channel"]), str(answer["ts"]), self.store.now())

    def _refused(self, owed: Owed, error: SlackApiError) -> None:
        word = str(error.response.get("error", ""))
        log.info("message refused", template=owed.template, error=word)
        if word in GONE or word in DEAD:
            self._gone(owed, word)
        elif word in TOO_FAST:
            self._slow_down(owed, error)
        else:
            self._later(owed, self._back_off(owed), word)

    def _slow_down(self, owed: Owed, error: SlackApiError) -> None:
        headers = getattr(error.response, "headers", None) or {}
        wait = timedelta(seconds=float(headers.get("Retry-After", BACK_OFF_SECONDS)))
        method = str(error.response.api_url).rpartition("/")[2]
        self._quiet_until[(owed.workspace_id, method)] = self.store.now() + wait
        self._rest(owed, wait)

    @staticmethod
    def _back_off(owed: Owed) -> float:
        return float(min(BACK_OFF_SECONDS * 2**owed.tries, LONGEST_BACK_OFF))

    def _rest(self, owed: Owed, wait: timedelta) -> None:
        """Nothing went wrong: it is only not its turn yet."""
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.put_off(owed.id, wait)

    def _later(self, owed: Owed, seconds: float, problem: str) -> None:
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.later(owed.id, seconds, problem)

    def _gone(self, owed: Owed, problem: str) -> None:
        """The channel cannot be reached: whoever set it up hears of it once, by direct message, with what to do."""
        with self.store.transaction(owed.workspace_id) as tx:
            tx.outbox.gone(owed.id, problem)
            concerned = next((one for one in tx.connections.all() if one.channel == owed.target), None)
            if concerned is not None and problem in GONE:
                data = {"channel": owed.target, "problem": problem}
                data |= {"connection": concerned.name, "connection_id": concerned.id}
                card = f"unreachable:{owed.target}:{problem}"
                tx.outbox.tell_once(card, concerned.owner, "errors/channel", data)
