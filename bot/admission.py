"""Which workspace's requests are let in: those that have installed zsync, as our own store says. The others hear how to install it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from slack_bolt import BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.render import render
from sync.store.repository import Installation, Store

Json = dict[str, Any]


class Admission:
    """`install_url` is where a workspace installs zsync; empty where there is one workspace, by its token."""

    def __init__(self, store: Store, install_url: str) -> None:
        self._store = store
        self._install_url = install_url

    def middleware(self, body: Mapping[str, Any], context: BoltContext, next: Callable[[], Any]) -> BoltResponse:
        """Before anything else is done: whose request is this? Raises nothing; a stranger has an answer that Slack shows."""
        if context.team_id is None:  # Slack itself: checks of the address
            return cast(BoltResponse, next())
        installation = self._store.installation(context.team_id)
        if installation is None:
            return self._stranger(body, context)
        context["installation"] = installation
        return cast(BoltResponse, next())

    @staticmethod
    def authorize(team_id: str, enterprise_id: str | None, installation: Installation) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
            bot_token=installation.bot_token,
        )

    def _stranger(self, body: Mapping[str, Any], context: BoltContext) -> BoltResponse:
        """A command and a form are answered in place, a button through its response_url; an event needs no words."""
        if "command" in body:
            return _answer({"response_type": "ephemeral", **self._words("errors/not_installed")})
        if body.get("type") == "view_submission":
            return _answer({"response_action": "update", "view": self._words("errors/not_installed_modal")})
        if context.respond is not None and context.response_url:
            context.respond(response_type="ephemeral", replace_original=False, **self._words("errors/not_installed"))
        return BoltResponse(status=200)

    def _words(self, template: str) -> Json:
        return render(template, url=self._install_url)


def _answer(body: Json) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
