"""What a person does in the modals of a story."""

from collections import Counter
from typing import Any

from bot.sandbox.google.people import Person, memberships
from bot.sandbox.slack.person import text_of
from bot.sandbox.slack.state import elements
from bot.sandbox.zoho.contacts import primary_person
from tests.bot.stage import Stage


def modal(stage: Stage) -> str:
    stage.settle()
    return text_of(stage.dana.modal())


def press(stage: Stage, label: str) -> None:
    stage.dana.press(stage.dana.modal(), label)
    stage.settle()


def menu(stage: Stage, row: str, option: str) -> None:
    stage.dana.menu(stage.dana.modal(), row, option)
    stage.settle()


def choose(stage: Stage, label: str, option: str) -> None:
    stage.dana.choose(stage.dana.modal(), label, option)
    stage.settle()


def enter(stage: Stage, action: str, value: str) -> None:
    """Put a value into the input with this action, whatever kind it is."""
    view = stage.dana.modal()
    kind = next(e["type"] for block in view.body["blocks"] for e in elements(block) if e.get("action_id") == action)
    if kind in ("static_select", "external_select"):
        choose(stage, action, value)
    else:
        stage.dana.fill(view, action, [value] if kind == "multi_static_select" else value)


def condition(stage: Stage, field: str, operator: str, value: str = "") -> None:
    """Fill in the form of one condition, and keep it."""
    choose(stage, "rules.field", field)
    choose(stage, "rules.operator", operator)
    if value:
        enter(stage, "value", value)
    stage.dana.submit()
    stage.settle()


def submit(stage: Stage) -> str:
    stage.dana.submit()
    return modal(stage)


def approve_change(stage: Stage) -> str:
    """Wait for the preview of a change, approve it, and let it be carried out. What the preview said."""
    for _ in range(40):
        stage.ticks()
        card = stage.dana.direct_messages()[-1]
        if "Approve all" in text_of(card):
            said = text_of(card)
            stage.dana.press(card, "Approve all")
            stage.ticks(10)
            return said
    raise AssertionError([text_of(one) for one in stage.dana.direct_messages()[-2:]])


def open_rule(stage: Stage) -> None:
    """`/zsync rules`, then the customers' rule."""
    stage.dana.command("/zsync rules")
    stage.settle()
    menu(stage, "all customers", "Edit")


def labelled(stage: Stage, name: str) -> set[str]:
    """E-mail addresses of the people with a label in Google Contacts."""
    people = stage.google.people
    label = next((resource for resource, known in people.labels.items() if known == name), "")
    return {
        person.fields["emailAddresses"][0]["value"].casefold()
        for person in people.live()
        if label in memberships(person.fields) and person.fields.get("emailAddresses")
    }


def find_person(stage: Stage, email: str) -> Person:
    return next(
        person
        for person in stage.google.people.live()
        if email.casefold() in {one["value"].casefold() for one in person.fields.get("emailAddresses") or ()}
    )


def find_customer(stage: Stage, email: str) -> dict[str, Any]:
    contacts = stage.zoho.first.sorted("contact_name")
    return next(one for one in contacts if (primary_person(one) or {}).get("email", "").casefold() == email.casefold())


def paired(stage: Stage) -> list[str]:
    """E-mail addresses that a customer and exactly one person have."""
    mine = Counter((primary_person(one) or {}).get("email", "").casefold() for one in active(stage))
    theirs = Counter(
        one["value"].casefold()
        for person in stage.google.people.live()
        for one in person.fields.get("emailAddresses") or ()
    )
    return sorted(email for email in mine if email and mine[email] == theirs[email] == 1)


def active(stage: Stage) -> list[dict[str, Any]]:
    contacts = stage.zoho.first.sorted("contact_name")
    return [one for one in contacts if one["status"] == "active" and one["contact_type"] == "customer"]


def runs(stage: Stage, minutes: float = 6) -> None:
    """Time passes until the next run, which comes to its end."""
    stage.clock.pass_(seconds=minutes * 60)
    stage.ticks(4)
