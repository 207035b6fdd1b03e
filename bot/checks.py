"""What `zsync check` looks at: settings, database, Slack, the apps' clients. Each finding is a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot import settings
from bot.settings import Settings
from sync.connectors import registry
from sync.model.errors import SyncError
from sync.store import migrate
from sync.store.database import connect


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    sentence: str


def findings() -> Iterator[Finding]:
    """Everything that can be known without an account of an app."""
    found, problems = settings.load()
    for problem in problems:
        yield Finding(False, f"{problem.name}: {problem.sentence}")
    if found is None:
        return
    if not problems:
        yield Finding(True, "All settings that zsync needs are there.")
    yield _database(found)
    yield _slack(found)
    yield from _apps(found)


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


def _slack(found: Settings) -> Finding:
    token = found.slack_bot_token.get_secret_value()
    try:
        who = WebClient(token=token, base_url=found.zsync_slack_api_url, timeout=10).auth_test()
    except SlackApiError as error:
        return Finding(False, f"Slack does not accept SLACK_BOT_TOKEN ({error.response['error']}).")
    except (SlackClientError, OSError):
        return Finding(False, "Slack cannot be reached: look at the network and ZSYNC_SLACK_API_URL.")
    return Finding(True, f"Slack knows this bot as {who['user']} in {who['team']}.")


def _apps(found: Settings) -> Iterator[Finding]:
    clients = settings.clients(settings.all_names())
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
