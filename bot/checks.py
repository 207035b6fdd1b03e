"""What `zsync check` looks at: settings, database, Slack, the apps' clients. Each finding is a sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot import settings
from bot.settings import Settings
from sync.connectors import registry
from sync.model.errors import SyncError
from sync.model.grants import ClientSettings
from sync.store import migrate
from sync.store.database import connect


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    sentence: str


def findings(environment: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Everything that can be known without an account of an app."""
    environment = settings.all_names() if environment is None else environment
    found, problems = settings.load(environment)
    for problem in problems:
        yield Finding(False, f"{problem.name}: {problem.sentence}")
    if found is None:
        return
    if not problems:
        yield Finding(True, "All settings that zsync needs are there.")
    if not any(problem.name == settings.DATABASE for problem in problems):
        yield _database(found)
    yield from _slack(found)
    yield from _apps(found, settings.clients(environment))


def _database(found: Settings) -> Finding:
    try:
        current = migrate.is_current(connect(found.zsync_database_url))
    except (SQLAlchemyError, SyncError, OSError) as error:
        return Finding(False, f"The database cannot be reached ({type(error).__name__}): look at ZSYNC_DATABASE_URL.")
    if not current:
        return Finding(
            False,
            "The database does not have the newest schema: run `zsync migrate` (`zsync serve` does it by itself).",
        )
    return Finding(True, "The database is there and has the newest schema.")


def _slack(found: Settings) -> Iterator[Finding]:
    """What Slack says of each token and client that is set."""
    client = WebClient(base_url=found.zsync_slack_api_url, timeout=10)
    try:
        if found.slack_bot_token.get_secret_value():
            yield _bot_token(client, found.slack_bot_token.get_secret_value())
        if found.socket_mode:
            yield _app_token(client, found.slack_app_token.get_secret_value())
        if found.many_workspaces:
            yield _slack_client(client, found)
    except (SlackClientError, OSError):
        yield Finding(False, "Slack cannot be reached: look at the network and ZSYNC_SLACK_API_URL.")


def _bot_token(client: WebClient, token: str) -> Finding:
    try:
        who = client.auth_test(token=token)
    except SlackApiError as error:
        return Finding(False, f"Slack does not accept SLACK_BOT_TOKEN ({error.response['error']}).")
    return Finding(True, f"Slack knows this bot as {who['user']} in {who['team']}.")


def _app_token(client: WebClient, token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return Finding(False, f"Slack does not open Socket Mode with SLACK_APP_TOKEN ({error.response['error']}).")
    return Finding(True, "Slack opens Socket Mode.")


def _slack_client(client: WebClient, found: Settings) -> Finding:
    """An exchange of a code that nobody was given: a client that Slack knows is told so, and nothing else happens."""
    address = f"{found.zsync_public_url.rstrip('/')}/slack"
    try:
        secret = found.slack_client_secret.get_secret_value()
        client.oauth_v2_access(client_id=found.slack_client_id, client_secret=secret, code="zsync-check")
    except SlackApiError as error:
        if error.response["error"] != "invalid_code":
            return Finding(False, f"Slack does not accept SLACK_CLIENT_ID and its secret ({error.response['error']}).")
    return Finding(
        True, f"Workspaces install zsync at {address}/install; its redirect address must be {address}/oauth_redirect"
    )


def _apps(found: Settings, clients: Mapping[str, ClientSettings]) -> Iterator[Finding]:
    for name in registry.names():
        app, prefix = registry.app(name), settings.PREFIXES[name]
        client = clients[name]
        address = f"{found.zsync_public_url.rstrip('/')}/oauth/{name}/callback"
        if client.client_id and (client.client_secret or client.secrets_by_region):
            yield Finding(True, f"{app.title} has a client; its redirect address must be {address}")
        else:
            yield Finding(
                False,
                f"{app.title}: set {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET; the redirect address is {address}",
            )
