"""Crashes between any two steps of a run, for random stories."""

from typing import Any

from tests.engine.bench import Bench


class Crash(Exception):
    """The process dies here."""


class Fuse:
    """Blows after a number of steps: transactions that write and calls to the apps. Every call takes a while."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._transaction, self._left = bench, bench.store.transaction, -1
        bench.store.transaction = self.transaction  # type: ignore[method-assign]  # the crash is put between the store and its users
        for app in bench.apps.values():
            app.called = self.call

    def light(self, steps: int | None) -> None:
        self._left = -1 if steps is None else steps

    def call(self) -> None:
        self._bench.clock.pass_(milliseconds=300)
        self._burn()

    def transaction(self, workspace: str) -> Any:
        self._burn()
        return self._transaction(workspace)

    def _burn(self) -> None:
        if self._left == 0:
            self._left = -1
            raise Crash
        self._left -= self._left > 0
