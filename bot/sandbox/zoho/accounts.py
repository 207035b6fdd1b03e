"""The Zoho stand-in's accounts server: consent, tokens, revocation. Errors come with HTTP 200, as Zoho's do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from bot.sandbox import consent

CLIENT_ID, CLIENT_SECRET = "zoho-client", "zoho-secret"
CODE_SECONDS = 60
TOKEN_SECONDS = 3600
REFRESH_TOKENS = 20
ACCESS_TOKENS_PER_TEN_MINUTES = 10

WORDS = {
    "ZohoInventory.contacts.READ": "Read contacts",
    "ZohoInventory.contacts.CREATE": "Create contacts",
    "ZohoInventory.contacts.UPDATE": "Update contacts",
    "ZohoInventory.settings.READ": "Read settings of the organisation",
}


class Zoho(Protocol):
    base_url: str
    user: str
    now: Callable[[], datetime]


@dataclass(slots=True)
class Granted:
    """One accepted consent: its access tokens with their ends."""

    scope: str
    tokens: dict[str, datetime] = field(default_factory=dict)
    made: list[datetime] = field(default_factory=list)


class ZohoAccounts:
    """One client, one user."""

    def __init__(self, zoho: Zoho, client_id: str, client_secret: str, new_id: Callable[[], str]) -> None:
        self._zoho = zoho
        self._client = (client_id, client_secret)
        self._new_id = new_id
        self._codes: dict[str, tuple[datetime, str, str]] = {}
        self.grants: dict[str, Granted] = {}

    def register(self, app: Flask) -> None:
        app.add_url_rule("/oauth/v2/auth", "consent", self._consent, methods=["GET", "POST"])
        app.add_url_rule("/oauth/v2/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/oauth/v2/token/revoke", "revoke", self._revoke, methods=["POST"])

    def valid(self, token: str) -> bool:
        now = self._zoho.now()
        return any(grant.tokens.get(token, now) > now for grant in self.grants.values())

    def revoke_all(self) -> None:
        self.grants.clear()

    def _consent(self) -> str | BaseResponse | tuple[str, int]:
        query = request.args
        if query.get("client_id") != self._client[0] or query.get("response_type") != "code":
            return "Invalid client", 400
        if request.method == "GET":
            scopes = {scope: WORDS.get(scope, scope) for scope in query.get("scope", "").split(",")}
            return consent.page(
                brand="Zoho Accounts",
                color="#c8402f",
                client="zsync",
                login=self._zoho.user,
                scopes=scopes,
                allow="Accept",
                deny="Reject",
            )
        back = {"state": query.get("state", "")}
        if request.form.get("answer") != "yes":
            return redirect(f"{query['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}")
        code = self._new_id()
        self._codes[code] = (self._zoho.now(), query["redirect_uri"], query.get("scope", ""))
        back |= {"code": code, "location": "eu", "accounts-server": self._zoho.base_url}
        return redirect(f"{query['redirect_uri']}?{urlencode(back)}")

    def _token(self) -> Response:
        form = request.values
        if form.get("client_id") != self._client[0]:
            return jsonify({"error": "invalid_client"})
        if form.get("client_secret") != self._client[1]:
            return jsonify({"error": "invalid_client_secret"})
        if form.get("grant_type") == "authorization_code":
            return jsonify(self._exchange(form.get("code", ""), form.get("redirect_uri", "")))
        return jsonify(self._refresh(form.get("refresh_token", "")))

    def _exchange(self, code: str, redirect_uri: str) -> dict[str, Any]:
        made_at, registered, scope = self._codes.pop(code, (self._zoho.now() - timedelta(days=1), "", ""))
        if self._zoho.now() - made_at > timedelta(seconds=CODE_SECONDS):
            return {"error": "invalid_code"}
        if registered != redirect_uri:
            return {"error": "invalid_redirect_uri"}
        refresh = self._new_id()
        while len(self.grants) >= REFRESH_TOKENS:
            del self.grants[next(iter(self.grants))]
        self.grants[refresh] = Granted(scope.replace(",", " "))
        return self._access(refresh) | {"refresh_token": refresh}

    def _refresh(self, refresh: str) -> dict[str, Any]:
        return self._access(refresh) if refresh in self.grants else {"error": "invalid_code"}

    def _access(self, refresh: str) -> dict[str, Any]:
        grant, now = self.grants[refresh], self._zoho.now()
        grant.made = [at for at in grant.made if now - at < timedelta(minutes=10)]
        if len(grant.made) >= ACCESS_TOKENS_PER_TEN_MINUTES:
            return {"error": "Access Denied"}
        token = self._new_id()
        grant.made.append(now)
        grant.tokens[token] = now + timedelta(seconds=TOKEN_SECONDS)
        return {"access_token": token, "api_domain": self._zoho.base_url, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": grant.scope}  # fmt: skip  # noqa: E501  one answer

    def _revoke(self) -> Response:
        self.grants.pop(request.values.get("token", ""), None)
        return jsonify({"status": "success"})
