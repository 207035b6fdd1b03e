"""The builder of a rule through the front door: which comparisons and values each type of field offers, and what stands beside the rule."""

from bot.sandbox.slack.state import elements
from tests.bot.modals import choose, condition, enter, menu, modal, open_rule, press, submit
from tests.bot.stage import Stage

TEXTS = ["is", "is not", "is any of", "contains", "does not contain", "starts with", "ends with"]
EMPTY = ["is not empty", "is empty"]
NUMBERS = ["=", "≠", "<", "≤", ">", "≥", "between", *EMPTY]
DATES = ["on", "before", "after", "from … to", "in the last days", "in the next days", *EMPTY]


# Field, what can be compared, and, for one comparison, what is typed.
FIELDS: tuple[tuple[str, list[str], str, list[str]], ...] = (
    ("VAT number", [*TEXTS, *EMPTY], "contains", ["plain_text_input"]),
    ("Orders e-mail", [*TEXTS, "domain is", *EMPTY], "domain is", ["plain_text_input"]),
    ("Credit score", NUMBERS, "between", ["number_input", "number_input"]),
    ("Yearly budget", NUMBERS, ">", ["number_input"]),
    ("Customer since", DATES, "on", ["datepicker"]),
    ("Customer since", DATES, "from … to", ["datepicker", "datepicker"]),
    ("Last visit", DATES, "in the last days", ["number_input"]),
    ("Newsletter", ["is"], "is", ["static_select"]),
    ("Segment", ["is", "is not", "is any of", *EMPTY], "is any of", ["multi_static_select"]),
    ("Channels", ["has", "has not", "has any of", *EMPTY], "has", ["static_select"]),
    ("Billing address", EMPTY, "is empty", []),
    ("Billing address, city", [*TEXTS, *EMPTY], "is", ["plain_text_input"]),
)


def open_contacts_rule(stage: Stage) -> None:
    stage.dana.command("/zsync rules")
    stage.settle()
    menu(stage, "all contacts", "Edit")


def operators(stage: Stage) -> list[str]:
    """What the menu of comparisons offers."""
    found = (one for block in stage.dana.modal().body["blocks"] for one in elements(block))
    (menu_of,) = [one for one in found if one.get("action_id") == "rules.operator"]
    return [one["text"]["text"] for one in menu_of["options"]]


def inputs(stage: Stage) -> list[str]:
    """The kinds of input for the value."""
    blocks = stage.dana.modal().body["blocks"]
    return [
        one["type"]
        for block in blocks
        for one in elements(block)
        if one.get("action_id") in ("value", "upto", "rules.value")
    ]


def test_comparisons_and_value_fit_the_type_of_the_field(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    for field, offered, operator, kinds in FIELDS:
        choose(connected, "rules.field", field)
        assert operators(connected) == offered, field
        choose(connected, "rules.operator", operator)
        assert inputs(connected) == kinds, field


def test_options_are_those_of_the_real_field_and_labels_those_of_the_account(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    choose(connected, "rules.field", "Segment")
    choose(connected, "rules.operator", "is any of")
    enter(connected, "value", "Retail")
    shown = modal(connected)
    assert all(option in shown for option in ("Retail", "Wholesale", "Online"))
    assert "customers where Segment is any of “Retail”" in submit(connected)
    press(connected, "Back")
    menu(connected, "all contacts", "Edit")
    press(connected, "Add a condition")
    choose(connected, "rules.field", "Labels")
    choose(connected, "rules.operator", "has not")
    assert all(label in modal(connected) for label in ("Customers", "Suppliers", "Newsletter", "Family"))


def test_a_rule_of_google_asks_for_labels_stars_custom_fields_and_the_counterpart(stage):
    people = stage.google.people
    people.edit(people.live()[0].resource, {"userDefined": [{"key": "Route", "value": "North"}]})
    stage.connect()
    stage.approve()
    open_contacts_rule(stage)
    for field, operator, value in (
        ("Labels", "has", "Suppliers"), ("Starred", "is", "No"), ("Route", "is not empty", ""), ("Exists in the other app", "is", "Yes"),
    ):  # fmt: skip
        press(stage, "Add a condition")
        condition(stage, field, operator, value)
    shown = modal(stage)
    assert (
        "contacts where Labels has “Suppliers” and Starred is no and Route is not empty and a counterpart exists"
        in shown
    )
    assert "Matches " in shown


def test_conditions_and_groups_are_taken_out_again(connected):
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Business")
    press(connected, "Add a group")
    condition(connected, "Company name", "contains", "a")
    menu(connected, "Any of these holds", "Add a condition")
    condition(connected, "Company name", "contains", "b")
    assert "(Company name contains “a” or Company name contains “b”)" in modal(connected)
    menu(connected, "Any of these holds", "Turn all ↔ any")
    assert "(Company name contains “a” and Company name contains “b”)" in modal(connected)
    menu(connected, "Company name contains “a”", "Remove")
    menu(connected, "Company name contains “b”", "Edit")
    choose(connected, "rules.operator", "starts with")
    enter(connected, "value", "C")
    submit(connected)
    assert "customers where Customer type is “Business” and Company name starts with “C”" in modal(connected)
    menu(connected, "Company name starts with", "Remove")
    assert "All of these hold" not in modal(connected)
    assert "*IF* customers where Customer type is “Business”\n" in modal(connected)


def test_the_count_and_its_examples_cost_no_call_to_either_app(connected):
    calls = len(connected.zoho.calls), len(connected.google.calls)
    open_rule(connected)
    press(connected, "Add a condition")
    condition(connected, "Customer type", "is", "Business")
    lines = modal(connected).splitlines()
    examples = next(line for line in lines if line.startswith("In: "))
    inside, outside = examples.split(" · ")
    assert len(inside.split(", ")) >= 5
    assert outside.startswith("Out: ")
    assert (len(connected.zoho.calls), len(connected.google.calls)) == calls


def test_rules_that_cover_each_other_or_always_hold_are_told(connected):
    connected.dana.command("/zsync rules")
    connected.settle()
    connected.dana.press(connected.dana.modal(), "rules.add")
    connected.settle()
    press(connected, "Add a condition")
    condition(connected, "Company name", "is not empty")
    assert "This rule changes nothing: “all customers” already brings in everything it does." in modal(connected)
    press(connected, "Add a condition")
    condition(connected, "Company name", "is empty")
    choose(connected, "rules.mode", "Any of these holds")
    assert "This rule holds for every record although it has conditions." in modal(connected)
