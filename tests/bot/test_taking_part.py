"""Who takes part, through the front door: the last rule of a side goes, vendors and inactive customers come and go, after a preview."""

from bot.sandbox.slack.person import text_of
from tests.bot.modals import (
    approve_change,
    condition,
    find_customer,
    find_person,
    menu,
    modal,
    paired,
    press,
    runs,
    submit,
)
from tests.bot.stage import Stage
from tests.bot.waiting import decide, held, look_closer


def open_rules(stage: Stage) -> str:
    stage.dana.command("/zsync rules")
    return modal(stage)


def remove_rule(stage: Stage, sentence: str) -> str:
    open_rules(stage)
    menu(stage, sentence, "Remove")
    return modal(stage)


def title(stage: Stage, email: str) -> str:
    return str((find_person(stage, email).fields.get("organizations") or [{}])[0].get("title", ""))


def typed_title(stage: Stage, email: str, text: str) -> str:
    """Somebody types a designation in Zoho; a run later, Google has this one."""
    stage.zoho.first.edit(find_customer(stage, email)["contact_id"], {"designation": text})
    runs(stage)
    return title(stage, email)


def new_customer(stage: Stage, name: str, **more: object) -> bool:
    """Whether a new record of Zoho is in Google a run later."""
    email = f"{name.lower()}@new.example"
    person = {"first_name": name, "email": email}
    stage.zoho.first.create({"contact_name": f"{name} Ltd", "contact_persons": [person], **more})
    runs(stage)
    return email in str([one.fields for one in stage.google.people.live()])


def status(stage: Stage) -> str:
    stage.dana.command("/zsync status")
    stage.settle()
    return text_of(stage.dana.last("C1"))


def count_of(stage: Stage, bucket: str) -> tuple[str, str]:
    lines = status(stage).splitlines()
    at = lines.index(bucket)
    return lines[at + 1], lines[at + 2]


def test_without_a_rule_of_its_own_a_side_brings_nothing_new_but_linked_pairs_stay_in_step_both_ways(connected):
    email = paired(connected)[0]
    linked = count_of(connected, "In step")
    said = remove_rule(connected, "all customers")
    assert "No rule is left for Zoho Inventory, so nothing new comes from there" in said
    assert "*Zoho Inventory* → Google Contacts\n_No rule: Zoho Inventory brings nothing in._" in said
    submit(connected)
    said = approve_change(connected)
    assert "－ rule all customers" in said
    assert "No record would be changed by that." in said
    assert "rest" not in said
    assert count_of(connected, "In step") == linked
    assert "In step. No rule is left for Zoho Inventory, so nothing new comes from there." in status(connected)
    assert typed_title(connected, email, "Buyer") == "Buyer"
    connected.google.people.edit(find_person(connected, email).resource, {"biographies": [{"value": "From Google"}]})
    runs(connected)
    assert find_customer(connected, email)["notes"] == "From Google"
    assert not new_customer(connected, "Nova")


def test_without_any_rule_all_pairs_rest_as_they_are_and_go_on_where_they_were_when_a_rule_is_back(connected):
    email = paired(connected)[0]
    linked = count_of(connected, "In step")
    before = len(connected.google.people.live()), len(connected.zoho.first.organization.contacts)
    remove_rule(connected, "all customers")
    menu(connected, "all contacts", "Remove")
    said = modal(connected)
    assert "No rule is left on either side, so nothing is synced" in said
    assert "No rule is left for" not in said
    submit(connected)
    said = approve_change(connected)
    assert f"*{linked[0]} linked pairs rest*: no rule brings them in" in said
    assert "Both records stay as they are" in said
    assert "Try 10" not in said
    assert count_of(connected, "Excluded")[0] > linked[0]
    assert "In step" not in status(connected)
    assert "No rule is left on either side, so nothing is synced. `/zsync rules` adds one." in status(connected)
    for verb, told in (("run", "Nothing is synced, as no rule is left"), ("preview", "so nothing is synced.")):
        connected.dana.command(f"/zsync {verb}")
        connected.ticks(10)
        assert told in text_of(connected.dana.direct_messages()[-1])
    assert typed_title(connected, email, "Buyer") != "Buyer"
    connected.dana.command(f"/zsync why {email}")
    said = modal(connected)
    assert "Left out: matched by no rule" in said
    assert "It is linked: both records are the same customer." in said
    assert (len(connected.google.people.live()), len(connected.zoho.first.organization.contacts)) == before

    open_rules(connected)
    press(connected, "Add a rule")
    assert "*IF* all customers" in modal(connected)
    submit(connected)
    submit(connected)
    said = approve_change(connected)
    assert "*In Google Contacts*: 0 new contacts, 1 update" in said
    assert "Buyer" in said
    assert title(connected, email) == "Buyer"
    assert count_of(connected, "In step") == linked
    assert "In step. No rule is left for Google Contacts, so nothing new comes from there." in status(connected)


