"""Whole journeys on both databases: what people see must not depend on where zsync keeps its data."""

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from bot.sandbox.seed import many
from sync.engine import run as engine
from tests.bot.modals import find_customer, find_person, paired, runs
from tests.bot.stage import Stage
from tests.store.world import at_once

INTERVAL = 300
STRANGE = "Zoë\x00 ‹Łódź› 🦊\u2028\\u0000 '; drop table record; --"


@pytest.fixture
def here(url: str) -> Iterator[Stage]:
    """A small company, connected and in step, on either database."""
    stage = Stage(many(customers=12, people=10, shared=6), url)
    stage.connect()
    stage.approve()
    yield stage
    stage.close()


def test_edits_travel_both_ways_and_odd_characters_do_no_harm(here):
    first, second, *_ = paired(here)
    here.clock.pass_(seconds=60)
    here.zoho.first.edit(find_customer(here, first)["contact_id"], {"mobile": "+44 20 7946 0777"})
    here.google.people.edit(find_person(here, second).resource, {"biographies": [{"value": STRANGE}]})
    runs(here)
    assert "+44 20 7946 0777" in {one["value"] for one in find_person(here, first).fields["phoneNumbers"]}
    assert find_customer(here, second)["notes"] == STRANGE.replace("\x00", "")


def test_two_bots_on_one_database_never_run_a_connection_at_once(here, monkeypatch):
    other, watch = here.new_bot("m"), Watch(monkeypatch)
    listed = len(here.zoho.calls)
    for number in range(5):
        here.clock.pass_(seconds=297)
        here.zoho.first.edit(find_customer(here, paired(here)[0])["contact_id"], {"mobile": f"+44 20 7946 010{number}"})
        for _ in range(3):
            at_once([here.bot.tick, other.tick])
            while here.bot.queue.busy() or other.queue.busy():
                time.sleep(0.002)
            here.clock.pass_(seconds=1)
    other.stop()
    assert watch.together == 0
    assert watch.slices >= 5
    looks = [call.at for call in here.zoho.calls[listed:] if "sort_column" in call.query]
    assert len(looks) == 5
    assert min(later - earlier for earlier, later in pairwise(looks)).total_seconds() > 0.9 * INTERVAL
    assert "+44 20 7946 0104" in {one["value"] for one in find_person(here, paired(here)[0]).fields["phoneNumbers"]}


class Watch:
    """Looks on while slices of work are done; each is made to last long enough for another to begin."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slices = self.together = 0
        self._at_work: list[str] = []
        self._lock, self._advance = threading.Lock(), engine.advance
        monkeypatch.setattr(engine, "advance", self.advance)

    def advance(self, work: Any, run: Any) -> Any:
        with self._lock:
            self.slices += 1
            self.together += work.connection.id in self._at_work
            self._at_work.append(work.connection.id)
        time.sleep(0.05)
        try:
            return self._advance(work, run)
        finally:
            with self._lock:
                self._at_work.remove(work.connection.id)
