"""A run, the chunks of its plan and its operations: the state that lets a run go on after any interruption."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from sync.model.fields import Values
from sync.model.plans import Change, Tally
from sync.model.records import Side, WriteKind


class ConnectionState(StrEnum):
    DRAFT = "draft"
    """Never approved: nothing has been written yet."""
    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"
    """An account needs a person; goes on by itself once it is reconnected."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Two endpoints paired. The cursors say up to which `seq` each side's mirror has been looked at, with which version."""

    id: str
    workspace_id: str
    name: str
    left_id: str
    right_id: str
    owner: str
    created_at: datetime
    state: ConnectionState = ConnectionState.DRAFT
    version: int = 1
    channel: str = ""
    left_cursor: int = 0
    right_cursor: int = 0
    planned_version: int = 0
    interval: int = 300
    next_run_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    digest_at: datetime | None = None

    def endpoint_id(self, side: Side) -> str:
        return self.left_id if side is Side.LEFT else self.right_id

    def cursor(self, side: Side) -> int:
        return self.left_cursor if side is Side.LEFT else self.right_cursor


class RunKind(StrEnum):
    FIRST = "first"
    """The preview of a new connection; once approved, its first sync."""
    SYNC = "sync"
    PREVIEW = "preview"
    """A plan that is looked at and thrown away."""
    CHANGE = "change"
    """The preview of a changed configuration; once approved, that goes live and the plan is carried out."""


PREVIEWS = (RunKind.PREVIEW, RunKind.CHANGE)


class RunState(StrEnum):
    READING = "reading"
    PLANNING = "planning"
    DETAIL = "detail"
    HELD = "held"
    APPLYING = "applying"
    DONE = "done"
    DISCARDED = "discarded"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        return self in (RunState.DONE, RunState.DISCARDED, RunState.FAILED)

    @property
    def planned(self) -> bool:
        """Whether the whole plan is made."""
        return self not in (RunState.READING, RunState.PLANNING, RunState.DETAIL)


@dataclass(frozen=True, slots=True)
class Run:
    """`progress` tells where planning is; `limit` is how many writes an approval allowed ("Try 10"); `hold` are the brakes' causes;
    `resume_at` is when a run that waits (quota, back-off) goes on."""

    id: str
    connection_id: str
    kind: RunKind
    state: RunState
    version: int
    started_at: datetime
    touched_at: datetime
    asked_by: str = ""
    approved_by: str = ""
    left_from: int = 0
    right_from: int = 0
    left_upto: int = 0
    right_upto: int = 0
    progress: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    hold: tuple[Mapping[str, Any], ...] = ()
    error: Mapping[str, Any] | None = None
    resume_at: datetime | None = None
    ended_at: datetime | None = None

    def reach(self, side: Side) -> tuple[int, int]:
        """The `seq` range of this run's candidates on one side: above the first, up to the second."""
        return (self.left_from, self.left_upto) if side is Side.LEFT else (self.right_from, self.right_upto)

    @property
    def braked(self) -> int:
        """How much the brakes stopped, by the largest count; 0 where it was not they."""
        return max((int(cause["count"]) for cause in self.hold if "count" in cause), default=0)

    @property
    def tally(self) -> Tally:
        return Tally(self.counts)


class OperationState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Sent, the answer was lost, and the app does not show it yet."""
    SUPERSEDED = "superseded"


class Operation(msgspec.Struct, frozen=True):
    """One write, noted before it is sent. `record` is the mirror row it writes to (None for a create)."""

    id: int
    connection_id: str
    run_id: str
    link_id: int
    side: Side
    kind: WriteKind
    key: str
    record: int | None
    values: Values
    before: Values
    changes: tuple[Change, ...]
    state: OperationState = OperationState.PLANNED
    sent_at: datetime | None = None
