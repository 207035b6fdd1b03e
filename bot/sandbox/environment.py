"""The settings with which a bot takes the stand-ins for Slack, Zoho and Google."""

from collections.abc import Mapping

from bot.sandbox.google import oauth as google
from bot.sandbox.slack import stand_in as slack
from bot.sandbox.zoho import accounts as zoho
from sync.store.vault import new_key


def environment(urls: Mapping[str, str], *, database: str, port: int = 3000) -> dict[str, str]:
    """A bot on loopback at `port`. `urls` says where `slack`, `zoho` and `google` are, `database` where it keeps its data."""
    return {
        "ZSYNC_DATABASE_URL": database,
        "ZSYNC_VAULT_KEYS": new_key(),
        "ZSYNC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZSYNC_LISTEN": f"127.0.0.1:{port}",
        "SLACK_BOT_TOKEN": slack.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": slack.SIGNING_SECRET,
        "ZSYNC_SLACK_API_URL": f"{urls['slack']}/api/",
        "ZSYNC_ZOHO_CLIENT_ID": zoho.CLIENT_ID,
        "ZSYNC_ZOHO_CLIENT_SECRET": zoho.CLIENT_SECRET,
        "ZSYNC_ZOHO_ACCOUNTS_URL": urls["zoho"],
        "ZSYNC_ZOHO_API_URL": urls["zoho"],
        "ZSYNC_GOOGLE_CLIENT_ID": google.CLIENT_ID,
        "ZSYNC_GOOGLE_CLIENT_SECRET": google.CLIENT_SECRET,
        "ZSYNC_GOOGLE_AUTHORIZE_URL": f"{urls['google']}/o/oauth2/v2/auth",
        "ZSYNC_GOOGLE_TOKEN_URL": f"{urls['google']}/token",
        "ZSYNC_GOOGLE_REVOKE_URL": f"{urls['google']}/revoke",
        "ZSYNC_GOOGLE_API_URL": urls["google"],
    }
