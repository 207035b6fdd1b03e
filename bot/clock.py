"""APScheduler: a tick that finds the connections that are due, the delivery of messages, digests and the clean-up. It decides nothing."""

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

TICK_SECONDS = 1.0
POST_SECONDS = 0.5
DIGEST_SECONDS = 60.0
SWEEP_SECONDS = 3600.0


class Clock:
    """A handful of jobs in one scheduler; a tick that comes late is done once, never twice at the same time."""

    def __init__(
        self,
        *,
        tick: Callable[[], None],
        post: Callable[[], None],
        digest: Callable[[], None],
        sweep: Callable[[], None],
    ) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for name, job, seconds in (
            ("tick", tick, TICK_SECONDS),
            ("post", post, POST_SECONDS),
            ("digest", digest, DIGEST_SECONDS),
            ("sweep", sweep, SWEEP_SECONDS),
        ):
            self._scheduler.add_job(job, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        self._scheduler.start()

    @property
    def alive(self) -> bool:
        return bool(self._scheduler.running)

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.pause()  # else a job that is due meanwhile meets an executor that takes none any more
            self._scheduler.shutdown(wait=True)
