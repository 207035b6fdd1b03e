"""The pace book: calls are booked one after another, whoever asks, and the day is counted once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.http.pacing import LONGEST_WAIT, Pace, Pacer
from sync.model.errors import BudgetUsedUp
from sync.store.repository import Store
from tests.clocks import Clock

KEY = "zoho_inventory:60099887766"
DAY = "2026-11-23"
SECOND: dict[str, Any] = {"interval": 1.0, "burst": 3.0, "max_wait": 3.0}


def wait(store: Store, clock: Clock) -> float | None:
    """Seconds that the next call has to wait, None if it is refused."""
    booked = store.pacing.reserve(KEY, **SECOND, now=clock.now())
    return booked[0].wait if booked else None


def count(store: Store, day: str = DAY) -> int:
    """A call in this day: how many there were so far."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    [booked] = store.pacing.reserve(KEY, interval=0.0, burst=0.0, max_wait=1.0, now=now, admit=lambda _: day)
    return booked.quota.spent


def test_a_burst_goes_at_once_and_the_rest_at_the_pace(store, clock):
    waits = [wait(store, clock) for _ in range(6)]
    assert waits == pytest.approx([0, 0, 0, 1, 2, 3], abs=1e-3)


def test_a_wait_that_would_be_too_long_is_refused_and_books_nothing(store, clock):
    for _ in range(6):
        wait(store, clock)
    assert wait(store, clock) is None
    assert wait(store, clock) is None
    clock.pass_(seconds=1)
    assert wait(store, clock) == pytest.approx(3, abs=1e-3)


def test_after_a_quiet_time_the_burst_is_full_again_but_not_fuller(store, clock):
    for _ in range(6):
        wait(store, clock)
    clock.pass_(hours=5)
    waits = [wait(store, clock) for _ in range(4)]
    assert waits == pytest.approx([0, 0, 0, 1], abs=1e-3)


def test_containers_do_not_slow_each_other_down(store, clock):
    for _ in range(6):
        wait(store, clock)
    [booked] = store.pacing.reserve("google_contacts:people", **SECOND, now=clock.now())
    assert booked.wait == 0


def test_processes_share_one_pace_and_lose_no_reservation(opened, clock):
    """Forty callers in two processes: without a common book each would be let through at once."""
    stores = [opened(), opened()]
    waits: list[float] = []

    def call(number: int) -> None:
        for _ in range(5):
            [booked] = stores[number % 2].pacing.reserve(KEY, interval=1.0, burst=1.0, max_wait=1000, now=clock.now())
            waits.append(booked.wait)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx(list(range(40)), abs=1e-3)


def test_after_a_refusal_nobody_calls_until_the_time_is_over(store, clock):
    store.pacing.hold(KEY, clock.now() + timedelta(seconds=60))
    assert store.pacing.held_for(KEY) == timedelta(seconds=60)
    assert wait(store, clock) is None
    clock.pass_(seconds=58)
    assert wait(store, clock) == pytest.approx(2, abs=1e-3)
    clock.pass_(seconds=30)
    assert store.pacing.held_for(KEY) == timedelta(0)
    assert wait(store, clock) == 0


def test_a_container_that_was_never_called_is_free(store):
    quota = store.pacing.quota("new")
    assert (quota.spent, quota.limit, quota.remaining, quota.resets_at) == (0, None, None, None)
    assert store.pacing.held_for("new") == timedelta(0)


def test_the_day_adds_up_and_a_new_day_begins_at_nought(store):
    assert [count(store) for _ in range(3)] == [1, 2, 3]
    assert count(store, "2026-11-24") == 1
    assert store.pacing.quota(KEY).day == "2026-11-24"


def test_a_call_that_is_not_admitted_is_neither_booked_nor_counted(store, clock):
    def closed(quota):
        raise BudgetUsedUp

    for _ in range(3):
        with pytest.raises(BudgetUsedUp):
            store.pacing.reserve(KEY, **SECOND, now=clock.now(), admit=closed)
    assert [wait(store, clock) for _ in range(3)] == [0, 0, 0]
    assert store.pacing.quota(KEY).spent == 0


def test_what_the_app_said_of_the_day_is_kept_for_everybody(opened, clock):
    here, there = opened(), opened()
    reset = clock.now() + timedelta(hours=6)
    here.pacing.note_quota(KEY, 1000, 412, reset)
    quota = there.pacing.quota(KEY)
    assert (quota.limit, quota.remaining, quota.resets_at) == (1000, 412, reset)


def test_calls_counted_at_the_same_time_are_all_counted(opened):
    stores = [opened(), opened()]

    def spend(number: int) -> None:
        for _ in range(10):
            count(stores[number % 2])

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].pacing.quota(KEY).spent == 40


