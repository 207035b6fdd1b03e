"""Where an asked-for run is carried out: a pool of threads in this process. Never two runs of one connection at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import structlog

log = structlog.get_logger()


class Listeners(ThreadPoolExecutor):
    """The threads in which a request goes on after Slack has its answer; knows how many are at work."""

    def __init__(self, threads: int = 10) -> None:
        super().__init__(threads, thread_name_prefix="listener")
        self._at_work: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(fn, *args, **kwargs)
        self._at_work.add(future)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        self._at_work.discard(future)
        error = None if future.cancelled() else future.exception()
        if error is not None:  # nobody waits for the result, so that nobody else would ever hear of it
            log.error("listener failed", exc_info=error)

    def busy(self) -> int:
        return len(self._at_work)

    def drain(self, seconds: float) -> None:
        wait(list(self._at_work), seconds)
        self.shutdown(wait=False, cancel_futures=True)


class Queue:
    """`ask` is idempotent while the same work waits or runs."""

    def __init__(self, threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="run")
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[None]] = {}

    def ask(self, key: str, work: Callable[[], None]) -> bool:
        """Have the work done soon; False when work of this key is under way already."""
        with self._lock:
            if key in self._under_way:
                return False
            self._under_way[key] = self._pool.submit(self._do, key, work)
            return True

    def _do(self, key: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # the last line before a thread dies: nothing above this would ever hear of it
            log.exception("work failed", key=key)
        finally:
            with self._lock:
                self._under_way.pop(key, None)

    def busy(self) -> int:
        return len(self.under_way())

    def under_way(self) -> list[str]:
        """The keys of the work that waits or runs."""
        with self._lock:
            return list(self._under_way)

    def drain(self, seconds: float) -> None:
        """Let what runs come to its end, and start nothing more."""
        with self._lock:
            running = list(self._under_way.values())
        wait(running, seconds)
        self._pool.shutdown(wait=False, cancel_futures=True)
