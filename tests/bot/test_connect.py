"""`/zsync connect` through the front door: signed payloads in, views and messages out."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import Person, text_of
from tests.bot.stage import Stage
from tests.connectors.stands import PUBLIC_URL


def choose_region(stage: Stage, region: str = ":flag-eu: Europe") -> None:
    stage.dana.command("/zsync connect")
    stage.settle()
    stage.dana.choose(stage.dana.modal(), "Where is your Zoho account?", region)
    stage.dana.submit()


def link(stage: Stage, app: str = "Zoho Inventory") -> str:
    stage.dana.press(stage.dana.modal(), f"Sign in to {app}")
    return stage.dana.went_to[-1]


def test_the_journey_from_connect_to_the_first_result(stage):
    stage.connect()
    assert "Preview under way" in stage.dana.modal().body["title"]["text"]
    card = stage.preview()
    assert "Nothing has been changed yet" in text_of(card)
    stage.approve()
    result = text_of(stage.dana.last("C1"))
    assert "Quayside Trading ↔ dana@quayside.example" in result
    assert "failed" not in result
    assert [call for call in stage.slack.calls if not call[2]["ok"]] == []


def test_every_region_is_offered_in_words(stage):
    stage.dana.command("/zsync connect")
    stage.settle()
    shown = text_of(stage.dana.modal())
    for words in ("United States", "Europe", "India", "Australia", "Japan", "Canada", "China", "Saudi Arabia"):
        assert words in shown


def test_the_modal_goes_on_by_itself_when_the_browser_is_back(stage):
    choose_region(stage)
    page = stage.sign_in("zoho_inventory", link(stage))
    assert "You are signed in to Zoho Inventory as dana@quayside.example" in page.text
    assert "*dana@quayside.example* (Europe)" in text_of(stage.dana.modal())


def test_a_closed_modal_gets_a_continue_button_by_direct_message(stage):
    choose_region(stage)
    url = link(stage)
    stage.dana.close()
    stage.sign_in("zoho_inventory", url)
    message = stage.dana.direct_messages()[-1]
    stage.dana.press(message, "Continue")
    stage.settle()
    assert "You signed in to *Zoho Inventory*" in text_of(stage.dana.modal())


@pytest.mark.parametrize("step", ["authorize", "organisation", "counterpart", "options"])
def test_every_step_can_be_closed_and_reopened_where_it_was(stage, step):
    walk_to(stage, step)
    before = stage.dana.modal().body["callback_id"]
    stage.dana.close()
    stage.dana.command("/zsync connect")
    stage.settle()
    assert stage.dana.modal().body["callback_id"] == before == f"connect.{step}"


@pytest.mark.parametrize(
    ("step", "before"),
    [("authorize", "region"), ("organisation", "region"), ("counterpart", "organisation"), ("options", "counterpart")],
)
def test_every_step_has_a_way_back(stage, step, before):
    walk_to(stage, step)
    stage.dana.press(stage.dana.modal(), "Back")
    stage.settle()
    assert stage.dana.modal().body["callback_id"] == f"connect.{before}"


def walk_to(stage: Stage, step: str) -> None:
    choose_region(stage)
    if step == "authorize":
        return
    stage.sign_in("zoho_inventory", link(stage))
    stage.dana.submit()
    stage.settle()
    if step == "organisation":
        return
    stage.dana.submit()
    stage.settle()
    if step == "counterpart":
        return
    stage.dana.choose(stage.dana.modal(), "Keep “Quayside Trading” in step with", "app:google_contacts")
    stage.dana.submit()
    stage.sign_in("google_contacts", link(stage, "Google Contacts"))
    stage.dana.submit()
    stage.settle()


def test_declining_says_so_and_connects_nothing(stage):
    choose_region(stage)
    page = stage.sign_in("zoho_inventory", link(stage), answer="no")
    assert "declined" in page.text
    assert "The sign-in to Zoho Inventory was declined" in text_of(stage.dana.modal())
    stage.dana.press(stage.dana.modal(), "Back")
    stage.settle()
    assert stage.dana.modal().body["callback_id"] == "connect.region"


def test_a_forwarded_link_tells_whose_it_is(stage):
    choose_region(stage)
    url = urlsplit(link(stage))
    page = stage.browser.get(f"{url.path}?{url.query}", base_url=PUBLIC_URL).text
    assert "<strong>Dana</strong>" in page
    assert "<strong>Quayside</strong>" in page


def test_another_browser_cannot_come_back_with_it(stage):
    choose_region(stage)
    url = link(stage)
    path = urlsplit(url)
    left = stage.browser.post(path.path, data={"state": path.query.partition("=")[2]}, base_url=PUBLIC_URL)
    with httpx.Client(transport=httpx.WSGITransport(stage.zoho.app)) as consent:
        agreed = consent.post(left.headers["Location"], data={"answer": "yes"})
    back = urlsplit(agreed.headers["location"])
    stranger = stage.bot.web.test_client()
    page = stranger.get(f"{back.path}?{back.query}", base_url=PUBLIC_URL)
    assert page.status_code == 400
    assert "another browser" in page.text


def test_a_state_works_once_and_for_ten_minutes(stage):
    choose_region(stage)
    url = link(stage)
    first = stage.sign_in("zoho_inventory", url)
    again = stage.browser.get(first.request.full_path, base_url=PUBLIC_URL)
    assert again.status_code == 400
    assert "used already" in again.text

    stage.dana.press(stage.dana.modal(), "Sign in as somebody else")
    stage.settle()
    stage.dana.choose(stage.dana.modal(), "Where is your Zoho account?", ":us: United States")
    stage.dana.submit()
    late = urlsplit(link(stage))
    stage.clock.pass_(minutes=11)
    page = stage.browser.get(f"{late.path}?{late.query}", base_url=PUBLIC_URL)
    assert "older than ten minutes" in page.text


def test_an_unknown_state_and_an_unknown_server_are_refused(stage):
    assert (
        "unknown" in stage.browser.get("/oauth/zoho_inventory/callback?state=nobody&code=1", base_url=PUBLIC_URL).text
    )
    choose_region(stage)
    path = urlsplit(link(stage))
    state = parse_qs(path.query)["state"][0]
    stage.browser.get(f"{path.path}?{path.query}", base_url=PUBLIC_URL)
    stage.browser.post(path.path, data={"state": state}, base_url=PUBLIC_URL)
    query = f"state={state}&code=x&accounts-server=https%3A%2F%2Fevil.example"
    page = stage.browser.get(f"/oauth/zoho_inventory/callback?{query}", base_url=PUBLIC_URL)
    assert "a server that does not belong to Zoho Inventory" in page.text


def test_the_address_can_be_pasted_where_the_callback_is_out_of_reach(stage):
    choose_region(stage)
    url = link(stage)
    path = urlsplit(url)
    left = stage.browser.post(path.path, data={"state": path.query.partition("=")[2]}, base_url=PUBLIC_URL)
    with httpx.Client(transport=httpx.WSGITransport(stage.zoho.app)) as consent:
        agreed = consent.post(left.headers["Location"], data={"answer": "yes"})
    stage.dana.fill(stage.dana.modal(), "Address from the browser", agreed.headers["location"])
    stage.dana.submit()
    assert "You signed in to *Zoho Inventory*" in text_of(stage.dana.modal())


def test_continuing_too_early_is_said_at_the_field(stage):
    choose_region(stage)
    stage.dana.submit()
    assert "You are not signed in yet" in stage.dana.modal().errors["address"]


def test_an_organisation_without_the_right_is_refused_with_what_to_do(stage):
    next(iter(stage.zoho.organizations.values())).readable = False
    walk_to(stage, "organisation")
    stage.dana.submit()
    stage.settle()
    shown = text_of(stage.dana.modal())
    assert "lacks the right" in shown
    assert "Ask an admin" in shown


def test_an_app_that_does_not_answer_is_said_and_back_works(stage):
    choose_region(stage)
    stage.sign_in("zoho_inventory", link(stage))
    stage.zoho.faults.add(Fault("broken", path="/inventory/*", times=None))
    stage.dana.submit()
    stage.settle()
    assert "did not answer" in text_of(stage.dana.modal())
    stage.zoho.faults.clear()
    stage.dana.press(stage.dana.modal(), "Back")
    stage.settle()
    assert stage.dana.modal().body["callback_id"] == "connect.region"


def test_a_connected_account_is_used_again_without_the_browser(connected):
    connected.dana.command("/zsync connect")
    connected.settle()
    connected.dana.choose(connected.dana.modal(), "Where is your Zoho account?", "dana@quayside.example (Europe)")
    connected.dana.submit()
    connected.settle()
    assert connected.dana.modal().body["callback_id"] == "connect.organisation"


def test_the_same_two_cannot_be_connected_twice(connected):
    dana = connected.dana
    dana.command("/zsync connect")
    connected.settle()
    dana.choose(dana.modal(), "Where is your Zoho account?", "dana@quayside.example (Europe)")
    dana.submit()
    connected.settle()
    dana.submit()
    connected.settle()
    dana.choose(dana.modal(), "Keep “Quayside Trading” in step with", "Google Contacts: dana@quayside.example")
    dana.submit()
    dana.fill(dana.modal(), "Channel for results", "C1")
    dana.submit()
    connected.settle()
    assert "connects these two already" in text_of(dana.modal())


def test_guests_may_look_but_not_connect(stage):
    guest = Person(stage.slack, "UGUEST")
    guest.command("/zsync connect")
    stage.settle()
    assert "not guests" in text_of(guest.last("C1"))
    assert not guest.has_modal()
