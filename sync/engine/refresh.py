"""Brings an endpoint's mirror up to date: changes since the watermark, a complete listing once a day (hourly where
somebody looks at balances), absences proved one by one.

The watermark moves only when every page is committed to the mirror. A listing that comes back empty or a fifth shorter is never believed.
"""

from datetime import timedelta
from math import ceil

from sync.engine.absorb import Source
from sync.engine.plan import needed, needs_detail
from sync.engine.work import Work, bury, read_again, take_in
from sync.model.endpoints import Endpoint
from sync.model.errors import WatermarkExpired
from sync.model.records import Page, Side

COMPLETE_EVERY = timedelta(days=1)
BALANCES_EVERY = timedelta(hours=1)
BALANCES_SHARE = 0.25
"""Of the day's calls, what listings for the sake of balances may take: many records are listed more rarely than hourly."""

FRESH_FOR_PERSON = timedelta(seconds=15)
SHRUNK_SHARE = 0.20
WEEK = timedelta(days=7)


def refresh(work: Work, side: Side, *, at_once: bool = False) -> bool:
    """Read what changed, unless (not `at_once`) another connection did so just now. True when the mirror is up to date, False when time
    ran out."""
    endpoint = _current(work, side)
    if endpoint.position is None and not endpoint.pull_complete and not at_once and _fresh(work, side, endpoint):
        return True
    if not endpoint.pull_complete:
        try:
            finished = _pull(work, side, endpoint)
        except WatermarkExpired:
            _forget_watermark(work, side)
            finished = _pull(work, side, _current(work, side))
        if not finished:
            return False
    return _prove_absences(work, side)


def reread_details(work: Work, side: Side) -> None:
    """Within a week, read every detail once more, a few in each run: it is not known which edits move an app's stamps."""
    connector, endpoint = work.connectors[side], work.endpoints[side]
    if connector.capabilities.lists_everything or not needs_detail(work.scheme, side):
        return
    with work.store.reading(work.workspace) as tx:
        share = ceil(tx.mirror.count(endpoint.id) * work.connection.interval / WEEK.total_seconds())
        stale = tx.mirror.oldest_details(endpoint.id, work.now() - WEEK, share)
    read_again(work, side, stale)


def _current(work: Work, side: Side) -> Endpoint:
    with work.store.reading(work.workspace) as tx:
        work.endpoints[side] = tx.endpoints.get(work.endpoints[side].id)
    return work.endpoints[side]


def _fresh(work: Work, side: Side, endpoint: Endpoint) -> bool:
    if endpoint.refreshed_at is None or _overdue(work, side, endpoint):
        return False
    patience = FRESH_FOR_PERSON if work.by_person else timedelta(seconds=work.connection.interval * 0.9)
    return work.now() - endpoint.refreshed_at < patience


def _overdue(work: Work, side: Side, endpoint: Endpoint) -> bool:
    """Whether it is time for a complete listing."""
    return endpoint.listed_at is None or work.now() - endpoint.listed_at >= complete_every(work, side)


def complete_every(work: Work, side: Side) -> timedelta:
    """How old the last complete listing may be. Where a mapping or a rule looks at a value that the app works out by itself, an hour, or as
    much longer as the day's calls ask for."""
    fields = work.scheme.side(side).fields
    if not any(fields[key].derived and not fields[key].detail_only for key in needed(work.scheme, side)):
        return COMPLETE_EVERY
    with work.store.reading(work.workspace) as tx:
        pages = ceil(tx.mirror.count(work.endpoints[side].id) / work.connectors[side].capabilities.page)
    day_calls = work.day_calls.get(side)
    affordable = COMPLETE_EVERY * pages / (day_calls * BALANCES_SHARE) if day_calls else BALANCES_EVERY
    return min(max(BALANCES_EVERY, affordable), COMPLETE_EVERY)


def _forget_watermark(work: Work, side: Side) -> None:
    with work.store.transaction(work.workspace) as tx:
        tx.endpoints.hold(work.leases[side], watermark=None, position=None)


def _pull(work: Work, side: Side, endpoint: Endpoint) -> bool:
    """Read pages from where an earlier slice stopped; the endpoint remembers the position after each."""
    started = work.now()
    pull = endpoint.pull if endpoint.position else endpoint.pull + 1
    since = None if _overdue(work, side, endpoint) else endpoint.watermark
    for page in work.connectors[side].pull(since, endpoint.position):
        _commit_page(work, side, page, pull)
        if page.position is not None and work.out_of_time():
            return False
    with work.store.transaction(work.workspace) as tx:
        complete = {"pull_complete": True} if page.complete else {}
        tx.endpoints.hold(
            work.leases[side], position=None, watermark=page.watermark, refreshed_at=started, pull=pull, **complete
        )
    return True


def _commit_page(work: Work, side: Side, page: Page, pull: int) -> None:
    if page.renamed:
        with work.store.transaction(work.workspace) as tx:
            tx.mirror.rename(work.leases[side], page.renamed)
    doubted = take_in(work, side, page.records, Source.LISTING, pull)
    read_again(work, side, doubted, pull)
    bury(work, side, page.gone)
    with work.store.transaction(work.workspace) as tx:
        tx.endpoints.hold(work.leases[side], position=page.position, pull=pull)


def _prove_absences(work: Work, side: Side) -> bool:
    """After a complete listing: read each record that it lacked, unless they are too many to be believed."""
    endpoint = _current(work, side)
    if not endpoint.pull_complete:
        return True
    with work.store.reading(work.workspace) as tx:
        known, lacking = tx.mirror.count(endpoint.id), tx.mirror.count_unseen(endpoint.id, endpoint.pull)
    accepted = bool(endpoint.shrunk and endpoint.shrunk.get("accepted"))
    if lacking > known * SHRUNK_SHARE and not accepted:
        _close_listing(work, side, {"known": known, "found": known - lacking, "pull": endpoint.pull, "accepted": 0})
        return True
    while not work.out_of_time():
        with work.store.reading(work.workspace) as tx:
            suspects = tx.mirror.unseen(endpoint.id, endpoint.pull, work.connectors[side].capabilities.get_batch)
        if not suspects:
            _close_listing(work, side, None)
            return True
        read_again(work, side, suspects, endpoint.pull)
    return False


def _close_listing(work: Work, side: Side, shrunk: dict[str, int] | None) -> None:
    with work.store.transaction(work.workspace) as tx:
        tx.endpoints.hold(work.leases[side], pull_complete=False, listed_at=work.now(), shrunk=shrunk)
    _current(work, side)
