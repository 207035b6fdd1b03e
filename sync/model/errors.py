"""Everything that can go wrong between an app, zsync and a person, as one tree.

Each error says a sentence and a remedy (templates over its facts), and whether waiting helps. Facts are words for people and never hold
secrets or a customer's data. Retrying reads `waiting_helps` and `retry_after`, never the text.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class SyncError(Exception):
    """Base of the tree. `facts` fill the braces of `sentence` and `remedy`; `retry_after` is in seconds, where the app said it."""

    sentence: ClassVar[str] = "Something went wrong in {app}."
    remedy: ClassVar[str] = "zsync tries again by itself."
    waiting_helps: ClassVar[bool] = True
    whole_account: ClassVar[bool] = False
    """True where every further call to the same account would fail alike: the run stops instead of going on with the next record."""
    uncertain: ClassVar[bool] = False
    """True where a write may have happened all the same: it is looked up before it is repeated."""

    def __init__(self, *, retry_after: float | None = None, **facts: str) -> None:
        self.facts = facts
        self.retry_after = retry_after
        super().__init__(self.said())

    @property
    def code(self) -> str:
        """The class name: the stable word under which this error is stored and counted."""
        return type(self).__name__

    def said(self) -> str:
        return filled(self.sentence, self.facts)

    def advised(self) -> str:
        return filled(self.remedy, self.facts)

    def kept(self) -> dict[str, Any]:
        """As plain data, for what tells of it later."""
        return {"code": self.code, "facts": dict(self.facts), "said": self.said(), "advised": self.advised()}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return {"app": "the app", "account": "this account"}.get(key, "")


def filled(text: str, facts: Mapping[str, str]) -> str:
    """A sentence with its facts in place of its braces; a fact that is not known is left out."""
    return text.format_map(_Blank(facts))


class AppUnreachable(SyncError):
    """No answer: connection refused, time-out, broken off, or an answer that cannot be read."""

    sentence = "{app} did not answer."
    uncertain = True


class AppBroken(SyncError):
    """The app answered 5xx."""

    sentence = "{app} answered with an error of its own ({status})."
    uncertain = True


class AnswerUnreadable(SyncError):
    """The answer was cut off or is not what the app's documents promise."""

    sentence = "{app} sent an answer that could not be read."
    uncertain = True


class TooFast(SyncError):
    """A limit per minute or of calls in flight; over within minutes."""

    sentence = "{app} asked zsync to slow down."
    whole_account = True


class QuotaUsedUp(SyncError):
    """The day's calls are used up; `retry_after` tells the seconds until the reset."""

    sentence = "Today's calls to {app} are used up."
    remedy = "zsync goes on by itself when {app} resets the count."
    whole_account = True


class BudgetUsedUp(SyncError):
    """Our own share of the day's calls is used up: the rest is left to the company's other integrations."""

    sentence = "zsync has used its share of today's calls to {app}."
    remedy = "It goes on by itself after the reset; whoever runs zsync can raise the share (`ZSYNC_DAY_SHARE`)."
    whole_account = True


class QuotaNearlyUsedUp(BudgetUsedUp):
    """The company's other integrations have used most of the day: its last tenth is left to them."""

    sentence = "Today's calls to {app} are nearly used up, mostly by others; zsync leaves the last ones to them."
    remedy = "It goes on by itself after the reset."


class SignInRefused(SyncError):
    """The OAuth server refused for now (too many tokens in ten minutes)."""

    sentence = "{app} asked zsync to wait before signing in again."
    whole_account = True


class AccessRevoked(SyncError):
    sentence = "{app} no longer lets zsync in as {account}."
    remedy = "Reconnect the account: `/zsync accounts`."
    waiting_helps = False
    whole_account = True


class RightsMissing(SyncError):
    sentence = "{account} lacks the right to do this in {app}."
    remedy = "Ask an admin of {app} for access to contacts, then reconnect with `/zsync accounts`."
    waiting_helps = False
    whole_account = True


class ClientMisconfigured(SyncError):
    """The client id, secret or redirect address that the operator set is refused."""

    sentence = "{app} does not accept the client settings of this zsync ({reason})."
    remedy = "The person who runs zsync must check the client id, secret and redirect address; `zsync check` helps."
    waiting_helps = False
    whole_account = True


