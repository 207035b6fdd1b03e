"""Several Slack workspaces behind one address: the page where somebody installs the app, `oauth.v2.access`, and the Web API of whichever
workspace a token belongs to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from bot.sandbox import consent
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.state import Json
from bot.sandbox.slack.workspace import BOT, SlackError

CODE_LIFE = timedelta(minutes=10)
WORDS = {
    "chat:write": "Send messages as @zsync",
    "commands": "Add shortcuts and slash commands that people can use",
    "im:write": "Start direct messages with people",
    "users:read": "View people in the workspace",
}


@dataclass(slots=True)
class Code:
    """What somebody agreed to; `spent` codes are remembered, since Slack tells a used one from a wrong one."""

    made_at: datetime
    workspace: SlackStandIn
    redirect_uri: str
    scope: str
    person: str
    spent: bool = False


class ManyWorkspaces:
    """`app` serves all of them."""

    def __init__(
        self,
        workspaces: Sequence[SlackStandIn],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        client_id: str = "slack-client",
        client_secret: str = "slack-secret",
    ) -> None:
        self._workspaces = {workspace.team.id: workspace for workspace in workspaces}
        self._now = now
        self._new_id = new_id
        self._client = (client_id, client_secret)
        self._codes: dict[str, Code] = {}
        self._flask = Flask("slack-oauth")
        self._flask.add_url_rule("/oauth/v2/authorize", "authorize", self._authorize, methods=["GET", "POST"])
        self._flask.add_url_rule("/api/oauth.v2.access", "access", self._access, methods=["POST"])
        self._flask.add_url_rule("/api/<method>", "strange", self._strange, methods=["GET", "POST"])

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._owner(environ)(environ, start_response)

    def _owner(self, environ: WSGIEnvironment) -> WSGIApplication:
        """The workspace whose token or response_url this is."""
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        key = environ["PATH_INFO"].removeprefix("/response/")
        for workspace in self._workspaces.values():
            if key in workspace.response_urls or (token and token in (workspace.bot_token, workspace.app_token)):
                return workspace.app
        return self._flask

    def _authorize(self) -> str | BaseResponse | tuple[str, int]:
        """Slack's own page asks in which workspace; here the address says it (`team`), or it is the first."""
        query = request.args
        if query.get("client_id") != self._client[0]:
            return "invalid_client_id", 400
        workspace = self._workspaces[query.get("team") or next(iter(self._workspaces))]
        if request.method == "GET":
            scopes = {scope: WORDS[scope] for scope in query["scope"].split(",")}
            login = f"dana in {workspace.team.name}"
            return consent.page(
                brand="Slack", color="#5a3e7a", client="zsync", login=login, scopes=scopes, allow="Allow", deny="Cancel"
            )
        back = {"state": query.get("state", "")}
        if request.form.get("answer") == "yes":
            back["code"] = self._new_id()
            self._codes[back["code"]] = Code(self._now(), workspace, query["redirect_uri"], query["scope"], "U1")
        else:
            back["error"] = "access_denied"
        return redirect(f"{query['redirect_uri']}?{urlencode(back)}")

    def _access(self) -> Response:
        try:
            return jsonify({"ok": True, **self._granted(self._code())})
        except SlackError as error:
            return jsonify({"ok": False, "error": error.error})

    def _code(self) -> Code:
        """Raises SlackError unless client, code and redirect address are right."""
        basic = request.authorization
        given = (
            (basic.username, basic.password)
            if basic
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        if given != self._client:
            raise SlackError("bad_client_secret" if given[0] == self._client[0] else "invalid_client_id")
        code = self._codes.get(request.form.get("code", ""))
        if code is None or self._now() - code.made_at > CODE_LIFE:
            raise SlackError("invalid_code")
        if code.spent:
            raise SlackError("code_already_used")
        if request.form.get("redirect_uri") != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return code

    def _granted(self, code: Code) -> Json:
        """A fresh token, by which the workspace is known from now on."""
        code.spent = True
        team, code.workspace.bot_token = code.workspace.team, f"xoxb-{self._new_id()}"
        return {
            "app_id": "A1",
            "authed_user": {"id": code.person},
            "scope": code.scope,
            "token_type": "bot",
            "access_token": code.workspace.bot_token,
            "bot_user_id": BOT,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    @staticmethod
    def _strange(method: str) -> Response:  # noqa: ARG004  no method helps a token that no workspace gave
        return jsonify({"ok": False, "error": "invalid_auth" if request.headers.get("Authorization") else "not_authed"})
