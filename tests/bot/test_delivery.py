"""Slack waits three seconds for an answer, and may send a request twice when the answer was lost on the way."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import text_of
from bot.sandbox.slack.stand_in import Deliver
from tests.bot.stage import Stage

SLOW = Fault("slow", path="/api/users.info", times=None, seconds=4)


def open_region(stage: Stage) -> None:
    stage.dana.command("/zsync connect")
    stage.settle()
    stage.dana.choose(stage.dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")


def count(stage: Stage, table: str) -> Any:
    with stage.bot.store.engine.connect() as connection:
        return connection.exec_driver_sql(f"select count(*) from {table}").scalar_one()


class Twice:
    """Every request is delivered twice, one after the other or both at once; Slack takes the second answer."""

    def __init__(self, deliver: Deliver, *, at_once: bool = False) -> None:
        self._deliver = deliver
        self._at_once = at_once
        self.forms: list[tuple[bytes, bytes]] = []

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if self._at_once:
            with ThreadPoolExecutor(2) as both:
                first, second = both.map(lambda _: self._deliver(body, headers), range(2))
        else:
            first, second = self._deliver(body, headers), self._deliver(body, headers)
        if "view_submission" in parse_qs(body.decode()).get("payload", [""])[0]:
            self.forms.append((first[1], second[1]))
        assert first[0] == second[0]
        return second


def test_a_journey_in_which_slack_sends_everything_twice_connects_once(stage):
    twice = stage.slack.deliver = Twice(stage.slack.deliver)
    stage.connect()
    stage.preview()
    assert len(twice.forms) == 6
    assert [first for first, second in twice.forms if first != second] == []
    assert (count(stage, "connection"), count(stage, "account"), count(stage, "run")) == (1, 2, 1)
    assert len([m for m in stage.dana.direct_messages() if "Preview" in text_of(m)]) == 1


def test_two_deliveries_at_the_same_moment_have_one_effect_and_one_answer(stage):
    twice = stage.slack.deliver = Twice(stage.slack.deliver, at_once=True)
    open_region(stage)
    stage.dana.submit()
    stage.dana.press(stage.dana.modal(), "Sign in to Zoho Inventory")
    assert len(twice.forms) == 1
    assert [first for first, second in twice.forms if first != second] == []
    assert count(stage, "sign_in") == 1


def test_a_command_that_comes_twice_is_answered_once(stage):
    stage.slack.deliver = Twice(stage.slack.deliver)
    before = len(stage.dana.messages("C1"))
    stage.dana.command("/zsync help")
    stage.settle()
    assert len(stage.dana.messages("C1")) == before + 1


def test_a_form_is_answered_in_time_though_slack_is_slow_to_say_who_somebody_is(stage):
    open_region(stage)
    stage.clock.pass_(minutes=6)
    stage.slack.faults.add(SLOW)
    stage.dana.submit()
    stage.slack.faults.clear()
    assert stage.dana.modal().trouble == ""
    assert stage.dana.modal().body["callback_id"] == "connect.authorize"
    stage.settle()


def test_a_form_of_somebody_unknown_keeps_what_was_typed_and_says_why(stage):
    open_region(stage)
    stage.clock.pass_(hours=2)
    stage.slack.faults.add(SLOW)
    stage.dana.submit()
    assert "did not tell zsync in time who you are" in stage.dana.modal().errors["region"]
    stage.slack.faults.clear()
    stage.dana.submit()
    assert stage.dana.modal().body["callback_id"] == "connect.authorize"


def test_a_command_of_somebody_unknown_is_told_so(stage):
    stage.slack.faults.add(Fault("status", path="/api/users.info", status=503))
    stage.dana.command("/zsync connect")
    stage.settle()
    assert "did not tell zsync in time who you are" in text_of(stage.dana.last("C1"))
    assert not stage.dana.has_modal()
