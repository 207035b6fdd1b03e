"""`/zsync connect`: one chain of modals, each step an update of the same view. What was chosen lives in a draft, so that every step can be
gone back to, closed and reopened."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Verb
from bot.handlers.connect_views import confirm_view, container, view
from bot.render import render
from bot.words import mistake, told
from sync.connectors import registry
from sync.connectors.base import Container
from sync.model.connections import Direction, Winner
from sync.model.errors import NotNow, SyncError
from sync.store.accounts import Draft
from sync.usecases import connect, signing_in
from sync.usecases.connect import Choices

BEFORE = {
    "left_sign_in": "region",
    "organisation": "region",
    "counterpart": "organisation",
    "right_sign_in": "counterpart",
    "options": "counterpart",
}


def start(ask: Ask) -> None:
    """Open the chain; a draft that was closed half-way goes on where it was."""
    draft = _unfinished(ask) or connect.begin(ask.services, ask.actor, ask.channel)
    ask.reply.open(view(ask, draft))


def _unfinished(ask: Ask) -> Draft | None:
    with ask.services.store.reading(ask.actor.workspace) as tx:
        return tx.drafts.newest(ask.actor.id, connect.KIND)


def go_on(ask: Ask) -> None:
    """The Continue button of a direct message."""
    ask.reply.open(view(ask, connect.load(ask.services, ask.actor, ask.value)))


def back(ask: Ask) -> None:
    """The Back button: the step before the one that the button names."""
    step = BEFORE.get(ask.value, "region")
    signing_in.abandon(ask.services, ask.actor, ask.draft)
    draft = connect.choose(ask.services, ask.actor, ask.draft, step=step)
    ask.reply.update(view(ask, draft))


def browser(ask: Ask) -> None:
    """The link button opened the browser; Slack only wants to hear that we know."""


# ---- what each submission does ----------------------------------------------------------------------------------------------------------


def _to(ask: Ask, step: str, **choices: Any) -> Json:
    """Answer with the next step, or keep the person company while an app is asked."""
    draft = connect.choose(ask.services, ask.actor, ask.draft, step=step, **choices)
    if step not in ASKS_AN_APP:
        return view(ask, draft)
    return _meanwhile(ask, step, lambda: view(ask, draft))


ASKS_AN_APP = ("organisation",)


def _meanwhile(ask: Ask, what: str, made: Callable[[], Json], name: str = "") -> Json:
    """A waiting view now, the real one as soon as it is known: Slack waits three seconds at the most."""
    assert ask.queue is not None  # submissions always have one
    view_id = ask.reply.view_id

    def follow() -> None:
        ask.reply.update(made(), view_id)

    ask.queue(f"view:{view_id}", follow)
    return render("connect/waiting", draft=ask.draft, what=what, app=registry.hub().title, name=name)


def submit_region(ask: Ask) -> Json:
    kind, _, value = str(ask.form["region"]).partition(":")
    if kind == "account":
        return _to(ask, "organisation", left_account=value, region_choice=ask.form["region"])
    return _to(ask, "left_sign_in", region=value, region_choice=ask.form["region"])


def submit_authorize(ask: Ask) -> Json:
    """Continue after the browser: it has arrived meanwhile, or its address was pasted, or it is too early."""
    draft = connect.load(ask.services, ask.actor, ask.draft)
    step = str(draft.data["step"])
    app = registry.hub().name if step == "left_sign_in" else str(draft.data["right_app"])
    sign_in = signing_in.of_draft(ask.services, ask.actor, draft.id, app)
    address = str(ask.form.get("address") or "").strip()
    if sign_in is None:
        return {"errors": {"address": mistake("stale")}}
    if address and sign_in.state in ("offered", "left"):
        arrival = signing_in.paste(ask.services, ask.actor, sign_in.id, signing_in.query_of(address))
        if arrival.problem:
            return _not_signed_in(arrival.problem)
        sign_in = signing_in.of_draft(ask.services, ask.actor, draft.id, app) or sign_in
    if sign_in.state == "arrived":
        return confirm_view(draft.id, step, sign_in)
    if sign_in.state == "refused" and sign_in.problem:
        return _not_signed_in(sign_in.problem)
    return {"errors": {"address": mistake("not_yet")}}


def _not_signed_in(problem: SyncError | Mapping[str, Any]) -> Json:
    """The app, or zsync itself, refused what came back from the browser."""
    return {"errors": {"address": " ".join(told(problem).values())}}


def submit_confirm(ask: Ask) -> Json:
    draft = connect.load(ask.services, ask.actor, ask.draft)
    left = draft.data["step"] == "left_sign_in"
    app = registry.hub().name if left else str(draft.data["right_app"])
    sign_in = signing_in.of_draft(ask.services, ask.actor, draft.id, app)
    if sign_in is None:
        raise NotNow("sign_in_old")
    account = signing_in.confirm(ask.services, ask.actor, sign_in.id)
    return _to(ask, "organisation", left_account=account.id) if left else _to(ask, "options", right_account=account.id)


def submit_organisation(ask: Ask) -> Json:
    """Whether its contacts can be read is asked at once, so that a missing right is known now and not at the first run."""
    draft = connect.load(ask.services, ask.actor, ask.draft)
    chosen = next((one for one in draft.data["containers"] if one["id"] == ask.form["organisation"]), None)
    if chosen is None:
        return {"errors": {"organisation": mistake("organisation_gone")}}

    def checked() -> Json:
        try:
            connect.check_container(ask.services, ask.actor, str(draft.data["left_account"]), chosen["id"])
        except SyncError as error:
            return render("connect/problem", draft=draft.id, step="counterpart", **told(error))
        return view(ask, connect.choose(ask.services, ask.actor, draft.id, step="counterpart", left_container=chosen))

    return _meanwhile(ask, "check", checked, chosen["name"])


def submit_counterpart(ask: Ask) -> Json:
    kind, _, value = str(ask.form["counterpart"]).partition(":")
    if kind == "app":
        return _to(ask, "right_sign_in", right_app=value)
    account = connect.account(ask.services, ask.actor, value)
    return _to(ask, "options", right_app=account.app, right_account=account.id)


def submit_options(ask: Ask) -> Json:
    form = ask.form
    draft = connect.choose(
        ask.services,
        ask.actor,
        ask.draft,
        direction=form["direction"],
        winner=form["winner"],
        chosen_channel=form["channel"],
    )

    def made() -> Json:
        try:
            right = connect.containers(ask.services, ask.actor, str(draft.data["right_account"]))[0]
            connection = connect.finish(ask.services, ask.actor, draft.id, _choices(draft, right))
        except SyncError as error:
            return render("connect/problem", draft=draft.id, step="options", **told(error))
        return render("connect/done", draft="", connection=connection.name)

    return _meanwhile(ask, "finish", made)


def _choices(draft: Draft, right: Container) -> Choices:
    left = container(draft, "left_container")
    if left is None:
        raise NotNow("no_organisation")
    data = draft.data
    return Choices(
        str(data["left_account"]),
        left,
        str(data["right_account"]),
        right,
        str(data["chosen_channel"]),
        Direction(str(data["direction"])),
        Winner(str(data["winner"])),
    )


VERBS = (Verb("connect", "connects Zoho Inventory with a contact app, step by step", start),)
BUTTONS: dict[str, Handler] = {
    "connect.start": start,
    "connect.continue": go_on,
    "connect.back": back,
    "connect.browser": browser,
}
SUBMISSIONS: dict[str, Submission] = {
    "connect.region": submit_region,
    "connect.authorize": submit_authorize,
    "connect.confirm": submit_confirm,
    "connect.organisation": submit_organisation,
    "connect.counterpart": submit_counterpart,
    "connect.options": submit_options,
}
