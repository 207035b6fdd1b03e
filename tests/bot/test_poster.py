"""What the poster brings to Slack: one card per thing, edited calmly, nothing lost when Slack is slow or silent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.poster import Poster
from bot.sandbox.faults import Fault
from bot.sandbox.serving import Served
from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.slack.stand_in import SlackStandIn
from sync.store import migrate
from sync.store.outbox import Message
from sync.store.repository import Installation, Store
from sync.store.vault import Vault, new_key
from tests.clocks import Clock, counted_ids

SLOW = Fault(
    "status",
    path="/api/chat.postMessage",
    status=429,
    body='{"ok": false, "error": "ratelimited"}',
    headers=(("Retry-After", "30"),),
)


class Desk:
    """A store, the poster, and a workspace with the channel C1."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = Store(
            f"sqlite:///{folder}/zsync.db", vault=Vault([new_key()]), now=self.clock.now, new_id=counted_ids()
        )
        migrate.upgrade(self.store.engine)
        self.store.install(Installation("T1", "xoxb-1", "B1", "UBOT", ""), "Quayside")
        self.slack = SlackStandIn(now=self.clock.now, monotonic=lambda: 0.0, new_id=counted_ids("s"))
        self.served = Served(self.slack.app)
        client = WebClient(token=self.slack.bot_token, base_url=f"{self.served.url}/api/", timeout=5)
        self.poster = Poster(self.store, lambda _: client)
        self.dana = Person(self.slack)

    def owe(self, card: str, name: str, channel: str = "C1") -> None:
        with self.store.transaction("T1") as tx:
            tx.outbox.add_message(Message(card, channel, "run/recovery", {"connection": name, "since": 0}))

    def deliver(self, after: float = 0) -> list[str]:
        """What the channel shows once the poster has been at work."""
        self.clock.pass_(seconds=after)
        self.poster.deliver()
        return [text_of(message).split("*")[1] for message in self.dana.messages("C1")]

    def calls(self, method: str) -> int:
        return sum(name == method for name, _, _ in self.slack.calls)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.served.close()
    desk.store.close()


def test_a_card_is_edited_every_three_seconds_at_the_most_and_its_last_state_arrives(desk):
    desk.owe("run:1", "10 of 100")
    assert desk.deliver() == ["10 of 100"]
    for step in ("20 of 100", "30 of 100", "40 of 100"):
        desk.owe("run:1", step)
        assert desk.deliver(after=0.5) == ["10 of 100"]
    assert desk.deliver(after=1.5) == ["40 of 100"]
    assert (desk.calls("chat.postMessage"), desk.calls("chat.update")) == (1, 1)


def test_other_cards_need_not_wait_for_that(desk):
    desk.owe("run:1", "first")
    desk.deliver()
    desk.owe("run:1", "first again")
    desk.owe("run:2", "second")
    assert desk.deliver() == ["first", "second"]


def test_slack_asking_for_patience_gets_it_from_every_post_and_edits_go_on(desk):
    desk.owe("run:1", "first")
    desk.deliver()
    desk.slack.faults.add(SLOW)
    desk.owe("run:2", "second")
    desk.deliver(after=5)
    desk.owe("run:3", "third")
    desk.owe("run:1", "first edited")
    assert desk.deliver(after=20) == ["first edited"]
    assert desk.calls("chat.postMessage") == 1
    assert desk.deliver(after=10) == ["first edited", "second", "third"]


def test_a_post_whose_answer_was_lost_is_made_again_rather_than_not_at_all(desk):
    desk.slack.faults.add(Fault("lost", path="/api/chat.postMessage"))
    desk.owe("run:1", "started")
    desk.deliver()
    assert desk.deliver(after=60) == ["started", "started"]
    desk.owe("run:1", "done")
    assert desk.deliver(after=60) == ["started", "done"]


def test_a_card_that_somebody_deleted_is_posted_anew(desk):
    desk.owe("run:1", "started")
    desk.deliver()
    desk.dana.messages("C1")[0].gone = True
    desk.owe("run:1", "done")
    assert desk.deliver(after=5) == ["done"]


def test_a_message_with_a_defect_holds_up_no_other(desk):
    with desk.store.transaction("T1") as tx:
        tx.outbox.add_message(Message("broken", "C1", "run/recovery", {}))
    desk.owe("run:1", "fine")
    assert desk.deliver() == ["fine"]
