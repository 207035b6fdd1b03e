"""The demo's clock: it can be hurried and moved forward, and never goes back."""

import threading
from datetime import timedelta

from bot.sandbox.hurried_clock import HurriedClock

HOUR = timedelta(hours=1)


def test_a_jump_moves_the_clock_forward_at_once():
    clock = HurriedClock(1)
    later = clock.now() + HOUR
    clock.jump(later)
    assert clock.now() >= later


def test_an_earlier_moment_changes_nothing():
    clock = HurriedClock(1)
    before = clock.now()
    clock.jump(before - HOUR)
    assert clock.now() >= before


def test_who_sleeps_for_an_hour_wakes_when_the_clock_is_moved_over_it():
    clock = HurriedClock(1, waiting=1)
    asleep = threading.Thread(target=clock.sleep, args=(3600,), daemon=True)
    until = clock.now() + HOUR
    asleep.start()
    while asleep.is_alive():
        clock.jump(clock.now() + HOUR)
        asleep.join(0.01)
    assert clock.now() >= until


def test_who_sleeps_wakes_when_time_is_hurried():
    clock = HurriedClock(1, waiting=1)
    asleep = threading.Thread(target=clock.sleep, args=(3600,), daemon=True)
    until = clock.now() + HOUR
    asleep.start()
    clock.hurry(1_000_000)
    asleep.join(30)
    assert not asleep.is_alive()
    assert clock.now() >= until


def test_a_program_that_waits_does_not_make_people_wait():
    clock = HurriedClock(1, waiting=1_000_000)
    before = clock.now()
    asleep = threading.Thread(target=clock.sleep, args=(3600,), daemon=True)
    asleep.start()
    asleep.join(30)
    assert not asleep.is_alive()
    assert clock.now() >= before + HOUR
    assert clock.rate == 1


def test_time_never_goes_back_whatever_many_hands_do_to_its_rate():
    clock = HurriedClock(1, waiting=50)
    seen: list[bool] = []

    def look() -> None:
        last = clock.now()
        for _ in range(3000):
            now = clock.now()
            seen.append(now >= last)
            last = now

    def meddle() -> None:
        for number in range(300):
            clock.hurry((1, 60, 600, 0.5)[number % 4])
            clock.sleep(0.0001)
            clock.jump(clock.now() + timedelta(seconds=number % 3))

    hands = [threading.Thread(target=work) for work in (look, look, meddle, meddle)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(seen) == 6000
    assert all(seen)
