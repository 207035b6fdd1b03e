"""The first sync of many records on the stand-ins, without waiting for their limits: CPU time and peak memory."""

import logging
import resource
import sys
import tempfile
import time
from datetime import timedelta

import structlog

from bot.sandbox import zoho
from bot.sandbox.seed import many
from sync.http import pacing
from sync.model.runs import RunState
from sync.usecases import run
from tests.connectors.stands import stands
from tests.usecases.stories import Story


def first_sync(records: int) -> tuple[float, float]:
    """Seconds of CPU (stand-ins included) and peak memory in MB for `records` on each side, 80 % of them on both."""
    zoho.PER_MINUTE = 10**9
    pacing.LONGEST_WAIT = 10**9
    run.SLICE = timedelta(days=1)
    folder = tempfile.mkdtemp(prefix="zsync-bench-")
    world = stands(many(records, records, records * 8 // 10), f"sqlite:///{folder}/zsync.db")
    world.zoho.limits.day = 10**9
    world.zoho.calls = world.google.calls = _Forgotten()  # type: ignore[assignment]  # a log of every call would count as our memory
    began = time.process_time()
    story = Story(world)
    story.until(RunState.HELD, slices=10**6)
    story.approve()
    story.until(RunState.DONE, slices=10**6)
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Forgotten(list[object]):
    def append(self, item: object) -> None:
        """Keep nothing."""


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    seconds, megabytes = first_sync(int(sys.argv[1]))
    sys.stdout.write(f"{seconds:.1f} {megabytes:.0f}\n")
