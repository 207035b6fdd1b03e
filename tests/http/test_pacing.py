"""The pace of a container: short waits, refusals instead of long ones, and a share of the day that leaves room for others."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.http.pacing import Pace, Pacer
from sync.model.errors import BudgetUsedUp, QuotaNearlyUsedUp, TooFast
from tests.clocks import Clock
from tests.http.desk import Book

DAY = Pace(60, day_share=0.5, day_quota=1000)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def book():
    return Book()


def pacer(book, clock, pace=DAY, by_person=False) -> Pacer:
    return Pacer("app:container", pace, book, clock.now, clock.sleep, "App", by_person)


def call(pacer: Pacer, times: int = 1, told: tuple[int, int, float] | None = None) -> None:
    """Calls, and what their answers tell of the day: limit, remaining, seconds to its end."""
    for _ in range(times):
        with pacer.turn() as quota:
            pass
        pacer.told(quota, *(told or (None,)))


def test_a_turn_is_waited_for(book, clock):
    book.wait = 1.5
    call(pacer(book, clock))
    assert clock.now() == Clock().now() + timedelta(seconds=1.5)


def test_a_long_wait_is_refused_and_says_that_waiting_helps(book, clock):
    book.wait = 3.1
    with pytest.raises(TooFast) as caught:
        call(pacer(book, clock))
    assert caught.value.waiting_helps
    assert caught.value.retry_after
    assert clock.now() == Clock().now()


def test_a_person_may_use_the_last_place_of_a_burst(book, clock):
    pace = Pace(60, burst=5)
    call(pacer(book, clock, pace))
    call(pacer(book, clock, pace, by_person=True))
    assert book.reserved == [(1.0, 4.0), (1.0, 5.0)]


def test_an_app_without_days_counts_none(book, clock):
    on = pacer(book, clock, Pace(60))
    call(on, 3)
    assert on.today().allowed is None
    assert book.quotas == {}


def test_background_work_leaves_a_tenth_of_our_share_to_people(book, clock):
    call(pacer(book, clock), 450)
    with pytest.raises(BudgetUsedUp):
        call(pacer(book, clock))
    call(pacer(book, clock, by_person=True), 50)
    with pytest.raises(BudgetUsedUp):
        call(pacer(book, clock, by_person=True))


def test_what_the_app_says_of_the_day_counts_more_than_our_guess(book, clock):
    on = pacer(book, clock)
    assert on.today().allowed == 500
    call(on, told=(2000, 1999, 3600))
    assert on.today().allowed == 1000


def test_a_used_up_share_says_when_it_goes_on(book, clock):
    call(pacer(book, clock), 450)
    with pytest.raises(BudgetUsedUp) as caught:
        call(pacer(book, clock))
    assert caught.value.retry_after == timedelta(hours=15).total_seconds(), (
        "at midnight UTC, since the app said nothing"
    )


def test_the_share_is_fresh_after_midnight(book, clock):
    call(pacer(book, clock), 450)
    clock.moment = datetime(2026, 11, 24, tzinfo=UTC)
    call(pacer(book, clock))


def test_the_apps_own_midnight_counts_where_it_told_it(book, clock):
    on = pacer(book, clock)
    call(on, told=(1000, 999, 7200))
    assert on.until_reset(book.quota("app:container")) == 7200
    call(on, 450, told=(1000, 500, 7200))
    with pytest.raises(BudgetUsedUp):
        call(on)
    clock.pass_(hours=2, seconds=1)
    call(on)


@pytest.mark.parametrize("minute", [0, 30, 45])
@pytest.mark.parametrize("late", [0, 0.4, 0.9])
def test_seconds_that_are_rounded_do_not_start_the_day_anew(book, clock, late, minute):
    """Zoho tells the seconds to its midnight as a whole number: the moment told moves to and fro around the full hour."""
    on = pacer(book, clock)
    clock.pass_(seconds=late)
    midnight = datetime(2026, 11, 23, 18, minute, tzinfo=UTC)
    for number in range(100):
        clock.pass_(seconds=0.37)
        with on.turn() as quota:
            told = int((midnight - clock.now()).total_seconds())
            clock.pass_(seconds=0.3 if number % 3 else 0.9)
        on.told(quota, 1000, 1000 - number, told)
    assert book.quota("app:container").spent >= 99


def test_a_series_waits_before_each_call_and_gives_back_what_it_did_not_make(book, clock):
    on, book.wait = pacer(book, clock), 0.5
    with on.series(6):
        call(on, 3)
        assert len(book.reserved) == 4
    assert book.quota("app:container").spent == 3
    call(on)
    assert (len(book.reserved), book.quota("app:container").spent) == (5, 4)


def test_a_series_that_breaks_off_gives_back_too(book, clock):
    on = pacer(book, clock)

    def break_off() -> None:
        with on.series(9):
            call(on)
            raise TooFast(app="App")

    with pytest.raises(TooFast):
        break_off()
    assert book.quota("app:container").spent == 1


def test_a_series_ends_where_the_day_does(book, clock):
    on = pacer(book, clock, Pace(60, day_quota=10, day_share=1))
    with pytest.raises(BudgetUsedUp), on.series(20):
        call(on, 20)
    assert book.quota("app:container").spent == 9


def test_more_calls_than_a_series_was_to_have_are_booked_one_by_one(book, clock):
    on = pacer(book, clock)
    with on.series(2):
        call(on, 5)
    assert (len(book.reserved), book.quota("app:container").spent) == (5, 5)


def test_a_refusal_holds_the_container_for_everybody(book, clock):
    pacer(book, clock).back_off(60)
    assert book.held == {"app:container": clock.now() + timedelta(seconds=60)}


def test_the_last_tenth_of_the_apps_day_is_left_to_others_and_to_people(book, clock):
    call(pacer(book, clock), told=(1000, 100, 3600))
    with pytest.raises(QuotaNearlyUsedUp) as caught:
        call(pacer(book, clock))
    assert caught.value.retry_after == 3600
    assert pacer(book, clock).today().left == 0
    call(pacer(book, clock, by_person=True))
    clock.pass_(seconds=3601)
    call(pacer(book, clock))


def test_what_others_leave_of_the_day_is_ours_as_far_as_our_share_goes(book, clock):
    call(pacer(book, clock), told=(1000, 300, 3600))
    assert pacer(book, clock).today().left == 200
