"""What people hear when something goes wrong, and when it works again. Data for templates, never words."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sync.connectors import registry
from sync.engine.work import Work
from sync.model.endpoints import AccountState
from sync.model.errors import SyncError
from sync.model.records import Side
from sync.model.runs import Connection, ConnectionState, Run
from sync.store.outbox import Message
from sync.store.repository import Transaction


def shrunk(connection: Connection, work: Work, side: Side, listing: Mapping[str, int]) -> Message:
    endpoint = work.endpoints[side]
    data = {
        "connection": connection.name,
        "connection_id": connection.id,
        "side": side.value,
        "app": registry.app(endpoint.app).title,
        "known": listing["known"],
        "found": listing["found"],
    }
    return Message(f"shrunk:{endpoint.id}:{listing['pull']}", connection.channel, "run/shrunk", data)


def put_off(
    tx: Transaction, connection: Connection, run: Run, error: SyncError, resume: datetime | None
) -> Iterator[Message]:
    """The channel hears the first failure of a row; what needs a person is always said, with the account to reconnect if it is one."""
    if connection.failing_since is not None and error.waiting_helps:
        return
    endpoints = [tx.endpoints.get(connection.endpoint_id(side)) for side in Side]
    both = (tx.accounts.get(endpoint.account_id) for endpoint in endpoints)
    signed_out = next((one for one in both if one.state is not AccountState.OK), None)
    data = {
        "connection": connection.name,
        "account": signed_out.id if signed_out else "",
        "app": registry.app(signed_out.app).title if signed_out else "",
        "said": error.said(),
        "advised": error.advised(),
        "resume_at": int(resume.timestamp()) if resume else 0,
        "stopped": not error.waiting_helps,
    }
    target = connection.owner if connection.state is ConnectionState.DRAFT else connection.channel
    yield Message(f"failure:{run.id}:{connection.failures}", target, "run/failure", data)


def recovered(connection: Connection, run: Run) -> Message:
    since = int(connection.failing_since.timestamp()) if connection.failing_since else 0
    target = connection.owner if connection.state is ConnectionState.DRAFT else connection.channel
    return Message(f"recovery:{run.id}", target, "run/recovery", {"connection": connection.name, "since": since})
