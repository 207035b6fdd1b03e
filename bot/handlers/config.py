"""`/zsync config`: the versions of a connection's configuration; going back, export and import."""

from collections.abc import Mapping
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Verb
from bot.handlers.connections import one
from bot.handlers.editing import keep, kept, load, saved_view, told
from bot.handlers.parts import A_PAGE, Joined, joined, parts_of
from bot.render import render
from sync.model.errors import SyncError
from sync.usecases import configuration, documents
from sync.usecases.configuration import Editing
from sync.usecases.documents import Mistake


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
    """`Ask.value` is the connection and the page."""
    connection_id, _, wanted = ask.value.partition(":")
    editing = configuration.edit(ask.services, ask.actor, connection_id)
    every = parts_of(documents.to_yaml(editing.live, editing.scheme))
    page, pages = int(wanted or 1), -(-len(every) // A_PAGE)
    first = (page - 1) * A_PAGE
    view = render(
        "config/export",
        draft=editing.id,
        connection=editing.connection.name,
        id=connection_id,
        version=editing.connection.version,
        first=first + 1,
        parts=every[first : first + A_PAGE],
        page=page,
        pages=pages,
    )
    ask.reply.update(view)


def ask_import(ask: Ask) -> None:
    """A new import begins with empty fields."""
    editing = configuration.edit(ask.services, ask.actor, ask.value)
    configuration.remember(ask.services, ask.actor, editing.id, parts={})
    ask.reply.update(_import_view(editing, {}, 1))


def import_again(ask: Ask) -> None:
    """After mistakes: everything that was pasted is still there."""
    ask.reply.update(_import_view(load(ask), _kept_parts(ask), 1))


def import_more(ask: Ask) -> None:
    """Keep this page's parts and show the fields for the next ones; `Ask.value` is the first of those."""
    ask.reply.update(_import_view(load(ask), _keep_parts(ask), int(ask.value)))


def _import_view(editing: Editing, parts: Mapping[int, str], first: int) -> Json:
    texts = [parts.get(number, "") for number in range(first, first + A_PAGE)]
    return render("config/import", draft=editing.id, connection=editing.connection.name, first=first, texts=texts)


def _kept_parts(ask: Ask) -> dict[int, str]:
    return {int(number): str(text) for number, text in (kept(ask).get("parts") or {}).items()}


def _keep_parts(ask: Ask) -> dict[int, str]:
    """What was pasted so far, this page included."""
    typed = {block.removeprefix("part"): text or "" for block, text in ask.form.items() if block.startswith("part")}
    whole = {str(number): text for number, text in _kept_parts(ask).items()} | typed
    keep(ask, parts=whole)
    return {int(number): str(text) for number, text in whole.items()}


def submit_import(ask: Ask) -> Json:
    """Checking a long text may outlast the three seconds that Slack waits for an answer: what came of it follows."""
    assert ask.queue is not None  # submissions always have one
    whole, view_id = joined(_keep_parts(ask)), ask.reply.view_id

    def follow() -> None:
        try:
            view = _checked(ask, whole)
        except SyncError as error:
            view = render("errors/modal", said=error.said(), advised=error.advised())
        ask.reply.update(view, view_id)

    ask.queue(f"view:{view_id}", follow)
    return render("config/checking")


def _checked(ask: Ask, whole: Joined) -> Json:
    editing = load(ask)
    found: Any = documents.from_yaml(whole.text, editing.scheme)
    if isinstance(found, list):
        mistakes = [_mistake(each, whole) for each in found]
        return render("config/mistakes", draft=editing.id, mistakes=mistakes)
    configuration.change(ask.services, ask.actor, ask.draft, lambda _: found)
    return saved_view(ask, configuration.save(ask.services, ask.actor, ask.draft, "imported"))


def _mistake(one: Mistake, whole: Joined) -> dict[str, Any]:
    """Where the text came in several parts, a mistake is told by its part too."""
    part, line = whole.place(one.line) if len(whole.starts) > 1 else (0, 0)
    return {"line": one.line, "code": one.code, "facts": dict(one.facts), "part": part, "line_in_part": line}


def submit_export(_ask: Ask) -> None:
    """Nothing is to be done: the text was for copying."""


VERBS = (Verb("config", "shows the versions of the settings; go back, export, import", show),)
BUTTONS: dict[str, Handler] = {
    "config.open": show,
    "config.back": back,
    "config.export": export,
    "config.export.later": export,
    "config.import": ask_import,
    "config.import.again": import_again,
    "config.import.more": import_more,
}
SUBMISSIONS: dict[str, Submission] = {"config.import": submit_import, "config.exported": submit_export}
