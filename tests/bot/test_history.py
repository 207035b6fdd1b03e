"""`/zsync history`: what the runs did, and who is behind them; nobody's data."""

from bot.sandbox.slack.person import Person
from tests.bot.modals import find_customer, paired, runs
from tests.bot.stage import Stage


def history(stage: Stage, who: Person) -> list[str]:
    who.command("/zsync history")
    stage.settle()
    return [block["text"]["text"] for block in who.last("C1").blocks]


def test_the_last_runs_tell_what_they_changed_and_who_is_behind_them(connected):
    head, first = history(connected, connected.dana)
    assert "the last runs" in head
    assert "Approved by <@U1>." in first
    assert "Google Contacts" in first
    assert " new, " in first
    email = paired(connected)[0]
    connected.zoho.first.edit(find_customer(connected, email)["contact_id"], {"notes": "Ring twice"})
    runs(connected, 11)
    connected.ticks(4)
    runs(connected, 11)
    _, latest, *older = history(connected, Person(connected.slack, "U2"))
    assert "Google Contacts 0 new, 1 update." in latest
    assert "Started by the schedule." in latest
    assert older == [first]
    assert email not in latest
