"""`/zsync held`: what waits for a person, and the buttons that decide it. Everything is in a modal: only the one who asks sees it."""

from collections.abc import Callable
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Suggestion, Verb
from bot.handlers import why as explaining
from bot.handlers.connections import one
from bot.handlers.held_rows import item_row, note
from bot.render import render
from bot.words import mistake
from sync.model.records import Side
from sync.usecases import deciding, held
from sync.usecases.actors import Actor
from sync.usecases.desk import Became, Decided
from sync.usecases.examples import plain
from sync.usecases.held import CONFLICT, Proposal
from sync.usecases.rules import Offer
from sync.usecases.services import Services

Decision = Callable[[Services, Actor, str, int], Decided]


def show(ask: Ask) -> None:
    connection = one(ask, "What waits", "held.open")
    if connection is None:
        return
    view = overview(ask, connection.id)
    if ask.in_modal:
        ask.reply.update(view)
    else:
        ask.reply.open(view)


def overview(ask: Ask, connection_id: str) -> Json:
    found = held.overview(ask.services, ask.actor, connection_id)
    return render(
        "held/overview",
        draft=f"{connection_id}||0",
        connection=found.connection.name,
        owner=found.connection.owner,
        may_decide=found.may_decide,
        reasons=[{"bucket": one.bucket.value, "code": one.code, "count": one.count} for one in found.reasons],
    )


# ---- where one is: the modal's metadata hold connection, reason and page, or the record that `why` tells of -----------------------------


def place(ask: Ask) -> tuple[str, str, int]:
    connection_id, code, after = ask.draft.split("|")
    return connection_id, code, int(after)


def connection_of(ask: Ask) -> str:
    parts = ask.draft.split("|")
    return parts[1] if parts[0] == "why" else parts[0]


def page(ask: Ask, connection_id: str, code: str, after: int = 0, decided: Decided | None = None) -> Json:
    found = held.page(ask.services, ask.actor, connection_id, code, after)
    return render(
        "held/page",
        draft=f"{connection_id}|{code}|{after}",
        connection=found.connection.name,
        connection_id=connection_id,
        titles=found.titles,
        code=code,
        rows=[item_row(item) for item in found.items],
        total=found.total,
        first=after == 0,
        following=found.following,
        asks=found.asks,
        note=note(decided),
    )


def look(ask: Ask) -> None:
    ask.reply.update(page(ask, connection_of(ask), ask.value))


def turn(ask: Ask) -> None:
    connection_id, code, _ = place(ask)
    ask.reply.update(page(ask, connection_id, code, int(ask.value)))


def back(ask: Ask) -> None:
    ask.reply.update(overview(ask, connection_of(ask)))


def find(ask: Ask) -> None:
    ask.reply.update(explaining.view(ask, connection_of(ask), int(ask.value)))


def offers(ask: Ask) -> list[Offer]:
    found = held.search(ask.services, ask.actor, connection_of(ask), ask.text) if ask.text else []
    return [Offer(str(row), name, title) for row, name, title in found]


def _after(ask: Ask, decided: Decided) -> None:
    """Show where one was, with what became of the decision."""
    parts = ask.draft.split("|")
    if parts[0] == "why":
        ask.reply.update(explaining.view(ask, parts[1], int(parts[2]), note(decided)))
    else:
        connection_id, code, after = place(ask)
        ask.reply.update(page(ask, connection_id, code, after, decided))


# ---- decisions ---------------------------------------------------------------------------------------------------------------------------


def keep(ask: Ask) -> None:
    side, row, mark, base_key = ask.value.split("|", 3)
    decided = deciding.keep(ask.services, ask.actor, connection_of(ask), int(row), base_key, Side(side), mark)
    _after(ask, decided)


def keep_all(ask: Ask) -> None:
    connection_id, side = connection_of(ask), Side(ask.value)
    decided = deciding.keep_all(ask.services, ask.actor, connection_id, side)
    if decided.became is Became.ASKS:
        ask.reply.update(_large(ask, connection_id, side))
    else:
        _after(ask, decided)


