"""What mapped values become, through the front door: chosen words, ISO dates, several values, cleared fields, records without an e-mail."""

from tests.bot.modals import approve_change, choose, find_customer, find_person, modal, paired, press, runs, submit
from tests.bot.stage import Stage
from tests.bot.test_mappings import offered, open_map, pair
from tests.bot.test_taking_part import switches


def go_live(stage: Stage) -> str:
    submit(stage)
    submit(stage)
    return approve_change(stage)


def custom(stage: Stage, label: str) -> str:
    """Under which a custom field of Zoho's is edited."""
    found = (one["customfield_id"] for one in stage.zoho.first.organization.fields if one["label"] == label)
    return f"cf_{next(found)}"


def held(stage: Stage, email: str, label: str) -> object:
    return find_customer(stage, email)["custom"].get(custom(stage, label).removeprefix("cf_"))


def nickname(stage: Stage, email: str) -> str:
    return str((find_person(stage, email).fields.get("nicknames") or [{"value": ""}])[0]["value"])


def call(stage: Stage, email: str, name: str) -> None:
    stage.google.people.edit(find_person(stage, email).resource, {"nicknames": [{"value": name}]})
    runs(stage)


def test_yes_and_no_travel_in_the_words_that_somebody_chose(connected):
    email = paired(connected)[0]
    open_map(connected)
    shown = pair(connected, "Newsletter", "Nickname")
    assert "a text that is neither of the two words holds its record" in shown
    connected.dana.fill(connected.dana.modal(), "Word for yes", "reader")
    connected.dana.fill(connected.dana.modal(), "Word for no", "stranger")
    go_live(connected)
    assert nickname(connected, email) == ("reader" if held(connected, email, "Newsletter") else "stranger")
    call(connected, email, "Reader")
    assert held(connected, email, "Newsletter") is True
    call(connected, email, "stranger")
    assert held(connected, email, "Newsletter") is False
    call(connected, email, "perhaps")
    assert held(connected, email, "Newsletter") is False
    connected.dana.command(f"/zsync why {email}")
    assert "Held" in modal(connected)


def test_a_date_is_an_iso_text_and_comes_back_as_a_date(connected):
    email = paired(connected)[0]
    before = held(connected, email, "Customer since")
    open_map(connected)
    shown = pair(connected, "Customer since", "Nickname")
    assert "a text that is no date like 2026-11-30 holds its record" in shown
    go_live(connected)
    assert nickname(connected, email) == before
    call(connected, email, "2024-02-29")
    assert held(connected, email, "Customer since") == "2024-02-29"
    call(connected, email, "next spring")
    assert held(connected, email, "Customer since") == "2024-02-29"


def test_a_lossy_pair_shows_an_example_from_the_real_data(connected):
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "First line\nSecond line"})
    runs(connected)
    open_map(connected)
    connected.dana.menu(connected.dana.modal(), "Notes ↔ Notes", "Switch off")
    connected.settle()
    shown = pair(connected, "Notes", "Nickname")
    assert "line breaks become blanks.\nFor example *" in shown
    assert "“First line\nSecond line” becomes “First line Second line”" in shown


def test_single_labels_of_phones_and_mails_can_be_mapped_on_their_own(connected):
    open_map(connected)
    press(connected, "Add a mapping")
    choose(connected, "mappings.left", "Fax line")
    assert {"Phones (home)", "Phones (other)"} & set(offered(connected, "phones ("))
    assert "Phones (mobile)" not in offered(connected, "phones (")
    choose(connected, "mappings.left", "Orders e-mail")
    assert "E-mails (home)" in offered(connected, "e-mails (")


def test_of_several_values_the_one_that_matched_travels_and_the_others_stay(connected):
    email = paired(connected)[0]
    customer, person = find_customer(connected, email)["contact_id"], find_person(connected, email)
    others = [{"value": "private@home.example", "type": "home"}, {"value": "old@work.example", "type": "other"}]
    connected.google.people.edit(person.resource, {"emailAddresses": [*others, *person.fields["emailAddresses"]]})
    runs(connected)
    assert find_customer(connected, email)["contact_id"] == customer
    connected.zoho.first.edit(customer, {"email": "new@work.example"})
    runs(connected)
    mails = find_person(connected, "new@work.example").fields["emailAddresses"]
    assert {(one["value"], one["type"]) for one in mails} == {
        ("private@home.example", "home"), ("old@work.example", "other"), ("new@work.example", "work"),
    }  # fmt: skip


def test_a_field_that_is_emptied_stays_on_the_other_side_until_somebody_wants_it_otherwise(connected):
    email = paired(connected)[0]
    customer = find_customer(connected, email)["contact_id"]
    connected.zoho.first.edit(customer, {"notes": "To be kept"})
    runs(connected)
    connected.zoho.first.edit(customer, {"notes": ""})
    runs(connected)
    assert find_person(connected, email).fields["biographies"][0]["value"] == "To be kept"
    connected.dana.command(f"/zsync why {email}")
    assert (
        "Last settled on: Zoho Inventory empty, Google Contacts “To be kept”. "
        "One side is empty, and both settled on that: the field travels again once somebody edits it."
        in modal(connected)
    )
    switches(connected, "avoid_duplicates", "clears_travel")
    connected.zoho.first.edit(customer, {"notes": "For a while"})
    runs(connected)
    connected.zoho.first.edit(customer, {"notes": ""})
    runs(connected)
    assert not find_person(connected, email).fields.get("biographies")


def test_without_avoiding_duplicates_records_without_an_e_mail_are_synced_too_after_a_warning(connected):
    def named(name: str) -> bool:
        return name in str([one.fields for one in connected.google.people.live()])

    connected.zoho.first.create({"contact_name": "Mailless Ltd", "contact_persons": [{"first_name": "Mailless"}]})
    runs(connected)
    assert not named("Mailless")
    connected.dana.command("/zsync edit")
    assert "nobody can tell whether they exist on the other side already" in modal(connected)
    connected.dana.close()
    assert "～ option avoid duplicates: on → off" in switches(connected, "clears_travel")
    assert named("Mailless")


def turn_notes(stage: Stage, direction: str) -> str:
    open_map(stage)
    stage.dana.menu(stage.dana.modal(), "Notes ", "Edit")
    stage.settle()
    stage.dana.choose(stage.dana.modal(), "Direction", direction)
    return go_live(stage)


def test_a_mapping_that_may_go_both_ways_again_meets_its_field_anew_after_a_preview(connected):
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "From Zoho"})
    runs(connected)
    assert "No record would be changed by that." in turn_notes(connected, "Zoho Inventory → Google Contacts")
    connected.google.people.edit(find_person(connected, email).resource, {"biographies": [{"value": "Mine alone"}]})
    runs(connected)
    assert find_customer(connected, email)["notes"] == "From Zoho"
    said = turn_notes(connected, "Zoho Inventory ↔ Google Contacts")
    assert "0 new contacts, 1 update" in said
    assert "Mine alone" in said
    assert find_person(connected, email).fields["biographies"][0]["value"] == "From Zoho"
