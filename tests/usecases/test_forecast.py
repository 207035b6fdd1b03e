"""What a plan costs: calls against what is left of the day, and minutes at the pace of both apps."""

from datetime import UTC, datetime

import pytest

from sync.http.pacing import Day
from sync.model.endpoints import Endpoint
from sync.model.plans import Tally
from sync.model.records import Side
from sync.usecases import forecast
from sync.usecases.forecast import Today

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ENDS = {
    Side.LEFT: Endpoint("e1", "a1", "zoho_inventory", "60001", "Quayside Trading"),
    Side.RIGHT: Endpoint("e2", "a2", "google_contacts", "", "dana@example.com"),
}


@pytest.mark.parametrize(
    ("planned", "calls", "minutes"),
    [
        ({}, 0, 0),
        ({"unread": 120}, 120, 2),
        ({"create.left": 60, "update.left": 30}, 120, 2),
        ({"create.right": 401, "update.right": 1}, 0, 1),
        ({"create.left": 60, "create.right": 12_000}, 60, 2),
    ],
)
def test_zoho_takes_a_call_for_each_record_and_google_two_hundred_at_once(planned, calls, minutes):
    known = Today(Day(100, 600, 1000, 500), NOON)
    cost = forecast.of_plan(ENDS, Tally(planned), known)
    assert (cost["calls"], cost["minutes"]) == (calls, minutes)
    assert (cost["left"], cost["resets_at"]) == (500, int(NOON.timestamp()))


def test_what_is_written_already_takes_no_more_time():
    planned = Tally({"create.left": 120, "update.right": 400})
    assert forecast.of_rest(ENDS, planned, Tally({"create.left": 60, "update.right": 400})) == 1
    assert forecast.of_rest(ENDS, planned, planned) == 0
