"""The demo's page: its files, what a person sees, what a person does, and the live feed. Everything done goes through `Member`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request

from bot.sandbox.page_feed import Feed
from bot.sandbox.page_seen import seen
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.slack_acts import Member, Place
from bot.sandbox.slack_forms import options_of
from bot.sandbox.slack_state import Json, View, elements
from bot.sandbox.slack_workspace import SlackError

FILES = Path(__file__).parent / "page"
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Gone(Exception):
    """What was acted on is not on the screen any more."""


class Page:
    """One workspace in the browser. `verbs` are the bot's words after its command, each with its line of help."""

    def __init__(self, slack: SlackStandIn, feed: Feed, verbs: Sequence[tuple[str, str]]) -> None:
        self._slack = slack
        self._feed = feed
        self._verbs = verbs
        self.app = Flask("page", static_folder=str(FILES), static_url_path="")
        self.app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
        self.app.add_url_rule("/", "index", lambda: self.app.send_static_file("index.html"))
        self.app.add_url_rule("/seen/<user>", "seen", self._seen)
        self.app.add_url_rule("/verbs", "verbs", self._told_verbs)
        self.app.add_url_rule("/feed", "feed", self._events)
        self.app.add_url_rule("/acts/<user>/<act>", "act", self._act, methods=["POST"])
        self.app.after_request(_secured)

    # ---- what is seen --------------------------------------------------------------------------------------------------------------

    def _seen(self, user: str) -> tuple[Response, int]:
        if user not in self._slack.users:
            return jsonify({"error": "Nobody of that name is in this workspace."}), 404
        return jsonify({"version": self._feed.version, **seen(self._slack, user)}), 200

    def _told_verbs(self) -> Response:
        return jsonify([{"verb": verb, "words": words} for verb, words in self._verbs])

    def _events(self) -> Response:
        return Response(self._feed.events(), content_type="text/event-stream")

    # ---- what is done --------------------------------------------------------------------------------------------------------------

    def _act(self, user: str, act: str) -> tuple[Response, int]:
        """One act of one person; 409 with a sentence where it cannot be done (any more)."""
        if user not in self._slack.users or act not in ACTS:
            return jsonify({"error": "There is no such person or act."}), 404
        member, told = Member(self._slack, user), request.get_json()
        try:
            answer = ACTS[act](member, told)
        except Gone:
            return jsonify({"error": "This is not on the screen any more."}), 409
        except SlackError as error:
            return jsonify({"error": f"The workspace refused that: {error.error}."}), 409
        finally:
            if act not in SILENT:
                self._feed.rise()
        return jsonify(answer or {}), 200


def _secured(response: Response) -> Response:
    response.headers.update(SECURITY)
    return response


# ---- acts --------------------------------------------------------------------------------------------------------------------------------


def _command(member: Member, told: Json) -> None:
    member.command(told["text"], told["channel"])


def _say(member: Member, told: Json) -> None:
    member.say(told["text"], told["channel"], told.get("thread", ""))


def _press(member: Member, told: Json) -> None:
    member.press_element(*_found(member, told))


def _choose(member: Member, told: Json) -> None:
    """`value` is what Slack would send: an option, options, an id, a date, a text."""
    place, block, element = _found(member, told)
    options = options_of(element)
    chosen = told["value"] if isinstance(told["value"], list) else [told["value"]]
    if options and any(one not in options for one in chosen if one is not None):
        raise Gone
    member.put(place, block, element, told["value"])


def _type(member: Member, told: Json) -> None:
    place, block, element = _found(member, told)
    if isinstance(place, View):
        member.type(place, block, element, told["value"])


def _search(member: Member, told: Json) -> Json:
    place, block, element = _found(member, told)
    if not isinstance(place, View):
        raise Gone
    return member.offers(place, block, element, told["query"])


def _submit(member: Member, told: Json) -> None:
    place = _place(member, told)
    if isinstance(place, View):
        member.submit_view(place)


def _close(member: Member, _told: Json) -> None:
    member.close()


def _back(member: Member, _told: Json) -> None:
    member.back()


def _home(member: Member, _told: Json) -> None:
    member.open_home()


ACTS: Mapping[str, Callable[[Member, Json], Any]] = {
    "command": _command,
    "say": _say,
    "press": _press,
    "choose": _choose,
    "type": _type,
    "search": _search,
    "submit": _submit,
    "close": _close,
    "back": _back,
    "home": _home,
}
SILENT = ("type", "search")
"""Acts that change nothing which anybody else sees."""


def _found(member: Member, told: Json) -> tuple[Place, Json, Json]:
    """The place, block and element that were acted on, as they are now."""
    place = _place(member, told)
    blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
    for block in blocks:
        for element in elements(block):
            if (block["block_id"], element.get("action_id")) == (told["block"], told["action"]):
                return place, block, element
    raise Gone


def _place(member: Member, told: Json) -> Place:
    """The message, or the open modal or App Home, that this person sees."""
    slack, user = member.slack, member.user
    home = slack.homes.get(user)
    views = (*slack.stacks.get(user, ()), *((home,) if home else ()))
    visible = (one for one in slack.messages if one.to in ("", user) and not one.gone)
    messages = (one for one in visible if user in slack.channel(one.channel).members)
    found: Place | None = next((view for view in views if view.id == told.get("view")), None)
    found = found or next((one for one in messages if one.ts == told.get("message")), None)
    if found is None:
        raise Gone
    return found
