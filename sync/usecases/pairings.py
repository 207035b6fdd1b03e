"""A connection with all that decides about its single records, for whoever asks about one of them; nothing is read from an app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.engine import changes, planning
from sync.engine.plan import Unit
from sync.model.connections import Scheme
from sync.model.endpoints import Endpoint
from sync.model.records import Side
from sync.model.runs import Connection
from sync.store.repository import Transaction
from sync.usecases import schemes
from sync.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Pairing:
    """A connection, its live configuration and both endpoints."""

    connection: Connection
    scheme: Scheme
    endpoints: Mapping[Side, Endpoint]

    def titles(self) -> dict[str, str]:
        return {side.value: self.scheme.side(side).title for side in Side}


def read(services: Services, tx: Transaction, connection_id: str) -> Pairing:
    """Raises LookupError."""
    connection = tx.connections.get(connection_id)
    endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
    document = tx.connections.document(connection.id, connection.version)
    return Pairing(connection, schemes.scheme(document, connection.version, endpoints, services.now()), endpoints)


def units(tx: Transaction, pairing: Pairing, rows: Iterable[int]) -> dict[int, Unit]:
    """Mirror row → the pair it belongs to, or itself alone; a row that is gone is left out."""
    wanted = list(rows)
    scene = planning.read_scene(tx, pairing.connection.id, pairing.endpoints, wanted)
    found = changes.units(wanted, scene, pairing.scheme)
    return {record.row: unit for unit in found for _, record in unit.present}


def name_of(unit: Unit) -> str:
    """What people call the pair: the left record's name, else the right one's."""
    return next((record.name or record.id for _, record in unit.present), "")


def alone(unit: Unit, row: int) -> Unit:
    """The record of this row by itself."""
    left, right = (one if (one := unit.on(side)) and one.row == row else None for side in Side)
    return Unit(left, right)


def rows_of(unit: Unit) -> list[int]:
    return [record.row for _, record in unit.present]
