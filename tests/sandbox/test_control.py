"""The doors of the demo page's side panel: what people see of both apps and do in them, troubles, time, the guide."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

ZOHO, GOOGLE = "/control/apps/zoho/records", "/control/apps/google/records"


def everything(page: httpx.Client, app: Any) -> Any:
    return page.get(f"/control/apps/{app}/records").json()


def news(page: httpx.Client, app: Any, since: int) -> Any:
    return page.get(f"/control/apps/{app}/records", params={"since": since}).json()


def record(page: httpx.Client, app: Any, record_id: Any) -> Any:
    return next(row for row in everything(page, app)["rows"] if row["id"] == record_id)


def cell(page: httpx.Client, app: Any, row: Any, column: Any) -> Any:
    apps = page.get("/control/apps").json()["apps"]
    columns = next(one["columns"] for one in apps if one["key"] == app)
    return row["cells"][columns.index(column)]


def add(page: httpx.Client, app: Any, values: Any) -> Any:
    answer = page.post(f"/control/apps/{app}/records", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def trouble(page: httpx.Client, key: Any) -> Any:
    return next(one for one in page.get("/control/state").json()["troubles"] if one["key"] == key)


@pytest.fixture
def customer(page):
    """A customer of Zoho Inventory, for one test."""
    record_id = add(
        page,
        "zoho",
        {"contact_name": "Test & Sons", "contact_persons": [{"first_name": "Ada", "email": "ada@test.example"}]},
    )
    yield record_id
    page.delete(f"{ZOHO}/{record_id}")


@pytest.fixture
def contact(page):
    """A contact of Google, for one test."""
    record_id = add(
        page,
        "google",
        {"names": {"givenName": "Ada"}, "emailAddresses": [{"value": "ada@test.example", "type": "work"}]},
    )
    yield record_id
    page.delete(f"{GOOGLE}/{record_id}")


@pytest.fixture
def well(page):
    yield
    page.delete("/control/troubles")


class TestRecords:
    def test_both_apps_show_all_of_their_records(self, demo, page):
        assert len(everything(page, "zoho")["rows"]) == len(demo.zoho.first.organization.contacts)
        assert len(everything(page, "google")["rows"]) == len(demo.google.people.live())

    def test_every_row_has_a_cell_for_each_column_and_a_value_for_each_input_that_is_not_custom(self, page):
        for app in page.get("/control/apps").json()["apps"]:
            keys = {one["key"] for one in app["inputs"] if not one["key"].startswith("cf_")}
            for row in everything(page, app["key"])["rows"]:
                assert len(row["cells"]) == len(app["columns"])
                assert keys <= set(row["values"])

    def test_what_a_person_changes_in_zoho_is_changed_and_is_theirs(self, demo, page, customer):
        before = everything(page, "zoho")["number"]
        persons = record(page, "zoho", customer)["values"]["contact_persons"]
        assert (
            page.patch(f"{ZOHO}/{customer}", json={"contact_persons": [persons[0] | {"mobile": "+44 1"}]}).status_code
            == 200
        )
        changed = news(page, "zoho", before)["rows"]
        assert [(row["id"], row["by"], cell(page, "zoho", row, "Mobile")) for row in changed] == [
            (customer, "you", "+44 1")
        ]
        assert demo.zoho.first.one(customer)["contact_persons"][0]["email"] == "ada@test.example"

    def test_what_comes_through_zohos_api_is_zsyncs_and_names_the_cells_that_moved(self, demo, page, customer):
        before = everything(page, "zoho")["number"]
        demo.zoho.first.update(customer, {"notes": "Rings twice"})
        [row] = news(page, "zoho", before)["rows"]
        columns = page.get("/control/apps").json()["apps"][0]["columns"]
        assert (row["id"], row["by"]) == (customer, "zsync")
        assert [columns[place] for place in row["moved"]] == ["Notes"]

    def test_what_was_there_at_first_sight_was_changed_by_nobody(self, page, demo):
        untouched = next(iter(demo.zoho.first.organization.contacts))
        assert record(page, "zoho", untouched)["by"] == ""

    def test_the_first_contact_person_becomes_the_primary_one(self, demo, page, customer):
        persons = record(page, "zoho", customer)["values"]["contact_persons"]
        new = {"first_name": "Bob", "email": "bob@test.example"}
        page.patch(f"{ZOHO}/{customer}", json={"contact_persons": [new, *persons]})
        kept = {
            one["first_name"]: one["is_primary_contact"] for one in demo.zoho.first.one(customer)["contact_persons"]
        }
        assert kept == {"Bob": True, "Ada": False}

    def test_custom_fields_of_zoho_are_filled_in_by_their_kind(self, page, customer):
        inputs = {one["label"]: one for one in page.get("/control/apps").json()["apps"][0]["inputs"]}
        segment, newsletter = inputs["Segment"], inputs["Newsletter"]
        assert (segment["kind"], segment["options"], newsletter["kind"]) == (
            "choice",
            ["Retail", "Wholesale", "Online"],
            "yes-no",
        )
        page.patch(f"{ZOHO}/{customer}", json={segment["key"]: "Online", newsletter["key"]: True})
        values = record(page, "zoho", customer)["values"]
        assert (values[segment["key"]], values[newsletter["key"]]) == ("Online", True)
        assert cell(page, "zoho", record(page, "zoho", customer), "Segment") == "Online"

    def test_a_new_customer_may_have_custom_fields_at_once(self, page):
        segment = next(
            one["key"] for one in page.get("/control/apps").json()["apps"][0]["inputs"] if one["label"] == "Segment"
        )
        record_id = add(page, "zoho", {"contact_name": "Custom & Co", segment: "Retail"})
        assert record(page, "zoho", record_id)["values"][segment] == "Retail"
        page.delete(f"{ZOHO}/{record_id}")

    def test_what_zohos_form_refuses_is_told_in_zohos_words_and_changes_nothing(self, page, customer):
        taken = next(row["name"] for row in everything(page, "zoho")["rows"] if row["id"] != customer)
        answer = page.patch(f"{ZOHO}/{customer}", json={"contact_name": taken})
        assert answer.status_code == 409
        assert answer.json()["error"] == f'The customer "{taken}" already exists. Please specify a different name.'
        assert record(page, "zoho", customer)["name"] == "Test & Sons"
        assert page.post(ZOHO, json={"contact_name": ""}).json()["error"] == "Please enter a value for Contact Name."

    def test_labels_of_google_are_chosen_by_name_and_may_be_new(self, demo, page, contact):
        page.patch(f"{GOOGLE}/{contact}", json={"labels": ["Family", "Harbour"]})
        row = record(page, "google", contact)
        assert cell(page, "google", row, "Labels") == "Family, Harbour"
        groups = {
            one["contactGroupMembership"]["contactGroupResourceName"]
            for one in demo.google.people.one(contact).fields["memberships"]
        }
        assert "contactGroups/myContacts" in groups

    def test_entries_of_google_keep_what_the_form_does_not_show(self, demo, page, contact):
        demo.google.people.edit(contact, {"phoneNumbers": [{"value": "+44 1", "type": "work", "unshown": "kept"}]})
        [phone] = record(page, "google", contact)["values"]["phoneNumbers"]
        page.patch(f"{GOOGLE}/{contact}", json={"phoneNumbers": [phone | {"value": "+44 2"}]})
        assert demo.google.people.one(contact).fields["phoneNumbers"] == [
            {"value": "+44 2", "type": "work", "unshown": "kept"}
        ]

    def test_emptied_fields_of_google_are_gone_and_a_birthday_is_a_day(self, demo, page, contact):
        page.patch(f"{GOOGLE}/{contact}", json={"biographies": "Likes tea", "birthdays": "1990-12-03"})
        assert record(page, "google", contact)["values"]["birthdays"] == "1990-12-03"
        page.patch(f"{GOOGLE}/{contact}", json={"biographies": "", "birthdays": ""})
        fields = demo.google.people.one(contact).fields
        assert (fields["biographies"], fields["birthdays"]) == ([], [])

    def test_a_deleted_record_is_told_as_gone(self, page):
        record_id = add(page, "google", {"names": {"givenName": "Gone"}})
        before = everything(page, "google")["number"]
        assert page.delete(f"{GOOGLE}/{record_id}").status_code == 200
        assert news(page, "google", before) == {"number": before + 1, "rows": [], "gone": [record_id]}
        assert page.delete(f"{GOOGLE}/{record_id}").json()["error"] == "Requested entity was not found."

    def test_an_app_that_is_not_there_is_not_found(self, page):
        assert page.get("/control/apps/fax/records").status_code == 404


@pytest.mark.usefixtures("well")
class TestTroubles:
    def test_zoho_is_down_until_all_is_well_again(self, demo, page):
        page.post("/control/troubles/zoho-outage")
        demo.clock.jump(demo.clock.now() + timedelta(hours=1))
        assert trouble(page, "zoho-outage")["state"] == "active"
        assert httpx.get(f"{demo.urls['zoho']}/inventory/v1/contacts").status_code == 500
        page.delete("/control/troubles")
        assert trouble(page, "zoho-outage")["state"] == "over"
        assert httpx.get(f"{demo.urls['zoho']}/inventory/v1/contacts").status_code == 401

    def test_a_trouble_of_a_minute_is_over_after_a_minute_of_the_demos_time(self, demo, page):
        page.post("/control/troubles/google-busy")
        assert trouble(page, "google-busy")["note"].endswith(" s left")
        demo.clock.jump(demo.clock.now() + timedelta(minutes=1))
        assert trouble(page, "google-busy")["state"] == "over"

    @pytest.mark.parametrize(("key", "path"), [("zoho-lost", "zoho"), ("google-lost", "google")])
    def test_a_lost_answer_is_lost_once(self, demo, page, key, path):
        url = {
            "zoho": f"{demo.urls['zoho']}/inventory/v1/contacts",
            "google": f"{demo.urls['google']}/v1/contactGroups",
        }[path]
        page.post(f"/control/troubles/{key}")
        with pytest.raises(httpx.TransportError):
            httpx.get(url)
        assert trouble(page, key)["state"] == "over"
        assert httpx.get(url).status_code == 401

    def test_the_quota_of_the_day_comes_back_when_all_is_well(self, demo, page):
        used = demo.zoho.limits.used
        page.post("/control/troubles/zoho-quota")
        assert (demo.zoho.limits.used, trouble(page, "zoho-quota")["state"]) == (demo.zoho.limits.day, "active")
        page.delete("/control/troubles/zoho-quota")
        assert (demo.zoho.limits.used, trouble(page, "zoho-quota")["state"]) == (used, "over")

    def test_revoked_access_stays_revoked_until_somebody_signs_in(self, demo, page):
        page.post("/control/troubles/google-revoked")
        page.delete("/control/troubles")
        assert trouble(page, "google-revoked")["note"] == "until you sign in again: type /zsync accounts"

    def test_people_go_on_working_in_an_app_whose_api_is_down(self, page, customer):
        page.post("/control/troubles/zoho-down")
        assert page.patch(f"{ZOHO}/{customer}", json={"notes": "As ever"}).status_code == 200

    def test_a_trouble_that_is_not_there_is_not_found(self, page):
        assert page.post("/control/troubles/flood").status_code == 404


class TestClock:
    def test_time_is_hurried_and_slowed(self, demo, page):
        for rate in (600, 1):
            assert page.post("/control/clock", json={"rate": rate}).json()["rate"] == rate
            assert demo.clock.rate == rate

    @pytest.mark.parametrize("body", [{"rate": 0}, {"rate": -1}, {"rate": "fast"}, {"jump": "back"}, {}])
    def test_what_is_no_rate_and_no_leap_changes_nothing(self, demo, page, body):
        assert page.post("/control/clock", json=body).status_code == 400
        assert demo.clock.rate == 1

    def test_an_hour_passes_at_once(self, demo, page):
        before = demo.clock.now()
        page.post("/control/clock", json={"jump": "hour"})
        assert demo.clock.now() >= before + timedelta(hours=1)

    def test_what_is_said_is_said_in_the_time_that_the_clock_shows(self, demo, page):
        page.post("/control/clock", json={"jump": "hour"})
        page.post("/acts/U1/say", json={"text": "Hello", "channel": "C1"})
        said = page.get("/seen/U1").json()["messages"][-1]["id"]
        assert 0 <= demo.clock.now().timestamp() - float(said) < 60

    def test_the_next_morning_is_past_nine(self, page):
        now = datetime.fromisoformat(page.post("/control/clock", json={"jump": "morning"}).json()["now"])
        assert (now.hour, now.minute) == (9, 0)

    def test_nothing_is_planned_before_anything_is_connected(self, page):
        assert page.get("/control/state").json()["clock"]["nextRun"] is None


def test_whatever_is_done_through_a_door_is_told_to_the_pages(demo, page):
    before = demo.feed.version
    page.delete("/control/troubles")
    assert demo.feed.version == before + 1
