"""Every app keeps the contract. A new app is one more house in `CASES`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar

import pytest

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.seed import ORGANIZATION_ID, company
from sync.connectors import google_contacts, registry
from sync.connectors.memory import SUBSCRIBER_FIELDS, UNSUBSCRIBED, MemoryApp, MemoryConnector
from sync.model import errors
from sync.model.fields import Field, FieldType, Value, Values
from sync.model.records import WriteKind
from tests.clocks import Clock
from tests.connectors import suite, suite_writes
from tests.connectors.house import House
from tests.connectors.stands import stands

FIELDS = (
    *SUBSCRIBER_FIELDS,
    Field("phones", "Phones", FieldType.PHONE, many=True, entry_labels=("work", "mobile")),
    Field("address", "Address", FieldType.ADDRESS),
    Field("birthday", "Birthday", FieldType.DATE, detail_only=True),
    Field("budget", "Budget", FieldType.MONEY),
    Field("vip", "VIP", FieldType.YES_NO),
)


class Memory(House):
    """The reference connector with an app in memory."""

    name = "memory"
    text = "name"
    newcomer: ClassVar = {"name": "Lena Hofer", "email": "lena@hofer.example", "notes": "New"}
    renames = expires = True

    def __init__(self) -> None:
        self.clock = Clock()
        self.app = MemoryApp(self.clock.now, FIELDS)
        for number in range(30):
            values = {"name": f"Person {number}", "email": f"p{number}@x.example", "phones": None, "labels": None}
            self.app.create({field.key: None for field in FIELDS} | values)
        self.clock.pass_(hours=1)
        self.connector = MemoryConnector(self.app, page=20)

    def ids(self) -> set[str]:
        return set(self.app.records())

    def edit(self, record_id: str, text: str) -> None:
        self.app.edit(record_id, name=text)

    def delete(self, record_id: str) -> None:
        self.app.delete(record_id)

    def unsubscribe(self, record_id: str) -> tuple[str, Value]:
        self.app.edit(record_id, **dict([UNSUBSCRIBED]))
        return UNSUBSCRIBED

    def rename(self, record_id: str) -> str:
        return self.app.rename(record_id)

    def trouble(self, kind: str) -> None:
        self.app.quirks.fail_next = [suite.TROUBLES[kind](app="Memory")]

    def lose_an_answer(self, kind: WriteKind) -> None:
        self.app.quirks.lose_answers = 1

    def unacceptable(self, record_id: str) -> Values:
        return {"name": "x" * 201}

    def lag(self, behind: timedelta) -> None:
        self.app.quirks.lag = behind

    def expire(self) -> None:
        self.app.quirks.expired = True


class StandIn(House):
    """An app behind HTTP: its troubles are answers of the stand-in."""

    api: ClassVar[str]
    """The paths of the API, which a trouble strikes; the sign-in goes on."""

    faults: Faults
    answers: ClassVar[Mapping[str, tuple[int, str]]]
    methods: ClassVar[Mapping[WriteKind, str]]
    revoke: Callable[[], None]

    def trouble(self, kind: str) -> None:
        if kind == "access revoked":
            self.revoke()
            self.clock.pass_(hours=2)
        elif kind in ("silent", "half an answer"):
            self.faults.add(Fault({"silent": "broken"}.get(kind, "truncated"), path=self.api, times=None))
        else:
            status, body = {"broken": (502, "<html>"), **self.answers}[kind]
            self.faults.add(Fault("status", path=self.api, times=None, status=status, body=body))

    def lose_an_answer(self, kind: WriteKind) -> None:
        self.faults.add(Fault("lost", method=self.methods[kind], path=self.api))


class Google(StandIn):
    """Google Contacts, with pages that are small enough to be more than one."""

    name = "google_contacts"
    text = "given_name"
    newcomer: ClassVar = {
        "given_name": "Lena",
        "family_name": "Hofer",
        "emails": [{"value": "lena@hofer.example", "label": "work"}],
        "notes": "New",
    }
    renames = expires = True
    api = "/v1/*"
    answers: ClassVar = {
        "rights missing": (403, '{"error": {"status": "PERMISSION_DENIED"}}'),
        "day used up": (429, '{"error": {"details": [{"violations": [{"description": "FBS quota limit exceeded"}]}]}}'),
        "too fast": (429, '{"error": {"status": "RESOURCE_EXHAUSTED"}}'),
    }
    methods: ClassVar = {WriteKind.CREATE: "POST", WriteKind.UPDATE: "POST"}

    def __init__(self) -> None:
        world = stands(company(60, 90))
        self.clock, self._people = world.clock, world.google.people
        self.faults, self.revoke = world.google.faults, world.google.oauth.revoke_all
        self._people.edit(min(self.ids()), {"userDefined": [{"key": "Table", "value": "7"}]})
        self.clock.pass_(hours=1)
        self.connector = world.connector("google_contacts", "me")

    def ids(self) -> set[str]:
        return {person.resource for person in self._people.live()}

    def edit(self, record_id: str, text: str) -> None:
        name, *_ = self._people.one(record_id).fields["names"]
        self._people.edit(record_id, {"names": [{**name, "givenName": text}]})

    def delete(self, record_id: str) -> None:
        self._people.delete(record_id)

    def rename(self, record_id: str) -> str:
        return self._people.rename(record_id)

    def unacceptable(self, record_id: str) -> Values:
        """Google refuses a second name; the web app of this story does not."""
        self._people.edit(record_id, {"names": [{"givenName": "One"}, {"givenName": "Two"}]})
        return {"given_name": "Three"}

    def lag(self, behind: timedelta) -> None:
        self._people.lag = behind

    def expire(self) -> None:
        self.clock.pass_(days=8)


class Zoho(StandIn):
    """Zoho Inventory."""

    name = "zoho_inventory"
    text = "company_name"
    newcomer: ClassVar = {
        "contact_name": "Lena Hofer",
        "first_name": "Lena",
        "last_name": "Hofer",
        "email": "lena@hofer.example",
        "notes": "New",
    }
    api = "/inventory/*"
    answers: ClassVar = {
        "rights missing": (401, '{"code": 57, "message": "no"}'),
        "day used up": (429, '{"code": 45, "message": "day"}'),
        "too fast": (429, '{"code": 44, "message": "minute"}'),
    }
    methods: ClassVar = {WriteKind.CREATE: "POST", WriteKind.UPDATE: "PUT"}

    def __init__(self) -> None:
        world = stands(company(210, 210))
        self.clock, self._contacts = world.clock, world.zoho.first
        self.faults, self.revoke = world.zoho.faults, world.zoho.accounts.revoke_all
        self.clock.pass_(hours=1)
        self.connector = world.connector("zoho_inventory", ORGANIZATION_ID, "eu")

    def ids(self) -> set[str]:
        return set(self._contacts.organization.contacts)

    def edit(self, record_id: str, text: str) -> None:
        self._contacts.edit(record_id, {"company_name": text})

    def delete(self, record_id: str) -> None:
        self._contacts.delete(record_id)

    def unacceptable(self, record_id: str) -> Values:
        return {"company_name": "x" * 500}


CASES: Mapping[str, Callable[[], House]] = {house.name: house for house in (Memory, Google, Zoho)}


@pytest.fixture(params=CASES)
def house(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(google_contacts, "PAGE", 50)
    return CASES[request.param]()


def test_every_app_keeps_house_here():
    assert set(CASES) == {*registry.names(), "memory"}


def test_every_trouble_is_known_to_be_one():
    assert all(issubclass(error, errors.SyncError) for error in suite.TROUBLES.values())


class TestContract(suite.Knowing, suite.Reading, suite.Failing, suite_writes.Updating, suite_writes.Creating):
    """The whole contract, for each house."""
