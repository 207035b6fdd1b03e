"""The count that the rule modal shows while somebody builds a rule. `python -m tests.benchmarks.live_count RECORDS`."""

import json
import sys
import tempfile
import time

from sync.model.records import Side
from sync.usecases import rules
from tests.benchmarks import far
from tests.benchmarks.mirrored import fill
from tests.benchmarks.process import as_served
from tests.benchmarks.rules import TEN_CONDITIONS, draft
from tests.usecases.stories import DANA


def seconds(records: int) -> float:
    """From the question to the answer, the first time it is asked."""
    with tempfile.TemporaryDirectory(prefix="zsync-bench-") as folder, far.stand_ins(0, 0, 0) as urls:
        story = far.story(urls, folder)
        fill(story, records)
        editing, rule = draft(story, Side.LEFT, TEN_CONDITIONS["phones"])
        began = time.monotonic()
        counted = rules.count(story.services, DANA, editing, rule)
        spent = time.monotonic() - began
        assert (counted.total, counted.matched) == (records, records)
        return spent


if __name__ == "__main__":
    as_served()
    sys.stdout.write(json.dumps({"seconds": seconds(int(sys.argv[1]))}))
