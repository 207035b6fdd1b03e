"""One connection over the stand-ins, made and driven as a person and the scheduler would."""

from collections import Counter
from typing import Any

from bot.sandbox.seed import ORGANIZATION_ID
from sync.connectors.base import Container
from sync.model.endpoints import Account
from sync.model.records import Side
from sync.model.runs import Connection, Run, RunState
from sync.usecases import connect, run
from sync.usecases.actors import Actor
from sync.usecases.connect import Choices, Status
from tests.connectors.stands import WORKSPACE, Stands

DANA = Actor(WORKSPACE, "U1")


class Story:
    """One connection, made as a person would: of a new sign-in or the one given, with the first Google account or another one."""

    def __init__(self, world: Stands, *, organization_of: Account | None = None, login: str = "") -> None:
        self.world = world
        self.services = world.services
        left = self.left = organization_of or world.signed_in("zoho_inventory", "eu")
        right = world.signed_in("google_contacts", login=login)
        organization = connect.containers(self.services, DANA, left.id)[0]
        assert organization.id == ORGANIZATION_ID
        draft = connect.begin(self.services, DANA, "C1")
        choices = Choices(left.id, organization, right.id, Container("me", login or "dana@quayside.example"), "C1")
        self.connection = connect.finish(self.services, DANA, draft.id, choices)

    def tick(self) -> None:
        for due in run.due(self.services):
            run.carry_on(self.services, due.workspace, due.connection_id)

    def until(self, *states: RunState, slices: int = 60, seconds: float = 5) -> None:
        for _ in range(slices):
            self.tick()
            if self.now().state in states:
                return
            self.world.clock.pass_(seconds=seconds)
        raise AssertionError(f"still {self.now().state} after {slices} slices: {self.now().error}")

    def now(self) -> Run:
        with self.services.store.reading(WORKSPACE) as tx:
            found = tx.runs.open(self.connection.id) or tx.runs.last(self.connection.id)
            assert found is not None
            return found

    def approve(self) -> None:
        """The owner lets the plan go; the number of a large batch is typed."""
        now = self.now()
        run.approve(self.services, DANA, now.id, typed=str(now.braked))

    def first_sync(self) -> None:
        self.until(RunState.HELD)
        self.approve()
        self.until(RunState.DONE, slices=200)

    def fresh(self) -> Connection:
        return connect.get(self.services, DANA, self.connection.id)

    def status(self) -> Status:
        return connect.status(self.services, DANA, self.connection.id)

    def run_again(self, seconds: float = 5) -> None:
        """The next run, to its end, whatever holds it approved."""
        self.world.clock.pass_(seconds=self.connection.interval * 2)
        last = self.now().id
        for _ in range(60):
            self.tick()
            found = self.now()
            if found.id != last and found.state is RunState.HELD:
                self.approve()
            if found.id != last and found.state.over:
                return
            self.world.clock.pass_(seconds=seconds)
        raise AssertionError(f"still {self.now().state}: {self.now().error}")

    def said(self, template: str) -> list[dict[str, Any]]:
        """What is owed to Slack by this template; taken away by looking."""
        return [owed.data for owed in self.services.store.claim_messages(200) if owed.template == template]

    # ---- what must hold at any end ---------------------------------------------------------------------------------------------------

    def assert_accounted(self) -> None:
        """Every record of both sides stands in exactly one bucket."""
        buckets = self.status().buckets
        assert sum(buckets[Side.LEFT].values()) == len(self.world.zoho.first.organization.contacts)
        assert sum(buckets[Side.RIGHT].values()) == len(self.world.google.people.live())

    def doubles(self, before: tuple[Counter[str], Counter[str]]) -> list[str]:
        """E-mail addresses that more records have than before, beyond the first."""
        now = self.mails()
        return [mail for side in (0, 1) for mail, n in now[side].items() if n > max(before[side][mail], 1)]

    def mails(self) -> tuple[Counter[str], Counter[str]]:
        """How many customers and people have each e-mail address."""
        contacts = self.world.zoho.first.organization.contacts.values()
        zoho = Counter(
            mail for c in contacts for mail in {p["email"].lower() for p in c["contact_persons"] if p["email"]}
        )
        people = self.world.google.people.live()
        google = Counter(
            mail for p in people for mail in {e["value"].lower() for e in p.fields.get("emailAddresses", ())}
        )
        return zoho, google
