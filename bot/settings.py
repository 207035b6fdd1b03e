"""Settings from the environment or `.env`: every name, its default, what it is for, and clear words when one is missing or wrong."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from sync.model.grants import ClientSettings

PREFIXES = {"zoho_inventory": "ZSYNC_ZOHO", "google_contacts": "ZSYNC_GOOGLE"}
REGIONS = ("us", "eu", "in", "au", "jp", "ca", "cn", "sa")
DATABASE = "ZSYNC_DATABASE_URL"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
PER_APP = ("CLIENT_ID", "CLIENT_SECRET", "ACCOUNTS_URL", "AUTHORIZE_URL", "TOKEN_URL", "REVOKE_URL", "API_URL")


class Settings(BaseModel):
    """Everything that can be set. Names are those of the environment in small letters."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    zsync_database_url: str = Field("sqlite:///zsync.db", description="where zsync keeps its data")
    zsync_vault_keys: SecretStr = Field(
        SecretStr(""), description="keys that encrypt stored secrets; `zsync keygen` prints one"
    )
    zsync_public_url: str = Field("http://localhost:3000", description="where browsers and Slack reach zsync")
    zsync_listen: str = Field("127.0.0.1:3000", description="address and port to listen on")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="the bot token (xoxb-…) of the installed Slack app")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="the signing secret of the Slack app (Basic Information)"
    )
    slack_app_token: SecretStr = Field(SecretStr(""), description="an app token (xapp-…); set, it selects Socket Mode")
    slack_client_id: str = Field("", description="the Slack app's client id; set, any workspace can install zsync")
    slack_client_secret: SecretStr = Field(SecretStr(""), description="the Slack app's client secret")
    zsync_slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API")
    zsync_sync_interval: int = Field(300, ge=60, description="seconds between two runs of a connection")
    zsync_day_share: float = Field(
        0.6, gt=0, le=1, description="the share of an organisation's daily calls that zsync may use"
    )

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install zsync themselves, instead of one by its bot token."""
        return bool(self.slack_client_id)

    @property
    def listen(self) -> tuple[str, int]:
        """Raises ValueError when it is not an address and a port."""
        host, _, port = self.zsync_listen.rpartition(":")
        if not 0 < int(port) < 65536:
            raise ValueError(port)
        return host.strip("[]") or "127.0.0.1", int(port)

    def vault_keys(self) -> list[str]:
        return [key.strip() for key in self.zsync_vault_keys.get_secret_value().split(",") if key.strip()]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing or wrong: which setting, and what to do."""

    name: str
    sentence: str


def load(environment: Mapping[str, str] | None = None) -> tuple[Settings | None, list[Problem]]:
    """The settings and everything that is wrong with them; no settings when they cannot be read at all."""
    environment = all_names() if environment is None else environment
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in environment.items() if value})
    except ValidationError as error:
        return None, [Problem(str(one["loc"][0]).upper(), f"it is not right: {one['msg']}") for one in error.errors()]
    return settings, [*_unknown(environment), *_missing(settings), *_malformed(settings, environment)]


def all_names() -> dict[str, str]:
    """The environment over the file `.env`."""
    found: dict[str, str] = {}
    file = Path(".env")
    if file.is_file():
        for line in file.read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator and not name.lstrip().startswith("#"):
                found[name.strip()] = value.strip().strip('"').strip("'")
    ours = {name: value for name, value in os.environ.items() if name.startswith(("ZSYNC_", "SLACK_"))}
    return found | ours


def known_names() -> set[str]:
    """Every setting's name."""
    own = {name.upper() for name in Settings.model_fields}
    apps = {f"{prefix}_{part}" for prefix in PREFIXES.values() for part in PER_APP}
    return own | apps | {f"ZSYNC_ZOHO_CLIENT_SECRET_{region.upper()}" for region in REGIONS}


def _unknown(environment: Mapping[str, str]) -> list[Problem]:
    strange = sorted(
        name for name in environment if name.startswith(("ZSYNC_", "SLACK_")) and name not in known_names()
    )
    return [Problem(name, "zsync does not know this setting; look for a typing error.") for name in strange]


