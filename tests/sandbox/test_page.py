"""The demo's page through its doors, with the real bot behind: what a person sees, what they do, what is refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from hatchling.builders.wheel import WheelBuilder
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from werkzeug.test import Client

from bot.routes import help_lines
from bot.sandbox.feed import Feed
from bot.sandbox.page.app import FILES, Page
from bot.sandbox.slack import limits, views
from bot.sandbox.slack.state import elements
from tests.bot.stage import Stage

ROOT = Path(__file__).parents[2]


class Visitor:
    """Somebody at the page: `seen` is what it shows, `act` what its scripts send."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.feed = Feed()
        self.http = Page(stage.slack, self.feed, help_lines()).app.test_client()

    def seen(self, user: str = "U1") -> Any:
        return self.http.get(f"/seen/{user}").get_json()

    def act(self, name: str, user: str = "U1", **told: Any) -> Any:
        answer = self.http.post(f"/acts/{user}/{name}", json=told)
        self.stage.settle()
        return answer

    def command(self, text: str, user: str = "U1", channel: str = "C1") -> None:
        assert self.act("command", user, text=text, channel=channel).status_code == 200

    def modal(self) -> Any:
        return self.seen()["modals"][-1]

    def element(self, action: str) -> tuple[dict[str, str], Any]:
        """Where an element of the modal stands, as the page tells it, and the element."""
        view = self.modal()
        for block in view["blocks"]:
            for element in elements(block):
                if element.get("action_id") == action:
                    return {"view": view["id"], "block": block["block_id"], "action": action}, element
        raise AssertionError(f"no {action!r} in {view['title']['text']!r}")

    def choose(self, action: str, text: str) -> Any:
        place, element = self.element(action)
        value = next(option for option in element["options"] if text in option["text"]["text"])
        return self.act("choose", **place, value=value)


@pytest.fixture
def page() -> Iterator[Visitor]:
    stage = Stage()
    yield Visitor(stage)
    stage.close()


def said(message: Any) -> str:
    return json.dumps([message["text"], message["blocks"]])


# ---- doing ------------------------------------------------------------------------------------------------------------------------------


def test_a_command_opens_the_modal_and_what_is_chosen_there_reaches_the_bot(page):
    page.command("/zsync connect")
    assert page.modal()["title"]["text"] == "Connect Zoho"
    page.choose("region", "Europe")
    page.act("submit", view=page.modal()["id"])
    assert "Sign in to Zoho Inventory" in json.dumps(page.modal()["blocks"])


def test_what_is_typed_stays_in_the_form_and_disturbs_nobody(page):
    page.command("/zsync connect")
    page.choose("region", "Europe")
    page.act("submit", view=page.modal()["id"])
    field = next(e for b in page.modal()["blocks"] for e in elements(b) if e["type"] == "plain_text_input")
    place, _ = page.element(field["action_id"])
    before = page.feed.version
    page.act("type", **place, value="http://localhost/back")
    assert page.feed.version == before
    assert page.modal()["state"]["values"][place["block"]][place["action"]]["value"] == "http://localhost/back"


def test_a_form_with_a_gap_shows_the_error_and_is_not_sent(page):
    page.command("/zsync connect")
    page.act("submit", view=page.modal()["id"])
    assert page.modal()["errors"] == {"region": "Please complete this required field."}
    assert page.modal()["title"]["text"] == "Connect Zoho"


def test_an_option_that_was_never_offered_cannot_be_chosen(page):
    page.command("/zsync connect")
    place, element = page.element("region")
    forged = {**element["options"][0], "value": "moon"}
    assert page.act("choose", **place, value=forged).status_code == 409


def test_what_is_gone_from_the_screen_cannot_be_used(page):
    page.command("/zsync connect")
    place, element = page.element("region")
    page.act("close")
    assert page.seen()["modals"] == []
    answer = page.act("choose", **place, value=element["options"][0])
    assert answer.status_code == 409
    assert answer.get_json() == {"error": "This is not on the screen any more."}


def test_back_closes_the_view_on_top_and_close_closes_all(page):
    slack = page.stage.slack
    slack.stacks["U1"] = []
    for title in ("First", "Second", "Third"):
        view = {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": []}
        views.put_on_top(slack.stacks["U1"], views.made(slack, view, "U1"))
    page.act("back")
    assert len(page.seen()["modals"]) == 2
    page.act("close")
    assert page.seen()["modals"] == []


def test_a_search_is_answered_by_the_bot(page):
    page.stage.connect()
    page.command("/zsync map")
    add = next(
        e for b in page.modal()["blocks"] for e in elements(b) if (e.get("text") or {}).get("text") == "Add a mapping"
    )
    page.act("press", **page.element(add["action_id"])[0])
    place, _ = page.element("mappings.left")
    found = page.act("search", **place, query="customer ty").get_json()
    assert "Customer type" in [option["text"]["text"] for option in found["options"]]


def test_home_is_published_when_it_is_opened_and_its_buttons_work(page):
    assert page.seen()["home"] is None
    page.act("home")
    home = page.seen()["home"]
    button = next((b, e) for b in home["blocks"] for e in elements(b) if "Connect" in e["text"]["text"])
    page.act("press", view=home["id"], block=button[0]["block_id"], action=button[1]["action_id"])
    assert page.modal()["title"]["text"] == "Connect Zoho"


def test_a_plain_message_is_seen_by_everybody_there_as_it_was_typed(page):
    page.act("say", text="Is <b>this</b> & that in?", channel="C2")
    for user in ("U1", "UADMIN"):
        assert page.seen(user)["messages"][-1]["text"] == "Is &lt;b&gt;this&lt;/b&gt; &amp; that in?"
    assert page.seen("UGUEST")["messages"] == []


# ---- seeing -----------------------------------------------------------------------------------------------------------------------------


def test_an_answer_for_one_person_is_seen_by_that_person_alone(page):
    page.command("/zsync help")
    (answer,) = page.seen()["messages"]
    assert answer["private"]
    assert "/zsync connect" in said(answer)
    assert page.seen("UADMIN")["messages"] == []


def test_a_message_of_somebody_else_cannot_be_pressed(page):
    page.command("/zsync")
    (answer,) = page.seen()["messages"]
    block, element = next((b, e) for b in answer["blocks"] for e in elements(b))
    place = {"message": answer["id"], "block": block["block_id"], "action": element["action_id"]}
    assert page.act("press", "UADMIN", **place).status_code == 409
    assert page.act("press", **place).status_code == 200


def test_a_guest_sees_the_channels_they_are_in_and_no_modal_of_others(page):
    page.command("/zsync connect")
    guest = page.seen("UGUEST")
    assert [one["name"] for one in guest["channels"] if not one["direct"]] == ["ops-sync"]
    assert guest["modals"] == []
    assert {one["name"]: one["role"] for one in guest["people"]} == {
        "Dana": "member",
        "Alex": "admin",
        "Robin": "member",
        "Guest": "guest",
        "zsync": "app",
    }


def test_an_archived_channel_is_shown_nowhere(page):
    seen = page.seen()
    assert "old-project" not in {one["name"] for one in seen["channels"] + seen["conversations"]}


def test_the_verbs_are_those_of_the_bot(page):
    assert {"verb": "pause", "words": dict(help_lines())["pause"]} in page.http.get("/verbs").get_json()


# ---- what goes wrong --------------------------------------------------------------------------------------------------------------------


def test_a_refused_call_of_the_bot_is_told_with_its_pointers(page):
    client = WebClient(token=page.stage.slack.bot_token, base_url=f"{page.stage.served.url}/api/")
    with pytest.raises(SlackApiError):
        client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "nonsense"}]})
    traffic = page.seen()["traffic"]
    page.stage.slack.calls.clear()  # the stage holds every call of the bot against Slack's documents; this one was ours
    assert traffic["refused"] == 1
    assert traffic["calls"][-1]["error"] == "invalid_arguments"
    assert traffic["calls"][-1]["pointers"] == [
        "[ERROR] unsupported type: nonsense in a home [json-pointer:/view/blocks/0/type]"
    ]


def test_a_refused_post_to_a_response_url_is_told_as_well(page):
    url = page.stage.slack.response_url("C1", "U1", None)
    for text in ("Hello", ""):
        httpx.post(url, json={"text": text})
    traffic = page.seen()["traffic"]
    page.stage.slack.calls.clear()  # these were ours
    assert [(call["method"], call["error"]) for call in traffic["calls"][-2:]] == [
        ("response_url", ""),
        ("response_url", "no_text"),
    ]
    assert traffic["refused"] == 1


def test_a_press_that_the_bot_does_not_answer_is_told_beside_the_message_until_one_is_answered(page):
    page.command("/zsync")
    (answer,) = page.seen()["messages"]
    block, element = next((b, e) for b in answer["blocks"] for e in elements(b))
    place = {"message": answer["id"], "block": block["block_id"], "action": element["action_id"]}
    deliver, page.stage.slack.deliver = page.stage.slack.deliver, lambda body, headers: (500, b"")
    page.act("press", **place)
    assert page.seen()["messages"][0]["trouble"] == "We had some trouble connecting. Try again?"
    page.stage.slack.deliver = deliver
    page.act("press", **place)
    assert page.seen()["messages"][0]["trouble"] == ""


@pytest.mark.parametrize("path", ["/acts/U1/shout", "/acts/NOBODY/close"])
def test_unknown_people_and_acts_are_refused(page, path):
    assert page.http.post(path, json={}).status_code == 404


def test_nobody_looks_at_the_workspace_of_an_unknown_person(page):
    assert page.http.get("/seen/NOBODY").status_code == 404


def test_another_web_site_cannot_act_here(page):
    assert page.http.get("/", base_url="http://elsewhere.example").status_code == 400
    assert page.http.post("/acts/U1/close", data="{}", content_type="text/plain").status_code == 415


# ---- the live feed ----------------------------------------------------------------------------------------------------------------------


def test_the_feed_tells_the_version_at_once_and_after_every_act(page):
    events = page.feed.events()
    first = next(events)
    page.command("/zsync help")
    assert next(events) != first
    assert page.seen()["version"] == page.feed.version


def test_the_feed_hears_of_what_programs_change_but_not_of_their_looking():
    app, feed = Flask("app"), Feed()
    app.add_url_rule("/", "door", lambda: "", methods=["GET", "POST"])
    program = Client(feed.watching(app))
    program.get("/")
    assert feed.version == 0
    program.post("/")
    assert feed.version == 1


# ---- its files --------------------------------------------------------------------------------------------------------------------------


def test_the_page_runs_only_its_own_scripts(page):
    answer = page.http.get("/", buffered=True)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<script[^>]*>[^<]|\son\w+=|\sstyle=", answer.text)


@pytest.mark.parametrize("script", sorted(FILES.rglob("*.js")), ids=lambda path: path.name)
def test_a_script_imports_only_files_that_are_there_and_never_parses_markup(script):
    code = script.read_text()
    assert all((script.parent / name).exists() for name in re.findall(r'from "(\.[\w./]+)"', code))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", code)


def test_every_file_that_the_page_names_is_served(page):
    named = re.findall(r'(?:href|src)="([\w./]+)"', page.http.get("/", buffered=True).text)
    assert {"script/main.js", "style/frame.css"} <= set(named)
    assert [name for name in named if page.http.get(f"/{name}", buffered=True).status_code != 200] == []


def test_every_emoji_of_the_templates_is_drawn():
    """A short name that the page does not know is shown as it was typed."""
    drawn = set(re.findall(r"^  (\w+): \[", (FILES / "script/blocks/emoji.js").read_text(), re.MULTILINE))
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.j2")]
    used = {name for text in texts for name in re.findall(r":([a-z][a-z_]{2,}):", text)}
    assert "white_check_mark" in used
    assert used - drawn == set()


@pytest.mark.parametrize(
    ("script", "table", "shapes"),
    [("blocks/blocks.js", "BLOCKS", limits.BLOCKS), ("blocks/elements.js", "ELEMENTS", limits.ELEMENTS)],
)
def test_everything_that_the_workspace_takes_is_drawn(script, table, shapes):
    """What is not would be shown as a placeholder."""
    code = (FILES / "script" / script).read_text()
    drawn = re.search(rf"const {table} = {{\n(.*?)\n}};", code, re.DOTALL)
    assert drawn
    assert set(re.findall(r"^  (\w+)[,:]", drawn[1], re.MULTILINE)) == set(shapes)


def test_an_installed_package_has_the_page():
    packed = {Path(file.distribution_path).name for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {path.name for path in FILES.rglob("*") if path.is_file()} <= packed
