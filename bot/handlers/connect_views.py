"""What each step of `/zsync connect` shows. The draft says where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.handlers import Ask, Json
from bot.render import render
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
        return render("connect/problem", draft=draft.id, said=error.said(), advised=error.advised(), step=step)


def _region(ask: Ask, draft: Draft) -> Json:
    hub = registry.hub()
    accounts = connect.accounts_of(ask.services, ask.actor, hub.name)
    rows = [{"text": f"{account.label} ({hub.regions[account.region].name})", "value": f"account:{account.id}", "description": "connected already"} for account in accounts]  # fmt: skip  # noqa: E501  one option
    rows += [
        {"text": f":{region.flag}: {region.name}", "value": f"region:{region.key}"} for region in hub.facts.regions
    ]
    return render(
        "connect/region",
        draft=draft.id,
        rows=rows,
        chosen=draft.data.get("region_choice", rows[0]["value"] if accounts else ""),
    )


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
    rows = [{"text": one.name, "value": one.id, "description": f"No. {one.id}"} for one in containers[:100]]
    chosen = container(draft, "left_container")
    return render("connect/organisation", draft=draft.id, rows=rows, chosen=chosen.id if chosen else rows[0]["value"])


def _plain(container: Container) -> Mapping[str, Any]:
    return {"id": container.id, "name": container.name, "facts": dict(container.facts)}


def container(draft: Draft, key: str) -> Container | None:
    kept = draft.data.get(key)
    return Container(kept["id"], kept["name"], kept["facts"]) if kept else None


def _counterpart(ask: Ask, draft: Draft) -> Json:
    rows = []
    for app in registry.counterparts():
        accounts = connect.accounts_of(ask.services, ask.actor, app.name)
        rows += [
            {
                "text": f"{app.title}: {account.label}",
                "value": f"account:{account.id}",
                "description": "connected already",
            }
            for account in accounts
        ]
        rows.append(
            {
                "text": f"{app.title}: sign in to {'another' if accounts else 'an'} {app.facts.container}",
                "value": f"app:{app.name}",
            }
        )
    organization = container(draft, "left_container")
    name = organization.name if organization else ""
    return render("connect/counterpart", draft=draft.id, rows=rows, chosen=rows[0]["value"], organisation=name)


def _options(_ask: Ask, draft: Draft) -> Json:
    app = registry.app(str(draft.data["right_app"]))
    left, right = registry.hub().title, app.title
    directions = [
        {
            "text": "Both ways",
            "value": Direction.BOTH.value,
            "description": "Changes travel from either side to the other",
        },
        {
            "text": f"{left} → {right}"[:75],
            "value": Direction.TO_RIGHT.value,
            "description": f"{left} is never written to"[:75],
        },
        {
            "text": f"{right} → {left}"[:75],
            "value": Direction.TO_LEFT.value,
            "description": f"{right} is never written to"[:75],
        },
    ]
    winners = [
        {"text": f"{left} wins", "value": Winner.LEFT.value},
        {"text": f"{right} wins", "value": Winner.RIGHT.value},
        {"text": "The newer change wins", "value": Winner.NEWEST.value},
        {"text": "Ask me", "value": Winner.ASK.value},
    ]
    return render(
        "connect/options",
        draft=draft.id,
        directions=directions,
        direction=draft.data.get("direction", Direction.BOTH.value),
        winners=winners,
        winner=draft.data.get("winner", Winner.LEFT.value),
        channel=_channel(draft),
        mappings=_mapping_rows(app.name),
    )


def _channel(draft: Draft) -> str:
    channel = str(draft.data.get("chosen_channel") or draft.data.get("channel") or "")
    return channel if channel.startswith(("C", "G")) else ""


def _mapping_rows(right: str) -> Sequence[Mapping[str, str]]:
    found = schemes.default_mappings(registry.app(right))
    return [{"left": _spoken(one.left), "arrow": one.direction.arrow, "right": _spoken(one.right)} for one in found]


def _spoken(ref: str) -> str:
    key, _, label = ref.partition("#")
    words = (
        key.replace("_", " ")
        .capitalize()
        .replace("Emails", "E-mails")
        .replace("Email", "E-mail")
        .replace("Urls", "Websites")
    )
    return f"{words} ({label})" if label else words


STEPS = {
    "region": _region,
    "left_sign_in": _left_sign_in,
    "organisation": _organisation,
    "counterpart": _counterpart,
    "right_sign_in": _right_sign_in,
    "options": _options,
}
