"""Every verb with none, one and several connections, and who may press what."""

import re

import pytest

from bot.handlers.help import ELSEWHERE
from bot.routes import routes
from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import Person, text_of
from bot.sandbox.slack.state import View
from tests.bot.stage import Stage


def say(stage: Stage, text: str, who: Person | None = None) -> str:
    who = who or stage.dana
    who.command(f"/zsync {text}".strip())
    stage.settle()
    return text_of(who.last("C1"))


@pytest.mark.parametrize("verb", ["status", "preview", "run", "pause", "resume", "disconnect"])
def test_without_a_connection_a_verb_says_how_to_begin(stage, verb):
    shown = say(stage, verb)
    assert "Nothing is connected yet" in shown
    assert "/zsync connect" in shown


@pytest.mark.parametrize("text", ["", "list", "accounts"])
def test_without_a_connection_an_overview_offers_to_connect(stage, text):
    say(stage, text)
    stage.dana.press(stage.dana.last("C1"), "Connect Zoho")
    stage.settle()
    assert stage.dana.modal().body["callback_id"] == "connect.region"


def test_help_names_every_verb(stage):
    shown = say(stage, "help")
    for verb in routes().verbs:
        assert f"/zsync {verb}" in shown


@pytest.mark.parametrize(("typed", "meant"), [("conect", "connect"), ("STATSU", "status"), ("acounts", "accounts")])
def test_a_typing_error_gets_a_guess(stage, typed, meant):
    assert f"Did you mean `/zsync {meant}`?" in say(stage, typed)


@pytest.mark.parametrize(("typed", "meant"), ELSEWHERE.items())
def test_a_word_of_another_app_gets_the_verb_that_does_it_here(stage, typed, meant):
    assert meant in routes().verbs
    assert f"Did you mean `/zsync {meant}`?" in say(stage, typed)


def test_case_blanks_and_smart_quotes_do_not_matter(stage):
    assert "zsync* keeps" in say(stage, "\u00a0HELP  ")


def test_everything_with_one_connection(connected):
    assert "In step" in say(connected, "")
    assert "links between Zoho Inventory and Google Contacts" in say(connected, "status")
    assert "dana@quayside.example" in say(connected, "accounts")
    assert "is paused. Edits wait" in say(connected, "pause")
    assert "is paused already" in say(connected, "pause")
    assert "Resume it first" in say(connected, "run")
    assert "is running again" in say(connected, "resume quayside")
    assert "no connection called “nothing”" in say(connected, "status nothing")


def test_run_sends_its_result_to_whoever_asked(connected):
    say(connected, "run")
    connected.ticks(10)
    assert "nothing had to be changed" in text_of(connected.dana.direct_messages()[-1])


def test_preview_of_a_live_connection_changes_nothing(connected):
    contact = next(
        c
        for c in connected.zoho.first.organization.contacts.values()
        if c["contact_persons"] and c["status"] == "active"
    )
    connected.zoho.first.edit(contact["contact_id"], {"notes": "Only looked at"})
    writes = [call for call in connected.google.calls if call.method != "GET"]
    say(connected, "preview")
    connected.clock.pass_(seconds=30)
    connected.ticks(1, seconds=0)
    shown = "\n".join(text_of(message) for message in connected.dana.direct_messages())
    assert "This is what the next run would do" in shown
    assert [call for call in connected.google.calls if call.method != "GET"] == writes


def test_disconnect_asks_first_and_changes_nothing_in_the_apps(connected):
    people, customers = len(connected.google.people.live()), len(connected.zoho.first.organization.contacts)
    say(connected, "disconnect")
    connected.dana.press(connected.dana.last("C1"), "Disconnect")
    connected.settle()
    assert "is disconnected" in text_of(connected.dana.last("C1"))
    assert "Nothing is connected yet" in say(connected, "status")
    assert (len(connected.google.people.live()), len(connected.zoho.first.organization.contacts)) == (people, customers)


def test_an_account_in_use_is_not_signed_out(connected):
    say(connected, "accounts")
    connected.dana.press(connected.dana.last("C1"), "Disconnect")
    connected.settle()
    assert "is used by" in text_of(connected.dana.last("C1"))


