"""What a person does in Slack, told by what is written on the screen: presses the button “Approve all”, fills in “Channel for results”."""

from typing import Any

from bot.sandbox.slack.forms import options_of
from bot.sandbox.slack.member import Member, Place
from bot.sandbox.slack.state import VALUE_KEYS, Json, Message, View, elements

CHOICES = ("static_select", "external_select", "radio_buttons", "conversations_select", "users_select", "overflow")
IDS = ("conversations_select", "users_select")
"""Elements whose value is an id, not an option."""


class NotThere(AssertionError):
    """The button, input or view that was asked for is not on the screen; the text lists what is."""


class Person(Member):
    """One member of the workspace, who reads."""

    # ---- acts ----------------------------------------------------------------------------------------------------------------------

    def press(self, where: Place, label: str) -> None:
        """Press the button with this label or action id."""
        self.press_element(where, *self._find(where, label, ("button",)))

    def choose(self, where: Place, label: str, option: str) -> None:
        """Choose in a select or radio group, by the option's text or value."""
        block, element = self._find(where, label, CHOICES)
        if element["type"] == "external_select" and isinstance(where, View):
            element = {**element, "options": self.suggestions(where, label, option)}
        self.put(where, block, element, _chosen(element, option))

    def menu(self, where: Place, row: str, option: str) -> None:
        """Choose from the overflow menu beside the section that holds this text."""
        for block in blocks_of(where):
            accessory = block.get("accessory") or {}
            if accessory.get("type") == "overflow" and row in (block.get("text") or {}).get("text", ""):
                self.put(where, block, accessory, _chosen(accessory, option))
                return
        raise NotThere(f"no menu beside {row!r}: {text_of(where)}")

    def fill(self, view: View, label: str, value: Any) -> None:
        """Type into an input, or tick options; nobody hears of it before the form is sent."""
        block, element = self._find(view, label, tuple(VALUE_KEYS))
        key = VALUE_KEYS[element["type"]]
        if key == "selected_options":
            value = [_chosen(element, one) for one in value]
        self.type(view, block, element, value)

    def submit(self, view: View | None = None) -> None:
        """Press the modal's submit button."""
        view = view or self.modal()
        if "submit" not in view.body:
            raise NotThere(f"no submit button on {view.body['title']['text']!r}")
        self.submit_view(view)

    def suggestions(self, view: View, label: str, query: str = "") -> list[Json]:
        """What an external select offers for a query."""
        block, element = self._find(view, label, ("external_select",))
        return options_of(self.offers(view, block, element, query))

    # ---- what is seen --------------------------------------------------------------------------------------------------------------

    def modal(self) -> View:
        """The view on top."""
        stack = self.slack.stacks.get(self.user)
        if not stack:
            raise NotThere("no modal is open")
        return stack[-1]

    def has_modal(self) -> bool:
        return bool(self.slack.stacks.get(self.user))

    def messages(self, channel: str = "C1", thread: str = "") -> list[Message]:
        """What this person sees in a channel, oldest first; ephemeral ones only if they are theirs."""
        wanted = self.slack.channel(channel).id
        return [
            m
            for m in self.slack.messages
            if m.channel == wanted and m.to in ("", self.user) and m.thread == thread and not m.gone
        ]

    def direct_messages(self) -> list[Message]:
        return self.messages(self.user)

    def last(self, channel: str = "C1") -> Message:
        seen = self.messages(channel)
        if not seen:
            raise NotThere(f"nothing in {channel}")
        return seen[-1]

    # ---- inside --------------------------------------------------------------------------------------------------------------------

    def _find(self, where: Place, label: str, kinds: tuple[str, ...]) -> tuple[Json, Json]:
        there = []
        for block in blocks_of(where):
            for element in elements(block):
                names = [
                    element.get("action_id", ""),
                    (element.get("text") or {}).get("text", ""),
                    (block.get("label") or {}).get("text", ""),
                ]
                if element.get("type") in kinds:
                    there.append(next((name for name in reversed(names) if name), ""))
                    if label in names:
                        return block, element
        raise NotThere(f"no {' or '.join(kinds)} {label!r}; there is {there}: {text_of(where)}")


def _chosen(element: Json, option: str) -> Any:
    if element["type"] in IDS:
        return option
    options = options_of(element)
    for one in options:
        if option in (one["text"]["text"], one.get("value")):
            return one
    raise NotThere(f"no option {option!r} among {[one['text']['text'] for one in options]}")


def blocks_of(where: Place) -> list[Json]:
    blocks: list[Json] = where.body["blocks"] if isinstance(where, View) else where.blocks
    return blocks


def text_of(shown: Place) -> str:
    """Everything that can be read, line by line."""
    body: Any = (
        shown.body if isinstance(shown, View) else {"text": "" if shown.blocks else shown.text, "blocks": shown.blocks}
    )
    return "\n".join(_texts(body))


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [
            text
            for key, value in part.items()
            if key not in ("confirm",)
            for text in _texts(value)
            if isinstance(value, dict | list)
        ]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []
