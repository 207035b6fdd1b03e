"""What the settings of a connection may be: who can take part, which labels the pair of apps allows, the channel."""

from sync.connectors import registry
from sync.model.records import Side
from sync.store.ledger import Event
from sync.usecases import configuration
from sync.usecases.actors import Actor, may_change
from sync.usecases.configuration import Editing
from sync.usecases.services import Services

ALWAYS = ("avoid_duplicates", "clears_travel")


def kinds(editing: Editing) -> list[dict[str, str]]:
    """The kinds of record that the left app tells apart; nothing where it knows one only."""
    facts = registry.app(editing.endpoints[Side.LEFT].app).facts.population
    return [{"text": name.capitalize(), "value": kind} for kind, name in facts.kinds.items()]


def able(editing: Editing) -> set[str]:
    """Which switches make sense for this pair of apps."""
    apps = [registry.app(editing.endpoints[side].app) for side in Side]
    found = {*ALWAYS}
    if any(app.facts.population.active_field for app in apps):
        found.add("include_inactive")
    pairs = [(one.capabilities, other.capabilities) for one, other in (apps, reversed(apps))]
    if any(here.reports_deletes and there.can_label for here, there in pairs):
        found.add("trash")
    if any(here.reports_unsubscribes and there.can_label for here, there in pairs):
        found.add("unsubscribes")
    return found


def set_channel(services: Services, actor: Actor, draft_id: str, channel: str) -> None:
    """Post results elsewhere from now on. Raises NotAllowed."""
    connection = configuration.load(services, actor, draft_id).connection
    if connection.channel == channel:
        return
    with services.store.transaction(actor.workspace) as tx:
        may_change(actor, connection)
        tx.connections.set(connection.id, channel=channel)
        tx.ledger.append([Event("channel", {"channel": channel}, connection.id, by=actor.id)])
