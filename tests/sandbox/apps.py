"""Somebody who speaks to a stand-in as any client would: over HTTP, with a token of a real sign-in. No socket, no waiting."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.clocks import Clock

REDIRECT = "https://client.example/back"


@dataclass(slots=True)
class Caller:
    """A client of one app; `header` is its authorisation."""

    http: httpx.Client
    header: str = ""

    def __call__(self, method: str, path: str, *, json: Any = None, **params: Any) -> httpx.Response:
        return self.http.request(method, path, json=json, params=params, headers={"Authorization": self.header})

    def ok(self, method: str, path: str, *, json: Any = None, **params: Any) -> Any:
        """The answer's body. Raises AssertionError for an answer that is not good."""
        answer = self(method, path, json=json, **params)
        assert answer.status_code < 300, answer.text
        return answer.json()


@dataclass(slots=True)
class Login:
    """The OAuth side of an app: where people agree and where tokens are made."""

    http: httpx.Client
    clock: Clock
    consent: str
    token: str
    client: dict[str, str]
    scope: str

    def code(self, answer: str = "yes", challenge: str = "", **form: Any) -> dict[str, str]:
        """Agree as a person, or not; the query that comes back."""
        query = {"response_type": "code", "redirect_uri": REDIRECT, "scope": self.scope, "state": "s1"}
        query |= {"client_id": self.client["client_id"], "access_type": "offline", "prompt": "consent"}
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"} if challenge else {}
        gone = self.http.post(self.consent, params=query, data={"answer": answer, **form})
        return {name: values[0] for name, values in parse_qs(urlsplit(gone.headers["location"]).query).items()}

    def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **self.client, **changes}
        return self.http.post(self.token, data=form)

    def refresh(self, refresh_token: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self.client, **changes}
        return self.http.post(self.token, data=form)

    def granted(self) -> Any:
        return self.exchange(self.code()["code"]).json()
