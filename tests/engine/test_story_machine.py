"""Random stories over two apps: whatever people, networks and crashes do, both sides agree in the end and nothing typed is lost.

`TESTS_STORIES` is how many are told; `tests/engine/mutants.py` proves that they would notice.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sync.connectors.memory import PERSON_FIELDS
from sync.model.connections import Action, ActionKind, Condition, Document, Group, Limits, Rule
from sync.model.errors import SyncError
from sync.model.fields import Field, FieldType
from sync.model.records import Side
from sync.model.runs import RunKind
from tests.databases import Postgres
from tests.engine import oracle
from tests.engine.bench import MAPPINGS, WORKSPACE, Bench
from tests.engine.fuse import Crash, Fuse

STORIES = int(os.environ.get("TESTS_STORIES", "25"))
EMAILS = [f"p{number}@x.example" for number in range(5)]
STAGES = ("in", "in", "out")
SIDES = st.sampled_from(list(Side))
WHICH = st.integers(0, 3)

FIELDS = (*PERSON_FIELDS, Field("stage", "Stage", FieldType.TEXT))
TRADE = Action(ActionKind.ADD, "labels", "Trade", undo=True)
IN = Group((Condition("stage", "is", "in"),))
DOCUMENT = Document(
    rules=tuple(Rule(f"in-{side.value}", side, IN) for side in Side),
    mappings=MAPPINGS,
    limits=Limits(updates_least=4, creates_least=3),
)


class Story(RuleBasedStateMachine):
    """Two apps, a connection, and everything that may happen to them. Each story has a database of its own."""

    database: ClassVar[Callable[[], str]] = lambda: "sqlite://"

    @initialize(
        known=st.sampled_from([0, 2, 3]),
        whole_seconds=st.booleans(),
        unmoved=st.sampled_from(["", "notes", "phone"]),
        refuses_stale=st.booleans(),
        tells=st.booleans(),
        batch=st.sampled_from([1, 50]),
    )
    def begin(
        self, known: int, whole_seconds: bool, unmoved: str, refuses_stale: bool, tells: bool, batch: int
    ) -> None:
        """An app that takes stale writes shows its edits at once: otherwise nobody could help losing some."""
        self.bench = Bench(type(self).database(), fields=FIELDS, doc=DOCUMENT)
        self.fuse = Fuse(self.bench)
        self.count, self.discarded, self.lags = 0, False, refuses_stale
        self.met_again: set[str] = set()
        for app in self.bench.apps.values():
            app.quirks.whole_seconds = whole_seconds
            app.quirks.unmoved = frozenset({unmoved} - {"", "" if refuses_stale else "phone"})
            app.capabilities = replace(
                app.capabilities, refuses_stale_writes=refuses_stale, reports_deletes=tells, batch=batch
            )
        for number in range(known):
            self._add(Side.LEFT, EMAILS[number], "in")
        if known:
            self.bench.sync()

    def text(self) -> str:
        """A value that nobody typed before."""
        self.count += 1
        return f"typed {self.count}"

    def _pick(self, side: Side, which: int) -> str | None:
        ids = sorted(self.bench.apps[side].records())
        return ids[which % len(ids)] if ids else None

    # ---- what people do --------------------------------------------------------------------------------------------------------------

    def _add(self, side: Side, email: str, stage: str) -> None:
        app = self.bench.apps[side]
        if email not in {values["email"] for values in app.records().values()}:
            empty = {field.key: None for field in FIELDS}
            app.create(empty | {"name": self.text(), "email": email, "stage": stage})

    @rule(side=SIDES, email=st.sampled_from(EMAILS), stage=st.sampled_from(STAGES))
    def a_person_is_added(self, side: Side, email: str, stage: str) -> None:
        self._add(side, email, stage)

    @rule(side=SIDES, which=WHICH, field=st.sampled_from(["name", "phone", "notes", "email"]))
    def a_field_is_edited(self, side: Side, which: int, field: str) -> None:
        record = self._pick(side, which)
        if record:
            value = self.text()
            self.bench.apps[side].edit(
                record, **{field: value.replace(" ", "") + "@x.example" if field == "email" else value}
            )

    @rule(
        which=WHICH,
        field=st.sampled_from(["name", "phone", "notes"]),
        other=st.sampled_from(["name", "phone", "notes"]),
    )
    def both_sides_are_edited(self, which: int, field: str, other: str) -> None:
        self.a_field_is_edited(Side.LEFT, which, field)
        self.a_field_is_edited(Side.RIGHT, which, other)

    @rule(side=SIDES, which=WHICH, field=st.sampled_from(["phone", "notes"]))
    def a_field_is_cleared(self, side: Side, which: int, field: str) -> None:
        record = self._pick(side, which)
        if record:
            self.bench.apps[side].edit(record, **{field: None})

    @rule(side=SIDES, which=WHICH)
    def a_record_is_deleted(self, side: Side, which: int) -> None:
        record = self._pick(side, which)
        if record and len(self.bench.apps[side].records()) > 1:
            self.bench.apps[side].delete(record)

    @rule(side=SIDES, which=WHICH, stage=st.sampled_from(["in", "out"]))
    def a_record_enters_or_leaves_its_rule(self, side: Side, which: int, stage: str) -> None:
        record = self._pick(side, which)
        if record:
            self.bench.apps[side].edit(record, stage=stage)

    @rule(minutes=st.sampled_from([0, 1, 7, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.bench.clock.pass_(minutes=minutes, seconds=1)

    # ---- what goes wrong -------------------------------------------------------------------------------------------------------------

    @rule(side=SIDES, seconds=st.sampled_from([0, 90, 240]))
    def listings_lag(self, side: Side, seconds: int) -> None:
        self.bench.apps[side].quirks.lag = timedelta(seconds=seconds if self.lags else 0)

    @rule(side=SIDES, happened=st.booleans())
    def the_network_breaks(self, side: Side, happened: bool) -> None:
        quirks = self.bench.apps[side].quirks
        quirks.lose_answers, quirks.lose_requests = int(happened), int(not happened)

    @rule(steps=st.integers(0, 60))
    def a_run_crashes(self, steps: int) -> None:
        self._slice(steps=steps)

    # ---- runs, and what people decide about them -------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([2, 3600]))
    def a_run_goes_on(self, seconds: float) -> None:
        self._slice(seconds)

    @rule()
    def a_run_ends(self) -> None:
        with suppress(SyncError):
            self.bench.sync(passing=61)

    @precondition(lambda self: self.bench.held())
    @rule(limit=st.sampled_from([None, 1]), yes=st.sampled_from([True, True, False]))
    def a_person_decides(self, limit: int | None, yes: bool) -> None:
        run = self.bench.held()
        assert run is not None
        if yes:
            self.bench.approve(run, limit)
        else:
            self.discarded = True
            self.bench.discard(run)

    @precondition(lambda self: self._live())
    @rule()
    def a_person_looks_at_a_preview(self) -> None:
        """A preview writes nothing, whatever it finds."""
        written = self._written()
        self.bench.preview()
        self._slice()
        assert self._written() == written

    @precondition(lambda self: self._live())
    @rule(switch=st.sampled_from(["phone", "action", "rule"]))
    def the_configuration_is_changed(self, switch: str) -> None:
        if switch == "phone":
            self.met_again.add("phone")
        self.bench.propose(switched(self.document(), switch))
        self._slice()

    def document(self) -> Document:
        return self.bench.scheme().document

    def _live(self) -> bool:
        with self.bench.store.reading(WORKSPACE) as tx:
            return tx.connections.get(self.bench.connection_id).state == "live"

    def _written(self) -> int:
        return sum(len(app.writes) for app in self.bench.apps.values())

    def _slice(self, seconds: float = 3600, steps: int | None = None) -> None:
        """A while later than the last one: zsync does not look again before it writes within a minute."""
        self.bench.clock.pass_(seconds=61)
        self.fuse.light(steps)
        with suppress(Crash, SyncError):
            self.bench.slice(seconds)
        self.fuse.light(None)

    # ---- what must always hold -------------------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_doubled(self) -> None:
        oracle.assert_nobody_doubled(self.bench)
        oracle.assert_buckets_add_up(self.bench)

    @invariant()
    def nothing_is_written_before_a_person_approves(self) -> None:
        assert self._live() or not self._written()

    def teardown(self) -> None:
        """Calm down, then look."""
        if hasattr(self, "bench"):
            self._calm_down()
            self._judge()
            self.bench.store.close()

    def _calm_down(self) -> None:
        for app in self.bench.apps.values():
            app.quirks.lag, app.quirks.lose_answers, app.quirks.lose_requests = timedelta(0), 0, 0
        for _ in range(10):
            written = self._written()
            if run := self.bench.held():
                self.bench.approve(run)
            self.bench.clock.pass_(hours=25)
            kinds = {self.bench.sync().kind for _ in range(2)}
            if not self._accept_absences() and self._written() == written and kinds == {RunKind.SYNC}:
                return
        raise AssertionError("the two sides never come to rest")

    def _accept_absences(self) -> bool:
        with self.bench.store.transaction(WORKSPACE) as tx:
            shrunk = [one for one in tx.endpoints.all() if one.shrunk]
            for endpoint in shrunk:
                tx.endpoints.set(endpoint.id, shrunk={**(endpoint.shrunk or {}), "accepted": 1}, pull_complete=True)
        return bool(shrunk)

    def _judge(self) -> None:
        document = self.document()
        fields = {mapping.id for mapping in document.active_mappings()}
        everybody = document.rules[0].when == Group()
        oracle.assert_nothing_goes_back(self.bench, self.met_again)
        oracle.assert_everything_is_told(self.bench)
        oracle.assert_created_once(self.bench)
        oracle.assert_approved(self.bench)
        oracle.assert_agreed(
            self.bench,
            fields,
            lambda left, right: everybody or "in" in (left["stage"], right["stage"]),
            discarded=self.discarded,
        )
        oracle.assert_accounted(self.bench)
        oracle.assert_nobody_doubled(self.bench)


def switched(document: Document, switch: str) -> Document:
    """The other way round: the mapping of phones on or off, the left rule's action there or not, the left rule for everybody or not."""
    if switch == "phone":
        mappings = (replace(one, enabled=not one.enabled) if one.id == "phone" else one for one in document.mappings)
        return replace(document, mappings=tuple(mappings))
    first, *others = document.rules
    if switch == "action":
        first = replace(first, actions=() if first.actions else (TRADE,))
    else:
        first = replace(first, when=IN if first.when == Group() else Group())
    return replace(document, rules=(first, *others))


TestStories = Story.TestCase
TestStories.settings = settings(
    max_examples=STORIES,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_the_same_stories_on_postgresql(postgres: Postgres, postgres_template: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Story, "database", lambda: postgres.create(postgres_template))
    few = settings(TestStories.settings, max_examples=max(STORIES // 10, 1))
    run_state_machine_as_test(Story, settings=few)
