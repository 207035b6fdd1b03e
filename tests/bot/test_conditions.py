"""Conditions on what Zoho works out or switches by itself, through the front door: credits that are left over, active and inactive."""

from tests.bot.modals import (
    approve_change,
    condition,
    find_customer,
    labelled,
    menu,
    modal,
    open_rule,
    paired,
    press,
    runs,
    submit,
)
from tests.bot.stage import Stage
from tests.bot.test_rule_actions import action, finished
from tests.bot.test_taking_part import both_apps, switches, title, typed_title

HOUR = 70
"""Minutes after which balances have been listed again."""


def credit(stage: Stage, email: str, amount: float) -> None:
    """Zoho has left over so much of this customer's credits; such a balance moves without an edit."""
    find_customer(stage, email)["unused_credits_receivable_amount"] = amount
    runs(stage, HOUR)
    stage.ticks(4)


def status(stage: Stage, email: str, word: str) -> None:
    stage.zoho.first.set_status(find_customer(stage, email)["contact_id"], word)
    runs(stage)


def test_unused_credits_bring_a_customer_in_and_out_of_a_rule(connected):
    rich, poor = paired(connected)[:2]
    find_customer(connected, rich)["unused_credits_receivable_amount"] = 250.0
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Unused credits receivable amount", "≥", "100")
    action(connected, "Labels", "Credit", kind="add")
    assert "customers where Unused credits receivable amount is at least 100 GBP" in modal(connected)
    finished(connected)
    approve_change(connected)
    runs(connected, HOUR)
    assert labelled(connected, "Credit") == {rich.casefold()}
    credit(connected, poor, 100.0)
    assert labelled(connected, "Credit") == {rich.casefold(), poor.casefold()}
    credit(connected, rich, 99.99)
    connected.dana.command(f"/zsync why {rich}")
    assert "✗ Unused credits receivable amount is at least 100 GBP" in modal(connected)


def test_a_rule_may_ask_whether_a_customer_is_active(connected):
    idle, busy = both_apps(connected, contact_type="customer", status="inactive"), paired(connected)[0]
    switches(connected, "avoid_duplicates", "include_inactive")
    before = title(connected, idle)
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Status", "is", "Active")
    assert "customers where Status is “Active”" in modal(connected)
    submit(connected)
    menu(connected, "all contacts", "Remove")
    submit(connected)
    assert "*2 linked pairs rest*: no rule brings them in" in approve_change(connected)
    assert typed_title(connected, busy, "Buyer") == "Buyer"
    assert typed_title(connected, idle, "Retired") == before
    status(connected, busy, "inactive")
    assert typed_title(connected, busy, "On leave") == "Buyer"
    connected.dana.command(f"/zsync why {busy}")
    assert "✗ Status is “Active”" in modal(connected)
    connected.dana.close()
    status(connected, busy, "active")
    status(connected, idle, "active")
    assert (title(connected, busy), title(connected, idle)) == ("On leave", "Retired")
