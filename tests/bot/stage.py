"""The whole bot over the stand-ins: signed payloads in, posted blocks out. Only clock and network edge are in the test's hands."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import httpx

from bot import settings
from bot.app import World, Zsync
from bot.sandbox.environment import environment
from bot.sandbox.google.many_accounts import ManyAccounts
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.seed import Seed, company
from bot.sandbox.serving import Served
from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.state import Message
from bot.sandbox.zoho.stand_in import ZohoStandIn
from tests.blockkit import findings_of_call
from tests.clocks import Clock, counted_ids
from tests.connectors.stands import GOOGLE_URL, PUBLIC_URL, ZOHO_URL


class Stage:
    """Slack, Zoho and Google stand-ins and the bot between them, on a database of its own or the one given."""

    def __init__(self, seed: Seed | None = None, url: str = "") -> None:
        self.folder = tempfile.TemporaryDirectory()
        url = url or f"sqlite:///{self.folder.name}/zsync.db"
        self.clock = Clock(datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0))
        seed = seed or company(customers=40, people=30)
        self.slack = SlackStandIn(now=lambda: datetime.now(UTC), monotonic=time.monotonic, new_id=counted_ids("s"))
        self.served = Served(self.slack_front())
        self.slack.base_url = self.served.url
        self.zoho = ZohoStandIn(now=self.clock.now, new_id=counted_ids("z"), organizations=[seed.organization])
        self.zoho.base_url = ZOHO_URL
        self.google = GoogleStandIn(now=self.clock.now, new_id=counted_ids("g"), people=seed.people, labels=seed.labels)
        self.accounts = ManyAccounts([self.google])
        self.transports = {
            "zoho_inventory": httpx.WSGITransport(self.zoho.app),
            "google_contacts": httpx.WSGITransport(self.accounts),
        }
        self.environment = self._environment(url)
        self.bot = self.new_bot("n")
        if self.bot.settings.slack_bot_token.get_secret_value():
            self.bot.install()
        self.browser = self.bot.web.test_client()
        self.slack.deliver = self._deliver
        self.dana = Person(self.slack)

    def slack_front(self) -> WSGIApplication:
        """What answers at Slack's address."""
        return self.slack.app

    def new_bot(self, prefix: str) -> Zsync:
        """A zsync on the stage's database, as one process of several would be; its ids begin with `prefix`."""
        found, problems = settings.load(self.environment)
        assert found is not None, problems
        assert problems == []
        world = World(self.clock.now, self.clock.sleep, counted_ids(prefix), self.transports)
        return Zsync(found, self.environment, world)

    def another_google(self, login: str, people: Sequence[dict[str, Any]] = ()) -> GoogleStandIn:
        """One more Google account, reached as the first one is."""
        account = GoogleStandIn(now=self.clock.now, new_id=counted_ids(f"{login}-"), people=people, login=login)
        self.accounts.accounts.append(account)
        return account

    def _environment(self, url: str) -> dict[str, str]:
        urls = {"slack": self.served.url, "zoho": ZOHO_URL, "google": GOOGLE_URL}
        return environment(urls, database=url) | {"ZSYNC_PUBLIC_URL": PUBLIC_URL}

    def _deliver(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self.bot.web.test_client().post("/slack/events", data=body, headers=dict(headers))
        data = answer.data
        answer.close()
        return answer.status_code, data

    def close(self) -> None:
        """Stop everything; every call that the story made is held against Slack's own documents where they are at hand."""
        self.bot.stop()
        self.served.close()
        self.folder.cleanup()
        assert [finding for method, args, _ in self.slack.calls for finding in findings_of_call(method, args)] == []

    # ---- time passes ---------------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything that was asked for come to its end, and Slack hear of it."""
        while self.bot.slack.listeners.busy() or self.bot.queue.busy():
            time.sleep(0.002)
        self.bot.poster.deliver()

    def ticks(self, count: int = 1, seconds: float = 5) -> None:
        """The scheduler ticks, with some time between."""
        for _ in range(count):
            self.bot.tick()
            self.settle()
            self.clock.pass_(seconds=seconds)

    # ---- the browser ---------------------------------------------------------------------------------------------------------------

    def sign_in(self, app: str, url: str, *, browser=None, **answers: str):
        """Walk through landing page, consent and callback in a browser. The callback's answer."""
        browser = browser or self.browser
        path = urlsplit(url)
        landing = browser.get(f"{path.path}?{path.query}", base_url=PUBLIC_URL)
        assert landing.status_code == 200, landing.text
        left = browser.post(path.path, data={"state": path.query.partition("=")[2]}, base_url=PUBLIC_URL)
        assert left.status_code == 302, left.text
        with httpx.Client(transport=self.transports[app]) as consent:
            agreed = consent.post(left.headers["Location"], data={"answer": "yes", **answers})
        back = urlsplit(agreed.headers["location"])
        return browser.get(f"{back.path}?{back.query}", base_url=PUBLIC_URL)

    # ---- the journey ---------------------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """`/zsync connect` from the first word to the preview."""
        dana = self.dana
        dana.command("/zsync connect")
        self.settle()
        dana.choose(dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
        dana.submit()
        dana.press(dana.modal(), "Sign in to Zoho Inventory")
        self.sign_in("zoho_inventory", dana.went_to[-1])
        dana.submit()
        self.settle()
        dana.submit()
        self.settle()
        dana.choose(dana.modal(), "Keep “Quayside Trading” in step with", "app:google_contacts")
        dana.submit()
        dana.press(dana.modal(), "Sign in to Google Contacts")
        self.sign_in("google_contacts", dana.went_to[-1])
        dana.submit()
        dana.fill(dana.modal(), "Channel for results", "C1")
        dana.submit()
        self.settle()

    def preview(self) -> Message:
        """The preview's card once it is complete."""
        for _ in range(60):
            self.ticks()
            card = next((m for m in self.dana.direct_messages() if "Preview: " in text_of(m)), None)
            if card is not None and "Approve all" in text_of(card):
                return card
        raise AssertionError([text_of(message) for message in self.dana.direct_messages()])

    def approve(self) -> None:
        self.dana.press(self.preview(), "Approve all")
        for _ in range(60):
            self.ticks()
            if "In step:" in text_of(self.dana.last("C1")):
                return
        raise AssertionError(text_of(self.dana.last("C1")))
