"""How requests prove who we are: an OAuth access token that is refreshed in time, one refresher per grant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sync.model.errors import SignInRefused
from sync.model.grants import Grant

EARLY = timedelta(minutes=5)
CLAIM_SECONDS = 30.0
WAIT_SECONDS = 0.5
PATIENCE = 40


class GrantKeeper(Protocol):
    """Where a grant is kept; shared by threads and processes."""

    def load(self) -> Grant: ...
    def claim_refresh(self, seconds: float) -> bool:
        """True for the one who may refresh now; the claim ends by itself."""
        ...

    def release_refresh(self) -> None:
        """The refresh came to nothing: another may try at once."""
        ...

    def save(self, grant: Grant) -> None: ...
    def mark_revoked(self) -> None: ...


class Tokens:
    """A valid access token whenever one is needed. `refresh` turns an old grant into a new one, or raises AccessRevoked."""

    def __init__(
        self,
        keeper: GrantKeeper,
        refresh: Callable[[Grant], Grant],
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        scheme: str = "Bearer",
    ) -> None:
        self._keeper = keeper
        self._refresh = refresh
        self._now = now
        self._sleep = sleep
        self._scheme = scheme
        self._grant: Grant | None = None

    def header(self) -> str:
        """The Authorization header, refreshed within five minutes of its end."""
        grant = self._grant or self._keeper.load()
        if grant.expires_at - self._now() < EARLY:
            grant = self._renewed(grant)
        self._grant = grant
        return f"{self._scheme} {grant.access_token}"

    def refused(self) -> None:
        """The app did not take the token (401): get another one, unless somebody else already did."""
        used = self._grant or self._keeper.load()
        self._grant = self._renewed(used)

    def _renewed(self, used: Grant) -> Grant:
        for _ in range(PATIENCE):
            current = self._keeper.load()
            if current.access_token != used.access_token:
                return current
            if self._keeper.claim_refresh(CLAIM_SECONDS):
                return self._refreshed(used)
            self._sleep(WAIT_SECONDS)
        raise SignInRefused(app="the app", retry_after=CLAIM_SECONDS)

    def _refreshed(self, used: Grant) -> Grant:
        """Looks once more: somebody may have finished between the last look and our claim."""
        try:
            current = self._keeper.load()
            if current.access_token == used.access_token:
                current = self._refresh(current)
        except Exception:  # whatever it was, the claim must not outlive it
            self._keeper.release_refresh()
            raise
        self._keeper.save(current)
        return current


class Password:
    """A fixed Authorization header (HTTP Basic, a private token)."""

    def __init__(self, header: str) -> None:
        self._header = header

    def header(self) -> str:
        return self._header

    def refused(self) -> None:
        """There is nothing to renew: the caller sees the refusal."""


class Auth(Protocol):
    def header(self) -> str: ...
    def refused(self) -> None: ...
