"""The pace book: calls are booked one after another, whoever asks, and the day is counted once."""

import threading
from datetime import timedelta

import pytest

KEY = "zoho_inventory:60099887766"
SECOND = {"interval": 1.0, "burst": 3.0, "max_wait": 3.0}


def test_a_burst_goes_at_once_and_the_rest_at_the_pace(store, clock):
    waits = [store.pacing.reserve(KEY, **SECOND, now=clock.now()) for _ in range(6)]
    assert waits == pytest.approx([0, 0, 0, 1, 2, 3], abs=1e-3)


def test_a_wait_that_would_be_too_long_is_refused_and_books_nothing(store, clock):
    for _ in range(6):
        store.pacing.reserve(KEY, **SECOND, now=clock.now())
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) is None
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) is None
    clock.pass_(seconds=1)
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) == pytest.approx(3, abs=1e-3)


def test_after_a_quiet_time_the_burst_is_full_again_but_not_fuller(store, clock):
    for _ in range(6):
        store.pacing.reserve(KEY, **SECOND, now=clock.now())
    clock.pass_(hours=5)
    waits = [store.pacing.reserve(KEY, **SECOND, now=clock.now()) for _ in range(4)]
    assert waits == pytest.approx([0, 0, 0, 1], abs=1e-3)


def test_containers_do_not_slow_each_other_down(store, clock):
    for _ in range(6):
        store.pacing.reserve(KEY, **SECOND, now=clock.now())
    assert store.pacing.reserve("google_contacts:people", **SECOND, now=clock.now()) == 0


def test_processes_share_one_pace_and_lose_no_reservation(opened, clock):
    """Forty callers in two processes: without a common book each would be let through at once."""
    stores = [opened(), opened()]
    waits: list[float] = []

    def call(number: int) -> None:
        for _ in range(5):
            wait = stores[number % 2].pacing.reserve(KEY, interval=1.0, burst=1.0, max_wait=1000, now=clock.now())
            waits.append(wait)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx(list(range(40)), abs=1e-3)


def test_after_a_refusal_nobody_calls_until_the_time_is_over(store, clock):
    store.pacing.hold(KEY, clock.now() + timedelta(seconds=60))
    assert store.pacing.held_for(KEY) == timedelta(seconds=60)
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) is None
    clock.pass_(seconds=58)
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) == pytest.approx(2, abs=1e-3)
    clock.pass_(seconds=30)
    assert store.pacing.held_for(KEY) == timedelta(0)
    assert store.pacing.reserve(KEY, **SECOND, now=clock.now()) == 0


def test_a_container_that_was_never_called_is_free(store):
    quota = store.pacing.quota("new")
    assert (quota.spent, quota.limit, quota.remaining, quota.resets_at) == (0, None, None, None)
    assert store.pacing.held_for("new") == timedelta(0)


def test_the_day_adds_up_and_a_new_day_begins_at_nought(store):
    assert [store.pacing.spend(KEY, "2026-11-23", 1) for _ in range(3)] == [1, 2, 3]
    assert store.pacing.spend(KEY, "2026-11-24", 2) == 2
    assert store.pacing.quota(KEY).day == "2026-11-24"


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
            stores[number % 2].pacing.spend(KEY, "2026-11-23", 1)

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].pacing.quota(KEY).spent == 40
