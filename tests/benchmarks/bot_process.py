"""A real zsync process (`zsync serve`) over stand-ins in another process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.sandbox import environment as stand_ins
from bot.sandbox.serving import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0


def environment(urls: Mapping[str, str], folder: str, **more: str) -> dict[str, str]:
    """Settings of a bot that reaches the stand-ins at these addresses."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ZSYNC_", "SLACK_"))}
    database = f"sqlite:///{folder}/zsync.db"
    return inherited | stand_ins.environment(urls, database=database, port=free_port()) | more


@contextmanager
def serving(module: tuple[str, ...], settings: Mapping[str, str], folder: str) -> Iterator[float]:
    """The process, stopped at the end; the seconds from its start until `/healthz` answered."""
    began = time.monotonic()
    command = [sys.executable, "-m", *module]
    environment = {**settings, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            yield _healthy(settings["ZSYNC_PUBLIC_URL"], began)
        finally:
            running.terminate()


def _healthy(url: str, began: float) -> float:
    while time.monotonic() - began < PATIENCE:
        try:
            if httpx.get(f"{url}/healthz", timeout=1, trust_env=False).status_code == httpx.codes.OK:
                return time.monotonic() - began
        except httpx.HTTPError:
            time.sleep(0.01)
    raise AssertionError("zsync did not start")
