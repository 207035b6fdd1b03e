"""The first sync of as many customers as contacts, four fifths of them in both apps: CPU seconds and peak memory of zsync alone.

The stand-ins run in a process of their own (`stand_ins.py`). `python -m tests.benchmarks.first_sync RECORDS`.
"""

import json
import sys
import tempfile
import time

from sync.model.runs import RunState
from tests.benchmarks import far
from tests.benchmarks.process import as_served, peak_megabytes

ANY = 10**6


def first_sync(records: int) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="zsync-bench-") as folder,
        far.stand_ins(records, records // 5, records) as urls,
    ):
        story = far.story(urls, folder)
        began = time.process_time()
        story.until(RunState.HELD, slices=ANY)
        story.approve()
        story.until(RunState.DONE, slices=ANY)
        return {"cpu_seconds": time.process_time() - began, "peak_mb": peak_megabytes()}


if __name__ == "__main__":
    as_served()
    sys.stdout.write(json.dumps(first_sync(int(sys.argv[1]))))
