"""What can go wrong, in words: a switchboard over the stand-ins' faults, limits and grants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.world import Demo
from bot.sandbox.zoho.stand_in import ZohoStandIn

MINUTE, TEN_SECONDS = timedelta(minutes=1), timedelta(seconds=10)

ZOHO_API, ZOHO_LISTING = "/inventory/v1/*", "/inventory/v1/contacts"
GOOGLE_API, GOOGLE_LISTING = "/v1/*", "/v1/people/me/connections"
SLACK_API = "/api/*"

ZOHO_BUSY = '{"code": 44, "message": "Your organization has been blocked as it has exceeded the requests per minute."}'
ZOHO_DOWN = '{"code": 1000, "message": "Internal error"}'
GOOGLE_BUSY = '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded."}}'
GOOGLE_DOWN = '{"error": {"code": 503, "status": "UNAVAILABLE", "message": "The service is currently unavailable."}}'
SLACK_BUSY = '{"ok": false, "error": "ratelimited"}'


class Trouble(Protocol):
    """One thing that can go wrong. `note` says how long it goes on; empty when it is over."""

    def begin(self) -> None: ...
    def end(self) -> None: ...
    def note(self) -> str: ...


@dataclass(slots=True)
class Answers:
    """The app's API answers wrongly: to one request, or to all of them, for a while or until somebody ends it."""

    faults: Faults
    fault: Fault
    lasting: timedelta | None = None

    def begin(self) -> None:
        self.end()
        times = self.fault.times if self.fault.times is None else 1
        until = self.faults.now() + self.lasting if self.lasting else None
        self.fault = replace(self.fault, times=times, until=until)
        self.faults.add(self.fault)

    def end(self) -> None:
        self.faults.remove(self.fault)

    def note(self) -> str:
        if not self.faults.has(self.fault):
            return ""
        if self.fault.times is not None:
            return "waits for the next request"
        if self.fault.until is None:
            return "until all is well again"
        return f"{(self.fault.until - self.faults.now()).total_seconds():.0f} s left"


@dataclass(slots=True)
class Quota:
    """The organisation's calls of the day are used up, until its day begins anew."""

    zoho: ZohoStandIn
    before: int = 0

    def begin(self) -> None:
        limits = self.zoho.limits
        self.before = min(limits.used, limits.day - 1)
        limits.used = limits.day

    def end(self) -> None:
        if self.note():
            self.zoho.limits.used = self.before

    def note(self) -> str:
        limits = self.zoho.limits
        over = limits.used < limits.day or (limits.resets_at is not None and limits.resets_at <= self.zoho.now())
        return "" if over else "until midnight UTC"


@dataclass(slots=True)
class Revoked:
    """Somebody took zsync's access away in the app's own account settings. Only signing in again brings it back."""

    revoke: Callable[[], None]
    granted: Callable[[], bool]
    begun: bool = False

    def begin(self) -> None:
        self.revoke()
        self.begun = True

    def end(self) -> None:
        """Nobody but a person can end this, by signing in again."""

    def note(self) -> str:
        return "until you sign in again: type /zsync accounts" if self.begun and not self.granted() else ""


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch of the board: its words, and what it does."""

    words: str
    trouble: Trouble


def switchboard(demo: Demo) -> Mapping[str, Switch]:
    """Every switch by its key, in the order of the board."""
    return {**_zoho(demo.zoho), **_google(demo.google), **_slack(demo.slack)}


def _zoho(zoho: ZohoStandIn) -> Mapping[str, Switch]:
    faults, grants = zoho.faults, zoho.accounts
    return {
        "zoho-busy": Switch(
            "Zoho asks to slow down (429) for a minute", Answers(faults, _status(ZOHO_API, 429, ZOHO_BUSY), MINUTE)
        ),
        "zoho-down": Switch(
            "Zoho is down (500) for a minute", Answers(faults, _status(ZOHO_API, 500, ZOHO_DOWN), MINUTE)
        ),
        "zoho-outage": Switch(
            "Zoho is down (500) until all is well again", Answers(faults, _status(ZOHO_API, 500, ZOHO_DOWN))
        ),
        "zoho-lost": Switch("Zoho's next answer gets lost", Answers(faults, Fault("lost", path=ZOHO_API))),
        "zoho-half": Switch("Zoho's next answer is cut in half", Answers(faults, Fault("truncated", path=ZOHO_API))),
        "zoho-empty": Switch(
            "Zoho's next list of customers is empty", Answers(faults, Fault("empty", path=ZOHO_LISTING))
        ),
        "zoho-quota": Switch("Zoho's calls of the day are used up", Quota(zoho)),
        "zoho-revoked": Switch(
            "Zoho withdraws zsync's access", Revoked(grants.revoke_all, lambda: bool(grants.grants))
        ),
    }


def _google(google: GoogleStandIn) -> Mapping[str, Switch]:
    faults, oauth = google.faults, google.oauth
    busy, down = _status(GOOGLE_API, 429, GOOGLE_BUSY), _status(GOOGLE_API, 503, GOOGLE_DOWN)
    return {
        "google-busy": Switch("Google asks to slow down (429) for a minute", Answers(faults, busy, MINUTE)),
        "google-down": Switch("Google is down (503) for a minute", Answers(faults, down, MINUTE)),
        "google-lost": Switch("Google's next answer gets lost", Answers(faults, Fault("lost", path=GOOGLE_API))),
        "google-half": Switch(
            "Google's next answer is cut in half", Answers(faults, Fault("truncated", path=GOOGLE_API))
        ),
        "google-empty": Switch(
            "Google's next list of contacts is empty", Answers(faults, Fault("empty", path=GOOGLE_LISTING))
        ),
        "google-revoked": Switch(
            "Google withdraws zsync's access", Revoked(oauth.revoke_all, lambda: bool(oauth.grants))
        ),
    }


def _slack(slack: SlackStandIn) -> Mapping[str, Switch]:
    busy = _status(SLACK_API, 429, SLACK_BUSY, (("Retry-After", "2"),))
    return {
        "slack-busy": Switch("Slack asks to slow down (429) for ten seconds", Answers(slack.faults, busy, TEN_SECONDS))
    }


def _status(path: str, status: int, body: str, headers: tuple[tuple[str, str], ...] = ()) -> Fault:
    return Fault("status", path=path, times=None, status=status, body=body, headers=headers)
