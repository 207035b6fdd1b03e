"""Installing in many workspaces through the browser, and two workspaces that never see each other's."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import WSGIApplication

import httpx
import pytest

from bot import installing
from bot.sandbox.slack.oauth import ManyWorkspaces
from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.workspace import Team
from tests.blockkit import findings_of_call
from tests.bot.stage import Stage
from tests.bot.test_manifest import MANIFEST
from tests.clocks import counted_ids
from tests.connectors.stands import PUBLIC_URL


class ManyStage(Stage):
    """Two workspaces, Quayside and Harbour, neither of which has installed zsync yet. People are called the same in both."""

    other: SlackStandIn

    def slack_front(self) -> WSGIApplication:
        self.slack.bot_token = ""
        self.other = SlackStandIn(
            now=lambda: datetime.now(UTC),
            monotonic=time.monotonic,
            new_id=counted_ids("o"),
            bot_token="",
            team=Team("T2", "Harbour", "harbour"),
        )
        self.other.deliver = self._deliver
        many = ManyWorkspaces([self.slack, self.other], now=lambda: self.clock.now(), new_id=counted_ids("i"))
        return many.app

    def _environment(self, url: str) -> dict[str, str]:
        self.other.base_url = self.served.url
        client = {"SLACK_CLIENT_ID": "slack-client", "SLACK_CLIENT_SECRET": "slack-secret"}
        return {**super()._environment(url), "SLACK_BOT_TOKEN": "", **client}

    def close(self) -> None:
        super().close()
        assert [finding for method, args, _ in self.other.calls for finding in findings_of_call(method, args)] == []

    # ---- the browser ---------------------------------------------------------------------------------------------------------------

    def begin(self, browser: Any = None) -> str:
        """Open the page; where its button leads."""
        page = (browser or self.browser).get("/slack/install", base_url=PUBLIC_URL)
        return str(page.text.partition('href="')[2].partition('"')[0]).replace("&amp;", "&")

    def at_slack(self, url: str, team: str = "T1", answer: str = "yes") -> str:
        """Answer Slack's own page; where it sends the browser."""
        with httpx.Client(trust_env=False) as there:
            address = f"{url}&team={team}"
            assert "Allow" in there.get(address).text
            return there.post(address, data={"answer": answer}).headers["location"]

    def back(self, address: str, browser: Any = None) -> Any:
        parts = urlsplit(address)
        return (browser or self.browser).get(f"{parts.path}?{parts.query}", base_url=PUBLIC_URL)

    def install_in(self, team: str) -> Any:
        page = self.back(self.at_slack(self.begin(), team))
        self.bot.poster.deliver()
        return page

    def as_dana_of(self, slack: SlackStandIn) -> Person:
        self.dana = Person(slack)
        return self.dana


@pytest.fixture
def stage() -> Iterator[ManyStage]:
    stage = ManyStage()
    yield stage
    stage.close()


def say(stage: Stage, person: Person, text: str) -> str:
    person.command(f"/zsync {text}".strip())
    stage.settle()
    return text_of(person.last("C1"))


def test_the_page_asks_for_what_the_manifest_says_and_nothing_else(stage):
    query = parse_qs(urlsplit(stage.begin()).query)
    assert query["scope"] == [",".join(installing.SCOPES)]
    assert list(installing.SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert query["redirect_uri"] == [f"{PUBLIC_URL}/slack/oauth_redirect"]
    (address,) = MANIFEST["oauth_config"]["redirect_urls"]
    assert urlsplit(address).path == "/slack/oauth_redirect"


def test_a_workspace_that_installs_zsync_is_named_and_its_installer_welcomed(stage):
    page = stage.install_in("T2")
    assert page.status_code == 200
    assert "zsync is installed in Harbour" in page.text
    assert "/zsync connect" in text_of(Person(stage.other).direct_messages()[-1])
    assert "Zoho" in say(stage, Person(stage.other), "help")


def test_the_token_is_sealed_in_the_database(stage):
    stage.install_in("T1")
    with stage.bot.store.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("select * from installation").all())
    assert stage.slack.bot_token not in stored
    assert stage.bot.store.installation("T1").bot_token == stage.slack.bot_token


def test_declining_installs_nothing_and_offers_to_begin_again(stage):
    page = stage.back(stage.at_slack(stage.begin(), answer="no"))
    assert page.status_code == 400
    assert "nothing was installed" in page.text
    assert f'href="{PUBLIC_URL}/slack/install"' in page.text
    assert stage.bot.store.installation("T1") is None


def test_the_same_address_does_not_work_twice(stage):
    address = stage.at_slack(stage.begin())
    assert stage.back(address).status_code == 200
    again = stage.back(address)
    assert again.status_code == 400
    assert "used already" in again.text


def test_it_ends_after_ten_minutes(stage):
    address = stage.at_slack(stage.begin())
    stage.clock.pass_(minutes=11)
    assert "older than ten minutes" in stage.back(address).text
    assert stage.bot.store.installation("T1") is None


def test_another_browser_cannot_finish_it(stage):
    address = stage.at_slack(stage.begin())
    stranger = stage.bot.web.test_client()
    assert "begun in another browser" in stage.back(address, stranger).text
    stage.begin(stranger)
    assert "begun in another browser" in stage.back(address, stranger).text
    assert stage.back(address).status_code == 200


