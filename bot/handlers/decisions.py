"""Approve, try, discard, accept: what people decide about a plan."""

from bot.handlers import Ask, Handler, Verb
from sync.model.records import Side
from sync.usecases import run
from sync.usecases.run import Approved

TRY = 10


def approve(ask: Ask) -> None:
    _told(ask, run.approve(ask.services, ask.actor, ask.value), "Approved: zsync goes on with {name} now.")


def try_some(ask: Ask) -> None:
    _told(
        ask,
        run.approve(ask.services, ask.actor, ask.value, limit=TRY),
        f"The first {TRY} changes of {{name}} are made now; then it asks again.",
    )


def discard(ask: Ask) -> None:
    _told(ask, run.discard(ask.services, ask.actor, ask.value), "Discarded: {name} stays as it is.")


def _told(ask: Ask, decided: Approved, words: str) -> None:
    if decided.already:
        text = f"{decided.connection.name} was decided about already."
        ask.reply.quietly("connections/done", icon=":information_source:", text=text)
    else:
        ask.reply.quietly(
            "connections/done", icon=":white_check_mark:", text=words.format(name=decided.connection.name)
        )


def accept(ask: Ask) -> None:
    connection_id, _, side = ask.value.partition(":")
    gone = run.accept_absence(ask.services, ask.actor, connection_id, Side(side))
    ask.reply.quietly(
        "connections/done",
        icon=":white_check_mark:",
        text=f"{gone} records are looked at once more now; those that are gone stop syncing.",
    )


VERBS: tuple[Verb, ...] = ()
BUTTONS: dict[str, Handler] = {
    "run.approve": approve,
    "run.try": try_some,
    "run.discard": discard,
    "run.accept": accept,
}