class ConsentDenied(SyncError):
    sentence = "The sign-in to {app} was declined, so nothing was connected."
    remedy = "Start again with `/zsync connect` when you are ready."
    waiting_helps = False


class OtherIdentity(SyncError):
    """Reconnecting must prove the same identity."""

    sentence = "You signed in as {found}, but this account belongs to {account}."
    remedy = "Sign in as {account}, or connect {found} as a new account."
    waiting_helps = False


class StaleRevision(SyncError):
    """The app refused a write because the record moved since it was read."""

    sentence = "The record was changed in {app} a moment ago."
    remedy = "zsync reads it again and decides anew."


class RecordGone(SyncError):
    sentence = "The record no longer exists in {app}."
    remedy = "Nothing to do; press Recreate if it should come back."
    waiting_helps = False


class ValueRefused(SyncError):
    """The app does not take a value; facts: `field`, `reason` in the app's words without personal data."""

    sentence = "{app} does not accept the value of {field} ({reason})."
    remedy = "Correct the value in either app; zsync tries again when it changes."
    waiting_helps = False


class NameTaken(SyncError):
    sentence = (
        "{app} already has a customer with this display name, and every other spelling zsync may use is taken too."
    )
    remedy = "Rename one of the two in {app}."
    waiting_helps = False


class PlanLimit(SyncError):
    """The app's plan or account holds no more records."""

    sentence = "{app} does not take more records on this plan ({reason})."
    remedy = "Make room or raise the plan, then press Run again."
    waiting_helps = False


class RequestRefused(SyncError):
    """A 4xx that none of the others explains."""

    sentence = "{app} refused the request ({reason})."
    remedy = "zsync tries again when the record changes; if it stays, send the reference to support."
    waiting_helps = False


class WatermarkExpired(SyncError):
    """Incremental reading is no longer possible from this watermark; a complete listing follows."""

    sentence = "{app} no longer knows where zsync stopped reading."
    remedy = "zsync reads everything once more by itself."


class ListingShrank(SyncError):
    """A complete listing came back empty or more than a fifth shorter; refused until a person accepts."""

    sentence = "{app} listed {found} records where zsync knows {known}."
    remedy = "If they were really removed, press Accept; otherwise nothing needs to be done and nothing was changed."
    whole_account = True


class LeaseLost(SyncError):
    """Somebody else refreshes or writes this endpoint now; the slice ends and comes back."""

    sentence = "Another run is working with {app} at the moment."
    remedy = "zsync goes on when it is finished."
    whole_account = True


class StoreUnavailable(SyncError):
    """The database is locked, full or away; nothing was committed."""

    sentence = "zsync could not save its work ({reason})."
    remedy = "The person who runs zsync must look at the database and its disk; the run goes on by itself afterwards."
    whole_account = True


class Refusal(SyncError):
    """What a person asked for is refused. `why` is a stable word; its sentences are in the words of the templates, `facts` fill them."""

    sentence = "This was refused ({why})."
    waiting_helps = False

    def __init__(self, why: str, **facts: str) -> None:
        self.why = why
        super().__init__(retry_after=None, why=why, **facts)

    @property
    def code(self) -> str:
        return self.why


class SignInStale(Refusal):
    """The state of a sign-in is unknown, used, expired or belongs to another browser or person, or what came back cannot be used."""

    remedy = "Start again with `/zsync connect` and use the new link within ten minutes, in the same browser."


class NotAllowed(Refusal):
    """The person who asked may not do this; facts: `person` may."""


class NotFound(Refusal):
    """There is nothing of the name that was typed."""


class NotNow(Refusal):
    """The button or command came too late or at the wrong moment."""


def recalled(code: str, facts: Mapping[str, str], app: str) -> SyncError | None:
    """An error as it was stored: by its code and facts, with the app's name where they lack it. None where the code is no error's."""
    ahead: list[type[SyncError]] = [SyncError]
    while ahead:
        kind = ahead.pop()
        if kind.__name__ == code:
            return kind(retry_after=None, **{"app": app, **facts})
        ahead += kind.__subclasses__()
    return None
