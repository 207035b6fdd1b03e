"""Settings and versions through the front door: what goes live at once and what is previewed, going back, export, import, two people."""

from typing import Any

from bot.sandbox.slack.person import Person, text_of
from tests.bot.modals import approve_change, find_customer, find_person, menu, modal, paired, press, runs, submit


def open_view(stage, verb: str) -> None:
    stage.dana.command(f"/zsync {verb}")
    stage.settle()


def test_the_interval_goes_live_at_once(connected):
    open_view(connected, "edit")
    connected.dana.choose(connected.dana.modal(), "Look for changes", "Every hour")
    assert "has the new settings now" in submit(connected)
    open_view(connected, "config")
    assert "～ option interval: 300 → 3600" in modal(connected)


def test_a_change_of_direction_is_previewed_and_the_old_one_counts_until_approved(connected):
    email = paired(connected)[0]
    open_view(connected, "edit")
    connected.dana.choose(connected.dana.modal(), "Direction", "Google Contacts → Zoho Inventory")
    assert "You get a preview" in submit(connected)
    connected.ticks(6)
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"designation": "Buyer"})
    runs(connected)
    assert find_person(connected, email).fields["organizations"][0]["title"] == "Buyer"
    approve_change(connected)
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"designation": "Owner"})
    runs(connected)
    assert find_person(connected, email).fields["organizations"][0]["title"] == "Buyer"


def test_a_discarded_change_leaves_the_live_version(connected):
    open_view(connected, "map")
    menu(connected, "Notes ↔ Notes", "Switch off")
    submit(connected)
    for _ in range(20):
        connected.ticks()
        card = connected.dana.direct_messages()[-1]
        if "Discard" in text_of(card):
            break
    connected.dana.press(card, "Discard")
    connected.settle()
    open_view(connected, "map")
    assert ":large_green_circle: Notes ↔ Notes" in modal(connected)
    assert "Not saved yet" not in modal(connected)


def test_deletions_and_unsubscribes_are_not_offered_for_zoho_and_it_says_why(connected):
    open_view(connected, "edit")
    shown = modal(connected)
    assert "Deletions and unsubscribes are not carried over between Zoho Inventory and Google Contacts" in shown
    assert "Zsync Trash" not in shown


def test_going_back_to_an_earlier_version(connected):
    open_view(connected, "map")
    menu(connected, "Notes ↔ Notes", "Switch off")
    submit(connected)
    approve_change(connected)
    open_view(connected, "config")
    assert "*Version 2* :large_green_circle: live" in modal(connected)
    press(connected, "Go back to this")
    assert "～ mapping Notes ↔ Notes: off → on" in modal(connected)
    approve_change(connected)
    open_view(connected, "map")
    assert ":large_green_circle: Notes ↔ Notes" in modal(connected)


def exported(stage) -> str:
    open_view(stage, "config")
    press(stage, "Export")
    blocks = stage.dana.modal().body["blocks"]
    return "".join(block["element"]["initial_value"] for block in blocks if block["type"] == "input")


def imported(stage, text: str) -> str:
    open_view(stage, "config")
    press(stage, "Import")
    stage.dana.fill(stage.dana.modal(), "Configuration", text)
    return submit(stage)


def test_what_is_exported_can_be_imported(connected):
    text = exported(connected)
    assert "left: email  # E-mail" in text
    assert "Nothing was changed" in imported(connected, text)
    shown = imported(connected, text.replace("winner: left", "winner: newest"))
    assert "～ option winner: left → newest" in shown


def test_a_broken_file_is_told_line_by_line_and_nothing_changes(connected):
    lines = exported(connected).splitlines()
    number = next(at for at, line in enumerate(lines, 1) if "left: email" in line)
    broken = [*lines[: number - 1], lines[number - 1].replace("left: email", "left: [1]"), *lines[number:]]
    assert f"Line {number}: expected “str”" in imported(connected, "\n".join(broken))
    assert "Line 1: “colour” is not known here" in imported(connected, "colour: blue\n")
    assert "Line 2: this is not YAML" in imported(connected, "options:\n  direction: [both\n")
    assert "Line 2: at least one kind of record must take part" in imported(connected, "options:\n  kinds: []\n")
    open_view(connected, "config")
    assert "*Version 1* :large_green_circle: live\n<@U1>" in modal(connected)


def test_a_rule_that_asks_for_a_field_that_is_not_there_is_told_with_its_line(connected):
    text = "rules:\n- id: a\n  side: left\n  when:\n    conditions:\n    - {field: colour, operator: is, value: blue}\n"
    assert "Line 2: The field “colour” is not there any more" in imported(connected, text)


def test_the_second_of_two_who_edit_at_once_is_told_and_may_insist(connected):
    admin = Person(connected.slack, "UADMIN")
    open_view(connected, "map")
    menu(connected, "Notes ↔ Notes", "Switch off")
    admin.command("/zsync edit")
    connected.settle()
    admin.choose(admin.modal(), "Look for changes", "Every hour")
    admin.submit()
    connected.settle()
    shown = submit(connected)
    assert "<@UADMIN> changed" in shown
    assert "～ option interval: 300 → 3600" in shown
    press(connected, "Keep mine on top")
    assert "You get a preview" in modal(connected)


def test_somebody_who_may_not_change_a_connection_is_told(connected):
    guest = Person(connected.slack, "UGUEST")
    guest.command("/zsync rules")
    connected.settle()
    assert "who made this connection" in text_of(guest.last("C1"))
    assert not guest.has_modal()


def test_a_channel_that_wants_every_run_hears_of_each_that_changed_something(connected):
    open_view(connected, "edit")
    connected.dana.choose(connected.dana.modal(), "What the channel hears", "Every run that changed something")
    submit(connected)
    before = len(connected.dana.messages("C1"))
    runs(connected)
    assert len(connected.dana.messages("C1")) == before
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"designation": "Buyer"})
    runs(connected)
    assert len(connected.dana.messages("C1")) == before + 1
    assert "In step: 1 change made" in text_of(connected.dana.last("C1"))


def test_the_digest_comes_in_the_morning_of_the_organisation_and_is_quiet_when_nothing_changed(connected):
    def mornings(days: int) -> list[str]:
        for _ in range(days * 24):
            connected.clock.pass_(seconds=3600)
            connected.bot.digest()
        connected.settle()
        return [text_of(one) for one in connected.dana.messages("C1") if "in the last day" in text_of(one)]

    (first,) = mornings(1)
    assert "Quayside Trading" in first
    assert "Google Contacts" in first
    assert mornings(2) == [first]


def test_the_digest_shows_the_days_of_the_week_beside_each_other(connected):
    def morning() -> dict[str, Any]:
        for _ in range(24):
            connected.clock.pass_(seconds=3600)
            connected.bot.digest()
        connected.settle()
        return {block["type"]: block for block in connected.dana.last("C1").blocks}

    assert "data_visualization" not in morning()
    zoho = connected.zoho.first
    one = next(c for c in zoho.organization.contacts.values() if c["contact_persons"] and c["status"] == "active")
    zoho.edit(one["contact_id"], {"notes": "Called on the second day"})
    connected.ticks(4, seconds=600)
    chart = morning()["data_visualization"]["chart"]
    series = {one["name"]: [point["value"] for point in one["data"]] for one in chart["series"]}
    assert series["Google Contacts"][1] == 1
    assert series["Google Contacts"][0] > 1
    assert len(chart["axis_config"]["categories"]) == 2
