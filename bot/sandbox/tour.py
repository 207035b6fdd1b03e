"""The journey of a newcomer, played through the real HTTP doors: one readable line a step, and a verdict at the end."""

import re
import time

import httpx

from bot.sandbox.faults import Fault
from bot.sandbox.slack.person import NotThere, text_of
from bot.sandbox.tour_visitor import Visitor


class Tour(Visitor):
    """Dana connects Zoho Inventory with Google Contacts, and watches what happens."""

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

    def get_connected(self) -> None:
        """From `/zsync connect` to the end of the first sync."""
        for step in (self._connect_zoho, self._connect_google, self.dana.close, self._preview, self._approve):
            step()

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
        self._post(f"{self.demo.urls['zoho']}/ui/contacts", body)
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
        self._modal("Matches ")
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

    def _fault(self) -> None:
        rate = self.demo.clock.rate
        fault = Fault("status", path="/inventory/*", times=None, body='{"code": 1000, "message": "oops"}')
        self.demo.zoho.faults.add(fault)
        self._until("the channel hears of the fault", lambda: self._in_channel("answered with an error of its own"))
        self.demo.zoho.faults.remove(fault)
        self._until("the channel hears of the recovery", lambda: self._in_channel("works again"))
        self._told(
            f"Zoho answered 500 for a while ({rate:.0f} times faster than life): one message, and one when it worked again."
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
        links, _, _ = self._line(card, "links between").partition(" The last run")
        self._told(f"{links} Two more runs wrote nothing.")
