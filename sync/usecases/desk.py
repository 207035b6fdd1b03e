"""The desk at which a person decides about single records of a connection, within one transaction; and what became of a decision."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sync.engine import plan
from sync.engine.plan import Unit
from sync.model.plans import Bucket, Link, LinkState, Standing
from sync.model.runs import ConnectionState
from sync.store.ledger import Event
from sync.store.repository import Transaction
from sync.usecases import pairings
from sync.usecases.actors import Actor, may_change
from sync.usecases.pairings import Pairing, name_of, rows_of
from sync.usecases.services import Services

DECIDED = Standing(Bucket.WAITING, "decided", recheck_after=0)


class Became(StrEnum):
    """What became of a decision."""

    DONE = "done"
    ALREADY = "already"
    MOVED = "moved"
    """A side changed since the values were shown: nothing was decided."""
    ASKS = "asks"
    """So many at once take the number of them, typed: nothing was decided."""
    OVER = "over"
    """Nothing waits there any more."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and what became of it; `by` names who was faster."""

    became: Became
    name: str = ""
    by: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at one connection, within one transaction."""

    tx: Transaction
    actor: Actor
    pairing: Pairing

    @property
    def connection_id(self) -> str:
        return self.pairing.connection.id

    def unit(self, row: int) -> Unit | None:
        return pairings.units(self.tx, self.pairing, [row]).get(row)

    def link(self, unit: Unit | None, *states: LinkState) -> Link | None:
        """The pair's link where it is in one of these states."""
        return unit.link if unit and unit.link and unit.link.state in states else None

    def note(self, kind: str, unit: Unit, body: Mapping[str, Any]) -> None:
        side, record = unit.present[0]
        self.tx.ledger.append([Event(kind, body, self.connection_id, "", side, record.row, self.actor.id)])

    def stand(self, unit: Unit, standing: Standing) -> None:
        self.tx.standings.put(self.connection_id, {record.row: (side, standing) for side, record in unit.present})

    def hand_on(self, unit: Unit, link: Link | None = None) -> None:
        """Let the next run carry a decision out; a pair that still waits for something else goes on waiting for that."""
        if link is not None:
            self.tx.links.save([link])
            left_over = plan.decide(replace(unit, link=link), self.pairing.scheme).standing
            self.stand(unit, left_over if left_over.bucket is Bucket.HELD else DECIDED)
        else:
            self.stand(unit, DECIDED)
        self.tx.standings.look_again(self.connection_id, rows_of(unit))

    def done(self, unit: Unit) -> Decided:
        """The next run comes at once, if the connection runs."""
        if self.pairing.connection.state is ConnectionState.LIVE:
            self.tx.connections.set(self.connection_id, next_run_at=self.tx.bound.now)
        return Decided(Became.DONE, name_of(unit))

    def late(self, unit: Unit | None, *kinds: str) -> Decided:
        """There is nothing to decide any more: somebody was faster (`kinds` is what the ledger calls that), or it settled by itself."""
        if unit is None:
            return Decided(Became.OVER)
        entries = self.tx.ledger.of_record(self.connection_id, rows_of(unit))
        by = next((entry.by for entry in entries if entry.kind in kinds), "")
        return Decided(Became.ALREADY if by else Became.OVER, name_of(unit), by)


@contextmanager
def desk_of(services: Services, actor: Actor, connection_id: str) -> Iterator[Desk]:
    """Raises NotAllowed."""
    with services.store.transaction(actor.workspace) as tx:
        pairing = pairings.read(services, tx, connection_id)
        may_change(actor, pairing.connection)
        yield Desk(tx, actor, pairing)