def test_a_revoked_grant_is_reconnected_by_the_same_person_and_goes_on(connected):
    connected.zoho.accounts.revoke_all()
    connected.clock.pass_(hours=2)
    connected.ticks(3)
    assert "no longer lets zsync in as dana@quayside.example" in text_of(connected.dana.last("C1"))
    assert "Stopped" in say(connected, "")
    say(connected, "accounts")
    accounts = connected.dana.last("C1")
    block = next(b for b in accounts.blocks if "Signed out" in str(b))
    assert "Zoho Inventory" in str(block)
    account_id = next(
        b["block_id"] for b in accounts.blocks[accounts.blocks.index(block) :] if b["type"] == "actions"
    ).removeprefix("account-")
    button = next(
        e
        for b in accounts.blocks
        if b["block_id"] == f"account-{account_id}"
        for e in b["elements"]
        if e["text"]["text"] == "Reconnect"
    )
    accounts.blocks = [b for b in accounts.blocks if b["type"] != "actions" or button in b["elements"]]
    connected.dana.press(accounts, "Reconnect")
    connected.settle()
    connected.dana.press(connected.dana.last("C1"), "Sign in to Zoho Inventory")
    connected.sign_in("zoho_inventory", connected.dana.went_to[-1])
    connected.dana.press(connected.dana.direct_messages()[-1], "Use this account")
    connected.settle()
    assert "is connected again" in text_of(connected.dana.direct_messages()[-1])
    connected.ticks(5)
    assert "In step" in say(connected, "")


def test_only_the_owner_and_admins_may_change_a_connection(connected):
    robin, alex = Person(connected.slack, "U2"), Person(connected.slack, "UADMIN")
    assert "Only <@U1>, who made this connection, and workspace admins can do this" in say(connected, "pause", robin)
    assert "is paused" in say(connected, "pause", alex)


def test_pressing_approve_twice_is_harmless(stage):
    stage.connect()
    card = stage.preview()
    stage.dana.press(card, "Approve all")
    stage.dana.press(card, "Approve all")
    stage.settle()
    said = [text_of(message) for message in stage.dana.direct_messages()]
    assert sum("Approved. zsync makes the changes" in text for text in said) == 1
    assert sum("decided about already" in text for text in said) == 1


def test_try_ten_makes_ten_and_asks_again(stage):
    stage.connect()
    stage.dana.press(stage.preview(), "Try 10")
    stage.ticks(10)
    written = sum(
        len(call.body["contacts"]) for call in stage.google.calls if "batch" in call.path and call.method == "POST"
    )
    written += sum(call.method == "POST" for call in stage.zoho.calls)
    assert written == 10
    assert "The first ones are done" in text_of(stage.dana.messages("U1")[0])


def test_discarding_the_first_preview_leaves_no_trace(stage):
    stage.connect()
    stage.dana.press(stage.preview(), "Discard")
    stage.ticks(5)
    assert not [call for call in (*stage.zoho.calls,) if call.method != "GET"]
    assert "Discarded" in text_of(stage.dana.messages("U1")[0])


def test_trouble_is_told_once_and_its_end_too(connected):
    before = len(connected.dana.messages("C1"))
    connected.zoho.faults.add(Fault("status", path="/inventory/*", times=None, status=500))
    connected.clock.pass_(seconds=600)
    connected.ticks(20, seconds=60)
    told = [text_of(message) for message in connected.dana.messages("C1")[before:]]
    assert len(told) == 1
    assert "answered with an error of its own (500)" in told[0]
    connected.zoho.faults.clear()
    connected.ticks(80, seconds=60)
    told = [text_of(message) for message in connected.dana.messages("C1")[before:]]
    assert len(told) == 2
    assert "works again" in told[1]


def test_a_quiet_day_says_nothing_in_the_channel(connected):
    before = len(connected.dana.messages("C1"))
    connected.ticks(30, seconds=120)
    assert len(connected.dana.messages("C1")) == before


def test_an_empty_listing_asks_and_accepting_looks_at_each_record_again(connected):
    connected.clock.pass_(days=1)
    connected.zoho.faults.add(Fault("empty", path="/inventory/v1/contacts", times=3))
    connected.ticks(3, seconds=30)
    asked = connected.dana.last("C1")
    assert "listed 0 records where zsync knows" in text_of(asked)
    connected.dana.press(
        asked, next(e["text"]["text"] for b in asked.blocks if "accessory" in b for e in [b["accessory"]])
    )
    connected.settle()
    connected.ticks(30, seconds=30)
    assert "gone" not in say(connected, "status").replace("Nothing", "")


@pytest.mark.parametrize("word", ["channel_not_found", "not_in_channel", "is_archived"])
def test_a_channel_out_of_reach_is_told_to_whoever_set_it_up(connected, word):
    body = f'{{"ok": false, "error": "{word}"}}'
    connected.zoho.faults.add(Fault("status", path="/inventory/*", times=None, status=500))
    connected.clock.pass_(seconds=600)
    connected.slack.faults.add(Fault("status", path="/api/chat.postMessage", times=1, status=200, body=body))
    connected.ticks(4, seconds=60)
    told = connected.dana.direct_messages()[-1]
    assert "zsync cannot post the results of *Quayside Trading ↔ dana@" in text_of(told)
    assert "in <#C1>" in text_of(told)
    connected.dana.press(told, "Choose a channel")
    connected.settle()
    assert connected.dana.modal().body["callback_id"] == "settings.save"


