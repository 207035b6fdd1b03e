"""Signing in by OAuth 2: authorise address, exchange of the code, refresh, revocation. The differences between apps are facts."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from sync.http.exchange import Transport, exchange
from sync.http.failures import Answer
from sync.model.errors import (
    AccessRevoked,
    AnswerUnreadable,
    AppBroken,
    ClientMisconfigured,
    ConsentDenied,
    RightsMissing,
    SignInRefused,
    SignInStale,
)
from sync.model.grants import ClientSettings, Grant

THROTTLED_SECONDS = 600.0


class Region(msgspec.Struct, frozen=True):
    """One data centre: its name in words, a flag, where people sign in and where the API lives."""

    key: str
    name: str
    flag: str
    accounts_url: str
    api_url: str


class OAuthFacts(msgspec.Struct, frozen=True):
    """An app's OAuth as its documents describe it. Paths are relative to the accounts server; `scheme` is the header's first word."""

    authorize_url: str
    token_url: str
    revoke_url: str
    scopes: dict[str, str]
    scope_separator: str = " "
    scheme: str = "Bearer"
    pkce: bool = False
    extra: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser goes, and the secret that must come back to us from our own store."""

    url: str
    verifier: str


class SignIn:
    """One app's sign-in with one client."""

    def __init__(
        self,
        *,
        title: str,
        facts: OAuthFacts,
        regions: Mapping[str, Region],
        client: ClientSettings,
        now: Callable[[], datetime],
        transport: Transport,
    ) -> None:
        self._title = title
        self._facts = facts
        self._regions = regions
        self._client = client
        self._now = now
        self._transport = transport

    def leave(self, *, state: str, redirect_uri: str, region: str = "") -> Leaving:
        """Raises ClientMisconfigured when the operator has set no client."""
        if not self._client.client_id:
            raise ClientMisconfigured(app=self._title, reason="no client id is set")
        verifier = secrets.token_urlsafe(48) if self._facts.pkce else ""
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._facts.scope_separator.join(self._facts.scopes),
            "state": state,
            **self._facts.extra,
        }
        if verifier:
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            query |= {"code_challenge": digest, "code_challenge_method": "S256"}
        address = self._client.authorize_url or self._at(self._facts.authorize_url, self._accounts(region))
        return Leaving(f"{address}?{urlencode(query)}", verifier)

    def servers(self) -> list[str]:
        """Where a browser may be sent on its way through the consent: the origins of the app's accounts servers."""
        named = [self._client.authorize_url, self._client.accounts_url]
        known = [self._facts.authorize_url, *(region.accounts_url for region in self._regions.values())]
        addresses = [address for address in named if address] or known
        return sorted({_origin(address) for address in addresses if address.startswith("http")})

    def exchange(self, callback: Mapping[str, str], *, redirect_uri: str, verifier: str, region: str = "") -> Grant:
        """The grant for a callback's query. Raises ConsentDenied, SignInStale, ClientMisconfigured, RightsMissing."""
        if callback.get("error"):
            raise ConsentDenied(app=self._title)
        accounts = self._named_accounts(callback.get("accounts-server", ""), region)
        form = {"grant_type": "authorization_code", "code": callback.get("code", ""), "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        body = self._token(form, accounts, region, stale=SignInStale("code_used", app=self._title))
        grant = self._granted(body, accounts, Grant("", "", self._now()))
        if not grant.refresh_token:
            raise SignInStale("not_lasting", app=self._title)
        self._check_scopes(grant)
        return grant

    def refresh(self, grant: Grant, region: str = "") -> Grant:
        """A new access token; the refresh token stays unless the app gives another. Raises AccessRevoked, SignInRefused."""
        accounts = grant.accounts_url or self._accounts(region)
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        body = self._token(form, accounts, region, stale=AccessRevoked(app=self._title))
        return self._granted(body, accounts, grant)

    def revoke(self, grant: Grant, region: str = "") -> None:
        """Give the grant back. An app that does not answer is not waited for: the grant is forgotten on our side anyway."""
        address = self._client.revoke_url or self._at(
            self._facts.revoke_url, grant.accounts_url or self._accounts(region)
        )
        exchange(self._transport, "POST", address, app=self._title, form={"token": grant.refresh_token})

    def _token(self, form: dict[str, str], accounts: str, region: str, *, stale: Exception) -> dict[str, Any]:
        client = {"client_id": self._client.client_id, "client_secret": self._client.secret(region)}
        address = self._client.token_url or self._at(self._facts.token_url, accounts)
        answer = exchange(self._transport, "POST", address, app=self._title, form=form | client)
        body = answer.json if isinstance(answer.json, dict) else {}
        if body.get("access_token"):
            return body
        raise self._refusal(answer, str(body.get("error", "")).lower(), stale)

    def _refusal(self, answer: Answer, error: str, stale: Exception) -> Exception:
        """Zoho answers errors with HTTP 200, so the body decides, not the status (reference: Zoho Accounts, error codes)."""
        if "client" in error or "redirect" in error:
            return ClientMisconfigured(app=self._title, reason=error)
        if "denied" in error or "too many" in error or answer.status == 429:
            return SignInRefused(app=self._title, retry_after=THROTTLED_SECONDS)
        if error in ("invalid_code", "invalid_grant"):
            return stale
        if answer.status >= 500 or error == "general_error":
            return AppBroken(app=self._title, status=str(answer.status))
        return AnswerUnreadable(app=self._title)

    def _granted(self, body: Mapping[str, Any], accounts: str, old: Grant) -> Grant:
        expires = self._now() + timedelta(seconds=float(body.get("expires_in") or 3600))
        api = str(body.get("api_domain", "")).rstrip("/")
        known = {region.api_url for region in self._regions.values()} | {self._client.api_url.rstrip("/")}
        return Grant(
            str(body["access_token"]),
            str(body.get("refresh_token") or old.refresh_token),
            expires,
            str(body.get("scope") or old.scope),
            api if api and api in known else old.api_url,
            accounts,
            str(body.get("id_token") or old.id_token),
        )

    def _check_scopes(self, grant: Grant) -> None:
        """People may untick a scope; without all of them nothing would work later. `openid email` come back under other names."""
        if not grant.scope:
            return
        given = set(grant.scope.replace(",", " ").split())
        needed = {scope for scope in self._facts.scopes if scope not in ("openid", "email")}
        if needed - given:
            raise RightsMissing(app=self._title, account="This sign-in")

    def _accounts(self, region: str) -> str:
        known = self._regions.get(region)
        return self._client.accounts_url or (known.accounts_url if known else "")

    def _named_accounts(self, named: str, region: str) -> str:
        """The accounts server that the callback names, if it is one of the app's own."""
        if not named or not self._regions:
            return self._accounts(region)
        allowed = {each.accounts_url for each in self._regions.values()} | {self._client.accounts_url.rstrip("/")}
        if named.rstrip("/") not in allowed:
            raise SignInStale("foreign_server", app=self._title)
        return named.rstrip("/")

    @staticmethod
    def _at(path: str, accounts: str) -> str:
        return path if path.startswith("http") else accounts.rstrip("/") + path


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
