"""What goes wrong, and how it is told and recovers; pausing; all of it on the demo's page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_fault_is_told_once_and_its_end_once_and_a_pause_is_a_pause(connected):
    board = connected.opens_tab("Break something")
    connected.presses("Zoho is down (500) until all is well again", board)
    expect(board.get_by_role("button", name="until all is well again")).to_have_attribute("aria-pressed", "true")
    connected.leaps()
    connected.sees("answered with an error of its own")
    connected.presses("All well again", board)
    expect(board.get_by_role("button", name="until all is well again")).to_contain_text("over")
    connected.leaps()
    connected.sees("works again")

    connected.types("/zsync pause")
    connected.sees("is paused")
    expect(connected.side.get_by_text("No run is planned")).to_be_visible()
    expect(connected.side.get_by_role("region", name="Guide")).to_contain_text(
        "Type /zsync pause, then /zsync resume. (done)"
    )
    connected.types("/zsync resume")
    connected.sees("is running again")
