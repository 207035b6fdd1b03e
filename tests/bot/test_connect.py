"""`/zsync connect` through the front door: signed payloads in, views and messages out."""

import pytest

from bot.sandbox.slack_client import text_of
from tests.bot.stage import Stage


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


def test_the_journey_from_connect_to_the_first_result(stage):
    stage.connect()
    assert "Preview under way" in text_of(stage.dana.modal())
    card = stage.preview()
    assert "Nothing has been changed yet" in text_of(card)
    stage.approve()
    result = text_of(stage.dana.last("C1"))
    assert "Quayside Trading ↔ dana@quayside.example" in result
    assert "failed" not in result
    assert [call for call in stage.slack.calls if not call[2]["ok"]] == []
