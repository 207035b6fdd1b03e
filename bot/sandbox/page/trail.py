"""The guided trail of the demo's page: which of its steps have really happened, as the stand-ins saw it."""

from collections.abc import Callable, Mapping

from bot.sandbox.slack.person import text_of
from bot.sandbox.world import Demo


class Trail:
    """Steps stay done once they were seen done. `recovered`: something was broken here, and is well again."""

    def __init__(self, demo: Demo, recovered: Callable[[], bool]) -> None:
        self._demo = demo
        self._done: set[str] = set()
        self._written_before: Mapping[str, int] = {}
        self._seen: Mapping[str, Callable[[], bool]] = {
            "connect": self._asked_to_connect,
            "sign-in": self._signed_in_to_both,
            "preview": lambda: self._told("Nothing has been changed yet"),
            "approve": lambda: self._told("In step: "),
            "edit": self._edit_travelled,
            "break": recovered,
            "pause": lambda: self._told("is paused"),
        }

    def done(self) -> list[str]:
        """The steps that have been done, in the trail's order."""
        for step, seen in self._seen.items():
            if step not in self._done and seen():
                self._done.add(step)
        return [step for step in self._seen if step in self._done]

    def edited(self, app: str) -> None:
        """A person changed a record of this app: what zsync writes to the other from now on is the edit's journey."""
        other = {"zoho": "google", "google": "zoho"}[app]
        if "approve" in self._done:
            self._written_before = {other: self._writes(other)}

    def _asked_to_connect(self) -> bool:
        return any(method == "views.open" for method, _, _ in list(self._demo.slack.calls))

    def _signed_in_to_both(self) -> bool:
        return bool(self._demo.zoho.accounts.grants and self._demo.google.oauth.grants)

    def _edit_travelled(self) -> bool:
        return any(self._writes(app) > before for app, before in self._written_before.items())

    def _writes(self, app: str) -> int:
        calls = self._demo.zoho.calls if app == "zoho" else self._demo.google.calls
        return sum(call.method != "GET" for call in tuple(calls))

    def _told(self, words: str) -> bool:
        return any(words in text_of(message) for message in list(self._demo.slack.messages))
