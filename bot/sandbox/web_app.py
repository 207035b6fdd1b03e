"""What people do with an app's records in the browser, beside its API; over HTTP it is done at `/ui/…`."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask, Response, jsonify, request

Json = dict[str, Any]


class Refused(Exception):
    """The app says no, in its own words."""


class WebApp(Protocol):
    """An app's records. Whatever changes one raises Refused where the app's form says no."""

    def records(self) -> list[Json]: ...

    def add(self, values: Json) -> Json:
        """The new record."""
        ...

    def change(self, record_id: str, values: Json) -> Json:
        """The record, of which only the named values changed."""
        ...

    def remove(self, record_id: str) -> None: ...


def register(app: Flask, web: WebApp, *, records: str, record: str) -> None:
    """Add the doors: `records` is the address of all, `record` that of the one called `<record_id>`."""

    def removed(record_id: str) -> Json:
        web.remove(record_id)
        return {}

    for rule, method, act in (
        (records, "GET", web.records),
        (records, "POST", lambda: web.add(request.get_json())),
        (record, "PATCH", lambda record_id: web.change(record_id, request.get_json())),
        (record, "DELETE", removed),
    ):
        app.add_url_rule(rule, f"{method} {rule}", _answering(act), methods=[method])


def _answering(act: Callable[..., Any]) -> Callable[..., Response]:
    def answering(**ids: str) -> Response:
        try:
            return jsonify(act(**ids))
        except Refused as refused:
            response = jsonify({"error": str(refused)})
            response.status_code = 409
            return response

    return answering
