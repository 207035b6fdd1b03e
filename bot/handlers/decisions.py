"""Approve, try, discard, accept: what people decide about a plan."""

from bot.handlers import Ask, Handler, Json, Submission, Verb
from bot.render import render
from bot.words import mistake
from sync.model.records import Side
from sync.usecases import run
from sync.usecases.run import Approved

TRY = 10


def approve(ask: Ask) -> None:
    decided = run.approve(ask.services, ask.actor, ask.value)
    if decided.asks:
        ask.reply.open(render("run/confirm", run=ask.value, connection=decided.connection.name, word=decided.asks))
    else:
        _told(ask, "approved", decided)


def confirm(ask: Ask) -> Json:
    """The one who made the connection approves a large batch of it alone, by typing how many it is."""
    decided = run.approve(ask.services, ask.actor, ask.draft, typed=str(ask.form.get("word") or ""))
    if decided.asks:
        return {"errors": {"word": mistake("retype")}}
    return render("run/decided", already=bool(decided.already), connection=decided.connection.name)


def try_some(ask: Ask) -> None:
    _told(ask, "tried", run.approve(ask.services, ask.actor, ask.value, limit=TRY))


def discard(ask: Ask) -> None:
    _told(ask, "discarded", run.discard(ask.services, ask.actor, ask.value))


def _told(ask: Ask, what: str, decided: Approved) -> None:
    what = "decided" if decided.already else what
    ask.reply.quietly("connections/done", what=what, name=decided.connection.name, by=decided.already, number=TRY)


def accept(ask: Ask) -> None:
    connection_id, _, side = ask.value.partition(":")
    gone = run.accept_absence(ask.services, ask.actor, connection_id, Side(side))
    ask.reply.quietly("connections/done", what="accepted", number=gone)


VERBS: tuple[Verb, ...] = ()
BUTTONS: dict[str, Handler] = {
    "run.approve": approve,
    "run.try": try_some,
    "run.discard": discard,
    "run.accept": accept,
}
SUBMISSIONS: dict[str, Submission] = {"run.confirm": confirm}
