"""What a stand-in remembers of the calls that reached its API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    at: datetime

    @classmethod
    def of(cls, request: Request, at: datetime) -> "Call":
        return cls(request.method, request.path, request.args.to_dict(), request.get_json(silent=True), at)
