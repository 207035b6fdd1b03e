"""How somebody who visits the demo looks, chooses and waits: at Slack's screen, in the browser, in both apps' own tables."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx

from bot.sandbox.slack.person import NotThere, Person, text_of
from bot.sandbox.world import Demo

PATIENCE_SECONDS = 120.0
SHORT_NAME = re.compile(r":[a-z_]+: ?")
"""An emoji, which a terminal would show as it is spelled."""


class Visitor:
    """Dana, with her eyes and hands."""

    def __init__(self, demo: Demo, say: Callable[[str], None] = print) -> None:
        self.demo = demo
        self.dana = Person(demo.slack)
        self._say = say
        self._steps = 0
        self._started = time.monotonic()

    @staticmethod
    def _nickname(person: Any) -> str:
        return str(next((one["value"] for one in person.get("nicknames", ())), ""))

    def _press(self, label: str) -> None:
        self._until(f"there is a button {label!r}", lambda: label in text_of(self.dana.modal()))
        self.dana.press(self.dana.modal(), label)

    def _choose(self, action: str, option: str) -> None:
        """Choose in the input with this action as soon as it is there."""

        def chosen() -> bool:
            try:
                self.dana.choose(self.dana.modal(), action, option)
            except NotThere:
                return False
            return True

        self._until(f"{option!r} can be chosen", chosen)

    def _told(self, line: str) -> None:
        self._steps += 1
        self._say(f"{self._steps:>2}  {SHORT_NAME.sub('', line)}")

    def _until(self, what: str, seen: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = seen()
            if found:
                return found
            time.sleep(0.05)
        raise NotThere(f"waited in vain until {what}")

    def _modal(self, text: str) -> None:
        self._until(f"the modal shows {text!r}", lambda: self.dana.has_modal() and text in text_of(self.dana.modal()))

    def _message(self, text: str) -> Any:
        return next(message for message in self.dana.direct_messages() if text in text_of(message))

    def _card(self, text: str) -> str:
        return next((text_of(message) for message in self.dana.direct_messages() if text in text_of(message)), "")

    def _in_channel(self, text: str) -> str:
        return next(
            (text_of(message) for message in reversed(self.dana.messages("C1")) if text in text_of(message)), ""
        )

    @staticmethod
    def _line(text: str, part: str) -> str:
        found = next((line for line in text.splitlines() if part in line), None)
        if found is None:
            raise NotThere(f"no line with {part!r} in {text!r}")
        return found

    def _writes(self) -> int:
        return sum(call.method != "GET" for call in self.demo.zoho.calls) + sum(
            call.method != "GET" for call in self.demo.google.calls
        )

    def _through_the_browser(self, url: str) -> str:
        """Landing page, consent, callback: the heading of the last page."""
        with httpx.Client(follow_redirects=True, timeout=10, trust_env=False) as browser:
            landing = browser.get(url)
            state = re.search(r'name="state" value="([^"]+)"', landing.text)
            assert state, landing.text
            consent = browser.post(url, data={"state": state[1]})
            done = browser.post(urljoin(str(consent.url), ""), data={"answer": "yes"})
        heading = re.search(r"<h1>(.*?)</h1>", done.text)
        assert heading, done.text
        return unescape(heading[1])

    def _customer(self, contact_id: str = "") -> Any:
        """A customer that is in both apps."""
        rows = httpx.get(f"{self.demo.urls['zoho']}/ui/contacts", timeout=10).json()
        known = {entry["value"].lower() for person in self._people() for entry in person.get("emailAddresses", ())}
        for row in rows:
            emails = [person["email"].lower() for person in row["contact_persons"]]
            mine = contact_id == row["contact_id"] or (
                not contact_id and row["status"] == "active" and row["contact_type"] == "customer"
            )
            if (
                mine
                and emails
                and emails[0] in known
                and sum(emails[0] == e for r in rows for p in r["contact_persons"] for e in [p["email"].lower()]) == 1
            ):
                return row
        raise NotThere("no customer is in both apps")

    def _people(self) -> Any:
        return httpx.get(f"{self.demo.urls['google']}/ui/people", timeout=10).json()

    def _in_google(self, email: str) -> Any:
        matching = (
            p for p in self._people() if any(e["value"].lower() == email.lower() for e in p.get("emailAddresses", ()))
        )
        return next(matching, None)

    def _phone_in_google(self, email: str, phone: str) -> bool:
        person = self._in_google(email)
        return person is not None and phone in [entry["value"] for entry in person.get("phoneNumbers", ())]

    @staticmethod
    def _patch(url: str, body: Any) -> None:
        httpx.patch(url, json=body, timeout=10).raise_for_status()

    @staticmethod
    def _post(url: str, body: Any) -> None:
        httpx.post(url, json=body, timeout=10).raise_for_status()
