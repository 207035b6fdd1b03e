"""Everything a plan must know beside records, put together from configuration, endpoints and the apps' facts."""

from collections.abc import Mapping
from datetime import datetime

from sync.connectors import registry
from sync.connectors.registry import App
from sync.model.connections import Condition, Direction, Document, FieldMapping, Options, Scheme, SideScheme
from sync.model.endpoints import Endpoint
from sync.model.records import Side

DIRECTIONS = {"both": "both", "from-zoho": "to-right", "to-zoho": "to-left"}


def scheme(document: Document, version: int, endpoints: Mapping[Side, Endpoint], now: datetime) -> Scheme:
    """Phone numbers without a prefix are read in the country of the organisation, dates in its time zone, money in its currency."""
    facts = {**endpoints[Side.RIGHT].facts, **endpoints[Side.LEFT].facts}
    sides = {side: side_scheme(endpoints[side], document.options) for side in Side}
    return Scheme(
        document,
        sides[Side.LEFT],
        sides[Side.RIGHT],
        facts.get("country", "GB"),
        facts.get("time_zone", "UTC"),
        version,
        now,
        int(facts.get("precision", 2)),
        facts.get("currency", ""),
    )


def side_scheme(endpoint: Endpoint, options: Options) -> SideScheme:
    app = registry.app(endpoint.app)
    return SideScheme(
        app.name,
        app.title,
        {field.key: field for field in endpoint.fields},
        population(app, options),
        tuple(app.facts.match.primary),
        tuple(app.facts.match.secondary),
        tuple(app.facts.display),
        app.facts.records,
        app.capabilities.reports_deletes,
        app.capabilities.can_label,
        unsubscribed(app),
        newborn(app, options),
    )


def unsubscribed(app: App) -> Condition | None:
    """What tells that a record is unsubscribed; None where the app does not tell."""
    facts = app.facts.unsubscribed
    return Condition(facts.field, "is", facts.value) if app.capabilities.reports_unsubscribes else None


def population(app: App, options: Options) -> tuple[tuple[str, Condition], ...]:
    """Who takes part, as conditions with the reason for those who do not."""
    facts = app.facts.population
    found = []
    if facts.kind_field and set(options.kinds) != set(facts.kinds):
        found.append(("kind", Condition(facts.kind_field, "is any of", list(options.kinds))))
    if facts.active_field and not options.include_inactive:
        found.append(("inactive", Condition(facts.active_field, "is", facts.active_value)))
    return tuple(found)


def newborn(app: App, options: Options) -> Mapping[str, str]:
    """A record that is made is of the first kind that takes part."""
    facts = app.facts.population
    partaking = [kind for kind in facts.kinds if kind in options.kinds]
    return {facts.kind_field: partaking[0]} if partaking else {}


def default_mappings(app: App) -> tuple[FieldMapping, ...]:
    """The shipped mappings between Zoho Inventory and this app."""
    return tuple(
        FieldMapping(f"{left}-{right.replace('#', '-')}", left, right, Direction(DIRECTIONS[way]))
        for left, right, way in app.facts.mappings
    )
