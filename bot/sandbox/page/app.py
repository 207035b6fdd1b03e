"""The demo's page: its files, what a person sees, what a person does, and the live feed. Everything done goes through `Member`."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, Response, jsonify, request

from bot.sandbox.feed import Feed
from bot.sandbox.page.acts import ACTS, SILENT, Gone
from bot.sandbox.page.seen import seen
from bot.sandbox.slack.member import Member
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.workspace import SlackError

FILES = Path(__file__).parent / "assets"
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


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
