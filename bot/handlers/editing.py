"""What the modals of rules, mappings and settings share: opening a draft, saving it, what became of it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.handlers import Ask, Handler, Json
from bot.handlers.connections import one
from bot.render import render
from sync.model.editing import Difference, Finding
from sync.model.records import Side
from sync.usecases import configuration
from sync.usecases.configuration import Editing, Saved


def open_draft(ask: Ask, label: str, action: str) -> Editing | None:
    """The draft of the connection that is meant; None while a menu asks which one."""
    connection = one(ask, label, action)
    return configuration.edit(ask.services, ask.actor, connection.id) if connection else None


def load(ask: Ask) -> Editing:
    return configuration.load(ask.services, ask.actor, ask.draft)


def kept(ask: Ask) -> dict[str, Any]:
    """What half-filled forms of this draft hold."""
    return dict(configuration.kept(ask.services, ask.actor, ask.draft))


def keep(ask: Ask, **values: object) -> dict[str, Any]:
    return dict(configuration.remember(ask.services, ask.actor, ask.draft, **values))


def told(changes: Sequence[Difference]) -> list[dict[str, str]]:
    return [asdict(change) for change in changes]


def findings(found: Sequence[Finding], rule_id: str | None = None) -> list[dict[str, Any]]:
    """Findings for a template: all of them, or those of one rule."""
    return [{"code": one.code, "facts": dict(one.facts)} for one in found if rule_id in (None, one.rule_id)]


def titles(editing: Editing) -> dict[str, str]:
    return {side.value: editing.scheme.side(side).title for side in Side}


def save(ask: Ask, channel: str = "") -> Json:
    """The answer to every Save: live, a preview under way, or why not; and the channel, where results are posted elsewhere from now on."""
    return saved_view(ask, configuration.save(ask.services, ask.actor, ask.draft), channel)


def saved_view(ask: Ask, saved: Saved, channel: str = "") -> Json:
    return render(
        "config/saved",
        draft=ask.draft,
        fate=saved.fate.value,
        connection=saved.connection.name,
        changes=told(saved.differences),
        findings=findings(saved.findings),
        by=saved.by,
        place=channel,
    )


def insist(ask: Ask) -> None:
    """Having seen somebody else's changes, save one's own on top of them."""
    configuration.insist(ask.services, ask.actor, ask.value)
    ask.reply.update(saved_view(ask, configuration.save(ask.services, ask.actor, ask.value)))


def drop(ask: Ask) -> None:
    editing = configuration.load(ask.services, ask.actor, ask.value)
    configuration.throw_away(ask.services, ask.actor, ask.value)
    ask.reply.update(
        render(
            "config/saved",
            draft="",
            fate="unchanged",
            connection=editing.connection.name,
            changes=[],
            findings=[],
            by="",
            place="",
        )
    )


BUTTONS: dict[str, Handler] = {"config.insist": insist, "config.drop": drop}
