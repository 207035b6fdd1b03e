"""Slack's requests over Socket Mode: a WebSocket that the bot opens, for where Slack cannot reach it."""

from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

PING_SECONDS = 2.0
"""Slack's client takes a line for broken after five pings that failed, or four that were not answered."""


def open_socket(app: App, app_token: str, answered: Callable[[str], None]) -> SocketModeClient:
    """A client that is connected, and connects anew by itself. `answered` hears the trigger of every request whose answer has left.

    Raises SlackApiError for a wrong token."""
    client = SocketModeHandler(app, app_token, ping_interval=PING_SECONDS).client
    client.socket_mode_request_listeners.append(
        lambda _, request: answered(str(request.payload.get("trigger_id", "")))  # comes after the handler's own
    )
    client.connect()
    return client