def _large(ask: Ask, connection_id: str, side: Side) -> Json:
    found = held.page(ask.services, ask.actor, connection_id, CONFLICT)
    return render(
        "held/all",
        draft=f"{connection_id}|{side.value}|{found.asks}",
        connection=found.connection.name,
        titles=found.titles,
        side=side.value,
        count=found.asks,
        code=CONFLICT,
    )


def confirm_all(ask: Ask) -> Json:
    """All conflicts alike, once their number is typed; where it changed meanwhile, the new one is asked for."""
    connection_id, side, shown = ask.draft.split("|")
    typed = str(ask.form.get("word") or "")
    decided = deciding.keep_all(ask.services, ask.actor, connection_id, Side(side), typed=typed)
    if decided.became is not Became.ASKS:
        return page(ask, connection_id, CONFLICT, decided=decided)
    if typed.strip() != shown:
        return {"errors": {"word": mistake("retype")}}
    return _large(ask, connection_id, Side(side))


def _deciding(decide: Decision) -> Handler:
    """The handler of a button that names a record."""

    def handler(ask: Ask) -> None:
        _after(ask, decide(ask.services, ask.actor, connection_of(ask), int(ask.value)))

    return handler


# ---- two records side by side ------------------------------------------------------------------------------------------------------------


def compare(ask: Ask) -> None:
    """The records of a group, and which two of them may be the same."""
    connection_id = connection_of(ask)
    found = held.group(ask.services, ask.actor, connection_id, int(ask.value))
    row = item_row(found.item)
    ask.reply.update(
        render(
            "held/group",
            draft=f"{connection_id}|{found.item.standing.code}|0",
            connection=found.connection.name,
            titles=found.titles,
            item=row,
            free={
                side.value: [
                    {"text": one["name"], "value": str(one["row"]), "description": one["id"]}
                    for one in row["group"]
                    if one["side"] == side.value and not one["linked"]
                ]
                for side in Side
            },
        )
    )


def propose(ask: Ask) -> Json:
    """What linking these two would change."""
    connection_id, code, _ = place(ask)
    left, right = int(ask.form["left"]), int(ask.form["right"])
    found = held.propose(ask.services, ask.actor, connection_id, left, right)
    return render(
        "held/pair",
        draft=f"{connection_id}|{code}|{left}|{right}",
        connection=found.connection.name,
        titles=found.titles,
        names={side.value: name for side, name in found.names.items()},
        changes=_changes(found),
        unread=[story.names[Side.LEFT] for story in found.fields if story.unread],
        bucket=found.standing.bucket.value,
        code=found.standing.code,
    )


def _changes(found: Proposal) -> list[dict[str, Any]]:
    """What would travel, of the fields that are known on both sides."""
    return [
        {
            "side": story.to.value,
            "field": story.names[Side.LEFT],
            "before": plain(story.values[story.to]),
            "after": plain(story.after),
        }
        for story in found.fields
        if story.to is not None and not story.unread
    ]


def join(ask: Ask) -> Json:
    connection_id, code, left, right = ask.draft.split("|")
    decided = deciding.join(ask.services, ask.actor, connection_id, int(left), int(right))
    return page(ask, connection_id, code, decided=decided)


VERBS = (Verb("held", "shows what waits for a person, with a button for each decision", show),)
BUTTONS: dict[str, Handler] = {
    "held.open": show,
    "held.look": look,
    "held.page": turn,
    "held.page.next": turn,
    "held.back": back,
    "held.find": find,
    "held.compare": compare,
    "held.keep.left": keep,
    "held.keep.right": keep,
    "held.keep_all.left": keep_all,
    "held.keep_all.right": keep_all,
    "held.unfreeze": _deciding(deciding.unfreeze),
    "held.recreate": _deciding(deciding.recreate),
    "held.leave": _deciding(deciding.leave),
    "held.accept": _deciding(deciding.accept_person),
    "held.again": _deciding(deciding.try_again),
    "held.reopen": _deciding(deciding.reopen),
    "held.apart": _deciding(deciding.tell_apart),
}
SUBMISSIONS: dict[str, Submission] = {"held.propose": propose, "held.join": join, "held.all": confirm_all}
SUGGESTIONS: dict[str, Suggestion] = {"held.find": offers}
