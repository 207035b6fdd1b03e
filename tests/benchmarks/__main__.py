"""`make bench`: a line a measure, `name value budget ok|over`; fails if one is over. `python -m tests.benchmarks NAME …` takes some."""

import sys

from tests.benchmarks.measures import MEASURES
from tests.benchmarks.process import as_served


def main(names: list[str]) -> int:
    as_served()
    over = 0
    for name in names or MEASURES:
        value, budget = MEASURES[name].value(), MEASURES[name].budget
        over += value > budget
        sys.stdout.write(f"{name} {value:.3g} {budget:g} {'over' if value > budget else 'ok'}\n")
        sys.stdout.flush()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
