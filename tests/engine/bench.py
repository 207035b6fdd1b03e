"""Two memory apps joined by a connection over a real store, driven run by run as the scheduler would."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sync.connectors.memory import PERSON_FIELDS, MemoryApp, MemoryConnector
from sync.engine import run as engine
from sync.engine.work import Work
from sync.model.connections import Document, FieldMapping, Options, Scheme, SideScheme
from sync.model.endpoints import Endpoint
from sync.model.errors import SyncError
from sync.model.fields import Field
from sync.model.records import Side
from sync.model.runs import Run, RunKind, RunState
from sync.store import migrate
from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids

WORKSPACE = "T1"

MAPPINGS = tuple(FieldMapping(key, key, key) for key in ("name", "email", "phone", "notes"))


def document(**options: object) -> Document:
    return Document(mappings=MAPPINGS, options=replace(Options(), **options))  # type: ignore[arg-type]  # test data


class Bench:
    """`left` and `right` are the apps; `sync()` is one run to its end, approvals included."""

    def __init__(
        self, url: str = "sqlite://", *, fields: Sequence[Field] = PERSON_FIELDS, doc: Document | None = None
    ) -> None:
        self.clock = Clock()
        self.new_id = counted_ids()
        self.store = Store(url, vault=Vault([new_key()]), now=self.clock.now, new_id=self.new_id)
        migrate.upgrade(self.store.engine)
        self.apps = {side: MemoryApp(self.clock.now, fields) for side in Side}
        self.left, self.right = self.apps[Side.LEFT], self.apps[Side.RIGHT]
        self.document = doc or document()
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

    def scheme(self) -> Scheme:
        def side(name: Side) -> SideScheme:
            fields = {field.key: field for field in self.apps[name].fields}
            return SideScheme("memory", "Memory", fields, match_primary=("email",), display=("name",))

        with self.store.reading(WORKSPACE) as tx:
            connection = tx.connections.get(self.connection_id)
            doc = tx.connections.document(self.connection_id, connection.version)
        return Scheme(doc, side(Side.LEFT), side(Side.RIGHT), "GB", "Europe/London", connection.version)

    def work(self, seconds: float = 3600) -> Work:
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
            self.scheme(),
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
            first = connection.planned_version == 0
            return tx.runs.open(self.connection_id) or tx.runs.start(
                self.connection_id, RunKind.FIRST if first else RunKind.SYNC, connection.version
            )

    def slice(self, seconds: float = 3600) -> Run:
        """One slice, as the scheduler would do it."""
        return engine.advance(self.work(seconds), self.open_run())

    def approve(self, run: Run, limit: int | None = None) -> None:
        with self.store.transaction(WORKSPACE) as tx:
            tx.runs.update(run.id, state=RunState.APPLYING.value, approved_by="U1", limit=limit)

    def sync(self, *, passing: float = 60) -> Run:
        """Run until the run is over, approving what is held. Errors that waiting mends are waited for."""
        for _ in range(200):
            self.clock.pass_(seconds=passing)
            try:
                run = self.slice()
            except SyncError as error:
                assert error.waiting_helps, error
                continue
            if run.state is RunState.HELD:
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
