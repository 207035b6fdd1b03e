"""Measurements in processes of their own: `figures("first_sync", 10_000)["cpu_seconds"]`."""

import json
import logging
import resource
import subprocess
import sys
from functools import cache
from typing import Any

import structlog

from bot import garbage


def measured(module: str, *arguments: Any) -> dict[str, float]:
    """What a module of this folder prints when it is run with these arguments."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


@cache
def figures(module: str, *arguments: Any) -> dict[str, float]:
    """The same, made once however many of its figures are asked for."""
    return measured(module, *arguments)


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def as_served() -> None:
    """As `zsync serve` does: nobody reads a line for each call, and what was imported is not looked through for garbage."""
    garbage.settle()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
