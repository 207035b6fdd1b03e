"""The Google stand-in behaves as the People API's documents and the reports about it say."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.google.stand_in import GoogleStandIn
from tests.clocks import Clock, counted_ids
from tests.sandbox.apps import Caller, Login

MASK = "names,emailAddresses,phoneNumbers,clientData,memberships,metadata,biographies"
LIST = "/v1/people/me/connections"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def google(clock: Clock) -> GoogleStandIn:
    return GoogleStandIn(now=clock.now, new_id=counted_ids("g"), labels=["Friends"])


@pytest.fixture
def call(google: GoogleStandIn, clock: Clock) -> Caller:
    http = httpx.Client(base_url="https://google.test", transport=httpx.WSGITransport(google.app))
    client = {"client_id": "google-client", "client_secret": "google-secret"}
    scope = "https://www.googleapis.com/auth/contacts"
    login = Login(http, clock, "/o/oauth2/v2/auth", "/token", client, scope)
    return Caller(http, f"Bearer {login.granted()['access_token']}")


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"names": [{"givenName": name}], **more}


def create(call: Caller, name: str, **more: Any) -> Any:
    return call.ok("POST", "/v1/people:createContact", json=named(name, **more), personFields=MASK)


def update(call: Caller, person: Any, mask: str, **fields: Any) -> httpx.Response:
    body = {"etag": person["etag"], **fields}
    return call("PATCH", f"/v1/{person['resourceName']}:updateContact", json=body, updatePersonFields=mask)


def listed(call: Caller, **more: Any) -> Any:
    return call.ok("GET", LIST, personFields=MASK, requestSyncToken="true", **more)


def names(body: Any) -> list[str]:
    return [person["names"][0]["givenName"] for person in body.get("connections", ())]


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    reason = error["details"][0]["reason"] if "details" in error else ""
    return answer.status_code, error["status"], reason


# ---- listing -----------------------------------------------------------------------------------------------------------------------------


def test_the_sync_token_is_on_the_last_page_only(call):
    for number in range(5):
        create(call, f"P{number}")
    first = listed(call, pageSize=3)
    assert "nextSyncToken" not in first
    last = listed(call, pageSize=3, pageToken=first["nextPageToken"])
    assert "nextPageToken" not in last
    assert last["nextSyncToken"]
    assert names(first) + names(last) == ["P0", "P1", "P2", "P3", "P4"]


def test_an_incremental_listing_has_what_changed_what_is_new_and_who_is_gone(call, clock):
    stays, edited, gone = (create(call, name) for name in ("Stays", "Edited", "Gone"))
    token = listed(call)["nextSyncToken"]
    clock.pass_(minutes=1)
    update(call, edited, "names", names=[{"givenName": "Changed"}])
    call.ok("DELETE", f"/v1/{gone['resourceName']}:deleteContact")
    create(call, "New")
    body = listed(call, syncToken=token)
    seen = {person["resourceName"]: person["metadata"].get("deleted", False) for person in body["connections"]}
    assert stays["resourceName"] not in seen
    assert seen.pop(gone["resourceName"]) is True
    assert set(seen.values()) == {False}
    assert names({"connections": [p for p in body["connections"] if not p["metadata"].get("deleted")]}) == [
        "Changed",
        "New",
    ]
    assert listed(call, syncToken=body["nextSyncToken"])["connections"] == []


@pytest.mark.parametrize("status", [400, 410])
def test_a_sync_token_expires_after_seven_days_with_a_reason(call, google, clock, status):
    google.expired_status = status
    token = listed(call)["nextSyncToken"]
    clock.pass_(days=7, seconds=1)
    call.header = fresh(google)
    answer = call("GET", LIST, personFields=MASK, requestSyncToken="true", syncToken=token)
    assert refusal(answer) == (status, "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN")


def fresh(google: GoogleStandIn) -> str:
    """An access token made now."""
    refresh = next(iter(google.oauth.grants))
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": "google-client",
        "client_secret": "google-secret",
    }
    with httpx.Client(base_url="https://google.test", transport=httpx.WSGITransport(google.app)) as http:
        return f"Bearer {http.post('/token', data=form).json()['access_token']}"


def test_a_sync_token_belongs_to_its_parameters(call):
    token = listed(call)["nextSyncToken"]
    answer = call("GET", LIST, personFields="names", requestSyncToken="true", syncToken=token)
    assert refusal(answer) == (400, "INVALID_ARGUMENT", "")


def test_a_renamed_person_tells_its_old_name(call, google, clock):
    person = create(call, "Ada")
    token = listed(call)["nextSyncToken"]
    clock.pass_(minutes=1)
    new = google.people.rename(person["resourceName"])
    (seen,) = listed(call, syncToken=token)["connections"]
    assert (seen["resourceName"], seen["metadata"]["previousResourceNames"]) == (new, [person["resourceName"]])
    assert call("GET", f"/v1/{person['resourceName']}", personFields=MASK).status_code == 404


def test_listings_lag_behind_while_a_single_read_does_not(call, google, clock):
    clock.pass_(hours=1)
    call.header = fresh(google)
    google.people.lag = timedelta(minutes=5)
    token = listed(call)["nextSyncToken"]
    person = create(call, "Late")
    assert names(listed(call, syncToken=token)) == []
    assert names(listed(call)) == []
    assert call.ok("GET", f"/v1/{person['resourceName']}", personFields=MASK)["names"][0]["givenName"] == "Late"
    clock.pass_(minutes=6)
    assert names(listed(call, syncToken=token)) == ["Late"]


def test_only_the_fields_of_the_mask_come_and_a_mask_is_required(call):
    create(call, "Ada", emailAddresses=[{"value": "ada@x.example"}])
    (person,) = call.ok("GET", LIST, personFields="emailAddresses")["connections"]
    assert person.keys() == {"resourceName", "etag", "emailAddresses"}
    assert refusal(call("GET", LIST)) == (400, "INVALID_ARGUMENT", "")
    assert refusal(call("GET", LIST, personFields="shoeSize")) == (400, "INVALID_ARGUMENT", "")


# ---- writing -----------------------------------------------------------------------------------------------------------------------------


def test_an_update_needs_the_current_etag(call):
    person = create(call, "Ada")
    changed = update(call, person, "names", names=[{"givenName": "Eve"}])
    assert changed.json()["etag"] != person["etag"]
    assert refusal(update(call, person, "names", names=[])) == (400, "FAILED_PRECONDITION", "failedPrecondition")
    assert refusal(update(call, {**person, "etag": None}, "names", names=[])) == (400, "INVALID_ARGUMENT", "")
    assert update(call, changed.json(), "names", names=[{"givenName": "Eva"}]).status_code == 200


def test_a_masked_field_is_replaced_whole_and_one_left_empty_is_cleared(call):
    person = create(call, "Ada", phoneNumbers=[{"value": "1"}, {"value": "2"}], biographies=[{"value": "Notes"}])
    answer = update(call, person, "phoneNumbers,biographies", phoneNumbers=[{"value": "3"}]).json()
    assert [one["value"] for one in answer["phoneNumbers"]] == ["3"]
    assert "biographies" not in answer
    assert answer["names"][0]["givenName"] == "Ada"


def test_what_may_be_there_once_is_refused_twice(call):
    answer = call("POST", "/v1/people:createContact", json={"biographies": [{}, {}]}, personFields=MASK)
    assert refusal(answer) == (400, "INVALID_ARGUMENT", "")


def test_client_data_stays_and_comes_back(call):
    marker = [{"key": "zsync", "value": "k1"}]
    person = create(call, "Ada", clientData=marker)
    update(call, person, "names", names=[{"givenName": "Eve"}])
    (seen,) = listed(call)["connections"]
    assert [(one["key"], one["value"]) for one in seen["clientData"]] == [("zsync", "k1")]


def test_two_hundred_are_created_in_one_call_and_not_one_more(call):
    contacts = [{"contactPerson": named(f"P{number}")} for number in range(201)]
    refused = call("POST", "/v1/people:batchCreateContacts", json={"contacts": contacts, "readMask": "names"})
    assert refusal(refused) == (400, "INVALID_ARGUMENT", "")
    made = call.ok("POST", "/v1/people:batchCreateContacts", json={"contacts": contacts[:200], "readMask": "names"})
    assert len(made["createdPeople"]) == 200


def test_a_batch_has_one_mask_for_everybody_and_is_all_or_nothing(call):
    ada, ben = create(call, "Ada", biographies=[{"value": "A"}]), create(call, "Ben", biographies=[{"value": "B"}])
    stale = {"etag": "%old", **named("Benno")}
    bodies = {ada["resourceName"]: {"etag": ada["etag"], **named("Adele")}, ben["resourceName"]: stale}
    request = {"contacts": bodies, "updateMask": "names,biographies", "readMask": "names,biographies"}
    refused = call("POST", "/v1/people:batchUpdateContacts", json=request)
    assert refusal(refused) == (400, "FAILED_PRECONDITION", "failedPrecondition")
    assert sorted(names(listed(call))) == ["Ada", "Ben"]
    bodies[ben["resourceName"]] = {"etag": ben["etag"], **named("Benno")}
    result = call.ok("POST", "/v1/people:batchUpdateContacts", json=request)["updateResult"]
    assert [one["person"].get("biographies") for one in result.values()] == [None, None]
    assert sorted(names(listed(call))) == ["Adele", "Benno"]


def test_a_batch_read_tells_of_each_whether_it_is_there(call):
    person = create(call, "Ada")
    body = call.ok(
        "GET", "/v1/people:batchGet", resourceNames=[person["resourceName"], "people/nobody"], personFields=MASK
    )
    assert [(one["httpStatusCode"], "person" in one) for one in body["responses"]] == [(200, True), (404, False)]


# ---- labels ------------------------------------------------------------------------------------------------------------------------------


def test_a_label_is_made_once_and_people_are_put_in_and_taken_out(call):
    person = create(call, "Ada")
    made = call.ok("POST", "/v1/contactGroups", json={"contactGroup": {"name": "Trade"}})
    assert refusal(call("POST", "/v1/contactGroups", json={"contactGroup": {"name": "Trade"}}))[:2] == (
        409,
        "ALREADY_EXISTS",
    )
    kinds = {row["name"]: row["groupType"] for row in call.ok("GET", "/v1/contactGroups")["contactGroups"]}
    assert (kinds["Trade"], kinds["starred"]) == ("USER_CONTACT_GROUP", "SYSTEM_CONTACT_GROUP")
    modify = f"/v1/{made['resourceName']}/members:modify"
    call.ok("POST", modify, json={"resourceNamesToAdd": [person["resourceName"]]})
    assert groups(call) == {made["resourceName"], "contactGroups/myContacts"}
    call.ok("POST", modify, json={"resourceNamesToRemove": [person["resourceName"]]})
    assert groups(call) == {"contactGroups/myContacts"}
    last = call(
        "POST", "/v1/contactGroups/myContacts/members:modify", json={"resourceNamesToRemove": [person["resourceName"]]}
    )
    assert refusal(last) == (400, "INVALID_ARGUMENT", "")


def groups(call: Caller) -> set[str]:
    (person,) = listed(call)["connections"]
    return {one["contactGroupMembership"]["contactGroupResourceName"] for one in person["memberships"]}
