"""What is measured, and what it may come to. Budgets are promises: a measure that is over is mended in the product."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.benchmarks.process import figures, measured
from tests.benchmarks.slack_acks import p99_milliseconds
from tests.benchmarks.start import start_seconds
from tests.benchmarks.traffic import calls_per_fewest, quiet_run, quiet_runs_of_three

TRIES = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """`take` measures once. Where waiting is measured, other work on the machine counts as ours, so that the best of up to three tries
    counts (`by_clock`); calls, memory and CPU seconds are measured once."""

    budget: float
    take: Callable[[], float]
    by_clock: bool = False

    def value(self) -> float:
        """The first value within the budget, else the best of all tries."""
        best = self.take()
        for _ in range(TRIES - 1 if self.by_clock else 0):
            if best <= self.budget:
                break
            best = min(best, self.take())
        return best


def _planning(name: str) -> Callable[[], float]:
    return lambda: figures("planning", 100_000)[name]


def _first_sync(records: int, name: str) -> float:
    return figures("first_sync", records)[name]


def _growth(name: str) -> float:
    """Of twice as many records."""
    return _first_sync(20_000, name) / _first_sync(10_000, name)


MEASURES: Mapping[str, Measure] = {
    "quiet_run_calls": Measure(2, quiet_run),
    "quiet_run_calls_of_3_connections": Measure(4, quiet_runs_of_three),
    "changed_run_calls_per_fewest": Measure(1.05, calls_per_fewest),
    "start_seconds": Measure(3, start_seconds, by_clock=True),
    "quiet_run_100000_pairs_cpu_seconds": Measure(2, _planning("quiet_seconds")),
    "planning_100000_pairs_cpu_seconds": Measure(10, _planning("planning_seconds")),
    "planning_100000_pairs_peak_mb": Measure(500, _planning("peak_mb")),
    "rule_100000_records_cpu_seconds": Measure(2, _planning("rule_plain_seconds")),
    "rule_100000_phones_cpu_seconds": Measure(2, _planning("rule_phones_seconds")),
    "live_count_20000_records_seconds": Measure(1, lambda: measured("live_count", 20_000)["seconds"], by_clock=True),
    "slack_ack_p99_milliseconds": Measure(300, p99_milliseconds, by_clock=True),
    "first_sync_10000_cpu_seconds": Measure(60, lambda: _first_sync(10_000, "cpu_seconds")),
    "first_sync_20000_per_10000_cpu": Measure(2.2, lambda: _growth("cpu_seconds")),
    "first_sync_20000_per_10000_peak_mb": Measure(1.2, lambda: _growth("peak_mb")),
}
