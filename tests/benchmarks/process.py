"""Each measure runs in a process of its own, so that the memory and the caches of one do not reach into the next."""

import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import structlog


@cache
def figures(module: str, *arguments: str) -> Mapping[str, float]:
    """What `tests.benchmarks.<module>` measures, given these arguments."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: Mapping[str, float] = json.loads(done.stdout)
    return found


def tell(**measured: object) -> None:
    """Hand figures back to whoever started this process: a line of JSON."""
    sys.stdout.write(json.dumps(measured) + "\n")
    sys.stdout.flush()


def quiet() -> None:
    """Keep the log out of the figures, and what is not worth a warning out of the time."""
    level = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=level, logger_factory=structlog.PrintLoggerFactory(sys.stderr))


class Spent:
    """`seconds` of CPU of this process, all its threads together, known when the block is over."""

    seconds = 0.0


@contextmanager
def cpu() -> Iterator[Spent]:
    began, spent = time.process_time(), Spent()
    yield spent
    spent.seconds = time.process_time() - began


def peak_megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
