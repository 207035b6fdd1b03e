"""What the runs of a connection did: counts and who started or approved them, without a customer's data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.model.plans import Tally
from sync.model.runs import Connection, Run
from sync.usecases import report
from sync.usecases.actors import Actor
from sync.usecases.services import Services

MOST_RUNS = 15


@dataclass(frozen=True, slots=True)
class Past:
    """One run and what it wrote, by state, kind and side."""

    run: Run
    written: Tally


@dataclass(frozen=True, slots=True)
class History:
    """The newest runs of a connection first."""

    connection: Connection
    titles: Mapping[str, str]
    runs: Sequence[Past]


def history(services: Services, actor: Actor, connection_id: str) -> History:
    with services.store.reading(actor.workspace) as tx:
        connection = tx.connections.get(connection_id)
        runs = [Past(run, tx.operations.written(run.id)) for run in tx.runs.eventful(connection.id, MOST_RUNS)]
        return History(connection, report.titles(tx, connection), runs)
