"""Who asks, and what they may do."""

from dataclasses import dataclass

from sync.model.errors import NotAllowed
from sync.model.runs import Connection


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in Slack, as the signed payload and Slack's own directory tell."""

    workspace: str
    id: str
    is_admin: bool = False
    is_guest: bool = False
    time_zone: str = "UTC"


def may_connect(actor: Actor) -> None:
    """Raises NotAllowed for guests: they only look."""
    if actor.is_guest:
        raise NotAllowed("members_only")


def may_change(actor: Actor, connection: Connection) -> None:
    """Raises NotAllowed unless the actor made the connection or is an admin of the workspace."""
    if not (actor.is_admin or actor.id == connection.owner) or actor.is_guest:
        raise NotAllowed("owner_only", person=connection.owner)


def may_manage(actor: Actor, connected_by: str) -> None:
    """Raises NotAllowed unless the actor signed this account in or is an admin."""
    if not (actor.is_admin or actor.id == connected_by) or actor.is_guest:
        raise NotAllowed("signed_in_only", person=connected_by)
