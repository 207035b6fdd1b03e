"""What a person does about records that wait, and what is found afterwards."""

from typing import Any

from bot.sandbox.slack.person import Person, text_of
from tests.bot.modals import find_customer, find_person, modal, paired, press, runs
from tests.bot.stage import Stage


def conflict(stage: Stage, number: int = 0, left: str = "From Zoho", right: str = "From Google") -> str:
    """Both sides of a pair change the notes to different texts; the pair's e-mail address."""
    email = paired(stage)[number]
    stage.zoho.first.edit(find_customer(stage, email)["contact_id"], {"notes": left})
    stage.google.people.edit(find_person(stage, email).resource, {"biographies": [{"value": right}]})
    return email


def notes(stage: Stage, email: str) -> tuple[str, str]:
    biographies = find_person(stage, email).fields.get("biographies") or [{"value": ""}]
    return find_customer(stage, email)["notes"], biographies[0]["value"]


def held(stage: Stage, code: str = "", who: Person | None = None) -> str:
    """`/zsync held`, and on to the records of one reason."""
    who = who or stage.dana
    who.command("/zsync held")
    stage.settle()
    if code:
        view = who.modal()
        row = next(one for one in view.body["blocks"] if (one.get("accessory") or {}).get("value") == code)
        who.press_element(view, row, row["accessory"])
        stage.settle()
    return text_of(who.modal())


def decide(stage: Stage, label: str) -> str:
    """Press the first button with this label; what the modal says then."""
    press(stage, label)
    return modal(stage)


def look_closer(stage: Stage, minutes: float = 11) -> None:
    """Both apps are read, and the run comes to its end."""
    runs(stage, minutes)
    stage.ticks(4)


def ledger(stage: Stage, kind: str) -> list[Any]:
    with stage.bot.store.reading("T1") as tx:
        return [entry for entry in tx.ledger.all() if entry.kind == kind]
