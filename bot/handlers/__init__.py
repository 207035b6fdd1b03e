"""The routes: which verb, button or modal leads to which handler. One module per intention."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.replies import Replies
from sync.usecases.actors import Actor
from sync.usecases.services import Services

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a person. `text` is what follows the verb; `value` what a button or menu carried; `form` what a modal holds;
    `queue` has something done after Slack has its answer; `verbs` are those that there are, each with its line of help."""

    actor: Actor
    services: Services
    reply: Replies
    channel: str = ""
    text: str = ""
    value: str = ""
    draft: str = ""
    form: Mapping[str, Any] = None  # type: ignore[assignment]  # only submissions have one
    in_modal: bool = False
    queue: Callable[[str, Callable[[], None]], bool] | None = None
    verbs: Sequence[tuple[str, str]] = ()


Handler = Callable[[Ask], None]
Submission = Callable[[Ask], Json | None]
Suggestion = Callable[[Ask], Sequence[Any]]
"""What fits what somebody has typed so far (`Ask.text`): offers with value, text and description."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A word after /zsync, what it does in a line of help, and the handler."""

    name: str
    words: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that can come in: verbs, buttons and suggestions (by action id), submissions (by callback id)."""

    verbs: Mapping[str, Verb]
    buttons: Mapping[str, Handler]
    submissions: Mapping[str, Submission]
    suggestions: Mapping[str, Suggestion]
