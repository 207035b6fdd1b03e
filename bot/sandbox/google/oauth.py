"""The Google stand-in's sign-in: consent with scopes that can be unticked, PKCE, tokens, revocation."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from bot.sandbox import consent

CLIENT_ID, CLIENT_SECRET = "google-client", "google-secret"
TOKEN_SECONDS = 3599
REFRESH_TOKENS = 100

WORDS = {
    "https://www.googleapis.com/auth/contacts": "See, edit, download and permanently delete your contacts",
    "openid": "Know who you are on Google",
    "email": "See your e-mail address",
}


@dataclass(slots=True)
class Code:
    redirect_uri: str
    scope: str
    challenge: str
    offline: bool


@dataclass(slots=True)
class Granted:
    scope: str
    tokens: dict[str, datetime] = field(default_factory=dict)


class GoogleOAuth:
    """One client, one login."""

    def __init__(
        self, now: Callable[[], datetime], new_id: Callable[[], str], login: str, client_id: str, client_secret: str
    ) -> None:
        self._now = now
        self._new_id = new_id
        self.login = login
        self._client = (client_id, client_secret)
        self._codes: dict[str, Code] = {}
        self.grants: dict[str, Granted] = {}

    def register(self, app: Flask) -> None:
        app.add_url_rule("/o/oauth2/v2/auth", "consent", self._consent, methods=["GET", "POST"])
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/revoke", "revoke", self._revoke, methods=["POST"])

    def scope_of(self, token: str) -> str | None:
        """The scope of a live access token."""
        now = self._now()
        return next((grant.scope for grant in self.grants.values() if grant.tokens.get(token, now) > now), None)

    def knows(self, secret: str) -> bool:
        """Whether a code, a refresh token or an access token was given out here."""
        return (
            secret in self._codes or secret in self.grants or any(secret in one.tokens for one in self.grants.values())
        )

    def revoke_all(self) -> None:
        self.grants.clear()

    def _consent(self) -> str | BaseResponse | tuple[str, int]:
        query = request.args
        if query.get("client_id") != self._client[0]:
            return "Error 401: invalid_client", 401
        wanted = query.get("scope", "").split()
        if request.method == "GET":
            scopes = {scope: WORDS.get(scope, scope) for scope in wanted}
            return consent.page(
                brand="Google",
                color="#1a66d6",
                client="zsync",
                login=self.login,
                scopes=scopes,
                allow="Continue",
                deny="Cancel",
                ticks=True,
            )
        back = {"state": query.get("state", "")}
        if request.form.get("answer") != "yes":
            return redirect(f"{query['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}")
        ticked = request.form.getlist("scope") or wanted
        code = self._new_id()
        offline = query.get("access_type") == "offline" and query.get("prompt") == "consent"
        self._codes[code] = Code(query["redirect_uri"], " ".join(ticked), query.get("code_challenge", ""), offline)
        return redirect(f"{query['redirect_uri']}?{urlencode(back | {'code': code, 'scope': ' '.join(ticked)})}")

    def _token(self) -> Response | tuple[Response, int]:
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != self._client:
            return jsonify({"error": "invalid_client", "error_description": "Unauthorized"}), 401
        if form.get("grant_type") == "refresh_token":
            refresh = form.get("refresh_token", "")
            if refresh not in self.grants:
                return self._dead()
            return jsonify(self._access(refresh))
        code = self._codes.pop(form.get("code", ""), None)
        if (
            code is None
            or code.redirect_uri != form.get("redirect_uri")
            or not self._proved(code, form.get("code_verifier", ""))
        ):
            return self._dead()
        refresh = self._new_id()
        while len(self.grants) >= REFRESH_TOKENS:
            del self.grants[next(iter(self.grants))]
        self.grants[refresh] = Granted(code.scope)
        return jsonify(self._access(refresh) | ({"refresh_token": refresh} if code.offline else {}))

    @staticmethod
    def _dead() -> tuple[Response, int]:
        return jsonify({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}), 400

    @staticmethod
    def _proved(code: Code, verifier: str) -> bool:
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return not code.challenge or code.challenge == digest

    def _access(self, refresh: str) -> dict[str, Any]:
        grant, token = self.grants[refresh], self._new_id()
        grant.tokens[token] = self._now() + timedelta(seconds=TOKEN_SECONDS)
        claims = {"sub": hashlib.sha256(self.login.encode()).hexdigest()[:21], "email": self.login}
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        return {
            "access_token": token,
            "expires_in": TOKEN_SECONDS,
            "scope": grant.scope,
            "token_type": "Bearer",
            "id_token": f"e30.{body}.x",
        }

    def _revoke(self) -> Response:
        self.grants.pop(request.form.get("token", ""), None)
        return jsonify({})
