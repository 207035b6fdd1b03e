"""Two memory apps joined by a connection over a real store, driven run by run as the scheduler would."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

from sqlalchemy import Engine

from sync.connectors.memory import PERSON_FIELDS, UNSUBSCRIBED, MemoryApp, MemoryConnector
from sync.engine import run as engine
from sync.engine.differences import renewed
from sync.engine.work import Work
from sync.model.connections import Condition, Document, FieldMapping, Options, Scheme, SideScheme
from sync.model.endpoints import Endpoint
from sync.model.errors import SyncError
from sync.model.fields import Field
from sync.model.records import Side
from sync.model.runs import ConnectionState, Run, RunKind, RunState
from sync.store import migrate
from sync.store.database import connect
from sync.store.repository import Store, Transaction
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids

WORKSPACE = "T1"

OPTED_OUT = Condition(UNSUBSCRIBED[0], "is", UNSUBSCRIBED[1])
MAPPINGS = tuple(FieldMapping(key, key, key) for key in ("name", "email", "phone", "notes"))


def document(**options: object) -> Document:
    return Document(mappings=MAPPINGS, options=replace(Options(), **options))  # type: ignore[arg-type]  # test data


@cache
def _template() -> Engine:
    """A migrated database in memory: copying it costs a fraction of the migrations."""
    engine = connect("sqlite://")
    migrate.upgrade(engine)
    return engine


def _migrate(engine: Engine) -> None:
    if str(engine.url) != "sqlite://":
        migrate.upgrade(engine)
        return
    with _template().connect() as template, engine.connect() as fresh:
        source, target = template.connection.driver_connection, fresh.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        assert isinstance(target, sqlite3.Connection)
        source.backup(target)


class Bench:
    """`left` and `right` are the apps; `sync()` is one run to its end, approvals included; `asked` are the runs that waited for one."""

    def __init__(
        self, url: str = "sqlite://", *, fields: Sequence[Field] = PERSON_FIELDS, doc: Document | None = None
    ) -> None:
        self.clock = Clock()
        self.new_id = counted_ids()
        self.store = Store(url, vault=Vault([new_key()]), now=self.clock.now, new_id=self.new_id)
        _migrate(self.store.engine)
        self.apps = {side: MemoryApp(self.clock.now, fields) for side in Side}
        self.left, self.right = self.apps[Side.LEFT], self.apps[Side.RIGHT]
        self.document = doc or document()
        self.asked: list[Run] = []
        self.store.welcome(WORKSPACE)
        self._connect(fields)

    def _connect(self, fields: Sequence[Field]) -> None:
        with self.store.transaction(WORKSPACE) as tx:
            self.endpoints: dict[Side, Endpoint] = {}
            for side in Side:
                account = tx.accounts.create(
                    app="memory",
                    region="",
                    identity=side.value,
                    label=f"{side.value}@example.com",
                    grant="{}",
                    connected_by="U1",
                )
                self.endpoints[side] = tx.endpoints.create(account.id, "memory", side.value, side.value, {}, fields)
            self.connection_id = tx.connections.create(
                name="Test",
                left_id=self.endpoints[Side.LEFT].id,
                right_id=self.endpoints[Side.RIGHT].id,
                owner="U1",
                channel="C1",
                document=self.document,
                reason="made for the test",
            ).id

    def scheme(self, version: int | None = None) -> Scheme:
        """Of the live version, or of another one."""

        def side(name: Side) -> SideScheme:
            fields = {field.key: field for field in self.apps[name].fields}
            can = self.apps[name].capabilities
            return SideScheme(
                "memory",
                "Memory",
                fields,
                match_primary=("email",),
                display=("name",),
                reports_deletes=can.reports_deletes,
                can_label=can.can_label,
                unsubscribed=OPTED_OUT if can.reports_unsubscribes else None,
            )

        with self.store.reading(WORKSPACE) as tx:
            connection = tx.connections.get(self.connection_id)
            version = version or connection.version
            doc = tx.connections.document(self.connection_id, version)
        return Scheme(doc, side(Side.LEFT), side(Side.RIGHT), "GB", "Europe/London", version)

    def work(self, seconds: float = 3600, version: int | None = None) -> Work:
        with self.store.transaction(WORKSPACE) as tx:
            connection = tx.connections.get(self.connection_id)
            leases = {}
            for side in Side:
                lease = tx.endpoints.acquire(self.endpoints[side].id, "test", 90)
                assert lease is not None
                leases[side] = lease
            endpoints = {side: tx.endpoints.get(self.endpoints[side].id) for side in Side}
        return Work(
            self.store,
            WORKSPACE,
            connection,
            self.scheme(version),
            endpoints,
            {side: MemoryConnector(app) for side, app in self.apps.items()},
            leases,
            self.clock.now,
            self.new_id,
            self.clock.now() + timedelta(seconds=seconds),
            by_person=True,
        )

    def open_run(self) -> Run:
        with self.store.transaction(WORKSPACE) as tx:
            connection = tx.connections.get(self.connection_id)
            kind = RunKind.FIRST if connection.state is ConnectionState.DRAFT else RunKind.SYNC
            preview = tx.runs.open(self.connection_id, preview=True)
            under_way = preview or tx.runs.open(self.connection_id)
            return under_way or tx.runs.start(self.connection_id, kind, connection.version)

    def slice(self, seconds: float = 3600) -> Run:
        """One slice, as the scheduler would do it."""
        run = self.open_run()
        return engine.advance(self.work(seconds, run.version), run)

    def held(self) -> Run | None:
        """The plan that waits for a person, that of a changed configuration first."""
        with self.store.reading(WORKSPACE) as tx:
            found = (tx.runs.proposed(self.connection_id), tx.runs.open(self.connection_id))
        return next((run for run in found if run and run.state is RunState.HELD), None)

    def approve(self, run: Run, limit: int | None = None) -> None:
        """A person lets a held plan go; that of a changed configuration takes the place of any other that is not being carried out."""
        with self.store.transaction(WORKSPACE) as tx:
            if run.kind is RunKind.CHANGE:
                other = tx.runs.open(self.connection_id)
                if other is not None and other.state is RunState.APPLYING:
                    return
                if other is not None:
                    self._throw_away(tx, other)
                tx.connections.go_live(self.connection_id, run.version)
                tx.runs.update(run.id, kind=RunKind.SYNC.value)
            allowed = None if limit is None else limit + sum(tx.operations.progress(run.id).values())
            tx.runs.update(run.id, state=RunState.APPLYING.value, approved_by="U1", limit=allowed)
            tx.connections.set(self.connection_id, state=ConnectionState.LIVE.value)

    def discard(self, run: Run) -> None:
        """A person decides against a held plan."""
        if run.kind is RunKind.CHANGE or (run.kind is RunKind.FIRST and not run.approved_by):
            with self.store.transaction(WORKSPACE) as tx:
                self._throw_away(tx, run)
        else:
            engine.discard(self.work(version=run.version), run)

    def preview(self) -> None:
        """Somebody wants to see what the next run would do."""
        with self.store.transaction(WORKSPACE) as tx:
            if tx.runs.open(self.connection_id, preview=True) is None:
                tx.runs.start(self.connection_id, RunKind.PREVIEW, tx.connections.get(self.connection_id).version)

    def propose(self, changed: Document) -> None:
        """A changed configuration, to be previewed; an earlier one that nobody decided about is forgotten."""
        with self.store.transaction(WORKSPACE) as tx:
            live = tx.connections.document(self.connection_id, tx.connections.get(self.connection_id).version)
            number = tx.connections.next_number(self.connection_id)
            proposed = tx.runs.proposed(self.connection_id)
            if proposed is not None:
                self._throw_away(tx, proposed)
            tx.connections.propose(self.connection_id, renewed(live, changed, number), "U1", "changed by the test")
            tx.runs.start(self.connection_id, RunKind.CHANGE, number)

    def _throw_away(self, tx: Transaction, run: Run) -> None:
        tx.decisions.drop(run.id)
        tx.runs.update(run.id, state=RunState.DISCARDED.value, ended_at=self.clock.now())

    def configure(self, doc: Document) -> None:
        """Another document goes live; the next run looks at everything."""
        with self.store.transaction(WORKSPACE) as tx:
            tx.connections.save(self.connection_id, doc, "U1", "changed by the test")

    def sync(self, *, passing: float = 60) -> Run:
        """Run until a run is over, approving what is held. Errors that waiting mends are waited for."""
        for _ in range(200):
            self.clock.pass_(seconds=passing)
            try:
                run = self.slice()
            except SyncError as error:
                assert error.waiting_helps, error
                continue
            if run.state is RunState.HELD:
                self.asked.append(run)
                self.approve(run)
            if run.state.over:
                return run
        raise AssertionError("the run never ends")

    def settle(self) -> None:
        """Sync until a run writes nothing."""
        for _ in range(20):
            before = len(self.left.writes) + len(self.right.writes)
            self.sync(passing=3600)
            if len(self.left.writes) + len(self.right.writes) == before:
                return
        raise AssertionError("the two sides never come to rest")

    def buckets(self) -> dict[str, dict[str, int]]:
        """Non-empty buckets by side; their sums are proved to be the apps' counts by the caller's apps."""
        return {
            side.value: {bucket: count for bucket, count in counts.items() if count}
            for side, counts in engine.account(self.work()).items()
        }
