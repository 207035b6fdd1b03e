"""Slack's end of Socket Mode: a WebSocket that says hello, carries every request as an envelope, and waits for its acknowledgement.

Fields and reasons: Slack's page "Using Socket Mode". An address is good for one connection.
"""

import json
import threading
import time
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bot.sandbox.slack.stand_in import ANSWER_SECONDS, SlackStandIn

PATIENCE_SECONDS = 30.0


class SlackSocket:
    """Takes the place of the stand-in's HTTP requests."""

    def __init__(self, slack: SlackStandIn) -> None:
        self.hellos = 0
        self.acknowledged: list[str] = []
        self.refused = 0
        self._used: set[str] = set()
        self._open: list[ServerConnection] = []
        self._answers: dict[str, SimpleQueue[dict[str, Any]]] = {}
        self._server = serve(self._connected, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        slack.socket_url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link"
        slack.deliver = self.deliver

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()

    # ---- what Slack does -----------------------------------------------------------------------------------------------------------

    def deliver(self, body: bytes, _headers: Mapping[str, str]) -> tuple[int, bytes]:
        """A request as an envelope; its acknowledgement must come within three seconds."""
        envelope = {"envelope_id": str(uuid4()), "accepts_response_payload": True, **_enveloped(body)}
        answers = self._answers[str(envelope["envelope_id"])] = SimpleQueue()
        self._newest().send(json.dumps(envelope))
        try:
            answer = answers.get(timeout=ANSWER_SECONDS)
        except Empty:
            return 504, b""
        return 200, json.dumps(answer["payload"]).encode() if "payload" in answer else b""

    def disconnect(self) -> None:
        """Slack renews the connection: it asks for another one, and closes the old one when it is there."""
        old, hellos = self._open.pop(), self.hellos
        old.send(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
        self.wait_for(hellos + 1)
        old.close()

    def cut(self) -> None:
        """The line breaks without a word."""
        self._open.pop().socket.close()

    def wait_for(self, hellos: int) -> None:
        """Until the bot has connected so many times."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.hellos < hellos:
            assert time.monotonic() < deadline, f"{self.hellos} connections, waited for {hellos}"
            time.sleep(0.01)

    # ---- the line ------------------------------------------------------------------------------------------------------------------

    def _newest(self) -> ServerConnection:
        return self._open[-1]

    def _connected(self, connection: ServerConnection) -> None:
        assert connection.request is not None  # it has been greeted
        ticket = parse_qs(urlsplit(connection.request.path).query)["ticket"][0]
        if ticket in self._used:
            self.refused += 1
            return
        self._used.add(ticket)
        connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        self._open.append(connection)
        self.hellos += 1
        try:
            for message in connection:
                self._acknowledged(json.loads(message))
        except (ConnectionClosed, OSError):
            return

    def _acknowledged(self, answer: dict[str, Any]) -> None:
        self.acknowledged.append(answer["envelope_id"])
        self._answers[answer["envelope_id"]].put(answer)


def _enveloped(body: bytes) -> dict[str, Any]:
    """What would have come as an HTTP request, as type and payload."""
    if body.startswith(b"{"):
        return {"type": "events_api", "payload": json.loads(body)}
    fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    if "payload" in fields:
        return {"type": "interactive", "payload": json.loads(fields["payload"])}
    return {"type": "slash_commands", "payload": fields}
