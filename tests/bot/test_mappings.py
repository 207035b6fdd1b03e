"""Field mappings through the front door: defaults switched off, custom pairs, refused and lossy ones, value tables, what they do."""

from bot.sandbox.slack.person import text_of
from sync.model.fields import FieldType
from tests.bot.modals import (
    approve_change,
    choose,
    find_customer,
    find_person,
    menu,
    modal,
    paired,
    press,
    runs,
    submit,
)


def open_map(stage) -> None:
    stage.dana.command("/zsync map")
    stage.settle()


def pair(stage, left: str, right: str) -> str:
    press(stage, "Add a mapping")
    choose(stage, "mappings.left", left)
    choose(stage, "mappings.right", right)
    return modal(stage)


def offered(stage, query: str = "") -> list[str]:
    return [one["text"]["text"] for one in stage.dana.suggestions(stage.dana.modal(), "mappings.right", query)]


def test_the_list_shows_defaults_with_switches(connected):
    open_map(connected)
    shown = modal(connected)
    assert ":large_green_circle: E-mail ↔ E-mails" in shown
    assert "Mobile ↔ Phones (mobile)" in shown


def test_a_default_that_is_switched_off_frees_its_field_for_another(connected):
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "Pays on time"})
    runs(connected)
    open_map(connected)
    press(connected, "Add a mapping")
    free = [one["text"]["text"] for one in connected.dana.suggestions(connected.dana.modal(), "mappings.left", "notes")]
    assert free == []
    press(connected, "Back")
    menu(connected, "Notes ↔ Notes", "Switch off")
    assert "～ mapping Notes ↔ Notes: on → off" in modal(connected)
    shown = pair(connected, "Notes", "Nickname")
    assert "line breaks become blanks" in shown
    listed = submit(connected)
    assert "＋ mapping Notes ↔ Nickname" in listed
    assert "You get a preview" in submit(connected)
    assert "Nickname" in approve_change(connected)
    assert find_person(connected, email).fields["nicknames"][0]["value"] == "Pays on time"


def test_a_pair_that_does_not_fit_is_not_offered(connected):
    open_map(connected)
    press(connected, "Add a mapping")
    choose(connected, "mappings.left", "Outstanding receivable amount")
    partners = offered(connected)
    assert "Nickname" in partners
    assert "Birthday" not in partners
    assert "Starred" not in partners


def test_a_field_that_can_only_be_read_is_mapped_one_way(connected):
    open_map(connected)
    shown = pair(connected, "Outstanding receivable amount", "Nickname")
    assert "Zoho Inventory → Google Contacts" in shown
    assert "Zoho Inventory ↔ Google Contacts" not in shown
    assert "can only be read" in shown
    submit(connected)
    submit(connected)
    approve_change(connected)
    email = paired(connected)[0]
    amount = find_customer(connected, email)["outstanding_receivable_amount"]
    assert float(find_person(connected, email).fields["nicknames"][0]["value"]) == float(amount)


def test_a_choice_travels_through_its_value_table(connected):
    open_map(connected)
    shown = pair(connected, "Customer type", "Nickname")
    assert "Business →" in shown
    view = connected.dana.modal()
    connected.dana.fill(view, "Business →", "Firm")
    connected.dana.fill(view, "Individual →", "Somebody")
    submit(connected)
    submit(connected)
    approve_change(connected)
    email = next(one for one in paired(connected) if find_customer(connected, one)["customer_sub_type"] == "business")
    person = find_person(connected, email)
    assert person.fields["nicknames"][0]["value"] == "Firm"
    connected.google.people.edit(person.resource, {"nicknames": [{"value": "somebody"}]})
    runs(connected)
    assert find_customer(connected, email)["customer_sub_type"] == "individual"
    connected.google.people.edit(person.resource, {"nicknames": [{"value": "Nobody knows"}]})
    runs(connected)
    assert find_customer(connected, email)["customer_sub_type"] == "individual"
    connected.dana.command("/zsync status")
    connected.settle()
    assert "Held\n1\n1\n" in text_of(connected.dana.last("C1"))


def test_every_custom_field_of_zoho_can_be_chosen_with_its_type(connected):
    open_map(connected)
    press(connected, "Add a mapping")
    found = connected.dana.suggestions(connected.dana.modal(), "mappings.left", "")
    kinds = {one["description"]["text"] for one in found}
    assert {FieldType.YES_NO.value, FieldType.DATE.value, FieldType.NUMBER.value, FieldType.CHOICE.value} <= kinds


def test_a_custom_mapping_can_be_removed_again(connected):
    open_map(connected)
    pair(connected, "Customer type", "Nickname")
    submit(connected)
    menu(connected, "Customer type", "Remove")
    assert "Not saved yet" not in modal(connected)
