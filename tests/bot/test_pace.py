"""No run waits for longer than it must."""

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from tests.bot.stage import Stage

INTERVAL = 300.0


class SlowHome(Stage):
    """Where it is `slow`, Slack takes the next Home so slowly that the turn of another run comes meanwhile."""

    slow = False

    def slack_front(self) -> WSGIApplication:
        def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if self.slow and environ["PATH_INFO"] == "/api/views.publish":
                self.slow = False
                self.clock.pass_(seconds=2 * INTERVAL)
                self.bot.tick()
            return self.slack.app(environ, start_response)

        return front

    def overdue(self) -> bool:
        """Whether a turn has come that no run has taken."""
        with self.bot.store.reading(self.slack.team.id) as tx:
            (connection,) = tx.connections.all()
        return connection.next_run_at is not None and connection.next_run_at <= self.clock.now()


@pytest.fixture
def stage() -> Iterator[SlowHome]:
    stage = SlowHome()
    yield stage
    stage.close()


def test_a_turn_that_comes_while_slack_takes_the_home_is_taken_once_it_has(stage):
    stage.connect()
    stage.approve()
    stage.dana.open_home()
    stage.settle()
    stage.clock.pass_(seconds=INTERVAL)
    stage.slow = True
    stage.ticks()
    assert stage.overdue()
    stage.ticks()
    assert not stage.overdue()
