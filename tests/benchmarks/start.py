"""How long `zsync serve` takes from nothing, an empty database included, until it is healthy."""

import tempfile

from tests.benchmarks import far
from tests.benchmarks.bot_process import environment, serving


def start_seconds() -> float:
    with (
        tempfile.TemporaryDirectory(prefix="zsync-bench-") as folder,
        far.stand_ins(0, 0, 0) as urls,
        serving(("bot", "serve"), environment(urls, folder), folder) as seconds,
    ):
        return seconds
