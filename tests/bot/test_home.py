"""What App Home says first: the next useful step, or that there is none."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from bot.sandbox.seed import company
from bot.sandbox.slack.person import text_of
from tests.bot.modals import modal
from tests.bot.stage import Stage


@pytest.fixture
def tidy() -> Iterator[Stage]:
    """Connected, with a few customers of whom none is there twice."""
    seed = company()
    seed.organization.contacts = dict(islice(seed.organization.contacts.items(), 5))
    stage = Stage(replace(seed, people=[]))
    stage.connect()
    stage.approve()
    yield stage
    stage.close()


def home(stage: Stage) -> str:
    stage.dana.open_home()
    stage.settle()
    return text_of(stage.slack.homes["U1"])


def test_records_that_wait_are_the_next_step_and_never_stand_below_that_nothing_waits(connected):
    said = home(connected)
    assert "records need a look" in said
    assert "*Next:* press “What waits” to look at the records of Quayside Trading" in said
    assert "Nothing waits" not in said
    connected.dana.press(connected.slack.homes["U1"], "What waits")
    assert "waits" in modal(connected)


def test_where_no_record_waits_nothing_does(tidy):
    said = home(tidy)
    assert "need a look" not in said
    assert "Nothing waits for you." in said
