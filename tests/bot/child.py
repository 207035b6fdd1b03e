"""One real zsync process for the tests that kill it: settings from the environment, time shared with the parent."""

import os
import time
from datetime import UTC, datetime, timedelta

from bot import logs, settings
from bot.app import World, Zsync
from bot.sandbox.running import new_id


class SharedClock:
    """The parent's hurried time: the monotonic clock is the same for all processes of a machine."""

    def __init__(self, began: float, start: float, rate: float) -> None:
        self._began, self._start, self._rate = began, datetime.fromtimestamp(start, UTC), rate

    @classmethod
    def read(cls, text: str) -> "SharedClock":
        """From `began,start,rate`."""
        return cls(*(float(part) for part in text.split(",")))

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._rate)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._rate)


def main() -> None:
    logs.configure()
    clock = SharedClock.read(os.environ["CHILD_CLOCK"])
    environment = settings.all_names()
    found, problems = settings.load(environment)
    assert found is not None, problems
    Zsync(found, environment, World(clock.now, clock.sleep, new_id)).serve()


if __name__ == "__main__":
    main()
