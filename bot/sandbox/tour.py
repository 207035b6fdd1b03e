"""The journey of a newcomer, played through the real HTTP doors: one readable line a step, and a verdict at the end."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx

from bot.sandbox.demo import Demo
from bot.sandbox.slack_client import NotThere, Person, text_of

PATIENCE_SECONDS = 40.0


class Tour:
    """Dana connects Zoho Inventory with Google Contacts, and watches what happens."""

    def __init__(self, demo: Demo, say: Callable[[str], None] = print) -> None:
        self.demo = demo
        self.dana = Person(demo.slack)
        self._say = say
        self._steps = 0
        self._started = time.monotonic()

    def play(self) -> int:
        """All steps; 0 when every one came true, 1 at the first that did not."""
        steps = (
            self._connect_zoho,
            self._connect_google,
            self._preview,
            self._approve,
            self._edit_in_zoho,
            self._edit_in_google,
            self._new_customer,
            self._rule,
            self._mapping,
            self._configured,
            self._fault,
            self._pause_and_resume,
            self._nothing_more,
        )
        for step in steps:
            try:
                step()
            except (NotThere, AssertionError, httpx.HTTPError) as error:
                self._say(
                    f"tour failed at step {self._steps + 1} ({step.__name__.strip('_').replace('_', ' ')}): {error}"
                )
                return 1
        calls = f"{len(self.demo.zoho.calls)} calls to Zoho, {len(self.demo.google.calls)} to Google, {len(self.demo.slack.calls)} to Slack"
        refused = [call for call in self.demo.slack.calls if not call[2]["ok"]]
        if refused:
            self._say(f"tour failed: Slack refused {len(refused)} calls, the first: {refused[0][0]} {refused[0][2]}")
            return 1
        self._say(f"tour passed: {self._steps} steps in {time.monotonic() - self._started:.0f} s, {calls}")
        return 0

    # ---- steps ---------------------------------------------------------------------------------------------------------------------

    def _connect_zoho(self) -> None:
        self.dana.command("/zsync connect")
        self._modal("Where is your Zoho account?")
        self.dana.choose(self.dana.modal(), "Where is your Zoho account?", ":flag-eu: Europe")
        self.dana.submit()
        self.dana.press(self.dana.modal(), "Sign in to Zoho Inventory")
        page = self._through_the_browser(self.dana.went_to[-1])
        self._modal("You signed in to *Zoho Inventory* as *dana@quayside.example*")
        self._told(f"/zsync connect: region Europe, signed in in the browser. The page says: “{page}”")
        self.dana.submit()
        self._modal("Which organisation's customers?")
        self.dana.submit()
        self._modal("Keep “Quayside Trading” in step with")
        self._told("The organisation Quayside Trading is chosen, and its customers can be read.")

    def _connect_google(self) -> None:
        self.dana.choose(self.dana.modal(), "Keep “Quayside Trading” in step with", "app:google_contacts")
        self.dana.submit()
        self.dana.press(self.dana.modal(), "Sign in to Google Contacts")
        self._through_the_browser(self.dana.went_to[-1])
        self._modal("You signed in to *Google Contacts* as *dana@quayside.example*")
        self.dana.submit()
        self._modal("These fields travel")
        self.dana.fill(self.dana.modal(), "Channel for results", "C1")
        self.dana.submit()
        self._modal("Preview under way")
        self._told("Google Contacts is signed in; both ways, Zoho wins, results go to #ops-sync.")

    def _preview(self) -> None:
        card = self._until("the preview is complete", lambda: self._card("Approve all"))
        assert not self._writes(), "something was written before the approval"
        found = re.search(r"\*(\d+ links)\*.*?\n\*In Google Contacts\*: (.*)\n\*In Zoho Inventory\*: (.*)", card)
        assert found, card
        self._told(f"Preview: {found[1]} found, in Google {found[2]}, in Zoho {found[3]}; nothing was written yet.")

    def _approve(self) -> None:
        self.dana.press(self._message("Approve all"), "Approve all")
        card = self._until("the first sync is done", lambda: self._in_channel("In step: "))
        self._told(f"Approved. {self._line(card, 'In step: ')}")
        self._told(self._line(card, "Zoho Inventory: "))

    def _edit_in_zoho(self) -> None:
        contact = self._customer()
        person = contact["contact_persons"][0]
        self._patch(f"{self.demo.urls['zoho']}/ui/contacts/{contact['contact_id']}", {"mobile": "+44 20 7946 0777"})
        self._until("the edit reaches Google", lambda: self._phone_in_google(person["email"], "+44 20 7946 0777"))
        self._told(
            f"A mobile number typed in Zoho for {person['first_name']} {person['last_name']} is in Google a run later."
        )

    def _edit_in_google(self) -> None:
        contact = self._customer()
        email = contact["contact_persons"][0]["email"]
        person = self._in_google(email)
        self._patch(
            f"{self.demo.urls['google']}/ui/{person['resourceName']}", {"biographies": [{"value": "Likes tea"}]}
        )
        self._until("the edit reaches Zoho", lambda: self._customer(contact["contact_id"])["notes"] == "Likes tea")
        self._told("A note typed in Google is in Zoho a run later.")

    def _new_customer(self) -> None:
        body = {
            "contact_name": "Tour & Sons",
            "company_name": "Tour & Sons",
            "first_name": "Lena",
            "email": "lena@tour.example",
        }
        httpx.post(f"{self.demo.urls['zoho']}/ui/contacts", json=body, timeout=10).raise_for_status()
        person = self._until("the new customer is in Google", lambda: self._in_google("lena@tour.example"))
        self._told(f"The new customer Tour & Sons is in Google as {person['names'][0]['displayName']}.")

    def _rule(self) -> None:
        self.dana.command("/zsync rules")
        self._modal("IF all customers")
        self.dana.menu(self.dana.modal(), "IF all customers", "Edit")
        self._press("Add a condition")
        self._choose("rules.field", "Customer type")
        self._choose("rules.operator", "is")
        self._choose("value", "Business")
        self.dana.submit()
        self._modal("Customer type is “Business”")
        matches = self._line(text_of(self.dana.modal()), "Matches ")
        self._press("Add an action")
        self._choose("rules.action.field", "Labels")
        self._choose("rules.action.value", "Trade")
        self.dana.submit()
        self._modal("add “Trade” to Labels")
        self.dana.submit()
        self._modal("Not saved yet")
        self._told(f"A rule: IF Customer type is “Business” THEN add the new label “Trade” in Google. {matches}")

    def _mapping(self) -> None:
        self.dana.command("/zsync map")
        self._modal("First name ↔ First name")
        self._press("Add a mapping")
        self._choose("mappings.left", "Customer type")
        self._choose("mappings.right", "Nickname")
        self._modal("Business →")
        self.dana.fill(self.dana.modal(), "Business →", "Firm")
        self.dana.fill(self.dana.modal(), "Individual →", "Person")
        self.dana.submit()
        self._modal("Customer type ↔ Nickname")
        self.dana.submit()
        self._modal("You get a preview")
        self.dana.close()
        self._told(
            "A custom mapping: Customer type ↔ Nickname through a value table. Both wait in a preview; nothing was written."
        )

    def _configured(self) -> None:
        card = self._until("the change is previewed", lambda: self._card("Your new settings wait for you"))
        self.dana.press(self._message("Your new settings wait for you"), "Approve all")
        self._until("businesses are labelled", lambda: any("Trade" in p["labels"] for p in self._people()))
        firms = self._until("nicknames travel", lambda: [p for p in self._people() if self._nickname(p) == "Firm"])
        self._told(
            f"Approved. {self._line(card, 'In Google Contacts').replace('*', '')}. {len(firms)} contacts are called “Firm” now."
        )

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

    def _fault(self) -> None:
        until = self.demo.clock.rate
        fault = {
            "kind": "status",
            "path": "/inventory/*",
            "times": None,
            "status": 500,
            "body": '{"code": 1000, "message": "oops"}',
        }
        self._post(f"{self.demo.urls['zoho']}/ui/faults", fault)
        self._until("the channel hears of the fault", lambda: self._in_channel("answered with an error of its own"))
        httpx.delete(f"{self.demo.urls['zoho']}/ui/faults", timeout=10).raise_for_status()
        self._until("the channel hears of the recovery", lambda: self._in_channel("works again"))
        self._told(
            f"Zoho answered 500 for a while ({until:.0f} times faster than life): one message, and one when it worked again."
        )

    def _pause_and_resume(self) -> None:
        self.dana.command("/zsync pause")
        self._until("the pause is confirmed", lambda: self._in_channel("is paused"))
        calls = len(self.demo.zoho.calls)
        time.sleep(400 / self.demo.clock.rate)
        assert len(self.demo.zoho.calls) == calls, "a paused connection called Zoho"
        self.dana.command("/zsync resume")
        self._until("the resume is confirmed", lambda: self._in_channel("is running again"))
        self._told("Paused: not one call to Zoho in a whole interval. Resumed.")

    def _nothing_more(self) -> None:
        self.dana.command("/zsync status")
        card = self._until("the status is shown", lambda: self._in_channel("links between"))
        before = self._writes()
        time.sleep(700 / self.demo.clock.rate)
        assert self._writes() == before, "a run without a change wrote something"
        self._told(f"{self._line(card, 'links between')} Two more runs wrote nothing.")

    # ---- how a person looks and waits ----------------------------------------------------------------------------------------------

    def _told(self, line: str) -> None:
        self._steps += 1
        self._say(f"{self._steps:>2}  {line}")

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
        return next(line for line in text.splitlines() if part in line)

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
