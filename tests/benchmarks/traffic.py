"""Calls to the apps: of a run over nothing new, and of a run over changes beside the fewest that the apps' APIs allow."""

from collections.abc import Iterable, Sequence
from math import ceil
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import httpx

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.seed import Seed
from sync.connectors.base import Container
from sync.engine.plan import needs_detail
from sync.model.records import Side
from sync.usecases import connect, schemes
from tests.benchmarks import crowd
from tests.clocks import counted_ids
from tests.connectors.stands import Stands, stands
from tests.usecases.stories import DANA, Story

CHANGED = 100
GOOGLE_BATCH = 200
ANY = 500


def _calls(world: Stands, others: Sequence[GoogleStandIn] = ()) -> int:
    return len(world.zoho.calls) + sum(len(account.calls) for account in (world.google, *others))


def quiet_run() -> float:
    """Calls to both apps by a run over two sides that did not change."""
    story = Story(stands())
    story.first_sync()
    story.run_again()
    before = _calls(story.world)
    story.run_again()
    return _calls(story.world) - before


# ---- three connections of one organisation -----------------------------------------------------------------------------------------------


class Switchboard:
    """Several Google accounts behind one address: `front` is the one that people sign in to, else the token tells."""

    def __init__(self, accounts: list[GoogleStandIn]) -> None:
        self.accounts = accounts
        self.front = accounts[0]

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._owner(environ)(environ, start_response)

    def _owner(self, environ: WSGIEnvironment) -> WSGIApplication:
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        owners = (one for one in self.accounts if token and one.oauth.scope_of(token))
        return next(owners, self.front).app


class Joined(Story):
    """Another connection of an organisation that is connected already, with a Google account of its own."""

    def __init__(self, first: Story, login: str) -> None:
        self.world, self.services = first.world, first.services
        with self.services.store.reading(DANA.workspace) as tx:
            left = tx.endpoints.get(first.connection.left_id)
        draft = connect.begin(self.services, DANA, "C1")
        organization, right = Container(left.container, left.name, left.facts), self.world.signed_in("google_contacts")
        chosen = connect.Choices(left.account_id, organization, right.id, Container("me", login), "C1")
        self.connection = connect.finish(self.services, DANA, draft.id, chosen)


def quiet_runs_of_three() -> float:
    """Calls of one interval of three connections of one organisation, with a Google account each."""
    world = stands()
    others = [
        GoogleStandIn(now=world.clock.now, new_id=counted_ids(f"g{number}"), login=f"g{number}@quayside.example")
        for number in (2, 3)
    ]
    switchboard = Switchboard([world.google, *others])
    world.services.transports["google_contacts"] = httpx.WSGITransport(switchboard.app)  # type: ignore[index]
    stories = [Story(world)]
    stories[0].first_sync()
    for account in others:
        _interval(stories)
        switchboard.front = account
        stories.append(Joined(stories[0], account.oauth.login))
        stories[-1].first_sync()
    _interval(stories)
    before = _calls(world, others)
    _interval(stories)
    return _calls(world, others) - before


def _interval(stories: Sequence[Story]) -> None:
    """Every connection has a run, and ends it."""
    before = [story.now().id for story in stories]
    stories[0].world.clock.pass_(seconds=stories[0].connection.interval)
    for _ in range(ANY):
        stories[0].tick()
        runs = [story.now() for story in stories]
        if all(run.state.over and run.id != old for run, old in zip(runs, before, strict=True)):
            return
        stories[0].world.clock.pass_(seconds=5)
    raise AssertionError([run.state for run in runs])


# ---- a run over changes ------------------------------------------------------------------------------------------------------------------


def calls_per_fewest() -> float:
    """Calls of a run over changes on each side, divided by the fewest possible. Half of Google's edits touch a field of the customer
    (notes), half one of its contact person (mobile)."""
    whole = crowd.organization(range(3 * CHANGED))
    world = stands(Seed(whole, [crowd.person(number) for number in range(3 * CHANGED)], ()))
    story = Story(world)
    story.first_sync()
    story.run_again()
    world.clock.pass_(minutes=1)
    contacts, people = list(whole.contacts), [person.resource for person in world.google.people.live()]
    for number in range(CHANGED):
        world.zoho.first.edit(contacts[number], {"notes": f"News {number}"})
        edit = {"biographies": [{"value": f"News {number}"}]} if number % 2 else _phones(number)
        world.google.people.edit(people[number + CHANGED], edit)
    before = _calls(world)
    story.run_again()
    return (_calls(world) - before) / fewest(story, CHANGED, contact_level=CHANGED // 2, person_level=CHANGED // 2)


def _phones(number: int) -> dict[str, object]:
    work, mobile = crowd.person(number + CHANGED)["phoneNumbers"]
    return {"phoneNumbers": [work, {**mobile, "value": f"07{500_000_000 + number}"}]}


def fewest(story: Story, changed: int, *, contact_level: int, person_level: int) -> int:
    """The fewest calls that keep both sides in step after `changed` edits on each of them, as the APIs are.

    Zoho lists 200 rows a call, gives detail-only fields one contact at a time, has no batches, and has one call for a customer and
    another for its contact person. It refuses no stale write, so that a detail-only field (here: notes, of the customer) is read before it
    is overwritten. Google lists 1,000 a call, and reads and writes 200 at a time; the read brings the etags that guard the write.
    """
    with story.services.store.reading(DANA.workspace) as tx:
        document = tx.connections.document(story.connection.id, story.connection.version)
        endpoints = {side: tx.endpoints.get(story.connection.endpoint_id(side)) for side in Side}
    scheme = schemes.scheme(document, 1, endpoints, story.services.now())
    details = changed if needs_detail(scheme, Side.LEFT) else 0
    zoho = 1 + details + contact_level + contact_level + person_level
    google = 1 + 2 * ceil(changed / GOOGLE_BATCH)
    return zoho + google
