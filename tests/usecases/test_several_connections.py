"""One organisation and three Google accounts: read once, written without ping-pong, and each connection for itself."""

from collections import Counter

import pytest

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.seed import many
from sync.model.records import Side
from sync.model.runs import RunState
from sync.usecases import connect
from tests.connectors.stands import WORKSPACE, stands
from tests.usecases.stories import DANA, Story

INTERVAL = 300


class Three:
    """Dana's, Robin's and Alex's Google accounts, each connected with the same organisation."""

    def __init__(self) -> None:
        self.world = stands(many(customers=6, people=5, shared=3))
        robin = {"names": [{"givenName": "Rita"}], "emailAddresses": [{"value": "rita@robin.example"}]}
        self.googles = [
            self.world.google,
            self.world.another_google("robin@quayside.example", [robin]),
            self.world.another_google("alex@quayside.example"),
        ]
        first = Story(self.world)
        others = [Story(self.world, organization_of=first.left, login=one.oauth.login) for one in self.googles[1:]]
        self.dana, self.robin, self.alex = self.stories = [first, *others]

    def intervals(self, count: int) -> None:
        """Time passes, and every connection has its turns."""
        for _ in range(count * 10):
            self.world.clock.pass_(seconds=INTERVAL / 10)
            self.dana.tick()
            for story in self.stories:
                if story.fresh().state != "paused" and story.now().state is RunState.HELD:
                    story.approve()

    def listings(self) -> int:
        return len([call for call in self.world.zoho.calls if call.path.endswith("/contacts") and call.method == "GET"])

    def writes(self) -> list[int]:
        """To the organisation, and to each Google account."""
        methods = [[call.method for call in self.world.zoho.calls]]
        methods += [[call.method for call in google.calls] for google in self.googles]
        return [len(made) - made.count("GET") for made in methods]


@pytest.fixture(scope="module")
def three() -> Three:
    """All in step."""
    three = Three()
    three.intervals(8)
    return three


def mails(google: GoogleStandIn) -> Counter[str]:
    return Counter(entry["value"] for person in google.people.live() for entry in person.fields["emailAddresses"])


def numbers(google: GoogleStandIn, email: str) -> set[str]:
    (person,) = (
        one for one in google.people.live() if email in {entry["value"] for entry in one.fields["emailAddresses"]}
    )
    return {entry["value"] for entry in person.fields.get("phoneNumbers", ())}


def call_from(google: GoogleStandIn, email: str, number: str) -> None:
    """Somebody types a work phone number in one Google account."""
    person = next(one for one in google.people.live() if one.fields["emailAddresses"][0]["value"] == email)
    google.people.edit(person.resource, {"phoneNumbers": [{"value": number, "type": "work"}]})


def test_everybody_is_everywhere_once(three):
    expected = {f"c{number}@many.example" for number in range(8)} | {"rita@robin.example"}
    assert [mails(google) for google in three.googles] == [Counter(expected)] * 3


def test_each_connection_accounts_for_every_record(three):
    for story, google in zip(three.stories, three.googles, strict=True):
        buckets = story.status().buckets
        assert sum(buckets[Side.LEFT].values()) == len(three.world.zoho.first.organization.contacts)
        assert sum(buckets[Side.RIGHT].values()) == len(google.people.live())
        assert buckets[Side.LEFT]["in step"] == buckets[Side.RIGHT]["in step"] == 9


def test_the_organisation_is_listed_once_an_interval_and_nothing_is_written(three):
    listed, written = three.listings(), three.writes()
    three.intervals(9)
    assert 9 <= three.listings() - listed <= 10
    assert three.writes() == written


def test_an_edit_in_one_account_reaches_the_others_and_comes_to_rest(three):
    before = three.writes()
    call_from(three.googles[1], "c2@many.example", "+44 20 7946 0111")
    three.intervals(4)
    assert all("+44 20 7946 0111" in numbers(google, "c2@many.example") for google in three.googles)
    assert [now - then for now, then in zip(three.writes(), before, strict=True)] == [1, 1, 0, 1]


def test_a_paused_connection_leaves_the_others_alone_and_catches_up(three):
    connect.pause(three.dana.services, DANA, three.robin.connection.id)
    call_from(three.googles[0], "c3@many.example", "+44 20 7946 0222")
    calls = len(three.googles[1].calls)
    three.intervals(4)
    assert "+44 20 7946 0222" in numbers(three.googles[2], "c3@many.example")
    assert len(three.googles[1].calls) == calls
    connect.resume(three.dana.services, DANA, three.robin.connection.id)
    three.intervals(2)
    assert "+44 20 7946 0222" in numbers(three.googles[1], "c3@many.example")


def test_a_disconnected_one_leaves_the_mirror_to_the_others(three):
    endpoint = three.dana.connection.left_id
    with three.dana.services.store.reading(WORKSPACE) as tx:
        mirrored, seq = tx.mirror.count(endpoint), tx.endpoints.get(endpoint).seq
    connect.disconnect(three.dana.services, DANA, three.alex.connection.id)
    three.stories.remove(three.alex)
    with three.dana.services.store.reading(WORKSPACE) as tx:
        assert (tx.mirror.count(endpoint), tx.endpoints.get(endpoint).seq) == (mirrored, seq)
    call_from(three.googles[1], "c4@many.example", "+44 20 7946 0333")
    calls = len(three.googles[2].calls)
    three.intervals(4)
    assert "+44 20 7946 0333" in numbers(three.googles[0], "c4@many.example")
    assert len(three.googles[2].calls) == calls
