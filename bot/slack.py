"""Bolt between Slack and the handlers: who asks, what was asked, and errors turned into words. Every request is acknowledged first."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from slack_bolt import Ack, App, Args, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.admission import Admission
from bot.handlers import Ask, Handler, Json, Submission, connections, help
from bot.homes import Homes
from bot.once import Answer, Once
from bot.people import People, PersonUnknown
from bot.queue import Listeners
from bot.render import render, suggested
from bot.replies import Replies, words_of
from bot.routes import help_lines, routes
from bot.words import told
from sync.model.errors import SyncError
from sync.store.repository import Installation
from sync.usecases.services import Services

SMART = str.maketrans({"“": '"', "”": '"', "’": "'", "\u00a0": " "})


class NotInstalled(SyncError):
    """The workspace removed the app meanwhile."""

    sentence = "zsync is not installed in this Slack workspace any more."
    remedy = "Ask whoever runs zsync to install it again."
    waiting_helps = False


class Slack:
    """The Bolt app. `install_url` is where workspaces install it; empty where there is one, by its token.

    Work that changes a modal after its submission was answered is held until the answer has left (`answered`): Slack would apply the
    answer on top of it otherwise.
    """

    def __init__(
        self,
        services: Services,
        *,
        api_url: str,
        signing_secret: str,
        queue: Callable[[str, Callable[[], None]], bool],
        install_url: str = "",
    ) -> None:
        self._services = services
        self._api_url = api_url
        self._queue = queue
        self._held: dict[str, list[tuple[str, Callable[[], None]]]] = {}
        self.listeners = Listeners()
        self.homes = Homes(services, self.client_for)
        self._people = People(services.now, self.listeners.submit)
        self._once = Once(services.store.first_time)
        admission = Admission(services.store, install_url)
        self.app = App(
            signing_secret=signing_secret or "unused",
            before_authorize=admission.middleware,
            authorize=cast(Callable[..., AuthorizeResult], admission.authorize),
            client=WebClient(base_url=api_url),
            process_before_response=True,  # an answer is ready when its listener returns: it waits for no thread of the pool
            logger=logging.getLogger("slack_bolt"),
        )
        self._register()

    def client_for(self, workspace: str) -> WebClient:
        """A client that tries nothing again by itself."""
        return WebClient(token=self._installation(workspace).bot_token, base_url=self._api_url)

    def patient_client_for(self, workspace: str) -> WebClient:
        """One that waits once as long as Slack asks: for answers that have no second chance."""
        client = self.client_for(workspace)
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
        return client

    def _installation(self, workspace: str) -> Installation:
        installation = self._services.store.installation(workspace)
        if installation is None:
            raise NotInstalled
        return installation

    def answered(self, trigger: str) -> None:
        """The answer to this request has left: what was held for it may begin."""
        for key, work in self._held.pop(trigger, []):
            self._queue(key, work)

    def _after(self, trigger: str) -> Callable[[str, Callable[[], None]], bool]:
        def later(key: str, work: Callable[[], None]) -> bool:
            self._held.setdefault(trigger, []).append((key, work))
            return True

        return later

    def _register(self) -> None:
        self.app.command("/zsync")(self._after_ack(self._command))
        self.app.action(re.compile(r".+"))(self._after_ack(self._button))
        self.app.options(re.compile(r".+"))(self._suggestions)
        self.app.view(re.compile(r".+"))(self._submission)
        self.app.event("app_home_opened")(self._after_ack(self._home))
        self.app.event("app_uninstalled")(self._after_ack(self._uninstalled))
        self.app.event("tokens_revoked")(self._after_ack(self._uninstalled))

    def _after_ack(self, work: Callable[[Args], None]) -> Callable[[Args], None]:
        """A listener that acknowledges at once, however much work is waiting already; the work follows in a thread of the pool."""

        def listener(args: Args) -> None:
            args.ack()
            self.listeners.submit(work, args)

        return listener

    # ---- what comes in -------------------------------------------------------------------------------------------------------------

    def _command(self, args: Args) -> None:
        command, context = args.payload, args.context
        word, _, rest = str(command.get("text", "")).translate(SMART).strip().partition(" ")
        reply = Replies(args.client, args.respond, str(command["user_id"]), str(command["trigger_id"]))
        verb = routes().verbs.get(word.lower())

        def handle(ask: Ask) -> None:
            if verb is not None:
                verb.handler(ask)
            elif word:
                help.unknown(ask, word)
            else:
                connections.show_list(ask)

        about = {"channel": str(command["channel_id"]), "text": rest.strip().strip('"')}
        self._handle(handle, f"{context.team_id}:{reply.trigger}", context, reply, **about)

    def _button(self, args: Args) -> None:
        body, action, context = args.body, args.payload, args.context
        view = body.get("view") or {}
        user, trigger = str(body["user"]["id"]), str(body.get("trigger_id", ""))
        reply = Replies(args.client, args.respond, user, trigger, str(view.get("id", "")))
        handler = routes().buttons.get(str(action["action_id"]))
        if handler is None:
            return
        channel = str((body.get("channel") or {}).get("id", ""))
        in_modal = view.get("type") == "modal"
        at_home = view.get("type") == "home"
        if at_home:
            reply = Replies(args.client, self._directly(args.client, user), user, trigger)
        draft = str(view.get("private_metadata", ""))
        about = {"channel": channel, "value": _pressed(action), "draft": draft, "in_modal": in_modal}
        about["form"] = form_of(view) if in_modal else {}
        self._handle(handler, f"{context.team_id}:{user}:{action['action_ts']}", context, reply, **about)
        if at_home:
            self.homes.refresh(str(context.team_id))

    def _suggestions(self, ack: Ack, body: Mapping[str, Any], client: WebClient, context: BoltContext) -> None:
        """What fits what somebody types into a search. Nothing is found where the form is too old."""
        handler = routes().suggestions.get(str(body["action_id"]))
        reply = Replies(client, lambda **_: None, str(body["user"]["id"]))
        draft = str((body.get("view") or {}).get("private_metadata", ""))
        try:
            ask = self._ask(context, reply, draft=draft, text=str(body.get("value") or ""))
            offers = handler(ask) if handler else ()
        except SyncError:
            offers = ()
        ack(options=suggested(offers))

    @staticmethod
    def _directly(client: WebClient, user: str) -> Callable[..., Any]:
        """App Home has no conversation: answers go to the person's direct messages."""

        def respond(text: str, blocks: list[Json], **_: Any) -> None:
            client.chat_postMessage(channel=user, text=text, blocks=blocks)

        return respond

    def _submission(
        self, ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        handler = routes().submissions.get(str(view["callback_id"]))
        if handler is None:
            ack()
            return
        reply = Replies(
            client, lambda **_: None, str(body["user"]["id"]), str(body.get("trigger_id", "")), str(view["id"])
        )
        key = f"{context.team_id}:{reply.trigger}"
        ack(**self._once.answer(key, lambda: self._answer(handler, view, context, reply)))

    def _answer(self, handler: Submission, view: Mapping[str, Any], context: BoltContext, reply: Replies) -> Answer:
        """What Slack does with the modal. Every error is shown in it, the unforeseen one with a reference."""
        try:
            ask = self._ask(context, reply, draft=str(view.get("private_metadata", "")), form=form_of(view))
            answer = handler(ask)
        except PersonUnknown as error:
            return _at_the_first_input(view, error) or {"response_action": "update", "view": self._in_modal(error)}
        except Exception as error:  # every error of a form is shown in the form, the unforeseen one with a reference
            return {"response_action": "update", "view": self._in_modal(error)}
        if answer is None:
            return {}
        if "errors" in answer:
            return {"response_action": "errors", "errors": answer["errors"]}
        return {"response_action": "update", "view": answer}

    def _home(self, args: Args) -> None:
        event, client = args.payload, args.client
        if event.get("tab") != "home":
            return
        user = str(event["user"])
        try:
            self.homes.open(self._people.actor(client, str(args.context.team_id), user))
        except Exception as error:  # whatever happened, the person hears of it
            template, data = words_of(error, self._services.new_id)
            client.chat_postMessage(channel=user, **render(template, **data))

    def _uninstalled(self, args: Args) -> None:
        """A person's own token that is revoked concerns nobody else: only the bot's ends the installation."""
        event = args.payload
        if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            self._services.store.uninstall(str(args.context.team_id))

    # ---- shared --------------------------------------------------------------------------------------------------------------------

    def _ask(self, context: BoltContext, reply: Replies, *, waiting: bool = True, **more: Any) -> Ask:
        """`waiting`: Slack has no answer yet, so nothing may take long. Raises PersonUnknown."""
        who = self._people.actor_at_once if waiting else self._people.actor
        actor = who(reply.client, str(context.team_id), reply.user)
        queue = self._after(reply.trigger)
        return Ask(actor, self._services, reply, queue=queue, verbs=help_lines(), **{"form": {}, **more})

    def _handle(self, handler: Handler, key: str, context: BoltContext, reply: Replies, **more: Any) -> None:
        """What was acknowledged is done, once. Every error becomes words for the one who asked."""
        try:
            if self._services.store.first_time(key):
                handler(self._ask(context, reply, waiting=False, **more))
        except Exception as error:  # the one error handler: whatever happened, the person hears of it
            if more.get("in_modal"):
                reply.update(self._in_modal(error))
            else:
                template, data = words_of(error, self._services.new_id)
                reply.quietly(template, replace=False, **data)

    def _in_modal(self, error: BaseException) -> Json:
        _, data = words_of(error, self._services.new_id)
        return render("errors/modal", **{"said": "", "advised": "", "reference": "", **data})


def _at_the_first_input(view: Mapping[str, Any], error: SyncError) -> Answer:
    """The error beside the first input, so that what was typed stays; empty where the modal has no input."""
    inputs = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    said = " ".join(told(error).values())
    return {"response_action": "errors", "errors": {inputs[0]: said}} if inputs else {}


def _pressed(action: Mapping[str, Any]) -> str:
    """What a button or a menu carries."""
    return str((action.get("selected_option") or action).get("value", ""))


def form_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Block id → what was typed or chosen. Every input's block has one element, of the same name."""
    found: dict[str, Any] = {}
    for block_id, by_action in view["state"]["values"].items():
        for typed in by_action.values():
            found[block_id] = _typed(typed)
    return found


def _typed(typed: Mapping[str, Any]) -> Any:
    for key in ("selected_option",):
        if typed.get(key):
            return typed[key]["value"]
    for key in ("value", "selected_conversation", "selected_user", "selected_date", "selected_time"):
        if typed.get(key) is not None:
            return typed[key]
    return [option["value"] for option in typed.get("selected_options") or ()] or None