def _missing(settings: Settings) -> Iterator[Problem]:
    if not settings.vault_keys():
        yield Problem("ZSYNC_VAULT_KEYS", "it is missing: secrets are stored encrypted. `zsync keygen` prints a key.")
    if not settings.many_workspaces and not settings.slack_bot_token.get_secret_value():
        yield Problem(
            "SLACK_BOT_TOKEN",
            "it is missing: copy the Bot User OAuth Token from the Slack app's page OAuth & Permissions.",
        )
    if not settings.socket_mode and not settings.slack_signing_secret.get_secret_value():
        yield Problem("SLACK_SIGNING_SECRET", "it is missing: copy it from the Slack app's page Basic Information.")
    if settings.slack_client_id and not settings.slack_client_secret.get_secret_value():
        yield Problem(
            "SLACK_CLIENT_SECRET", "it is missing: SLACK_CLIENT_ID is set. It is on the page Basic Information."
        )
    if settings.slack_client_secret.get_secret_value() and not settings.slack_client_id:
        yield Problem(
            "SLACK_CLIENT_ID", "it is missing: SLACK_CLIENT_SECRET is set. It is on the page Basic Information."
        )


def _malformed(settings: Settings, environment: Mapping[str, str]) -> Iterator[Problem]:
    """What cannot be right whoever looks at it. The value itself is never repeated: it may hold a password or a token."""
    yield from _keys(settings)
    yield from _database(settings.zsync_database_url)
    try:
        _ = settings.listen
    except ValueError:
        yield Problem("ZSYNC_LISTEN", "it is not an address and a port between 1 and 65535, such as 127.0.0.1:3000.")
    for name, prefix in TOKENS.items():
        token: SecretStr = getattr(settings, name.lower())
        if token.get_secret_value() and not token.get_secret_value().startswith(prefix):
            yield Problem(name, f"it does not begin with {prefix}, so it is another kind of token.")
    for name in sorted(known_names()):
        address = environment.get(name, "")
        if name.endswith("_URL") and name != DATABASE and address and not _is_web_address(address):
            yield Problem(name, "it is not a web address, such as https://zsync.example.com.")


def _keys(settings: Settings) -> Iterator[Problem]:
    for key in settings.vault_keys():
        try:
            Fernet(key)
        except ValueError:
            yield Problem("ZSYNC_VAULT_KEYS", "one of the keys is not a key. `zsync keygen` prints a good one.")


def _database(url: str) -> Iterator[Problem]:
    if url.startswith("sqlite:"):
        good = url == "sqlite://" or url.startswith("sqlite:///")
    else:
        good = _is_address(url, ("postgres", "postgresql", "postgresql+psycopg")) or _names_socket(url)
    if not good:
        yield Problem(DATABASE, "it is neither sqlite:///FILE nor postgresql://PERSON:PASSWORD@HOST/DATABASE.")
    elif not url.startswith("sqlite") and find_spec("psycopg") is None:
        yield Problem(DATABASE, "PostgreSQL needs the extra `postgres`: pip install 'zsync[postgres]'.")


def _names_socket(url: str) -> bool:
    """A server on this machine, reached through a folder: `postgresql://PERSON@/DATABASE?host=/var/run/postgresql`."""
    parts = urlsplit(url)
    return parts.scheme.startswith("postgres") and len(parts.path) > 1 and bool(parse_qs(parts.query).get("host"))


def _is_web_address(text: str) -> bool:
    return _is_address(text, ("http", "https")) and not urlsplit(text).query and not urlsplit(text).fragment


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and " " not in text
    except ValueError:  # a port that is no number
        return False


def clients(environment: Mapping[str, str]) -> dict[str, ClientSettings]:
    """Each app's OAuth client as it was set."""
    found = {}
    for app, prefix in PREFIXES.items():
        given = {part: environment.get(f"{prefix}_{part}", "") for part in PER_APP}
        secrets = {region: environment.get(f"{prefix}_CLIENT_SECRET_{region.upper()}", "") for region in REGIONS}
        found[app] = ClientSettings(
            given["CLIENT_ID"],
            given["CLIENT_SECRET"],
            {region: secret for region, secret in secrets.items() if secret},
            given["ACCOUNTS_URL"],
            given["AUTHORIZE_URL"],
            given["TOKEN_URL"],
            given["REVOKE_URL"],
            given["API_URL"],
        )
    return found
