"""The drift watch: once a day the fields of both apps are read anew, and people hear of changes to those that they use."""

import structlog

from sync.engine.drift import Drift, drifts, merged, used_by
from sync.engine.work import Work
from sync.model.connections import Document
from sync.model.errors import SyncError
from sync.model.fields import FieldType
from sync.model.records import Side
from sync.model.runs import Connection
from sync.store.outbox import Message
from sync.store.repository import Transaction
from sync.usecases.digest import DAY
from sync.usecases.services import Services

log = structlog.get_logger()

QUIET_TYPES = (FieldType.LABELS,)
"""Labels come and go all day; only one that a rule asks for would matter, and lint tells of that."""


def watch(services: Services, work: Work) -> None:
    """Read the fields anew where they are older than a day. An app that does not answer is asked again after the next run."""
    for side in Side:
        endpoint = work.endpoints[side]
        if endpoint.fields_at is not None and services.now() - endpoint.fields_at < DAY:
            continue
        connector = work.connectors[side]
        try:
            fresh = list(connector.fields())
        except SyncError as error:
            log.info("fields not read", endpoint=endpoint.id, code=error.code)
            continue
        known = fresh if connector.capabilities.defines_fields else merged(endpoint.fields, fresh)
        found = [one for one in drifts(endpoint.fields, known) if not _quiet(one, work, side)]
        with services.store.transaction(work.workspace) as tx:
            tx.endpoints.describe(endpoint.id, known)
            for connection in tx.connections.all():
                _tell(tx, connection, endpoint.id, found, work.scheme.side(side).title)


def _quiet(one: Drift, work: Work, side: Side) -> bool:
    field = work.scheme.side(side).fields.get(one.key)
    return field is not None and field.type in QUIET_TYPES and one.code.startswith("option")


def _tell(tx: Transaction, connection: Connection, endpoint_id: str, found: list[Drift], app: str) -> None:
    """One message for each connection that uses a field which changed."""
    for side in Side:
        if connection.endpoint_id(side) != endpoint_id:
            continue
        document: Document = tx.connections.document(connection.id, connection.version)
        rows = [
            {"code": one.code, "facts": dict(one.facts), "used": used}
            for one in found
            if (used := used_by(document, side, one.key))
        ]
        if rows:
            card = f"drift:{connection.id}:{side.value}:{int(tx.bound.now.timestamp())}"
            data = {"connection": connection.name, "id": connection.id, "app": app, "rows": rows}
            tx.outbox.add_message(Message(card, connection.channel, "run/drift", data))
