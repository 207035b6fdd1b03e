"""What a person at the page does, by the block and element that they see: each act as its scripts tell it → `Member`."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.slack.forms import options_of
from bot.sandbox.slack.member import Member, Place
from bot.sandbox.slack.state import Json, View, elements


class Gone(Exception):
    """What was acted on is not on the screen any more."""


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
