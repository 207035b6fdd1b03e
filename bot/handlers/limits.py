"""The second form of `/zsync edit`: how much may change without anybody being asked."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, settings
from bot.handlers.editing import load, save
from bot.render import render
from bot.words import mistake
from sync.model.connections import Limits
from sync.usecases import configuration
from sync.usecases.configuration import Editing
from sync.usecases.rules import number
from sync.usecases.settings import absurd

LEASTS = tuple(one.name for one in fields(Limits) if one.name.endswith("least"))
SHARES = tuple(one.name for one in fields(Limits) if one.name.endswith("share"))


def show(ask: Ask) -> None:
    """What was chosen in the settings so far is kept."""
    settings.keep_options(ask)
    ask.reply.update(view(load(ask)))


def back(ask: Ask) -> None:
    ask.reply.update(settings.view(load(ask)))


def view(editing: Editing) -> Json:
    limits = editing.document.limits
    shown = {name: str(getattr(limits, name)) for name in LEASTS}
    shown |= {name: f"{100 * getattr(limits, name):g}" for name in SHARES}
    return render("settings/limits", draft=editing.id, connection=editing.connection.name, limits=shown)


def submit(ask: Ask) -> Json:
    typed = _typed(ask.form)
    wrong = [name for name, value in typed.items() if value is None]
    limits = replace(Limits(), **{name: value for name, value in typed.items() if value is not None})
    wrong += absurd(limits)
    if wrong:
        return {"errors": {name: mistake("whole" if name in LEASTS else "share") for name in wrong}}
    configuration.change(ask.services, ask.actor, ask.draft, lambda document: replace(document, limits=limits))
    return save(ask)


def _typed(form: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, by the limit's name: whole numbers, and shares of one; None for what is neither."""
    plain = {name: number(form.get(name)) for name in (*LEASTS, *SHARES)}
    leasts = {name: int(text) if (text := plain[name]) and text.isdigit() else None for name in LEASTS}
    return leasts | {name: float(text) / 100 if (text := plain[name]) else None for name in SHARES}


BUTTONS: dict[str, Handler] = {"limits.open": show, "limits.back": back}
SUBMISSIONS: dict[str, Submission] = {"limits.save": submit}
