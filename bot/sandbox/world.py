"""The world of one demo: the stand-ins, the bot between them, and the time that they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import Zsync
from bot.sandbox.feed import Feed
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.hurried_clock import HurriedClock
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.zoho.stand_in import ZohoStandIn
from sync.model.runs import Connection


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything that runs, and where."""

    slack: SlackStandIn
    zoho: ZohoStandIn
    google: GoogleStandIn
    bot: Zsync
    urls: Mapping[str, str]
    clock: HurriedClock
    feed: Feed

    def leap(self, to: datetime) -> None:
        """Be at a later moment at once; what is due by then begins at once as well, not when the scheduler looks next."""
        self.clock.jump(to)
        self.bot.tick()
        self.bot.digest()

    def next_run(self) -> datetime | None:
        """When the scheduler starts the next run; None while nothing is connected, or all is paused."""
        return min((one.next_run_at for one in self._connections() if one.next_run_at), default=None)

    def next_reading(self) -> datetime | None:
        """When a run surely reads both apps again: one that comes sooner may find that they were read lately."""
        soon = self.clock.now()
        turns = ((one.next_run_at, soon + timedelta(seconds=one.interval)) for one in self._connections())
        return min((max(turn, whole) for turn, whole in turns if turn), default=None)

    def next_digest(self) -> datetime | None:
        """When the next morning's digest is due."""
        return min((one.digest_at for one in self._connections() if one.digest_at), default=None)

    def _connections(self) -> list[Connection]:
        with self.bot.store.reading(self.slack.team.id) as tx:
            return tx.connections.all()