@pytest.mark.parametrize("state", ["", "nonsense", "gAAAAABnonsense"])
def test_a_state_that_is_not_ours_is_refused(stage, state):
    stage.begin()
    page = stage.browser.get(f"/slack/oauth_redirect?code=c&state={state}", base_url=PUBLIC_URL)
    assert page.status_code == 400
    assert "not one of ours" in page.text


def test_a_sealed_secret_of_another_kind_is_no_state(stage):
    stage.begin()
    sealed = stage.bot.store.vault.seal("sign-in|2099-01-01T00:00:00+00:00|1|")
    page = stage.browser.get(f"/slack/oauth_redirect?code=c&state={sealed}", base_url=PUBLIC_URL)
    assert "was not finished" in page.text


def test_a_code_that_slack_does_not_know_is_told(stage):
    state = parse_qs(urlsplit(stage.begin()).query)["state"][0]
    page = stage.browser.get(f"/slack/oauth_redirect?code=made-up&state={state}", base_url=PUBLIC_URL)
    assert "code was used or is too old" in page.text.replace("&#39;", "'")


def test_a_wrong_client_secret_is_told_with_what_to_do(stage):
    address = stage.at_slack(stage.begin())
    object.__setattr__(stage.bot.installing, "client_secret", "wrong")
    page = stage.back(address)
    assert page.status_code == 400
    assert "bad_client_secret" in page.text
    assert "zsync check" in page.text


def test_a_command_from_a_workspace_without_it_hears_how_to_install_it(stage):
    person = Person(stage.other)
    person.command("/zsync connect")
    shown = text_of(person.last("C1"))
    assert "zsync is not installed in this workspace" in shown
    assert f"<{PUBLIC_URL}/slack/install|Install zsync>" in shown
    assert not person.has_modal()


def test_an_uninstalled_workspace_rests_and_comes_back_to_life(stage):
    stage.install_in("T1")
    stage.connect()
    stage.approve()
    dana, first_token = stage.dana, stage.slack.bot_token
    say(stage, dana, "disconnect")
    card = dana.last("C1")
    dana.uninstall()
    stage.settle()
    assert stage.bot.store.installation("T1") is None
    calls = len(stage.zoho.calls)
    stage.ticks(4, seconds=600)
    assert len(stage.zoho.calls) == calls
    assert "not installed" in say(stage, dana, "status")
    seen = len(dana.messages("C1"))
    dana.press(card, "Disconnect")
    assert "not installed" in text_of(dana.messages("C1")[seen])

    stage.install_in("T1")
    assert stage.slack.bot_token != first_token
    contact = next(
        c for c in stage.zoho.first.sorted("contact_name") if c["status"] == "active" and c["contact_persons"]
    )
    stage.zoho.first.edit(contact["contact_id"], {"notes": "Edited while zsync was away"})
    stage.ticks(4, seconds=120)
    assert len(stage.zoho.calls) > calls
    assert "In step" in say(stage, dana, "")


def test_a_form_that_was_open_when_zsync_was_removed_says_so(stage):
    stage.install_in("T1")
    dana = stage.dana
    dana.command("/zsync connect")
    stage.settle()
    dana.choose(dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
    dana.uninstall()
    stage.settle()
    dana.submit()
    assert "not installed in this workspace, so nothing was saved" in text_of(dana.modal())


def test_two_workspaces_never_see_each_others(stage):
    stage.install_in("T1")
    stage.install_in("T2")
    ours = stage.as_dana_of(stage.slack)
    stage.connect()
    stage.approve()
    theirs = stage.as_dana_of(stage.other)

    assert "Nothing is connected yet" in say(stage, theirs, "list")
    assert "dana@quayside" not in say(stage, theirs, "accounts")
    assert theirs.direct_messages() == [m for m in theirs.direct_messages() if "zsync is installed" in text_of(m)]
    theirs.command("/zsync connect")
    stage.settle()
    assert "dana@quayside" not in text_of(theirs.modal())
    theirs.close()

    # A button of the one, pressed with the other's signed payload, finds nothing.
    say(stage, ours, "disconnect")
    stolen = ours.last("C1")
    theirs.press(stolen, "Disconnect")
    stage.settle()
    assert "In step" in say(stage, ours, "")

    seen = ours.messages("C1") + ours.direct_messages()
    stage.connect()
    assert "dana@quayside.example" in text_of(stage.preview())
    assert ours.messages("C1") + ours.direct_messages() == seen
    endpoints = {
        row.workspace_id: row.id for row in rows(stage, "select workspace_id, id from endpoint where app like 'zoho%'")
    }
    assert set(endpoints) == {"T1", "T2"}
    assert len(set(endpoints.values())) == 2


def test_a_person_who_presses_a_button_at_the_same_moment_in_both_is_heard_in_both(stage):
    for team in ("T1", "T2"):
        stage.install_in(team)
    for person in (Person(stage.slack), Person(stage.other)):
        view = person.open_home()
        stage.settle()
        person.press(person.slack.homes["U1"] if view is None else view, "Connect Zoho")
        stage.settle()
        assert person.has_modal()


def rows(stage: Stage, query: str) -> Any:
    with stage.bot.store.engine.connect() as connection:
        return connection.exec_driver_sql(query).all()
