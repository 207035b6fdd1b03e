"""Random stories over two apps: whatever people, networks and crashes do, both sides agree in the end and nothing typed is lost."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.engine.run import account
from sync.model.errors import SyncError
from sync.model.records import Side
from sync.model.runs import RunState
from tests.engine.bench import WORKSPACE, Bench

FIELDS = ("name", "phone", "notes")
EMAILS = [f"p{number}@x.example" for number in range(6)]
SIDES = st.sampled_from(list(Side))


class Crash(Exception):
    """The process dies here."""


class Fuse:
    """Blows after a number of transactions, in the middle of whatever is being done."""

    def __init__(self, bench: Bench) -> None:
        self._transaction = bench.store.transaction
        self._left = -1
        bench.store.transaction = self.transaction  # type: ignore[method-assign]  # the crash is put between the store and its users

    def light(self, transactions: int) -> None:
        self._left = transactions

    def transaction(self, workspace: str) -> Any:
        if self._left == 0:
            self._left = -1
            raise Crash
        self._left -= self._left > 0
        return self._transaction(workspace)


class Story(RuleBasedStateMachine):
    """Two apps, a connection, and everything that may happen to them."""

    @initialize(whole_seconds=st.booleans(), unmoved=st.booleans(), refuses_stale=st.booleans(), tells=st.booleans())
    def begin(self, whole_seconds: bool, unmoved: bool, refuses_stale: bool, tells: bool) -> None:
        self.bench = Bench()
        self.fuse = Fuse(self.bench)
        self.typed: list[str] = []
        self.count = 0
        for app in self.bench.apps.values():
            app.quirks.whole_seconds = whole_seconds
            app.quirks.unmoved = frozenset({"notes"}) if unmoved else frozenset()
            app.capabilities = replace(app.capabilities, refuses_stale_writes=refuses_stale, reports_deletes=tells)

    def text(self) -> str:
        """A value that nobody typed before."""
        self.count += 1
        return f"typed {self.count}"

    # ---- what people do --------------------------------------------------------------------------------------------------------------

    @rule(side=SIDES, email=st.sampled_from(EMAILS))
    def a_person_is_added(self, side: Side, email: str) -> None:
        app = self.bench.apps[side]
        if email in (values["email"] for values in app.records().values()):
            return
        name = self.text()
        self.typed.append(name)
        app.create({"name": name, "email": email, "phone": None, "notes": None, "labels": None})

    @rule(side=SIDES, which=st.integers(0, 50), field=st.sampled_from(FIELDS))
    def a_field_is_edited(self, side: Side, which: int, field: str) -> None:
        app = self.bench.apps[side]
        ids = sorted(app.records())
        if ids:
            value = self.text()
            self.typed.append(value)
            app.edit(ids[which % len(ids)], **{field: value})

    @rule(side=SIDES, which=st.integers(0, 50))
    def a_field_is_cleared(self, side: Side, which: int) -> None:
        app = self.bench.apps[side]
        ids = sorted(app.records())
        if ids:
            app.edit(ids[which % len(ids)], notes=None)

    @rule(side=SIDES, which=st.integers(0, 50))
    def a_record_is_deleted(self, side: Side, which: int) -> None:
        app = self.bench.apps[side]
        ids = sorted(app.records())
        if len(ids) > 1:
            app.delete(ids[which % len(ids)])

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.bench.clock.pass_(minutes=minutes, seconds=1)

    # ---- what goes wrong -------------------------------------------------------------------------------------------------------------

    @rule(side=SIDES, seconds=st.sampled_from([0, 30, 240]))
    def listings_lag(self, side: Side, seconds: int) -> None:
        self.bench.apps[side].quirks.lag = timedelta(seconds=seconds)

    @rule(side=SIDES)
    def an_answer_is_lost(self, side: Side) -> None:
        self.bench.apps[side].quirks.lose_answers = 1

    @rule(transactions=st.integers(0, 40), seconds=st.sampled_from([0, 3600]))
    def a_run_crashes(self, transactions: int, seconds: int) -> None:
        self.fuse.light(transactions)
        self._slice(seconds)
        self.fuse.light(-1)

    @rule()
    def a_run_goes_on(self) -> None:
        self._slice(3600)

    @precondition(lambda self: self._held())
    @rule(limit=st.sampled_from([None, 1]))
    def a_person_approves(self, limit: int | None) -> None:
        run = self.bench.open_run()
        if run.state is RunState.HELD:
            self.bench.approve(run, limit)

    def _held(self) -> bool:
        with self.bench.store.reading(WORKSPACE) as tx:
            run = tx.runs.open(self.bench.connection_id)
            return run is not None and run.state is RunState.HELD

    def _slice(self, seconds: float) -> None:
        self.bench.clock.pass_(seconds=31)
        with suppress(Crash, SyncError):
            self.bench.slice(seconds)

    # ---- what must always hold -------------------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_doubled(self) -> None:
        for app in self.bench.apps.values():
            emails = Counter(values["email"] for values in app.records().values())
            assert [email for email, count in emails.items() if count > 1] == []

    def teardown(self) -> None:
        """Calm down, then look: both sides agree, nothing typed is lost, every record is accounted for."""
        for app in self.bench.apps.values():
            app.quirks.lag = timedelta(0)
            app.quirks.lose_answers = 0
        for _ in range(10):
            self._accept_absences()
            self.bench.clock.pass_(hours=25)
            self.bench.settle()
        self._agree()
        self._nothing_lost()
        self._accounted()
        self.bench.store.close()

    def _accept_absences(self) -> None:
        with self.bench.store.transaction(WORKSPACE) as tx:
            for side in Side:
                endpoint = tx.endpoints.get(self.bench.endpoints[side].id)
                if endpoint.shrunk:
                    tx.endpoints.set(endpoint.id, shrunk={**endpoint.shrunk, "accepted": 1}, pull_complete=True)

    def _agree(self) -> None:
        for left, right in self._pairs():
            for field in FIELDS:
                cleared = field == "notes" and (left[field] is None or right[field] is None)
                assert left[field] == right[field] or cleared, (field, left, right)

    def _pairs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        left, right = self.bench.left.records(), self.bench.right.records()
        with self.bench.store.reading(WORKSPACE) as tx:
            left_rows = tx.mirror.by_remote(self.bench.endpoints[Side.LEFT].id, left)
            links = tx.links.of_records(self.bench.connection_id, [one.row for one in left_rows.values()])
            right_rows = {
                one.row: one for one in tx.mirror.by_remote(self.bench.endpoints[Side.RIGHT].id, right).values()
            }
        found = []
        for record_id, mirrored in left_rows.items():
            link = links.get(mirrored.row)
            if link and link.state == "active" and link.right in right_rows:
                found.append((left[record_id], right[right_rows[link.right].id]))
        return found

    def _nothing_lost(self) -> None:
        """Every typed value is still somewhere: on a side, overwritten by a person, deleted with its record, or in the ledger."""
        with self.bench.store.reading(WORKSPACE) as tx:
            ledger = " ".join(entry.body or "" for entry in tx.ledger.all())
            assert tx.ledger.proven()
        apps = self.bench.apps.values()
        now = {str(value) for app in apps for values in app.records().values() for value in values.values()}
        replaced = self._replaced_by_people()
        lost = [
            value for value in self.typed if value not in now and value not in replaced and f'"{value}"' not in ledger
        ]
        assert lost == []

    def _replaced_by_people(self) -> set[str]:
        """Values that went with a deleted record, or that a person's later edit replaced in the same app."""
        gone = set()
        for app in self.bench.apps.values():
            ours = {
                (write.record.id if write.record else "", key, value)
                for write in app.writes
                for key, value in write.changes.items()
            }
            for record_id, versions in app.history.items():
                if app.kept[record_id].gone:
                    gone |= {str(value) for version in versions for value in version.values.values()}
                for before, after in pairwise(versions):
                    for key, value in before.values.items():
                        if after.values.get(key) != value and (record_id, key, after.values.get(key)) not in ours:
                            gone.add(str(value))
        return gone

    def _accounted(self) -> None:
        counts = account(self.bench.work())
        for side in Side:
            assert sum(counts[side].values()) == len(self.bench.apps[side].records())


TestStories = Story.TestCase
TestStories.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