def take_part(stage: Stage, kinds: list[str]) -> str:
    """Choose who takes part, and approve the preview; what it said."""
    stage.dana.command("/zsync edit")
    stage.settle()
    stage.dana.fill(stage.dana.modal(), "Who takes part", kinds)
    assert "You get a preview" in submit(stage)
    return approve_change(stage)


def switches(stage: Stage, *chosen: str) -> str:
    stage.dana.command("/zsync edit")
    stage.settle()
    stage.dana.fill(stage.dana.modal(), "Careful with these", list(chosen))
    assert "You get a preview" in submit(stage)
    return approve_change(stage)


def both_apps(stage: Stage, **wanted: str) -> str:
    """The e-mail address of a customer of this kind whom Google knows too."""
    mails = {
        mail["value"].casefold()
        for one in stage.google.people.live()
        for mail in one.fields.get("emailAddresses") or ()
    }
    found = (
        str(one["contact_persons"][0]["email"]).casefold()
        for one in stage.zoho.first.sorted("contact_name")
        if one["contact_persons"]
        and one["contact_persons"][0]["email"].casefold() in mails
        and all(one[key] == value for key, value in wanted.items())
    )
    return next(found)


def test_vendors_come_in_after_a_preview_and_rest_when_they_are_switched_off_again(connected):
    vendor, customer = both_apps(connected, contact_type="vendor", status="active"), paired(connected)[0]
    assert not new_customer(connected, "Vera", contact_type="vendor")
    said = take_part(connected, ["customer", "vendor"])
    assert "～ option who takes part: customer → customer, vendor" in said
    assert "*3 links* found" in said
    assert "*In Google Contacts*: 1 new contact, 3 updates" in said
    assert "kind that does not take part" not in said
    assert "vera@new.example" in str([one.fields for one in connected.google.people.live()])
    assert typed_title(connected, vendor, "Supplier") == "Supplier"

    people = len(connected.google.people.live())
    said = take_part(connected, ["customer"])
    assert "*4 linked pairs rest*" in said
    assert "No record would be changed by that." in said
    assert typed_title(connected, vendor, "Gone quiet") == "Supplier"
    assert typed_title(connected, customer, "Buyer") == "Buyer"
    assert len(connected.google.people.live()) == people
    connected.dana.command(f"/zsync why {vendor}")
    assert "Left out: of a kind that does not take part" in modal(connected)

    said = take_part(connected, ["customer", "vendor"])
    assert "0 new contacts, 1 update" in said
    assert title(connected, vendor) == "Gone quiet"


def test_where_only_vendors_take_part_a_new_contact_becomes_one(connected):
    said = take_part(connected, ["vendor"])
    assert "linked pairs rest" in said
    connected.google.people.create({"names": [{"givenName": "Uma"}], "emailAddresses": [{"value": "uma@new.example"}]})
    runs(connected)
    uma = find_customer(connected, "uma@new.example")
    assert uma["contact_type"] == "vendor"
    assert typed_title(connected, "uma@new.example", "Supplier") == "Supplier"


def test_inactive_customers_come_in_after_a_preview_and_rest_when_they_are_switched_off_again(connected):
    email = both_apps(connected, contact_type="customer", status="inactive")
    before = title(connected, email)
    assert typed_title(connected, email, "Retired") == before
    said = switches(connected, "avoid_duplicates", "include_inactive")
    assert "～ option inactive ones: off → on" in said
    assert "*2 links* found" in said
    assert title(connected, email) == "Retired"
    assert find_customer(connected, email)["status"] == "inactive"

    said = switches(connected, "avoid_duplicates")
    assert "*2 linked pairs rest*" in said
    assert typed_title(connected, email, "Back again") == "Retired"
    switches(connected, "avoid_duplicates", "include_inactive")
    assert title(connected, email) == "Back again"


def test_a_pair_whose_counterpart_was_deleted_does_not_count_as_existing(connected):
    email = paired(connected)[0]
    open_rules(connected)
    menu(connected, "all customers", "Edit")
    press(connected, "Add a condition")
    condition(connected, "Exists in the other app", "is", "Yes")
    submit(connected)
    menu(connected, "all contacts", "Remove")
    submit(connected)
    assert "rest" not in approve_change(connected)
    connected.google.people.delete(find_person(connected, email).resource)
    look_closer(connected)
    held(connected, "counterpart_gone")
    decide(connected, "Recreate")
    look_closer(connected)
    assert email not in str([one.fields for one in connected.google.people.live()]).lower()
    connected.dana.command(f"/zsync why {email}")
    said = modal(connected)
    assert "Left out: matched by no rule" in said
    assert "✗ a counterpart exists" in said
