"""The composition root: settings → services → handlers → a running app. It alone knows everybody."""

import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import waitress
from flask import Response, request
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.clock import Clock
from bot.handlers.connect_views import confirm_view, external_id
from bot.installing import Installing
from bot.poster import Poster
from bot.queue import Queue
from bot.render import render
from bot.settings import Settings, clients
from bot.slack import Slack
from bot.socket_mode import open_socket
from bot.web import Web
from bot.words import told
from sync.http.exchange import Transport
from sync.store import migrate
from sync.store.repository import Due, Installation, Store
from sync.store.vault import Vault
from sync.usecases import digest, run
from sync.usecases.services import Services
from sync.usecases.signing_in import Arrival

DRAIN_SECONDS = 20.0
RUN = "run:"


@dataclass(frozen=True, slots=True)
class World:
    """What comes from outside and differs in tests and in the demo: time, ids, the network's edge."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    sleep: Callable[[float], None] = time.sleep
    new_id: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)
    transports: Mapping[str, Transport] = field(default_factory=dict)


class Zsync:
    """One running zsync: web side, scheduler, poster, runs."""

    def __init__(self, settings: Settings, environment: Mapping[str, str], world: World | None = None) -> None:
        self.settings = settings
        world = world or World()
        self.store = Store(
            settings.zsync_database_url, vault=Vault(settings.vault_keys()), now=world.now, new_id=world.new_id
        )
        migrate.upgrade(self.store.engine)
        self.services = Services(
            self.store,
            world.now,
            world.new_id,
            world.sleep,
            clients(environment),
            settings.zsync_public_url,
            f"{secrets.token_hex(4)}",
            world.transports,
            settings.zsync_sync_interval,
            settings.zsync_day_share,
        )
        self.queue = Queue()
        secret = settings.slack_signing_secret.get_secret_value()
        self.installing = self._installing() if settings.many_workspaces else None
        self.slack = Slack(
            self.services,
            api_url=settings.zsync_slack_api_url,
            signing_secret=secret,
            queue=self.queue.ask,
            install_url=self.installing.page if self.installing else "",
        )
        self.poster = Poster(self.store, self.slack.client_for)
        self.clock = Clock(tick=self.tick, post=self.poster.deliver, digest=self.digest, sweep=self.store.sweep)
        self._bolt = SlackRequestHandler(self.slack.app)
        web = Web(self.services, self._from_slack, self.arrived, self.names, lambda: self.clock.alive, self.installing)
        self.web = web.app()
        self._socket: SocketModeClient | None = None

    def _from_slack(self) -> Response:
        """One request of Slack; what must come after its answer begins when the answer has left."""
        response: Response = self._bolt.handle(request)
        trigger = _trigger_of(request.form.get("payload", ""))
        if trigger:
            response.call_on_close(lambda: self.slack.answered(trigger))
        return response

    def _installing(self) -> Installing:
        secret = self.settings.slack_client_secret.get_secret_value()
        return Installing(self.services, self.settings.slack_client_id, secret, self.settings.zsync_slack_api_url)

    def install(self) -> str:
        """One workspace by its token: ask Slack who it is, and remember it. The workspace's id."""
        token = self.settings.slack_bot_token.get_secret_value()
        who = WebClient(token=token, base_url=self.settings.zsync_slack_api_url).auth_test()
        installation = Installation(str(who["team_id"]), token, str(who["bot_id"]), str(who["user_id"]), "")
        self.store.install(installation, str(who.get("team", "")))
        return installation.workspace_id

    def tick(self) -> None:
        """Hand every connection whose time has come to the pool. One that the pool has not done with is left to a later tick: claimed
        now, it would wait for nobody until the claim ends."""
        busy = [key.removeprefix(RUN) for key in self.queue.under_way()]
        for due in run.due(self.services, busy):
            self.queue.ask(f"{RUN}{due.connection_id}", partial(self._carry_on, due))

    def _carry_on(self, due: Due) -> None:
        run.carry_on(self.services, due.workspace, due.connection_id)
        self.slack.homes.refresh(due.workspace)

    def digest(self) -> None:
        """Owe the channels the digests whose morning has come."""
        digest.post_due(self.services)

    def arrived(self, arrival: Arrival) -> None:
        """A browser came back: the modal goes on by itself; if it was closed, a direct message has Continue."""
        sign_in = arrival.sign_in
        client = self.slack.patient_client_for(sign_in.workspace_id)
        if sign_in.account_id:
            self._tell_reconnect(client, arrival)
            return
        with self.store.reading(sign_in.workspace_id) as tx:
            fresh = tx.sign_ins.get(sign_in.id)
            step = str(tx.drafts.get(sign_in.draft_id).data.get("step", ""))
        if arrival.problem:
            problem = told(arrival.problem)
            view, message = render("connect/problem", draft=sign_in.draft_id, step=step, **problem), "connect/declined"
            data: dict[str, Any] = {"draft": sign_in.draft_id, **problem}
        else:
            view, message = confirm_view(sign_in.draft_id, step, fresh), "connect/continue"
            data = {"draft": sign_in.draft_id, "title": arrival.title, "label": arrival.label}
        try:
            client.views_update(external_id=external_id(sign_in), view=view)
        except SlackApiError:
            client.chat_postMessage(channel=sign_in.actor, **render(message, **data))

    @staticmethod
    def _tell_reconnect(client: WebClient, arrival: Arrival) -> None:
        sign_in = arrival.sign_in
        if arrival.problem:
            message = render("errors/error", **told(arrival.problem))
        else:
            message = render("accounts/confirm", title=arrival.title, label=arrival.label, state=sign_in.id)
        client.chat_postMessage(channel=sign_in.actor, **message)

    def names(self, workspace: str, user: str) -> Mapping[str, str]:
        """Person and workspace in words, for the landing page."""
        client = self.slack.patient_client_for(workspace)
        try:
            person = client.users_info(user=user)["user"]
            name = str(person.get("real_name") or person.get("name"))
        except SlackApiError:
            name = "Somebody"
        return {"person": name, "workspace": str(client.auth_test().get("team", workspace))}

    def serve(self) -> None:
        """Serve until the process is told to stop. Raises SlackApiError when Slack refuses a token."""
        host, port = self.settings.listen
        try:
            if self.settings.slack_bot_token.get_secret_value():
                self.install()
            if self.settings.socket_mode:
                self.connect_socket()
            self.clock.start()
            waitress.serve(self.web, host=host, port=port, threads=8, ident="zsync")
        finally:
            self.stop()

    def connect_socket(self) -> None:
        """Socket Mode runs beside the web side, which browsers still need for signing in. Raises SlackApiError for a wrong token."""
        token = self.settings.slack_app_token.get_secret_value()
        self._socket = open_socket(self.slack.app, token, self.slack.answered)

    def stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self.clock.stop()
        self.slack.listeners.drain(DRAIN_SECONDS)
        self.queue.drain(DRAIN_SECONDS)
        self.services.close()
        self.store.close()


def _trigger_of(payload: str) -> str:
    """The trigger id of an interaction; empty for anything else, however broken."""
    try:
        body = json.loads(payload)
    except ValueError:
        return ""
    return str(body.get("trigger_id", "")) if isinstance(body, dict) else ""
