"""Installing in many workspaces: the way through Slack's OAuth, which ends in our own encrypted store.

The state is sealed with the vault's key, lasts ten minutes, works once, and belongs to the browser that set out.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator

from sync.model.errors import Refusal, SyncError
from sync.store.outbox import Message
from sync.store.repository import Installation
from sync.store.vault import VaultKeyWrong
from sync.usecases.services import Services

PURPOSE = "install"
LIFE = timedelta(minutes=10)
SCOPES = ("chat:write", "commands", "im:write", "users:read")
STALE = {"invalid_code", "code_already_used", "code_expired"}


class InstallStale(Refusal):
    """The state is unknown, used, too old, or belongs to another browser; or Slack's code is."""

    remedy = "Begin again, and finish within ten minutes in the same browser."


class InstallDeclined(SyncError):
    sentence = "zsync was not allowed in Slack, so nothing was installed."
    remedy = "Nothing else happened. You can begin again at any time."
    waiting_helps = False


class InstallRefused(Refusal):
    """Slack did not take our client, or does not answer, or installed something else than a workspace."""

    remedy = "Tell whoever runs zsync; `zsync check` says more."


@dataclass(frozen=True, slots=True)
class Installing:
    """The Slack app as its client id and secret name it."""

    services: Services
    client_id: str
    client_secret: str
    api_url: str

    @property
    def page(self) -> str:
        """Where people begin."""
        return f"{self.services.public_url.rstrip('/')}/slack/install"

    @property
    def redirect_uri(self) -> str:
        return f"{self.services.public_url.rstrip('/')}/slack/oauth_redirect"

    def begin(self, cookie: str) -> str:
        """Slack's own page for a browser with this cookie."""
        expires = self.services.now() + LIFE
        state = self.services.store.vault.seal("|".join((PURPOSE, expires.isoformat(), self.services.new_id(), cookie)))
        authorize = AuthorizeUrlGenerator(
            client_id=self.client_id,
            scopes=SCOPES,
            redirect_uri=self.redirect_uri,
            authorization_url=urljoin(self.api_url, "/oauth/v2/authorize"),
        )
        return authorize.generate(state)

    def finish(self, callback: Mapping[str, str], cookie: str) -> str:
        """The browser came back from Slack: the name of the workspace that has zsync now.

        Raises InstallStale, InstallDeclined, InstallRefused; nothing is installed then."""
        self._spend(callback.get("state", ""), cookie)
        if callback.get("error"):
            raise InstallDeclined
        granted = self._exchange(callback.get("code", ""))
        team = granted.get("team") or {}
        if not team:
            raise InstallRefused("whole_organisation")
        return self._install(granted, str(team["id"]), str(team.get("name", "")))

    def _spend(self, state: str, cookie: str) -> None:
        try:
            purpose, expires, number, bound = self.services.store.vault.open(state).split("|")
        except (VaultKeyWrong, ValueError):
            raise InstallStale("install_unknown") from None
        if purpose != PURPOSE or not hmac.compare_digest(bound.encode(), cookie.encode()):
            raise InstallStale("install_other_browser")
        if datetime.fromisoformat(expires) <= self.services.now():
            raise InstallStale("install_expired")
        if not self.services.store.first_time(f"{PURPOSE}:{number}"):
            raise InstallStale("install_used")

    def _exchange(self, code: str) -> Mapping[str, Any]:
        try:
            answer = WebClient(base_url=self.api_url).oauth_v2_access(
                client_id=self.client_id, client_secret=self.client_secret, code=code, redirect_uri=self.redirect_uri
            )
        except SlackApiError as error:
            word = str(error.response["error"])
            if word in STALE:
                raise InstallStale("install_code_used") from None
            raise InstallRefused("install_refused", reason=word) from None
        except (SlackClientError, OSError) as error:
            raise InstallRefused("install_silent") from error
        granted: Mapping[str, Any] = answer.data  # type: ignore[assignment]  # JSON, not bytes
        return granted

    def _install(self, granted: Mapping[str, Any], workspace: str, name: str) -> str:
        token, person = str(granted["access_token"]), str((granted.get("authed_user") or {}).get("id", ""))
        bot = WebClient(token, base_url=self.api_url).auth_test()  # the exchange does not name the bot's own id
        installation = Installation(workspace, token, str(bot["bot_id"]), str(granted["bot_user_id"]), person)
        self.services.store.install(installation, name)
        if person:
            with self.services.store.transaction(workspace) as tx:
                tx.outbox.add_message(Message(f"welcome:{self.services.new_id()}", person, "help/welcome"))
        return name
