"""The web side: Slack's requests, the browser's way through a sign-in, health and metrics. One WSGI app."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, make_response, redirect, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response as BaseResponse

from bot.installing import Installing
from bot.render import page
from bot.words import told
from sync.connectors import registry
from sync.model.errors import SignInStale, SyncError
from sync.usecases import signing_in
from sync.usecases.services import Services
from sync.usecases.signing_in import Arrival

T = TypeVar("T", bound=BaseResponse)

COOKIE = "zsync_sign_in"
INSTALL_COOKIE = "zsync_install"
COOKIE_SECONDS = 900
MOST_BYTES = 1_000_000
SECURITY = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Web:
    """`slack` answers Slack's requests; `arrived` hears of a browser that came back; `names` tells person and workspace in words;
    `installing` is there where workspaces install zsync themselves."""

    services: Services
    slack: Callable[[], Any] | None
    arrived: Callable[[Arrival], None]
    names: Callable[[str, str], Mapping[str, str]]
    alive: Callable[[], bool]
    installing: Installing | None = None

    def app(self) -> Flask:
        flask = Flask("zsync")
        flask.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
        if self.slack is not None:
            flask.add_url_rule("/slack/events", "slack", self.slack, methods=["POST"])
        flask.add_url_rule("/oauth/<app>/start", "landing", self._landing, methods=["GET", "POST"])
        flask.add_url_rule("/oauth/<app>/callback", "callback", self._callback, methods=["GET"])
        if self.installing is not None:
            views = InstallPages(self.installing)
            flask.add_url_rule("/slack/install", "install", views.begin, methods=["GET"])
            flask.add_url_rule("/slack/oauth_redirect", "installed", views.finish, methods=["GET"])
        flask.add_url_rule("/healthz", "health", self._health, methods=["GET"])
        flask.add_url_rule("/metrics", "metrics", self._metrics, methods=["GET"])
        return flask

    def _landing(self, app: str) -> BaseResponse:
        """Who asked, and for what; only a press of the button sets the cookie and goes on to the app."""
        state = request.values.get("state", "")
        try:
            sign_in = signing_in.landing(self.services, state)
            if sign_in.app != app:
                raise SignInStale("other_app")
            if request.method == "GET":
                names = self.names(sign_in.workspace_id, sign_in.actor)
                servers = self.services.sign_in(app).servers()
                return _page("landing", servers, title=registry.app(app).title, state=state, **names)
            cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
            response = redirect(signing_in.leave(self.services, state, cookie))
        except SyncError as error:
            return self._problem(error)
        return _remembered(response, COOKIE, cookie, "/oauth", self.services.public_url)

    def _callback(self, app: str) -> Response:
        try:
            arrival = signing_in.arrive(self.services, app, request.args.to_dict(), request.cookies.get(COOKIE, ""))
            self.arrived(arrival)
        except SyncError as error:
            return self._problem(error)
        if arrival.problem:
            return self._problem(arrival.problem)
        return _page("arrived", title=arrival.title, label=arrival.label)

    @staticmethod
    def _problem(error: SyncError) -> Response:
        return _refusal("problem", error)

    def _health(self) -> tuple[Mapping[str, str], int]:
        try:
            self.services.store.reachable()
        except SyncError as error:
            return {"status": error.code}, 503
        return ({"status": "ok"}, 200) if self.alive() else ({"status": "scheduler"}, 503)

    @staticmethod
    def _metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@dataclass(frozen=True, slots=True)
class InstallPages:
    """Where a workspace begins to install zsync, and where Slack sends the browser back to."""

    installing: Installing

    def begin(self) -> BaseResponse:
        cookie = request.cookies.get(INSTALL_COOKIE) or secrets.token_urlsafe(32)
        response = _page("install", url=self.installing.begin(cookie))
        return _remembered(response, INSTALL_COOKIE, cookie, "/slack", self.installing.services.public_url)

    def finish(self) -> Response:
        try:
            workspace = self.installing.finish(request.args.to_dict(), request.cookies.get(INSTALL_COOKIE, ""))
        except SyncError as error:
            return _refusal("not_installed", error, url=self.installing.page)
        return _page("installed", workspace=workspace)


def _page(name: str, servers: Sequence[str] = (), **data: Any) -> Response:
    """A page whose form, if it has one, may lead to these servers: Chromium holds redirects after a form against `form-action` too."""
    response = make_response(page(name, **data))
    targets = " ".join(("'self'", *servers)) if servers else "'none'"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers.update({**SECURITY, "Content-Security-Policy": policy})
    return response


def _refusal(name: str, error: SyncError, **data: Any) -> Response:
    response = _page(name, **told(error), **data)
    response.status_code = 400
    return response


def _remembered(response: T, name: str, cookie: str, path: str, public_url: str) -> T:
    """The response with a cookie by which this browser, and no other, may come back."""
    secure = public_url.startswith("https")
    response.set_cookie(name, cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=secure, path=path)
    return response
