"""The first sync of many records, 80 % of them on both sides: CPU time and peak memory of zsync's own process."""

import sys
import tempfile

from sync.model.runs import RunState
from sync.store.vault import new_key
from tests.benchmarks.apart import standing
from tests.benchmarks.process import cpu, peak_megabytes, quiet, tell
from tests.benchmarks.world import Site, world
from tests.usecases.stories import Story

SLICES = 10**6


def main(records: int) -> None:
    quiet()
    with standing(records, records, records * 8 // 10) as url, tempfile.TemporaryDirectory() as folder, cpu() as spent:
        story = Story(world(Site(url, f"sqlite:///{folder}/zsync.db", new_key())))
        story.until(RunState.HELD, slices=SLICES)
        story.approve()
        story.until(RunState.DONE, slices=SLICES)
    tell(cpu_seconds=spent.seconds, megabytes=peak_megabytes())


if __name__ == "__main__":
    main(int(sys.argv[1]))
