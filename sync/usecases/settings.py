"""What the settings of a connection may be: who can take part, what the pair of apps can carry over, the channel."""

from collections.abc import Sequence
from dataclasses import replace

from sync.connectors import registry
from sync.engine import brakes, labelling
from sync.model.connections import Limits
from sync.model.editing import Finding
from sync.model.records import Side
from sync.store.ledger import Event
from sync.usecases import configuration
from sync.usecases.actors import Actor, may_change
from sync.usecases.configuration import Editing
from sync.usecases.services import Services


def kinds(editing: Editing) -> list[dict[str, str]]:
    """The kinds of record that the left app tells apart; nothing where it knows one only."""
    facts = registry.app(editing.endpoints[Side.LEFT].app).facts.population
    return [{"text": name.capitalize(), "value": kind} for kind, name in facts.kinds.items()]


def has_inactive(editing: Editing) -> bool:
    """Whether one of the apps tells active records from inactive ones."""
    return any(registry.app(editing.endpoints[side].app).facts.population.active_field for side in Side)


def carried(editing: Editing) -> dict[str, Sequence[Side]]:
    """What can be carried over as a label, and from which sides; nowhere from where no side can."""
    return {option: labelling.tellers(editing.scheme, option) for option in labelling.LABELS}


def unlabelled(editing: Editing) -> list[Finding]:
    """The labels that would not be set, if everything that can be were carried over."""
    options = replace(editing.document.options, deletions=True, unsubscribes=True)
    return labelling.unlabelled(replace(editing.scheme, document=replace(editing.document, options=options)))


def absurd(limits: Limits) -> list[str]:
    """The names of limits that make no sense."""
    return brakes.absurd(limits)


def set_channel(services: Services, actor: Actor, draft_id: str, channel: str) -> bool:
    """Post results elsewhere from now on; whether that is news. Raises NotAllowed."""
    connection = configuration.load(services, actor, draft_id).connection
    if connection.channel == channel:
        return False
    with services.store.transaction(actor.workspace) as tx:
        may_change(actor, connection)
        tx.connections.set(connection.id, channel=channel)
        tx.ledger.append([Event("channel", {"channel": channel}, connection.id, by=actor.id)])
    return True