def test_slack_asking_to_slow_down_loses_no_message(stage):
    stage.connect()
    slow = Fault(
        "status",
        path="/api/chat.postMessage",
        times=3,
        status=429,
        body='{"ok": false, "error": "ratelimited"}',
        headers=(("Retry-After", "1"),),
    )
    stage.slack.faults.add(slow)
    assert "Nothing has been changed yet" in text_of(stage.preview())


def test_a_wrong_signature_is_refused(stage):
    answer = stage.bot.web.test_client().post(
        "/slack/events",
        data={"command": "/zsync"},
        headers={"X-Slack-Signature": "v0=bad", "X-Slack-Request-Timestamp": "1"},
    )
    assert answer.status_code == 401


def test_app_home_shows_connections_or_offers_one(stage):
    view = stage.dana.open_home()
    stage.settle()
    view = stage.slack.homes["U1"]
    assert "Connect Zoho" in text_of(view)
    stage.connect()
    stage.approve()
    stage.dana.open_home()
    stage.settle()
    assert "In step" in text_of(stage.slack.homes["U1"])


def test_an_uninstalled_workspace_is_left_alone(connected):
    connected.slack.send(connected.dana.event({"type": "app_uninstalled"}), as_json=True)
    connected.settle()
    calls = len(connected.zoho.calls)
    connected.ticks(5, seconds=600)
    assert len(connected.zoho.calls) == calls


def test_health_and_metrics_answer(stage):
    browser = stage.bot.web.test_client()
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/healthz").status_code == 503
    stage.bot.clock.start()
    assert browser.get("/healthz").json == {"status": "ok"}


def test_the_details_of_a_run_are_in_its_thread_with_names_masked(connected):
    card = next(m for m in connected.dana.messages("C1") if "In step:" in text_of(m))
    details = "\n".join(text_of(message) for message in connected.dana.messages("C1", thread=card.ts))
    assert "without an e-mail address" in details
    names = [c["contact_name"] for c in connected.zoho.first.organization.contacts.values()]
    assert not [name for name in names if len(name) > 5 and name in details]


def home(stage: Stage) -> View:
    stage.dana.open_home()
    stage.settle()
    return stage.slack.homes["U1"]


def test_app_home_shows_health_and_leads_everywhere(connected):
    view = home(connected)
    shown = text_of(view)
    for part in ("In step.", "in step", "linked", "calls used today", "dana@quayside.example"):
        assert part in shown
    connected.dana.press(view, "Mappings")
    connected.settle()
    assert "First name ↔ First name" in text_of(connected.dana.modal())
    connected.dana.press(view, "Pause")
    connected.settle()
    assert "is paused" in text_of(connected.dana.direct_messages()[-1])
    view = home(connected)
    assert "Resume" in text_of(view)


def test_app_home_offers_the_first_step_when_nothing_is_there(stage):
    view = home(stage)
    assert "Nothing is connected yet" in text_of(view)


@pytest.mark.parametrize(
    ("event", "stays"),
    [
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U2"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, False),
        ({"type": "app_uninstalled"}, False),
    ],
)
def test_only_the_bots_own_token_ends_the_installation(stage, event, stays):
    stage.slack.send(stage.dana.event(event), as_json=True)
    stage.settle()
    assert (stage.bot.store.installation("T1") is not None) is stays


def test_a_home_that_cannot_be_shown_says_so(connected, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr("bot.handlers.connections.connect.status", broken)
    connected.dana.open_home()
    connected.settle()
    assert "something unforeseen happened" in text_of(connected.dana.direct_messages()[-1])


def test_app_home_shows_a_change_while_it_is_open(connected):
    connected.dana.press(home(connected), "Pause")
    connected.settle()
    assert "Paused." in text_of(connected.slack.homes["U1"])
    connected.clock.pass_(seconds=3600)
    say(connected, "resume")
    connected.ticks(2)
    assert "Paused." in text_of(connected.slack.homes["U1"]), "nobody has looked for an hour"


def test_a_lost_sign_in_is_one_button_away(connected):
    connected.zoho.accounts.revoke_all()
    connected.clock.pass_(hours=2)
    connected.ticks(3)
    told = connected.dana.last("C1")
    assert "Edits wait in both apps until somebody signs in again" in text_of(told)
    connected.dana.press(told, "Reconnect Zoho Inventory")
    connected.settle()
    connected.dana.press(connected.dana.last("C1"), "Sign in to Zoho Inventory")
    connected.sign_in("zoho_inventory", connected.dana.went_to[-1])
    connected.dana.press(connected.dana.direct_messages()[-1], "Use this account")
    connected.settle()
    connected.ticks(5)
    assert "In step" in say(connected, "")


def test_a_preview_tells_what_it_costs_of_today(stage):
    stage.connect()
    shown = text_of(stage.preview())
    cost = r"(no further calls|about [\d,]+ of the [\d,]+ calls) to Zoho Inventory( left today)?"
    assert re.search(rf"This takes {cost}, and about \d+ minutes? for both apps\.", shown)
