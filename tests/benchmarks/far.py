"""One real connection to stand-ins in another process, driven as the scheduler would. zsync's own clock goes on when zsync would sleep:
paces and slices are the real ones, and nobody waits."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sync.model.endpoints import Account
from sync.usecases.services import Services
from tests.clocks import Clock, Time
from tests.connectors.stands import Stands, services_over, signed_in
from tests.usecases.stories import Story

ROOT = Path(__file__).parents[2]


@contextmanager
def stand_ins(
    customers: int, first_person: int, people: int, kind: str = "sparse", environment: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, str]]:
    """The addresses of stand-ins in a process of their own."""
    command = [sys.executable, "-m", "tests.benchmarks.stand_ins", *map(str, (customers, first_person, people)), kind]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        assert running.stdout is not None
        yield json.loads(running.stdout.readline())
        running.communicate()


@dataclass(frozen=True, slots=True)
class Far:
    """Services that reach stand-ins over HTTP."""

    clock: Time
    services: Services

    def signed_in(self, app: str, region: str = "", **answers: str) -> Account:
        return signed_in(self.services, app, region, **answers)


def story(urls: Mapping[str, str], folder: str, clock: Time | None = None, vault_key: str = "") -> Story:
    """A connection that was just made, with its database in this folder."""
    clock, database = clock or Clock(), f"sqlite:///{folder}/zsync.db"
    far = Far(clock, services_over(clock, database, urls["zoho"], urls["google"], {}, vault_key))
    return Story(cast(Stands, far))  # it has what a story needs, but the apps themselves
