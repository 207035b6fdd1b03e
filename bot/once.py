"""A request of Slack that comes twice (its answer was lost on the way) has its effect once, and gets the same answer again."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

MOST = 200
WAIT_SECONDS = 2.5

Answer = dict[str, Any]


class Once:
    """`first_time` is true for the first process that sees a key. The answers themselves are remembered in this process alone: where
    another one has it, the repeated request gets an empty answer, which is harmless."""

    def __init__(self, first_time: Callable[[str], bool]) -> None:
        self._first_time = first_time
        self._lock = threading.Lock()
        self._given: dict[str, Future[Answer]] = {}

    def answer(self, key: str, work: Callable[[], Answer]) -> Answer:
        """The answer to the request with this key; `work` makes it, once. A repeated request waits for the first one's answer."""
        with self._lock:
            given = self._given.get(key)
            mine = Future[Answer]() if given is None else None
            if mine is not None:
                self._given[key] = mine
                self._forget_the_oldest()
        if given is not None:
            return given.result(WAIT_SECONDS)
        assert mine is not None  # nobody was given one before
        try:
            mine.set_result(work() if self._first_time(key) else {})
        except BaseException as error:
            mine.set_exception(error)
        return mine.result()

    def _forget_the_oldest(self) -> None:
        if len(self._given) > MOST:
            del self._given[next(iter(self._given))]
