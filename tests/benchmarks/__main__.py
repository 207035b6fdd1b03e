"""`make bench`: a line a measure, `name value budget ok|over`; fails if one is over. `python -m tests.benchmarks NAME …` runs some."""

import logging
import subprocess
import sys
from collections.abc import Callable, Mapping

import structlog

from tests.connectors.stands import stands
from tests.usecases.stories import Story


def calls_of_a_quiet_run() -> float:
    """Calls to both apps by a run over two sides that did not change."""
    story = Story(stands())
    story.first_sync()
    story.run_again()
    before = len(story.world.zoho.calls) + len(story.world.google.calls)
    story.run_again()
    return len(story.world.zoho.calls) + len(story.world.google.calls) - before


def first_sync(records: int) -> tuple[float, float]:
    """CPU seconds and peak memory in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.first_sync", str(records)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


MEASURES: Mapping[str, tuple[Callable[[], float], float]] = {
    "quiet_run_calls": (calls_of_a_quiet_run, 2),
    "first_sync_10000_cpu_seconds": (lambda: first_sync(10_000)[0], 60),
}


def main(names: list[str]) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    over = 0
    for name in names or MEASURES:
        measure, budget = MEASURES[name]
        value = measure()
        over += value > budget
        sys.stdout.write(f"{name} {value:g} {budget:g} {'over' if value > budget else 'ok'}\n")
        sys.stdout.flush()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
