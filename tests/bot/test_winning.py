"""Where both sides hold different values, through the front door: the newer change wins, one of the apps does, or a person is asked."""

from collections.abc import Callable

import pytest

from sync.connectors import google_people
from sync.model.connections import Winner
from tests.bot.modals import approve_change, choose, find_customer, find_person, modal, paired, runs, submit
from tests.bot.stage import Stage
from tests.bot.waiting import conflict, decide, held, look_closer, notes


def choose_winner(stage: Stage, winner: Winner) -> None:
    stage.dana.command("/zsync edit")
    stage.settle()
    choose(stage, "If both hold different values", winner.value)
    assert "You get a preview" in submit(stage)
    approve_change(stage)


def collide(stage: Stage, *, later: str, seconds: float = 10) -> str:
    """Both sides change the notes of one pair between two runs, one of them later; the pair's e-mail address."""
    email = paired(stage)[0]
    contact, person = find_customer(stage, email)["contact_id"], find_person(stage, email)
    edits: dict[str, Callable[[], object]] = {
        "Zoho": lambda: stage.zoho.first.edit(contact, {"notes": "From Zoho"}),
        "Google": lambda: stage.google.people.edit(person.resource, {"biographies": [{"value": "From Google"}]}),
    }
    for side in sorted(edits, key=lambda side: side == later):
        stage.clock.pass_(seconds=seconds)
        edits[side]()
    return email


def why(stage: Stage, email: str) -> str:
    stage.dana.command(f"/zsync why {email}")
    return modal(stage)


@pytest.mark.parametrize(("later", "earlier"), [("Zoho", "Google"), ("Google", "Zoho")])
def test_the_newer_of_two_changes_wins_on_both_sides_and_why_says_so(connected, later, earlier):
    choose_winner(connected, Winner.NEWEST)
    email = collide(connected, later=later)
    look_closer(connected)
    assert notes(connected, email) == (f"From {later}", f"From {later}")
    said = why(connected, email)
    assert (
        f"Notes: ~From {earlier}~ → From {later} (both sides held different values, and the newer change won)" in said
    )


def test_what_the_next_run_will_let_win_is_told_with_its_reason(connected):
    choose_winner(connected, Winner.NEWEST)
    email = collide(connected, later="Google")
    connected.dana.command("/zsync preview")
    connected.settle()
    connected.ticks(2)
    assert notes(connected, email) == ("From Zoho", "From Google")
    said = why(connected, email)
    assert (
        "The next run writes “From Google” to Zoho Inventory: both sides hold different values, "
        "and the change in Google Contacts is the newer one." in said
    )


@pytest.mark.parametrize("tells", [True, False])
def test_where_the_times_do_not_tell_a_person_is_asked_and_told_why(stage, monkeypatch, tells):
    """Google tells no time at all, or both changes are of the same second."""
    if not tells:
        monkeypatch.setattr(google_people, "stamp", lambda person: "")
    stage.connect()
    stage.approve()
    choose_winner(stage, Winner.NEWEST)
    email = collide(stage, later="Google", seconds=0 if tells else 10)
    look_closer(stage)
    assert notes(stage, email) == ("From Zoho", "From Google")
    said = held(stage, "conflict")
    assert "The apps' times do not tell which change is the newer one, so you are asked." in said
    assert "Held: changed on both sides, to be decided" in why(stage, email)
    held(stage, "conflict")
    decide(stage, "Keep Google Contacts'")
    stage.ticks(6)
    assert notes(stage, email) == ("From Google", "From Google")


@pytest.mark.parametrize(("winner", "text"), [(Winner.LEFT, "From Zoho"), (Winner.RIGHT, "From Google")])
def test_the_app_that_was_chosen_wins_whichever_change_is_newer_and_why_says_so(connected, winner, text):
    if winner is not Winner.LEFT:
        choose_winner(connected, winner)
    email = collide(connected, later="Zoho" if winner is Winner.RIGHT else "Google")
    look_closer(connected)
    assert notes(connected, email) == (text, text)
    app = {"From Zoho": "Zoho Inventory", "From Google": "Google Contacts"}[text]
    assert f"→ {text} (both sides held different values, and {app} won)" in why(connected, email)


def test_asked_for_from_then_on_every_difference_waits_and_nothing_is_written_meanwhile(connected):
    choose_winner(connected, Winner.ASK)
    email = conflict(connected)
    look_closer(connected)
    runs(connected)
    assert notes(connected, email) == ("From Zoho", "From Google")
    shown = held(connected, "conflict")
    assert "Notes was changed on both sides" in shown
    assert "do not tell" not in shown
    decide(connected, "Keep Zoho Inventory's")
    connected.ticks(6)
    assert notes(connected, email) == ("From Zoho", "From Zoho")
    assert "Notes: ~From Google~ → From Zoho\n" in why(connected, email)
