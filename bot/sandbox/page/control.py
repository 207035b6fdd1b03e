"""The doors of the demo page's side panel: both apps' records, the switchboard of troubles, the clock, the trail. JSON in, JSON out."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from bot.sandbox.page.google_window import GoogleWindow
from bot.sandbox.page.trail import Trail
from bot.sandbox.page.troubles import switchboard
from bot.sandbox.page.windows import Json, Seen, Watch
from bot.sandbox.page.zoho_window import ZohoWindow
from bot.sandbox.web_app import Refused
from bot.sandbox.world import Demo

RATES = (1, 10, 60, 600)
MORNING_HOUR = 9
LONGEST_RUN, A_MOMENT = 30.0, 0.05
"""Seconds of the wall clock that a leap waits for a run under way, and between two looks at it."""
A_LITTLE = timedelta(seconds=1)
"""Past the moment that somebody jumps to, so that it has come."""


class Control:
    """What the side panel shows and does."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._watches = {"zoho": Watch(ZohoWindow(demo.zoho)), "google": Watch(GoogleWindow(demo.google))}
        self._switches = switchboard(demo)
        self._broken: set[str] = set()
        self._trail = Trail(demo, self._recovered)

    def register(self, app: Flask) -> None:
        """Add the doors, all below `/control/`."""
        for rule, method, view in (
            ("/state", "GET", self._state),
            ("/apps", "GET", self._apps),
            ("/apps/<app>/records", "GET", self._records),
            ("/apps/<app>/records", "POST", self._add),
            ("/apps/<app>/records/<path:record_id>", "PATCH", self._change),
            ("/apps/<app>/records/<path:record_id>", "DELETE", self._remove),
            ("/troubles/<key>", "POST", self._break),
            ("/troubles/<key>", "DELETE", self._mend),
            ("/troubles", "DELETE", self._all_well),
            ("/clock", "POST", self._set_clock),
        ):
            app.add_url_rule(f"/control{rule}", f"control {method} {rule}", self._answering(view), methods=[method])

    def _answering(self, view: Callable[..., Json]) -> Callable[..., Response]:
        """A refusal of an app's form is a 409 with its words; whatever was done, the pages look again."""

        def answering(**parts: str) -> Response:
            try:
                response = jsonify(view(**parts))
            except Refused as refused:
                response = jsonify({"error": str(refused)})
                response.status_code = 409
            if request.method != "GET":
                self._demo.feed.rise()
            return response

        return answering

    # ---- what is ---------------------------------------------------------------------------------------------------------------------

    def _state(self) -> Json:
        return {
            "clock": self._clock(),
            "troubles": [self._trouble(key) for key in self._switches],
            "trail": self._trail.done(),
            "apps": {app: watch.look() for app, watch in self._watches.items()},
        }

    def _clock(self) -> Json:
        next_run = self._demo.next_run()
        return {
            "now": self._demo.clock.now().isoformat(),
            "rate": self._demo.clock.rate,
            "pace": self._demo.clock.pace,
            "rates": RATES,
            "nextRun": next_run.isoformat() if next_run else None,
        }

    def _trouble(self, key: str) -> Json:
        switch = self._switches[key]
        note = switch.trouble.note()
        state = "active" if note else "over" if key in self._broken else "off"
        return {"key": key, "words": switch.words, "state": state, "note": note}

    def _apps(self) -> Json:
        return {"apps": [_described(app, watch) for app, watch in self._watches.items()]}

    # ---- records ---------------------------------------------------------------------------------------------------------------------

    def _records(self, app: str) -> Json:
        number, rows, gone = self._watch(app).news(request.args.get("since", 0, type=int))
        return {"number": number, "rows": [_shown(seen) for seen in rows], "gone": gone}

    def _add(self, app: str) -> Json:
        return {"id": self._watch(app).add(request.get_json())}

    def _change(self, app: str, record_id: str) -> Json:
        self._watch(app).change(record_id, request.get_json())
        self._trail.edited(app)
        return {}

    def _remove(self, app: str, record_id: str) -> Json:
        self._watch(app).remove(record_id)
        return {}

    def _watch(self, app: str) -> Watch:
        return self._watches.get(app) or abort(404)

    # ---- troubles and time -----------------------------------------------------------------------------------------------------------

    def _break(self, key: str) -> Json:
        (self._switches.get(key) or abort(404)).trouble.begin()
        self._broken.add(key)
        return self._trouble(key)

    def _mend(self, key: str) -> Json:
        (self._switches.get(key) or abort(404)).trouble.end()
        return self._trouble(key)

    def _all_well(self) -> Json:
        for switch in self._switches.values():
            switch.trouble.end()
        return {}

    def _recovered(self) -> bool:
        return bool(self._broken) and not any(switch.trouble.note() for switch in self._switches.values())

    def _set_clock(self) -> Json:
        """`rate`: times as fast; or `jump`: to the next `run`, by an `hour`, to the next `morning`."""
        body = request.get_json()
        if body.get("rate") in RATES:
            self._demo.clock.hurry(body["rate"])
        elif body.get("jump") in ("run", "hour", "morning"):
            self._demo.leap(self._moment(body["jump"]))
        else:
            abort(400)
        return self._clock()

    def _moment(self, name: str) -> datetime:
        now = self._demo.clock.now()
        if name == "run":
            return (self._planned() or now) + A_LITTLE
        if name == "hour":
            return now + timedelta(hours=1)
        return (self._demo.next_digest() or _next_morning(now)) + A_LITTLE

    def _planned(self) -> datetime | None:
        """The next run that reads. One that is under way may have read before the last edit, and comes to its end first."""
        until = time.monotonic() + LONGEST_RUN
        while self._under_way() and time.monotonic() < until:
            time.sleep(A_MOMENT)
        return self._demo.next_reading()

    def _under_way(self) -> bool:
        planned = self._demo.next_run()
        return planned is not None and planned <= self._demo.clock.now()


def _described(app: str, watch: Watch) -> Json:
    window = watch.window
    inputs = [asdict(one) for one in window.inputs()]
    return {"key": app, "title": window.title, "one": window.one, "columns": window.columns, "inputs": inputs}


def _shown(seen: Seen) -> Mapping[str, Any]:
    return {**asdict(seen.row), "number": seen.number, "by": seen.by, "moved": seen.cells}


def _next_morning(now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
