"""Endpoints and the lease that guards each of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_

from sync.model.endpoints import Endpoint, Lease
from sync.model.errors import LeaseLost
from sync.model.fields import Field
from sync.store.database import dump, load, tables
from sync.store.shelf import Shelf, change, mine

ENDPOINT = tables["endpoint"].c
SEQ = mine("endpoint").with_only_columns(ENDPOINT.seq).where(ENDPOINT.id == bindparam("endpoint"))
FREE = or_(
    ENDPOINT.lease_until.is_(None), ENDPOINT.lease_until <= bindparam("at"), ENDPOINT.lease_owner == bindparam("owner")
)
ACQUIRE = (
    change("endpoint")
    .where(ENDPOINT.id == bindparam("endpoint"), FREE)
    .values(fence=ENDPOINT.fence + 1, lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .returning(ENDPOINT.fence)
)
HELD = change("endpoint").where(ENDPOINT.id == bindparam("endpoint"), ENDPOINT.fence == bindparam("held"))

_UNREAD: Mapping[str, Any] = {"pull": 0, "pull_complete": False, "seq": 0, "fence": 0, "lease_owner": ""}


class Endpoints(Shelf):
    table_name = "endpoint"

    def get(self, endpoint_id: str) -> Endpoint:
        row = self.with_id(endpoint_id)
        if row is None:
            raise LookupError(endpoint_id)
        return load(Endpoint, row)

    def seq(self, endpoint_id: str) -> int:
        """The highest number of a change to its records so far."""
        row = self.run(SEQ, endpoint=endpoint_id).first()
        if row is None:
            raise LookupError(endpoint_id)
        return int(row.seq)

    def of(self, account_id: str, container: str) -> Endpoint | None:
        row = self.first(self.mine().where(self.table.c.account_id == account_id, self.table.c.container == container))
        return load(Endpoint, row) if row else None

    def all(self) -> list[Endpoint]:
        return [load(Endpoint, row) for row in self.rows(self.mine().order_by(self.table.c.name))]

    def create(
        self, account_id: str, app: str, container: str, name: str, facts: Mapping[str, str], fields: Sequence[Field]
    ) -> Endpoint:
        endpoint_id = self.bound.new_id()
        values = {"account_id": account_id, "app": app, "container": container, "name": name, "facts": dict(facts)}
        self.add({"id": endpoint_id, **values, "fields": dump(fields), "fields_at": self.now, **_UNREAD})
        return self.get(endpoint_id)

    def describe(self, endpoint_id: str, fields: Sequence[Field]) -> None:
        """Remember the field definitions as the app gave them just now."""
        self.set(endpoint_id, fields=dump(fields), fields_at=self.now)

    def acquire(self, endpoint_id: str, owner: str, seconds: float) -> Lease | None:
        """The lease, if nobody else holds it; every lease has a higher fence than the one before."""
        until = self.now + timedelta(seconds=seconds)
        taken = self.run(ACQUIRE, endpoint=endpoint_id, owner=owner, at=self.now, until=until).first()
        return Lease(endpoint_id, taken[0]) if taken else None

    def release(self, lease: Lease) -> None:
        self.run(HELD, endpoint=lease.endpoint_id, held=lease.fence, lease_owner="", lease_until=None)

    def hold(self, lease: Lease, **values: Any) -> None:
        """Prove that the lease is still ours and, in the same breath, change the endpoint. Raises LeaseLost."""
        held = self.run(HELD, **{"endpoint": lease.endpoint_id, "held": lease.fence, "fence": lease.fence, **values})
        if held.rowcount != 1:
            raise LeaseLost(app="the app")
