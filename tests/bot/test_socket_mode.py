"""Socket Mode against a real socket: no request of Slack comes in over HTTP."""

import time
from collections.abc import Callable, Iterator

import pytest

from bot.sandbox.slack.person import text_of
from tests.bot.slack_socket import PATIENCE_SECONDS, SlackSocket
from tests.bot.stage import Stage


class SocketStage(Stage):
    """A stage whose bot has an app token and no signing secret."""

    def __init__(self) -> None:
        super().__init__()
        self.socket = SlackSocket(self.slack)
        self.bot.connect_socket()
        self.socket.wait_for(hellos=1)

    def _environment(self, url: str) -> dict[str, str]:
        return {**super()._environment(url), "SLACK_APP_TOKEN": self.slack.app_token, "SLACK_SIGNING_SECRET": ""}

    def until(self, seen: Callable[[], bool]) -> None:
        """The bot hears last of all that its answer has left; what it does then takes its time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not seen():
            assert time.monotonic() < deadline, text_of(self.dana.modal())
            time.sleep(0.01)
        self.settle()

    def close(self) -> None:
        super().close()
        self.socket.close()


@pytest.fixture
def stage() -> Iterator[SocketStage]:
    stage = SocketStage()
    yield stage
    stage.close()


def walk_to_the_organisation(stage: SocketStage) -> None:
    dana = stage.dana
    dana.command("/zsync connect")
    stage.settle()
    dana.choose(dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
    dana.submit()
    dana.press(dana.modal(), "Sign in to Zoho Inventory")
    stage.sign_in("zoho_inventory", dana.went_to[-1])
    dana.submit()
    stage.until(lambda: stage.dana.modal().body["callback_id"] == "connect.organisation")


def test_the_first_steps_of_connect_go_over_the_socket(stage):
    walk_to_the_organisation(stage)
    assert "Quayside Trading" in str(stage.dana.modal().body)
    assert len(stage.socket.acknowledged) == 4
    assert stage.dana.modal().trouble == ""


def test_app_home_opens_over_the_socket(stage):
    stage.dana.open_home()
    stage.settle()
    assert "Connect Zoho" in text_of(stage.slack.homes["U1"])


@pytest.mark.parametrize("loss", ["disconnect", "cut"])
def test_the_story_goes_on_after_the_connection_was_renewed_or_broke(stage, loss):
    stage.dana.command("/zsync connect")
    stage.settle()
    getattr(stage.socket, loss)()
    stage.socket.wait_for(hellos=2)
    stage.dana.choose(stage.dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
    stage.dana.submit()
    assert stage.dana.modal().body["callback_id"] == "connect.authorize"
    assert stage.socket.refused == 0


def test_a_wrong_app_token_is_refused_at_the_start(stage):
    stage.slack.app_token = "xapp-another"
    with pytest.raises(Exception, match="invalid_auth"):
        stage.bot.connect_socket()
