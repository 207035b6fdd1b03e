"""What rules do to the counterpart, through the front door: fields, stars and labels are set with their reason; rules at odds."""

from bot.sandbox.slack.person import text_of
from tests.bot.modals import (
    approve_change,
    choose,
    condition,
    enter,
    find_customer,
    find_person,
    modal,
    open_rule,
    paired,
    press,
    runs,
    submit,
)
from tests.bot.stage import Stage
from tests.bot.test_rule_builder import open_contacts_rule


def action(stage: Stage, field: str, value: str, *, kind: str = "") -> str:
    press(stage, "Add an action")
    choose(stage, "rules.action.field", field)
    if kind:
        choose(stage, "kind", kind)
    labels = "rules.action.value" in str(stage.dana.modal().body)
    enter(stage, "rules.action.value" if labels else "value", value)
    return submit(stage)


def finished(stage: Stage) -> str:
    """Done, and saved: what is said then."""
    submit(stage)
    return submit(stage)


def test_a_rule_of_google_sets_customer_type_and_custom_fields_of_zoho(connected):
    email = next(one for one in paired(connected) if find_customer(connected, one)["customer_sub_type"] == "business")
    open_contacts_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "E-mails", "is", email)
    action(connected, "Customer type", "Individual")
    action(connected, "Segment", "Online")
    action(connected, "Credit score", "750")
    action(connected, "Customer since", "2026-11-28")
    shown = action(connected, "Newsletter", "Yes")
    for sentence in (
        "set Customer type to “Individual” in Zoho Inventory", "set Segment to “Online”", "set Credit score to 750",
        "set Customer since to 2026-11-28", "set Newsletter to yes",
    ):  # fmt: skip
        assert sentence in shown
    assert "You get a preview" in finished(connected)
    said = approve_change(connected)
    assert "1 update" in said
    assert "Credit score" in said
    customer = find_customer(connected, email)
    assert customer["customer_sub_type"] == "individual"
    named = {one["label"]: one["customfield_id"] for one in connected.zoho.first.organization.fields}
    held = {label: customer["custom"].get(number) for label, number in named.items()}
    assert (held["Segment"], held["Customer since"], held["Newsletter"]) == ("Online", "2026-11-28", True)
    assert float(held["Credit score"]) == 750
    connected.dana.command(f"/zsync why {email}")
    told = modal(connected)
    assert f"→ 750 (a rule set it: contacts where E-mails is “{email}”)" in told
    assert "rule:" not in told


def test_a_rule_of_zoho_stars_and_names_contacts_and_takes_a_label_off(connected):
    email = next(one for one in paired(connected) if find_customer(connected, one)["customer_sub_type"] == "business")
    people = connected.google.people
    people.modify_members(people.label("Old"), [find_person(connected, email).resource], [])
    runs(connected)
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Business")
    action(connected, "Starred", "Yes")
    action(connected, "Nickname", "Trade")
    shown = action(connected, "Labels", "Old", kind="Remove")
    assert "remove “Old” from Labels in Google Contacts" in shown
    finished(connected)
    approve_change(connected)
    person = find_person(connected, email)
    groups = {one["contactGroupMembership"]["contactGroupResourceName"] for one in person.fields["memberships"]}
    assert "contactGroups/starred" in groups
    assert people.label("Old") not in groups
    assert person.fields["nicknames"][0]["value"] == "Trade"


def test_undo_is_offered_only_where_what_was_before_can_be_put_back(connected):
    open_contacts_rule(connected)
    press(connected, "Add an action")
    choose(connected, "rules.action.field", "Display name")
    assert "When it no longer matches" not in modal(connected)
    choose(connected, "rules.action.field", "Segment")
    assert "When it no longer matches" in modal(connected)


def two_rules(stage: Stage, field: str, operator: str, value: str = "") -> str:
    """All businesses are called Trade; the customers of another rule Friend."""
    open_rule(stage)
    press(stage, "Add a condition")
    condition(stage, "Customer type", "is", "Business")
    action(stage, "Nickname", "Trade")
    submit(stage)
    stage.dana.press(stage.dana.modal(), "rules.add")
    stage.settle()
    press(stage, "Add a condition")
    condition(stage, field, operator, value)
    action(stage, "Nickname", "Friend")
    return submit(stage)


def test_rules_that_certainly_disagree_cannot_be_saved(connected):
    shown = two_rules(connected, "Customer type", "is", "Business")
    assert "Nickname is set to different values for the same records; remove one of the two actions." in shown
    said = submit(connected)
    assert "cannot be saved like this" in said
    assert "Nickname is set to different values" in said


def test_where_rules_may_disagree_the_first_one_wins_and_the_record_says_so(connected):
    shown = two_rules(connected, "Company name", "is not empty")
    assert "Two rules may set Nickname to different values; where both hold, the first one wins" in shown
    assert "You get a preview" in submit(connected)
    approve_change(connected)
    email = next(
        one
        for one in paired(connected)
        if find_customer(connected, one)["customer_sub_type"] == "business"
        and find_customer(connected, one)["company_name"]
    )
    assert find_person(connected, email).fields["nicknames"][0]["value"] == "Trade"
    connected.dana.command(f"/zsync why {email}")
    assert "where two rules disagree, and the first one counts" in modal(connected)


def test_of_two_rules_of_a_side_one_is_enough(connected):
    """The second rule is of the other customers, so that both together bring in everybody."""
    shown = two_rules(connected, "Customer type", "is", "Individual")
    assert "disagree" not in shown
    submit(connected)
    said = approve_change(connected)
    assert "rest*" not in said
    names = {
        find_customer(connected, one)["customer_sub_type"]: find_person(connected, one).fields["nicknames"][0]["value"]
        for one in paired(connected)
    }
    assert names == {"business": "Trade", "individual": "Friend"}
    connected.dana.command("/zsync status")
    connected.settle()
    assert "In step" in text_of(connected.dana.last("C1"))
