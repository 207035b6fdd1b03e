"""A person in front of the demo's page, who finds everything by its role and its name, and waits for what is seen."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from bot.sandbox.world import Demo

PATIENCE = 60_000
"""Milliseconds until what should be seen is given up."""


class Visitor:
    """Dana, in a browser."""

    def __init__(self, demo: Demo, context: BrowserContext) -> None:
        self.demo = demo
        self.complaints: list[str] = []
        self._context = context
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(demo.urls["page"])

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    # ---- the workspace -------------------------------------------------------------------------------------------------------------

    def types(self, text: str) -> None:
        """Type into the channel's message box, and press Enter."""
        field = self.page.get_by_role("combobox", name="Message #")
        field.fill(text)
        field.press("Enter")

    def goes_to(self, channel: str) -> None:
        """Open a channel."""
        self.page.get_by_role("navigation").get_by_role("link", name=channel).click()

    def reads_what_zsync_says_to_her(self) -> None:
        """Open the direct conversation with the app."""
        self.goes_to("zsync")
        self.page.get_by_role("tab", name="Messages").click()

    def sees(self, text: str) -> Locator:
        """The last message of the open conversation that says this."""
        message = self.page.get_by_role("article").filter(has_text=text).last
        expect(message).to_be_visible()
        return message

    def presses(self, name: str, where: Locator | None = None) -> None:
        (where or self.modal).get_by_role("button", name=name, exact=True).click()

    # ---- modals --------------------------------------------------------------------------------------------------------------------

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog#modal")

    def sees_form(self, title: str, text: str = "") -> None:
        """The modal on top has this title, and says this."""
        expect(self.page.get_by_role("dialog", name=title)).to_be_visible()
        if text:
            expect(self.modal).to_contain_text(text)

    def chooses(self, label: str, option: str, *, typed: str = "") -> None:
        """Choose in a select, after typing a part of the option where it must be searched for."""
        field = self.modal.get_by_role("combobox", name=label)
        field.click()
        if typed:
            field.fill(typed)
        self.modal.get_by_role("option", name=option).first.click()

    def fills(self, label: str, value: str) -> None:
        self.modal.get_by_role("textbox", name=label).fill(value)

    def picks(self, row: str, item: str) -> None:
        """Choose from the menu beside a row."""
        self.modal.get_by_role("button", name=re.compile(f"^More actions: .*{re.escape(row)}")).first.click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def adds_condition(self, field: str, comparison: str, value: str = "") -> None:
        """Fill in the form of one condition; a value that is typed, or chosen where it is a choice."""
        self.chooses("Field of Zoho Inventory", field, typed=field)
        self.chooses("Comparison", comparison)
        if value:
            box = self.modal.get_by_label("Value")
            box.fill(value)
            if box.get_attribute("role") == "combobox":
                self.modal.get_by_role("option", name=value).click()
        self.presses("Keep")
        self.sees_form("Rule")

    def saves_and_approves(self) -> None:
        """Preview the changes of the form, and approve them: they are live when this returns."""
        self.presses("Preview changes")
        self.sees_form("Saved", "You get a preview")
        self.presses("Close")
        self.approves_the_change()

    def approves_the_change(self) -> None:
        self.reads_what_zsync_says_to_her()
        self.presses("Approve all", self.sees("Your new settings wait for you"))
        self.sees("Approved by")
        self.goes_to("ops-sync")

    # ---- signing in ----------------------------------------------------------------------------------------------------------------

    def signs_in(self, link: str, agree: str) -> None:
        """Through landing page and consent page in a tab of their own."""
        tab = self.opens_sign_in(link)
        tab.get_by_role("button", name="That is me").click()
        tab.get_by_role("button", name=agree).click()
        expect(tab.get_by_role("heading", name="You are signed in")).to_be_visible()
        tab.close()

    def opens_sign_in(self, link: str) -> Page:
        """The tab with the landing page."""
        with self._context.expect_page() as opened:
            self.modal.get_by_role("link", name=link).click()
        return opened.value

    # ---- the side panel ------------------------------------------------------------------------------------------------------------

    @property
    def side(self) -> Locator:
        return self.page.get_by_role("complementary", name="Behind the scenes")

    def opens_tab(self, name: str) -> Locator:
        """A tab of the panel: what is in it."""
        self.side.get_by_role("tab", name=name).click()
        return self.side.get_by_role("tabpanel", name=name)

    def finds(self, app: str, words: str) -> Locator:
        """The row of the only record that has these words."""
        panel = self.opens_tab(app)
        panel.get_by_role("searchbox").fill(words)
        expect(panel.get_by_role("status")).to_have_text("1–1 of 1")
        return panel.get_by_role("row", name=words)

    def opens_record(self, app: str, words: str) -> Locator:
        """The form of the only record that has these words."""
        self.finds(app, words).get_by_role("button").click()
        return self.side.get_by_role("tabpanel", name=app)

    def saves(self, form: Locator) -> None:
        """Save a record; the table is back when the app has taken it."""
        self.presses("Save", form)
        expect(form.get_by_role("table")).to_be_visible()

    def leaps(self, words: str = "Jump to the next run") -> None:
        self.side.get_by_role("button", name=words, exact=True).click()
