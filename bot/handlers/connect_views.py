"""What each step of `/zsync connect` shows. The draft says where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.handlers import Ask, Json
from bot.render import render
from bot.words import told
from sync.connectors import registry
from sync.connectors.base import Container
from sync.model.connections import Direction, Winner
from sync.model.errors import SyncError
from sync.store.accounts import Draft, SignIn
from sync.usecases import connect, schemes, signing_in
from sync.usecases.services import Services

NUMBERS = {"left_sign_in": 1, "right_sign_in": 4}


def view(ask: Ask, draft: Draft) -> Json:
    """The view of the step where the draft stands; a step whose app does not answer says so, with Back."""
    step = str(draft.data.get("step", "region"))
    try:
        return STEPS[step](ask, draft)
    except SyncError as error:
        return render("connect/problem", draft=draft.id, step=step, **told(error))


def _region(ask: Ask, draft: Draft) -> Json:
    hub = registry.hub()
    accounts = connect.accounts_of(ask.services, ask.actor, hub.name)
    known = [
        {"label": one.label, "region": hub.regions[one.region].name, "value": f"account:{one.id}"} for one in accounts
    ]
    regions = [
        {"flag": region.flag, "name": region.name, "value": f"region:{region.key}"} for region in hub.facts.regions
    ]
    chosen = draft.data.get("region_choice", known[0]["value"] if known else "")
    return render("connect/region", draft=draft.id, known=known, regions=regions, chosen=chosen)


def _left_sign_in(ask: Ask, draft: Draft) -> Json:
    return sign_in_view(ask.services, ask, draft, "left_sign_in", registry.hub().name, str(draft.data["region"]))


def _right_sign_in(ask: Ask, draft: Draft) -> Json:
    return sign_in_view(ask.services, ask, draft, "right_sign_in", str(draft.data["right_app"]), "")


def sign_in_view(services: Services, ask: Ask, draft: Draft, step: str, app: str, region: str) -> Json:
    """Sign in, or, when the browser has come back, confirm what was signed in."""
    arrived = signing_in.of_draft(services, ask.actor, draft.id, app)
    if arrived is not None and arrived.state == "arrived":
        return confirm_view(draft.id, step, arrived)
    url = signing_in.offer(services, ask.actor, app=app, region=region, draft_id=draft.id)
    fresh = signing_in.of_draft(services, ask.actor, draft.id, app)
    title = registry.app(app).title
    return render(
        "connect/authorize",
        draft=draft.id,
        number=NUMBERS[step],
        title=title,
        scopes=signing_in.scopes(app),
        url=url,
        step=step,
        external=external_id(fresh) if fresh else "",
    )


def external_id(sign_in: SignIn) -> str:
    """By which the callback finds the modal; the state itself is a secret and stays out of it."""
    return f"sign-in-{sign_in.id[-12:]}-{sign_in.draft_id}"


def confirm_view(draft_id: str, step: str, sign_in: SignIn) -> Json:
    app = registry.app(sign_in.app)
    region = app.regions.get(sign_in.region)
    name = region.name if region else ""
    return render(
        "connect/confirm",
        draft=draft_id,
        number=NUMBERS[step],
        title=app.title,
        label=sign_in.label,
        region=name,
        step=step,
    )


def _organisation(ask: Ask, draft: Draft) -> Json:
    containers = connect.containers(ask.services, ask.actor, str(draft.data["left_account"]))
    connect.choose(ask.services, ask.actor, draft.id, containers=[_plain(one) for one in containers])
    rows = [{"id": one.id, "name": one.name} for one in containers]
    chosen = container(draft, "left_container")
    return render("connect/organisation", draft=draft.id, rows=rows, chosen=chosen.id if chosen else rows[0]["id"])


def _plain(container: Container) -> Mapping[str, Any]:
    return {"id": container.id, "name": container.name, "facts": dict(container.facts)}


def container(draft: Draft, key: str) -> Container | None:
    kept = draft.data.get(key)
    return Container(kept["id"], kept["name"], kept["facts"]) if kept else None


def _counterpart(ask: Ask, draft: Draft) -> Json:
    apps = [
        {
            "name": app.name,
            "title": app.title,
            "container": app.facts.container,
            "accounts": [
                {"id": one.id, "label": one.label} for one in connect.accounts_of(ask.services, ask.actor, app.name)
            ],
        }
        for app in registry.counterparts()
    ]
    organization = container(draft, "left_container")
    return render(
        "connect/counterpart", draft=draft.id, apps=apps, organisation=organization.name if organization else ""
    )


def _options(_ask: Ask, draft: Draft) -> Json:
    app = registry.app(str(draft.data["right_app"]))
    return render(
        "connect/options",
        draft=draft.id,
        left=registry.hub().title,
        right=app.title,
        direction=draft.data.get("direction", Direction.BOTH.value),
        winner=draft.data.get("winner", Winner.LEFT.value),
        channel=_channel(draft),
        mappings=_mapping_rows(app.name),
    )


def _channel(draft: Draft) -> str:
    channel = str(draft.data.get("chosen_channel") or draft.data.get("channel") or "")
    return channel if channel.startswith(("C", "G")) else ""


def _mapping_rows(right: str) -> Sequence[Mapping[str, str]]:
    found = schemes.default_mappings(registry.app(right))
    return [{"left": one.left, "arrow": one.direction.arrow, "right": one.right} for one in found]


STEPS = {
    "region": _region,
    "left_sign_in": _left_sign_in,
    "organisation": _organisation,
    "counterpart": _counterpart,
    "right_sign_in": _right_sign_in,
    "options": _options,
}
