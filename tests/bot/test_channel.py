"""The channel of a connection through the front door: changed alone, and what is told later arrives there and nowhere else."""

from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import text_of
from tests.bot.modals import submit
from tests.bot.stage import Stage


def told(stage: Stage, channel: str) -> list[str]:
    return [text_of(one) for one in stage.dana.messages(channel)]


def trouble(stage: Stage) -> None:
    stage.zoho.faults.add(Fault("status", path="/inventory/*", times=None, status=500))
    stage.clock.pass_(seconds=600)
    stage.ticks(20, seconds=60)


def test_results_arrive_in_the_new_channel_once_only_the_channel_was_changed(connected):
    connected.dana.command("/zsync edit")
    connected.settle()
    connected.dana.fill(connected.dana.modal(), "Channel for results", "C2")
    said = submit(connected)
    assert "Saved" in said
    assert "Results are posted in <#C2> from now on." in said
    assert "Nothing was changed" not in said
    connected.dana.close()
    before = told(connected, "C1")
    trouble(connected)
    assert told(connected, "C1") == before
    assert "answered with an error of its own (500)" in told(connected, "C2")[-1]


def test_a_channel_that_is_saved_as_it_was_is_no_news(connected):
    connected.dana.command("/zsync edit")
    connected.settle()
    said = submit(connected)
    assert "Nothing was changed, so there is nothing to save." in said
    assert "Results are posted" not in said