def series(store: Store, clock: Clock, calls: int, day: str = "") -> list[float]:
    """Seconds that calls of a series have to wait, as far as they are booked."""
    booked = store.pacing.reserve(KEY, **SECOND, now=clock.now(), admit=lambda _: day, calls=calls)
    return [one.wait for one in booked]


def test_a_series_is_booked_at_once_at_the_same_pace_as_one_by_one(store, clock):
    assert series(store, clock, 4) == pytest.approx([0, 0, 0, 1], abs=1e-3)
    assert series(store, clock, 2) == pytest.approx([2, 3], abs=1e-3)


def test_of_a_series_only_as_much_is_booked_as_waits_no_longer_than_allowed(store, clock):
    assert series(store, clock, 9) == pytest.approx([0, 0, 0, 1, 2, 3], abs=1e-3)
    assert series(store, clock, 2) == []
    clock.pass_(seconds=1)
    assert wait(store, clock) == pytest.approx(3, abs=1e-3)


def test_of_a_series_only_as_much_is_booked_as_the_day_admits(store, clock):
    def admit(quota):
        if quota.spent == 2:
            raise BudgetUsedUp
        return DAY

    def book() -> list[int]:
        return [one.quota.spent for one in store.pacing.reserve(KEY, **SECOND, now=clock.now(), admit=admit, calls=4)]

    assert book() == [1, 2]
    with pytest.raises(BudgetUsedUp):
        book()
    assert store.pacing.quota(KEY).spent == 2


def test_calls_that_were_booked_and_not_made_do_not_count(opened, clock):
    here, there = opened(), opened()
    count(here)
    here.pacing.note_quota(KEY, 1000, 412, clock.now() + timedelta(hours=6))
    series(here, clock, 4, DAY)
    here.pacing.give_back(KEY, DAY, 3)
    assert (there.pacing.quota(KEY).spent, there.pacing.quota(KEY).remaining) == (2, 411)
    here.pacing.give_back(KEY, "2026-11-22", 1)
    assert there.pacing.quota(KEY).spent == 2, "another day's calls are none of this one's"
    clock.pass_(seconds=9)
    assert series(here, clock, 1, DAY) == [0]
    assert here.pacing.quota(KEY).spent == 3


def test_calls_of_no_day_are_not_counted_when_they_are_given_back(store, clock):
    series(store, clock, 2)
    store.pacing.give_back(KEY, "", 1)
    assert store.pacing.quota(KEY).spent == 0


def test_what_is_left_of_the_day_goes_down_with_every_call_of_ours(store, clock):
    count(store)
    store.pacing.note_quota(KEY, 1000, 2, clock.now() + timedelta(hours=6))
    assert [count(store) and store.pacing.quota(KEY).remaining for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("nth", range(30, 34))
def test_somebody_else_has_his_turn_while_a_series_waits_for_its_own(opened, clock, nth):
    """Another connection's run in another process, which asks while the series waits for the nth time."""
    here, there, waited, turns = opened(), opened(), [], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == nth:
            turns.extend(there.pacing.reserve(KEY, interval=1.0, burst=7.0, max_wait=LONGEST_WAIT, now=clock.now()))
        clock.sleep(seconds)

    ours = Pacer(KEY, Pace(60, burst=8), here.pacing, clock.now, sleep, "App")
    with ours.series(60):
        for _ in range(60):
            with ours.turn():
                pass
    assert len(turns) == 1


def test_what_another_process_wrote_counts_at_once(opened, clock):
    """A process remembers a container's row, and may not book on what it remembers once others changed it."""
    here, there = opened(), opened()
    assert [wait(here, clock), wait(there, clock), wait(here, clock)] == [0, 0, 0]
    assert wait(here, clock) == pytest.approx(1, abs=1e-3)
    there.pacing.hold(KEY, clock.now() + timedelta(seconds=60))
    assert wait(here, clock) is None


def test_a_refusal_is_never_from_memory(opened, clock):
    here, there = opened(), opened()
    full = "the day is full"

    def admit(quota):
        if quota.remaining == 0:
            raise BudgetUsedUp
        return DAY

    def call(store) -> str:
        try:
            store.pacing.reserve(KEY, interval=0.0, burst=0.0, max_wait=1.0, now=clock.now(), admit=admit)
        except BudgetUsedUp:
            return full
        return "booked"

    assert call(here) == "booked"
    there.pacing.note_quota(KEY, 1000, 0, None)
    assert call(here) == full
    there.pacing.note_quota(KEY, 1000, 900, None)
    assert call(here) == "booked"
