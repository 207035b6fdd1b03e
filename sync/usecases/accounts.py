"""Connected accounts: who is signed in where, and letting go of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from sync.connectors import registry
from sync.model.endpoints import Account
from sync.model.errors import NotNow, SyncError
from sync.model.grants import Grant
from sync.model.runs import Connection, ConnectionState
from sync.store.repository import Transaction
from sync.usecases.actors import Actor, may_manage
from sync.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as people see it, with the connections that use it."""

    account: Account
    title: str
    region: str
    connections: Sequence[str]


def show(services: Services, actor: Actor) -> list[Shown]:
    with services.store.reading(actor.workspace) as tx:
        users = {
            account.id: [connection.name for connection in of_account(tx, account.id)] for account in tx.accounts.all()
        }
        return [_shown(account, users[account.id]) for account in tx.accounts.all()]


def _shown(account: Account, connections: Sequence[str]) -> Shown:
    app = registry.app(account.app)
    region = app.regions.get(account.region)
    return Shown(account, app.title, region.name if region else "", connections)


def of_account(tx: Transaction, account_id: str) -> list[Connection]:
    """The connections that use an account."""
    ends = {endpoint.id for endpoint in tx.endpoints.all() if endpoint.account_id == account_id}
    return [connection for connection in tx.connections.all() if {connection.left_id, connection.right_id} & ends]


def disconnect(services: Services, actor: Actor, account_id: str) -> Account:
    """Sign out: the grant is given back and forgotten. Raises NotNow while connections use the account, NotAllowed."""
    with services.store.transaction(actor.workspace) as tx:
        account = tx.accounts.get(account_id)
        may_manage(actor, account.connected_by)
        using = [connection.name for connection in of_account(tx, account_id)]
        if using:
            raise NotNow("account_used", label=account.label, by=", ".join(using))
        grant = msgspec.json.decode(tx.accounts.grant(account_id), type=Grant)
        tx.accounts.remove(account_id)
    services.forget(account_id)
    with suppress(SyncError):  # the app may be away; the grant is forgotten here all the same
        services.sign_in(account.app).revoke(grant, account.region)
    return account


def wake(services: Services, tx: Transaction, account_id: str) -> None:
    """Connections that stopped for want of this account go on."""
    for connection in of_account(tx, account_id):
        if connection.state is ConnectionState.STOPPED:
            approved = connection.planned_version > 0 or tx.runs.last(connection.id) is not None
            state = ConnectionState.LIVE if approved else ConnectionState.DRAFT
            tx.connections.set(connection.id, state=state.value, next_run_at=services.now())
