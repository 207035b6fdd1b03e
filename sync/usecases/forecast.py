"""What a plan costs: calls to each app, what is left of today, and how long it takes at the pace that the apps allow. It calls nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.connectors import registry
from sync.connectors.registry import App
from sync.http.pacing import Day
from sync.model.endpoints import Endpoint
from sync.model.plans import Tally
from sync.model.records import Side, WriteKind
from sync.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Today:
    """What is known of the day of a counted container; `resets_at` is when its count starts anew."""

    day: Day
    resets_at: datetime


def today(services: Services, endpoint: Endpoint) -> Today:
    pacer = services.pacer(endpoint.app, endpoint.container)
    day = pacer.today()
    return Today(day, services.now() + timedelta(seconds=day.resets_in))


def calls(app: App, side: Side, tally: Tally) -> int:
    """The calls that a plan's writes to one side take. Where a record is a call of its own, an update reads it again first."""
    creates, updates = (tally[f"{kind.value}.{side.value}"] for kind in (WriteKind.CREATE, WriteKind.UPDATE))
    batch = app.capabilities.batch
    if batch > 1:
        return -(-creates // batch) + -(-updates // batch)
    return creates + 2 * updates


def seconds(apps: Mapping[Side, App], needed: Mapping[Side, int]) -> float:
    """How long so many calls to both sides take, one side after the other."""
    return sum(60 * needed[side] / apps[side].facts.pace.per_minute for side in Side)


def of_plan(ends: Mapping[Side, Endpoint], tally: Tally, known: Today) -> dict[str, int | None]:
    """For the preview: calls to the left against what is `left` of today (None where no day is counted), and minutes for both apps."""
    apps = {side: registry.app(ends[side].app) for side in Side}
    needed = {side: calls(apps[side], side, tally) for side in Side}
    needed[Side.LEFT] += tally["unread"]
    return {
        "calls": needed[Side.LEFT],
        "left": known.day.left,
        "minutes": _minutes(seconds(apps, needed)),
        "resets_at": int(known.resets_at.timestamp()),
    }


def of_rest(ends: Mapping[Side, Endpoint], planned: Tally, done: Tally) -> int:
    """Minutes until the rest of a plan is written; 0 where nothing is left."""
    apps = {side: registry.app(ends[side].app) for side in Side}
    rest = planned - done
    return _minutes(seconds(apps, {side: calls(apps[side], side, rest) for side in Side}))


def _minutes(spent: float) -> int:
    return max(1, round(spent / 60)) if spent > 0 else 0
