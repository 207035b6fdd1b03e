"""`/zsync edit`: direction, winner, who takes part, how often, which channel hears what."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Verb
from bot.handlers.editing import findings, load, open_draft, save
from bot.render import render
from bot.words import mistake
from sync.model.connections import Direction, Document, Options, Verbosity, Winner
from sync.usecases import configuration, settings
from sync.usecases.configuration import Editing

SWITCHES = ("avoid_duplicates", "clears_travel")
INTERVALS = (300, 900, 3600, 14_400, 86_400)


def show(ask: Ask) -> None:
    editing = open_draft(ask, "Settings", "settings.open")
    if editing is not None:
        ask.reply.open(view(editing))


def view(editing: Editing) -> Json:
    options, switches = editing.document.options, _switches(editing)
    return render(
        "settings/edit",
        draft=editing.id,
        connection=editing.connection.name,
        left=editing.scheme.left.title,
        right=editing.scheme.right.title,
        direction=options.direction.value,
        winner=options.winner.value,
        kinds=settings.kinds(editing),
        kinds_chosen=list(options.kinds),
        switches=switches,
        switches_chosen=[name for name in switches if getattr(options, name)],
        ways={option: [side.value for side in sides] for option, sides in settings.carried(editing).items()},
        findings=findings(settings.unlabelled(editing)),
        intervals=sorted({*INTERVALS, options.interval}),
        interval=options.interval,
        channel_chosen=editing.connection.channel if editing.connection.channel.startswith("C") else "",
        verbosity=options.verbosity.value,
    )


def _switches(editing: Editing) -> list[str]:
    """The boxes that make sense for this pair of apps."""
    inactive = ["include_inactive"] if settings.has_inactive(editing) else []
    return [*SWITCHES, *inactive, *(option for option, sides in settings.carried(editing).items() if sides)]


def submit(ask: Ask) -> Json:
    if not ask.form.get("kinds") and settings.kinds(load(ask)):
        return {"errors": {"kinds": mistake("nobody")}}
    keep_options(ask)
    channel = str(ask.form["channel"])
    moved = settings.set_channel(ask.services, ask.actor, ask.draft, channel)
    return save(ask, channel if moved else "")


def keep_options(ask: Ask) -> None:
    """Put what the form holds into the draft."""
    form, switches = ask.form, _switches(load(ask))
    configuration.change(ask.services, ask.actor, ask.draft, lambda document: _with(document, form, switches))


def _with(document: Document, form: Any, switches: Sequence[str]) -> Document:
    chosen = form.get("switches") or ()
    switched = {name: name in chosen for name in switches}
    options: Options = replace(
        document.options,
        direction=Direction(form["direction"]),
        winner=Winner(form["winner"]),
        kinds=tuple(form.get("kinds") or document.options.kinds),
        interval=int(form["interval"]),
        verbosity=Verbosity(form["verbosity"]),
        **switched,
    )
    return replace(document, options=options)


VERBS = (Verb("edit", "changes direction, winner, who takes part, how often, the channel, and the limits", show),)
BUTTONS: dict[str, Handler] = {"settings.open": show}
SUBMISSIONS: dict[str, Submission] = {"settings.save": submit}
