"""The Zoho stand-in behaves as Zoho's documents and the reports about it say."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.zoho.contacts import Contacts, Organization
from bot.sandbox.zoho.stand_in import PER_MINUTE, ZohoStandIn
from tests.clocks import Clock, counted_ids
from tests.sandbox.apps import Caller, Login

V1 = "/inventory/v1"
SEGMENT = {
    "customfield_id": "701", "api_name": "cf_segment", "label": "Segment", "data_type": "dropdown",
    "values": [{"name": "Retail"}, {"name": "Wholesale"}],
}  # fmt: skip
DOCUMENTED_ROW = {
    "contact_id", "contact_name", "company_name", "contact_type", "status", "payment_terms", "payment_terms_label", "currency_id",
    "currency_code", "outstanding_receivable_amount", "unused_credits_receivable_amount", "first_name", "last_name", "email", "phone",
    "mobile", "created_time", "last_modified_time",
}  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def zoho(clock: Clock) -> ZohoStandIn:
    organization = Organization("600", "Quayside Trading", [SEGMENT])
    zoho = ZohoStandIn(now=clock.now, new_id=counted_ids("z"), organizations=[organization])
    zoho.base_url = "https://zoho.test"
    return zoho


@pytest.fixture
def call(zoho: ZohoStandIn, clock: Clock) -> Caller:
    http = httpx.Client(
        base_url="https://zoho.test", transport=httpx.WSGITransport(zoho.app), params={"organization_id": "600"}
    )
    client = {"client_id": "zoho-client", "client_secret": "zoho-secret"}
    login = Login(http, clock, "/oauth/v2/auth", "/oauth/v2/token", client, "ZohoInventory.contacts.READ")
    return Caller(http, f"Zoho-oauthtoken {login.granted()['access_token']}")


def create(call: Caller, name: str, **more: Any) -> Any:
    return call.ok("POST", f"{V1}/contacts", json={"contact_name": name, **more})["contact"]


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


# ---- listing -----------------------------------------------------------------------------------------------------------------------------


def test_pages_say_whether_more_follow_and_hold_everybody_once(call):
    for number in range(7):
        create(call, f"Customer {number}")
    pages = [call.ok("GET", f"{V1}/contacts", per_page=3, page=page) for page in (1, 2, 3)]
    assert [page["page_context"]["has_more_page"] for page in pages] == [True, True, False]
    assert [row["contact_name"] for page in pages for row in page["contacts"]] == [f"Customer {n}" for n in range(7)]


def test_no_more_than_200_rows_come_in_a_page(call, zoho):
    contacts: Contacts = zoho.first
    for number in range(201):
        contacts.create({"contact_name": f"Customer {number}"})
    assert len(call.ok("GET", f"{V1}/contacts", per_page=1000)["contacts"]) == 200


def test_the_newest_change_comes_first_when_asked_so(call, clock):
    first = create(call, "First")
    clock.pass_(seconds=5)
    create(call, "Second")
    clock.pass_(seconds=5)
    call.ok("PUT", f"{V1}/contacts/{first['contact_id']}", json={"notes": "edited"})
    rows = call.ok("GET", f"{V1}/contacts", sort_column="last_modified_time", sort_order="D")["contacts"]
    assert [row["contact_name"] for row in rows] == ["First", "Second"]


def test_inactive_contacts_are_hidden_unless_asked_for(call):
    contact = create(call, "Retired")
    call.ok("POST", f"{V1}/contacts/{contact['contact_id']}/inactive")
    assert call.ok("GET", f"{V1}/contacts")["contacts"] == []
    (row,) = call.ok("GET", f"{V1}/contacts", filter_by="Status.All")["contacts"]
    assert row["status"] == "inactive"
    call.ok("POST", f"{V1}/contacts/{contact['contact_id']}/active")
    assert len(call.ok("GET", f"{V1}/contacts")["contacts"]) == 1


def test_a_documented_row_has_eighteen_keys_and_a_live_one_custom_fields_too(call, zoho):
    create(call, "Bakery", website="https://b.example", custom_fields=[{"customfield_id": "701", "value": "Retail"}])
    live = call.ok("GET", f"{V1}/contacts")["contacts"][0]
    assert live["custom_fields"][0]["value"] == "Retail"
    assert live["website"] == "https://b.example"
    zoho.first.organization.shape = "documented"
    assert set(call.ok("GET", f"{V1}/contacts")["contacts"][0]) == DOCUMENTED_ROW


def test_an_empty_custom_field_is_left_out(call):
    contact = create(call, "Bakery")
    assert call.ok("GET", f"{V1}/contacts/{contact['contact_id']}")["contact"]["custom_fields"] == []


# ---- stamps ------------------------------------------------------------------------------------------------------------------------------


def test_stamps_have_whole_seconds_in_the_zone_of_the_organisation(call, clock):
    clock.pass_(milliseconds=700)
    assert create(call, "Bakery")["last_modified_time"] == "2026-11-23T09:00:00+0000"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("persons", {"email": "new@b.example"}),
        ("custom_fields", {"cf_701": "Wholesale"}),
        ("addresses", {"billing_address": {"city": "Bath"}}),
        ("fields", {"notes": "edited"}),
    ],
)
def test_an_edit_moves_the_stamp_unless_this_kind_is_switched_off(call, zoho, clock, kind, change):
    contact = create(call, "Bakery", contact_persons=[{"first_name": "Ada", "email": "a@b.example"}])
    stamps = [contact["last_modified_time"]]
    for unmoved in (set(), {kind}):
        clock.pass_(minutes=1)
        zoho.first.organization.unmoved = unmoved
        zoho.first.edit(contact["contact_id"], change)
        stamps.append(call.ok("GET", f"{V1}/contacts/{contact['contact_id']}")["contact"]["last_modified_time"])
    assert stamps[0] < stamps[1] == stamps[2]


# ---- writing -----------------------------------------------------------------------------------------------------------------------------


def test_a_created_contact_answers_201_and_a_display_name_is_there_once(call):
    assert call("POST", f"{V1}/contacts", json={"contact_name": "Bakery"}).status_code == 201
    other = create(call, "Butcher")
    assert refusal(call("POST", f"{V1}/contacts", json={"contact_name": "Bakery"})) == (400, 3062)
    assert refusal(call("PUT", f"{V1}/contacts/{other['contact_id']}", json={"contact_name": "Bakery"})) == (400, 3062)
    call.ok("PUT", f"{V1}/contacts/{other['contact_id']}", json={"contact_name": "Butcher"})


def test_a_put_of_a_contact_deletes_the_persons_that_it_omits(call):
    people = [{"first_name": "Ada", "is_primary_contact": True}, {"first_name": "Ben"}]
    contact = create(call, "Bakery", contact_persons=people)
    path, ben = f"{V1}/contacts/{contact['contact_id']}", contact["contact_persons"][1]
    untouched = call.ok("PUT", path, json={"notes": "edited"})["contact"]
    assert [one["first_name"] for one in untouched["contact_persons"]] == ["Ada", "Ben"]
    left = call.ok("PUT", path, json={"contact_persons": [ben]})["contact"]
    assert [(one["contact_person_id"], one["is_primary_contact"]) for one in left["contact_persons"]] == [
        (ben["contact_person_id"], True)
    ]


def test_a_person_is_added_changed_and_made_primary_on_its_own(call):
    contact = create(call, "Bakery", contact_persons=[{"first_name": "Ada", "email": "ada@b.example"}])
    added = call(
        "POST", f"{V1}/contacts/contactpersons", json={"contact_id": contact["contact_id"], "first_name": "Ben"}
    )
    assert added.status_code == 201
    (ben,) = added.json()["contact_person"]
    path = f"{V1}/contacts/contactpersons/{ben['contact_person_id']}"
    call.ok("PUT", path, json={"email": "ben@b.example"})
    call.ok("POST", f"{path}/primary")
    (row,) = call.ok("GET", f"{V1}/contacts")["contacts"]
    assert (row["first_name"], row["email"]) == ("Ben", "ben@b.example")
    assert refusal(call("POST", f"{V1}/contacts/contactpersons", json={"contact_id": contact["contact_id"]})) == (
        400,
        4,
    )


# ---- refusals ----------------------------------------------------------------------------------------------------------------------------


def test_every_refusal_has_its_status_and_code(call, zoho):
    contact = create(call, "Bakery")
    path = f"{V1}/contacts/{contact['contact_id']}"
    assert refusal(call("GET", f"{V1}/contacts/999")) == (404, 1002)
    assert refusal(call("PUT", f"{V1}/contacts/contactpersons/999", json={"email": ""})) == (404, 1002)
    assert refusal(call("GET", f"{V1}/nothing")) == (404, 5)
    assert refusal(call("POST", f"{path}/archived")) == (404, 5)
    assert refusal(call("GET", f"{V1}/contacts", sort_column="notes")) == (400, 2)
    assert refusal(call("PUT", path, json={"custom_fields": [{"customfield_id": "701", "value": "Other"}]})) == (400, 2)
    assert refusal(call("PUT", path, json={"custom_fields": [{"customfield_id": "9", "value": "x"}]})) == (400, 2)
    assert refusal(call("POST", f"{V1}/contacts", json={"company_name": "Nameless"})) == (400, 4)
    assert refusal(call("PUT", path, json={"company_name": "x" * 201})) == (400, 15)
    assert refusal(call("GET", f"{V1}/contacts", organization_id="601")) == (400, 6)
    broken = call.http.post(f"{V1}/contacts", content="{", headers={"Authorization": call.header})
    assert refusal(broken) == (400, 11)
    zoho.first.organization.most_contacts = 1
    assert refusal(call("POST", f"{V1}/contacts", json={"contact_name": "One too many"})) == (400, 1009)
    zoho.first.organization.readable = False
    assert refusal(call("GET", f"{V1}/contacts")) == (401, 57)


@pytest.mark.parametrize(("header", "code"), [("", 14), ("Bearer z1", 14), ("Zoho-oauthtoken made-up", 57)])
def test_a_call_without_a_good_token_is_refused(call, header, code):
    call.header = header
    assert refusal(call("GET", f"{V1}/contacts")) == (401, code)


# ---- limits ------------------------------------------------------------------------------------------------------------------------------


def test_the_hundred_and_first_call_of_a_minute_is_refused_until_the_minute_is_over(call, clock):
    answers = [refusal(call("GET", f"{V1}/organizations")) for _ in range(PER_MINUTE + 1)]
    assert answers == [(200, 0)] * PER_MINUTE + [(429, 44)]
    clock.pass_(seconds=61)
    assert refusal(call("GET", f"{V1}/organizations")) == (200, 0)


def test_the_day_ends_with_its_quota_and_begins_anew_at_midnight(call, zoho, clock):
    zoho.limits.day = 3
    seen = [call("GET", f"{V1}/organizations") for _ in range(4)]
    assert [refusal(answer) for answer in seen] == [(200, 0)] * 3 + [(429, 45)]
    assert [answer.headers["x-rate-limit-remaining"] for answer in seen] == ["2", "1", "0", "0"]
    assert {answer.headers["x-rate-limit-limit"] for answer in seen} == {"3"}
    reset = timedelta(seconds=int(seen[-1].headers["x-rate-limit-reset"]))
    assert (clock.now() + reset).strftime("%H:%M:%S") == "00:00:00"
    clock.moment += reset
    zoho.accounts.grants[next(iter(zoho.accounts.grants))].tokens[call.header.split()[1]] = clock.now() + reset
    assert refusal(call("GET", f"{V1}/organizations")) == (200, 0)


def test_more_calls_at_once_than_allowed_are_refused(call, zoho):
    zoho.limits.in_flight = 10
    assert refusal(call("GET", f"{V1}/organizations")) == (429, 1070)
    zoho.limits.in_flight = 9
    assert refusal(call("GET", f"{V1}/organizations")) == (200, 0)


# ---- faults ------------------------------------------------------------------------------------------------------------------------------


def test_a_fault_hits_as_often_as_it_says_and_only_what_it_names(call, zoho):
    zoho.faults.add(
        Fault("status", "GET", "*/contacts", times=2, status=429, body='{"code": 43}', headers=(("Retry-After", "7"),))
    )
    assert call("GET", f"{V1}/organizations").status_code == 200
    first, second, third = (call("GET", f"{V1}/contacts") for _ in range(3))
    assert [refusal(answer) for answer in (first, second, third)] == [(429, 43), (429, 43), (200, 0)]
    assert first.headers["Retry-After"] == "7"


def test_a_lost_answer_was_carried_out_and_a_broken_line_was_not(call, zoho):
    for kind in ("lost", "broken"):
        zoho.faults.add(Fault(kind, "POST", "*/contacts"))
        with pytest.raises(ConnectionError):
            call("POST", f"{V1}/contacts", json={"contact_name": kind})
    assert [row["contact_name"] for row in call.ok("GET", f"{V1}/contacts")["contacts"]] == ["lost"]


def test_a_truncated_answer_is_no_json_and_an_empty_listing_has_no_rows(call, zoho):
    create(call, "Bakery")
    zoho.faults.add(Fault("truncated", "GET", "*/contacts"))
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        call("GET", f"{V1}/contacts").json()
    zoho.faults.add(Fault("empty", "GET", "*/contacts"))
    assert call.ok("GET", f"{V1}/contacts")["contacts"] == []
    assert len(call.ok("GET", f"{V1}/contacts")["contacts"]) == 1


def test_a_fault_ends_with_its_time_or_when_it_is_cleared(call, zoho, clock):
    zoho.faults.add(Fault("status", times=None, until=clock.now() + timedelta(minutes=1)))
    assert call("GET", f"{V1}/contacts").status_code == 500
    clock.pass_(minutes=2)
    assert call("GET", f"{V1}/contacts").status_code == 200
    zoho.faults.add(Fault("status", times=None))
    zoho.faults.clear()
    assert call("GET", f"{V1}/contacts").status_code == 200
