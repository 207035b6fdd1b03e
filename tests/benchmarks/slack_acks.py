"""How long Slack waits for its acknowledgement while the same bot carries out a first sync.

Fifty signed requests a second, commands and buttons in turn, over real HTTP to a bot in a process of its own. They leave on time whether
or not earlier ones were answered, and are timed from when they should have left. The bot's time runs sixty times faster than life, so that
its first sync calls the apps sixty times a second instead of once; it is under way from the first request to the last.
"""

import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.stand_in import SIGNING_SECRET
from sync.model.runs import RunState
from tests.benchmarks import far
from tests.benchmarks.bot_process import environment, serving
from tests.bot.child import SharedClock
from tests.usecases.stories import DANA, Story

A_SECOND = 50
SECONDS = 20
HURRY = 60.0
RECORDS = 2500
CALLERS = 64
TEAM = DANA.workspace
"""The stand-in's workspace, and the one that the connection belongs to."""

COMMANDS = ("status", "help", "list", "")


def p99_milliseconds() -> float:
    clock = f"{time.monotonic()},{datetime.now(UTC).timestamp()},{HURRY}"
    with (
        tempfile.TemporaryDirectory(prefix="zsync-bench-") as folder,
        far.stand_ins(RECORDS, RECORDS, RECORDS, environment={**os.environ, "CHILD_CLOCK": clock}) as urls,
    ):
        settings = environment(urls, folder, CHILD_CLOCK=clock)
        story = far.story(urls, folder, SharedClock.read(clock), settings["ZSYNC_VAULT_KEYS"])
        with serving(("tests.bot.child",), settings, folder):
            _await_run(story)
            waits = sorted(_waits(settings["ZSYNC_PUBLIC_URL"], urls["slack"], story))
            assert not story.now().state.over, "the sync ended before the last request"
    return 1000 * waits[len(waits) * 99 // 100]


def _await_run(story: Story) -> None:
    """The bot is healthy before its scheduler has looked for the first time."""
    while not _run_is_open(story):
        time.sleep(0.1)


def _run_is_open(story: Story) -> bool:
    with story.services.store.reading(TEAM) as tx:
        return tx.runs.open(story.connection.id) is not None


def _waits(url: str, slack_url: str, story: Story) -> list[float]:
    """Seconds that each request waited. The preview is approved as soon as it is there: reading and writing both take part."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as slack, ThreadPoolExecutor(CALLERS) as callers:
        began = time.monotonic() + 1
        asked = [
            callers.submit(_ask, slack, began + number / A_SECOND, _request(number, slack_url, story))
            for number in range(A_SECOND * SECONDS)
        ]
        while not all(one.done() for one in asked):
            if story.now().state is RunState.HELD:
                story.approve()
            time.sleep(0.5)
        return [one.result() for one in asked]


def _ask(slack: httpx.Client, due: float, body: str) -> float:
    time.sleep(max(due - time.monotonic(), 0))
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = slack.post("/slack/events", content=body, headers=headers | kind)
    assert answer.status_code == httpx.codes.OK, answer.status_code
    return time.monotonic() - due


def _request(number: int, slack_url: str, story: Story) -> str:
    """A command, or the press of a button under one of its answers."""
    back = {"trigger_id": f"{number}.1", "response_url": f"{slack_url}/response/{number}"}
    if number % 2:
        text = COMMANDS[number // 2 % len(COMMANDS)]
        who = {"team_id": TEAM, "user_id": "U1", "channel_id": "C1"}
        return urlencode({"command": "/zsync", "text": text, **who, **back})
    action = {"action_id": "connections.status", "value": story.connection.id, "type": "button", "block_id": "b"}
    sender: dict[str, Any] = {"team": {"id": TEAM}, "user": {"id": "U1", "team_id": TEAM}, "channel": {"id": "C1"}}
    body = {"type": "block_actions", "actions": [{**action, "action_ts": f"{number}.2"}], **sender, **back}
    return urlencode({"payload": json.dumps(body)})
