"""`/zsync config`: the versions of a connection's configuration; going back, export and import."""

from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Verb
from bot.handlers.connections import one
from bot.handlers.editing import load, saved_view, told
from bot.render import render
from sync.usecases import configuration, documents

PART = 2900
PARTS = 3


def show(ask: Ask) -> None:
    connection = one(ask, "Configuration", "config.open")
    if connection is None:
        return
    past = configuration.versions(ask.services, ask.actor, connection.id)
    rows = [
        {
            "number": each.version.number,
            "by": each.version.by,
            "at": each.version.at.timestamp(),
            "reason": each.version.reason,
            "live": each.is_live,
            "ever": each.version.live_at is not None,
            "changes": told(each.differences),
        }
        for each in past
    ]
    ask.reply.open(render("config/versions", draft="", connection=connection.name, id=connection.id, rows=rows))


def back(ask: Ask) -> None:
    """Save an earlier version's document as the newest one; what that changes is previewed first."""
    connection_id, _, number = ask.value.partition(":")
    editing = configuration.roll_back(ask.services, ask.actor, connection_id, int(number))
    reason = f"back to version {number}"
    ask.reply.update(saved_view(ask, configuration.save(ask.services, ask.actor, editing.id, reason)))


def export(ask: Ask) -> None:
    editing = configuration.edit(ask.services, ask.actor, ask.value)
    text = documents.to_yaml(editing.live, editing.scheme)
    view = render(
        "config/export",
        draft=editing.id,
        connection=editing.connection.name,
        version=editing.connection.version,
        parts=_parts(text),
    )
    ask.reply.update(view)


def _parts(text: str) -> list[str]:
    """The text cut between lines into parts that Slack's fields hold."""
    parts = [""]
    for line in text.splitlines(keepends=True):
        if len(parts[-1]) + len(line) > PART:
            parts.append("")
        parts[-1] += line
    return parts


def ask_import(ask: Ask) -> None:
    editing = configuration.edit(ask.services, ask.actor, ask.value)
    ask.reply.update(render("config/import", draft=editing.id, connection=editing.connection.name))


def submit_import(ask: Ask) -> Json:
    editing = load(ask)
    text = (
        "\n".join(str(ask.form.get(f"part{number + 1}") or "").strip("\n") for number in range(PARTS)).rstrip() + "\n"
    )
    found: Any = documents.from_yaml(text, editing.scheme)
    if isinstance(found, list):
        mistakes = [{"line": each.line, "code": each.code, "facts": dict(each.facts)} for each in found]
        return render("config/mistakes", draft=editing.id, id=editing.connection.id, mistakes=mistakes)
    configuration.change(ask.services, ask.actor, ask.draft, lambda _: found)
    return saved_view(ask, configuration.save(ask.services, ask.actor, ask.draft, "imported"))


def submit_export(_ask: Ask) -> None:
    """Nothing is to be done: the text was for copying."""


VERBS = (Verb("config", "shows the versions of the settings; go back, export, import", show),)
BUTTONS: dict[str, Handler] = {
    "config.open": show,
    "config.back": back,
    "config.export": export,
    "config.import": ask_import,
}
SUBMISSIONS: dict[str, Submission] = {"config.import": submit_import, "config.exported": submit_export}
