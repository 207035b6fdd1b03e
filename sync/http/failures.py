"""From an HTTP answer to a SyncError: the only such translation. Each app brings a table of rows; the rows below hold for all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sync.model import errors
from sync.model.errors import SyncError

PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: headers by their names, however those are spelled, the body as decoded JSON (None where it is empty or no JSON)."""

    status: int
    headers: Mapping[str, str]
    json: Any
    readable: bool = True

    @property
    def retry_after(self) -> float | None:
        text = self.headers.get("retry-after", "")
        return float(text) if text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Failure:
    """If `when` recognises the answer, it is `error`, with the facts that `facts` reads from it (never a customer's data)."""

    when: Callable[[Answer], bool]
    error: type[SyncError]
    retry_after: float | Callable[[Answer], float | None] | None = None
    facts: Callable[[Answer], dict[str, str]] | None = None

    def made(self, answer: Answer, app: str, account: str) -> SyncError:
        known = {"app": app, "account": account, "status": str(answer.status)}
        seconds = self.retry_after(answer) if callable(self.retry_after) else self.retry_after
        more = self.facts(answer) if self.facts else {}
        return self.error(retry_after=answer.retry_after or seconds, **known | more)


def status(*codes: int) -> Callable[[Answer], bool]:
    return lambda answer: answer.status in codes


COMMON: Sequence[Failure] = (
    Failure(lambda answer: 300 <= answer.status < 400, errors.AnswerUnreadable),
    Failure(status(401), errors.AccessRevoked),
    Failure(status(403), errors.RightsMissing),
    Failure(status(404, 410), errors.RecordGone),
    Failure(status(409, 412), errors.StaleRevision),
    Failure(status(429), errors.TooFast, PAUSE_SECONDS),
    Failure(lambda answer: answer.status >= 500, errors.AppBroken, 30.0),
    Failure(
        lambda answer: answer.status >= 400,
        errors.RequestRefused,
        facts=lambda answer: {"reason": f"HTTP {answer.status}"},
    ),
)


def failure_of(answer: Answer, table: Sequence[Failure], app: str, account: str) -> SyncError | None:
    """The error that this answer is, the app's own rows first; None for a success."""
    for row in table if answer.status < HTTPStatus.MULTIPLE_CHOICES else (*table, *COMMON):
        if row.when(answer):
            return row.made(answer, app, account)
    if not answer.readable:
        return errors.AnswerUnreadable(app=app, account=account)
    return None
