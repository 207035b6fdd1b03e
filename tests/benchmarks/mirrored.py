"""A live connection over many linked pairs, put into the store directly, as a long history of runs would have left it."""

from collections.abc import Iterator

from msgspec.structs import replace

from bot.sandbox.google.people import READABLE, shown
from bot.sandbox.zoho.shapes import detail
from sync.connectors import google_people, zoho_fields
from sync.engine.absorb import Source, Taken, absorb, match_keys
from sync.engine.match import Linked
from sync.engine.plan import Unit, decide
from sync.model.connections import Scheme
from sync.model.endpoints import Endpoint, Lease
from sync.model.plans import Decision, Link, Mirrored
from sync.model.records import Record, Side
from sync.model.runs import ConnectionState
from sync.store.repository import Transaction
from sync.usecases import schemes
from tests.benchmarks import crowd
from tests.usecases.stories import DANA, Story

SLICE = 1000


def fill(story: Story, pairs: int) -> None:
    """Mirror, link and account for this many pairs, all in step. The watermarks are those that the apps give now."""
    services, connection = story.services, story.connection
    with services.store.transaction(DANA.workspace) as tx:
        endpoints = {side: tx.endpoints.get(connection.endpoint_id(side)) for side in Side}
        leases = {side: _lease(tx, endpoints[side]) for side in Side}
        scheme = schemes.scheme(tx.connections.document(connection.id, 1), 1, endpoints, services.now())
    for some in _slices(pairs):
        with services.store.transaction(DANA.workspace) as tx:
            _fill_slice(tx, story, some, scheme, leases)
    marks = {side: _watermark(story, endpoints[side]) for side in Side}
    with services.store.transaction(DANA.workspace) as tx:
        for side, lease in leases.items():
            read = {"refreshed_at": services.now(), "listed_at": services.now(), "pull": 1, "seq": pairs}
            tx.endpoints.hold(lease, watermark=marks[side], **read)
            tx.endpoints.release(lease)
        cursors = {"left_cursor": pairs, "right_cursor": pairs, "planned_version": 1}
        tx.connections.set(connection.id, state=ConnectionState.LIVE.value, **cursors)


def _lease(tx: Transaction, endpoint: Endpoint) -> Lease:
    lease = tx.endpoints.acquire(endpoint.id, "bench", 10**6)
    assert lease is not None
    return lease


def _slices(pairs: int) -> Iterator[range]:
    for start in range(0, pairs, SLICE):
        yield range(start, min(start + SLICE, pairs))


def _watermark(story: Story, endpoint: Endpoint) -> str | None:
    with story.services.store.reading(DANA.workspace) as tx:
        account = tx.accounts.get(endpoint.account_id)
    *_, last = story.services.connector(DANA.workspace, account, endpoint.container).pull(None)
    return last.watermark


def _fill_slice(tx: Transaction, story: Story, numbers: range, scheme: Scheme, leases: dict[Side, Lease]) -> None:
    """As the engine does it: absorbed, matched, merged; only that nobody asks an app."""
    records = {Side.LEFT: _customers(numbers), Side.RIGHT: _people(numbers)}
    mirrored = {side: [_mirrored(one, side, scheme, story) for one in records[side]] for side in Side}
    for side in Side:
        found = [replace(one, seq=number + 1) for number, one in zip(numbers, mirrored[side], strict=True)]
        keys = {one.id: match_keys(one.values, scheme.side(side), scheme.region) for one in found}
        rows = tx.mirror.save(leases[side], numbers[-1] + 1, found, keys)
        mirrored[side] = [replace(one, row=rows[one.id]) for one in found]
    pairs = zip(mirrored[Side.LEFT], mirrored[Side.RIGHT], strict=True)
    decisions = [decide(Unit(left, right, None, Linked(left.row, right.row)), scheme) for left, right in pairs]
    tx.links.create(story.connection.id, [_link(decision) for decision in decisions])
    stand = {seen.row: (side, one.standing) for one in decisions for side in Side if (seen := one.seen(side))}
    tx.standings.put(story.connection.id, stand)


def _customers(numbers: range) -> list[Record]:
    whole = crowd.organization(numbers)
    return [zoho_fields.detail_record(detail(one, whole), {}) for one in whole.contacts.values()]


def _people(numbers: range) -> list[Record]:
    return [google_people.record(shown(person, READABLE), {}) for person in crowd.people(numbers).live()]


def _mirrored(record: Record, side: Side, scheme: Scheme, story: Story) -> Mirrored:
    taken = absorb(None, record, Source.READ, scheme.side(side), story.services.now())
    assert isinstance(taken, Taken)
    return taken.record


def _link(decision: Decision) -> Link:
    assert decision.left is not None
    assert decision.right is not None
    assert not decision.intents, "the crowd is in step"
    return Link(
        0,
        decision.left.row,
        decision.right.row,
        base=decision.settle,
        bound=decision.bound,
        subjects=decision.subjects,
        seen_left=decision.left.seq,
        seen_right=decision.right.seq,
        seen_version=1,
    )
