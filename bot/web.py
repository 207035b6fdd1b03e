"""The web side: Slack's requests, the browser's way through a sign-in, health and metrics. One WSGI app."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, redirect, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response as BaseResponse

from bot.render import page
from sync.connectors import registry
from sync.model.errors import SignInStale, SyncError
from sync.usecases import signing_in
from sync.usecases.services import Services
from sync.usecases.signing_in import Arrival

COOKIE = "zsync_sign_in"
MOST_BYTES = 1_000_000
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Web:
    """`slack` answers Slack's requests; `arrived` hears of a browser that came back; `names` tells person and workspace in words."""

    services: Services
    slack: Callable[[], Any] | None
    arrived: Callable[[Arrival], None]
    names: Callable[[str, str], Mapping[str, str]]
    alive: Callable[[], bool]

    def app(self) -> Flask:
        flask = Flask("zsync")
        flask.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
        if self.slack is not None:
            flask.add_url_rule("/slack/events", "slack", self.slack, methods=["POST"])
        flask.add_url_rule("/oauth/<app>/start", "landing", self._landing, methods=["GET", "POST"])
        flask.add_url_rule("/oauth/<app>/callback", "callback", self._callback, methods=["GET"])
        flask.add_url_rule("/healthz", "health", self._health, methods=["GET"])
        flask.add_url_rule("/metrics", "metrics", self._metrics, methods=["GET"])
        return flask

    def _landing(self, app: str) -> Response | BaseResponse:
        """Who asked, and for what; only a press of the button sets the cookie and goes on to the app."""
        state = request.values.get("state", "")
        try:
            sign_in = signing_in.landing(self.services, state)
            if sign_in.app != app:
                raise SignInStale(reason="it belongs to another app")
            if request.method == "GET":
                names = self.names(sign_in.workspace_id, sign_in.actor)
                return self._page("landing", title=registry.app(app).title, state=state, **names)
            cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
            response = redirect(signing_in.leave(self.services, state, cookie))
        except SyncError as error:
            return self._problem(error)
        secure = self.services.public_url.startswith("https")
        response.set_cookie(COOKIE, cookie, max_age=900, httponly=True, samesite="Lax", secure=secure, path="/oauth")
        return response

    def _callback(self, app: str) -> Response:
        try:
            arrival = signing_in.arrive(self.services, app, request.args.to_dict(), request.cookies.get(COOKIE, ""))
        except SyncError as error:
            return self._problem(error)
        self.arrived(arrival)
        if arrival.problem:
            return self._problem(arrival.problem)
        return self._page("arrived", title=arrival.title, label=arrival.label)

    def _problem(self, error: SyncError) -> Response:
        response = self._page("problem", said=error.said(), advised=error.advised().replace("`", ""))
        response.status_code = 400
        return response

    @staticmethod
    def _page(name: str, **data: Any) -> Response:
        response = make_response(page(name, **data))
        response.headers.update(SECURITY)
        return response

    def _health(self) -> tuple[Mapping[str, str], int]:
        try:
            self.services.store.reachable()
        except SyncError as error:
            return {"status": error.said()}, 503
        return ({"status": "ok"}, 200) if self.alive() else ({"status": "The scheduler does not run."}, 503)

    @staticmethod
    def _metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
