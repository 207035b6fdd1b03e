"""The rows about records and what is done to them; `tables_access.py` has those about people. Imported by the store alone.

Ids that people or apps may see are text made by `new_id`; high-volume rows have numbers. JSON columns hold plain JSON text.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

import sync.store.tables_access  # noqa: F401  the foreign keys below point there
from sync.model.plans import Answer, Applied, Base, Change
from sync.model.records import Side
from sync.store.columns import Named, Number, json, maybe_json, moment, number, of_workspace, parent


class Endpoint(Named, table=True):
    """One account's container. `fence` rises with every lease; each write to the mirror checks it. `position` is where a pull that
    was cut off goes on; `pull` numbers the pulls, so that a complete listing can tell which rows it lacked."""

    id: str = Field(primary_key=True)
    workspace_id: str = parent("workspace")
    account_id: str = parent("account")
    app: str
    container: str
    name: str
    facts: Any = json()
    fields: Any = json(list)
    fields_at: datetime | None = moment(default=None)
    watermark: str | None = Field(default=None, sa_type=Text)
    position: str | None = Field(default=None, sa_type=Text)
    pull: int = 0
    pull_complete: bool = False
    refreshed_at: datetime | None = moment(default=None)
    listed_at: datetime | None = moment(default=None)
    shrunk: Any = maybe_json()
    seq: int = Field(default=0, sa_type=BigInteger)
    fence: int = Field(default=0, sa_type=BigInteger)
    lease_owner: str = ""
    lease_until: datetime | None = moment(default=None)


class Record(Named, table=True):
    """A record of the mirror. `folded` is the name for searching, its case folded; `detail_stamp` is the stamp at which the whole record
    was read (None: never). `ours` tells that this version is the answer to a write of ours."""

    __table_args__ = (
        Index("ix_record_live", "endpoint_id", "id", "gone", "workspace_id"),
        Index("ix_record_remote", "endpoint_id", "remote_id", unique=True),
        Index("ix_record_seq", "endpoint_id", "seq"),
        Index("ix_record_marker", "endpoint_id", "marker"),
    )
    id: int | None = number()
    workspace_id: str = of_workspace()
    endpoint_id: str = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    remote_id: str
    values: Any = json()
    hash: str = ""
    name: str = Field(default="", sa_type=Text)
    folded: str = Field(default="", sa_type=Text)
    stamp: str = ""
    revision: str = Field(default="", sa_type=Text)
    subject: str = ""
    marker: str = ""
    detail_stamp: str | None = None
    detail_at: datetime | None = moment(default=None)
    ours: bool = False
    gone: bool = False
    seq: int = Field(sa_type=BigInteger)
    pull: int = 0
    read_at: datetime = moment()


class RecordKey(Named, table=True):
    """A normalised match key of a record; `weak` ones belong to somebody else in it."""

    __table_args__ = (Index("ix_record_key_value", "endpoint_id", "value"), Index("ix_record_key_record", "record_id"))
    id: int | None = number()
    endpoint_id: str = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    record_id: int = Field(sa_type=Number, foreign_key="record.id", ondelete="CASCADE")
    value: str = Field(sa_type=Text)
    weak: bool = False


class Connection(Named, table=True):
    """Two endpoints paired. `state`: draft (never approved), live, paused, stopped (an account needs a person)."""

    __table_args__ = (
        Index("ix_connection_due", "next_run_at"),
        Index("ix_connection_pair", "left_id", "right_id", unique=True),
    )
    id: str = Field(primary_key=True)
    workspace_id: str = parent("workspace")
    name: str
    left_id: str = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    right_id: str = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    state: str = "draft"
    version: int = 1
    channel: str = ""
    owner: str
    created_at: datetime = moment()
    left_cursor: int = Field(default=0, sa_type=BigInteger)
    right_cursor: int = Field(default=0, sa_type=BigInteger)
    planned_version: int = 0
    interval: int = 300
    next_run_at: datetime | None = moment(default=None)
    claimed_by: str = ""
    claimed_until: datetime | None = moment(default=None)
    failing_since: datetime | None = moment(default=None)
    failures: int = 0
    digest_at: datetime | None = moment(default=None)


class ConnectionVersion(Named, table=True):
    __table_args__ = (Index("ix_connection_version_number", "connection_id", "number", unique=True),)
    id: int | None = number()
    workspace_id: str = of_workspace()
    connection_id: str = Field(foreign_key="connection.id", ondelete="CASCADE")
    number: int
    document: Any = json()
    saved_by: str
    saved_at: datetime = moment()
    reason: str = ""
    based_on: int = 0
    live_at: datetime | None = moment(default=None)


class Link(Named, table=True):
    __table_args__ = (
        Index("ix_link_left", "connection_id", "left_record", unique=True),
        Index("ix_link_right", "connection_id", "right_record", unique=True),
    )
    id: int | None = number()
    workspace_id: str = of_workspace()
    connection_id: str = Field(foreign_key="connection.id", ondelete="CASCADE")
    left_record: int | None = Field(
        default=None, sa_type=Number, foreign_key="record.id", ondelete="CASCADE", index=True
    )
    right_record: int | None = Field(
        default=None, sa_type=Number, foreign_key="record.id", ondelete="CASCADE", index=True
    )
    state: str = "active"
    base: Any = json(form=dict[str, Base])
    bound: Any = json()
    subjects: Any = json(form=dict[Side, str])
    frozen: Any = json(list, tuple[str, ...])
    thawed: Any = json()
    applied: Any = json(form=dict[str, Applied])
    answers: Any = json(form=dict[str, Answer])
    seen_left: int = Field(default=0, sa_type=BigInteger)
    seen_right: int = Field(default=0, sa_type=BigInteger)
    seen_version: int = 0
    created_at: datetime = moment()


class Run(Named, table=True):
    """One sync run or preview, its phase and counts; the card that shows it is (channel, card_ts)."""

    __table_args__ = (Index("ix_run_connection", "connection_id", "started_at"),)
    id: str = Field(primary_key=True)
    workspace_id: str = of_workspace()
    connection_id: str = Field(foreign_key="connection.id", ondelete="CASCADE")
    kind: str
    state: str
    version: int
    asked_by: str = ""
    approved_by: str = ""
    left_upto: int = Field(default=0, sa_type=BigInteger)
    right_upto: int = Field(default=0, sa_type=BigInteger)
    progress: Any = json()
    left_from: int = Field(default=0, sa_type=BigInteger)
    right_from: int = Field(default=0, sa_type=BigInteger)
    limit: int | None = None
    counts: Any = json()
    hold: Any = json(list)
    error: Any = maybe_json()
    resume_at: datetime | None = moment(default=None)
    started_at: datetime = moment()
    touched_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)


class Decision(Named, table=True):
    """One decision of a run's plan, stored until it is carried out. `unread` waits for a detail; `kind` is what it would do (create,
    link, update, none)."""

    __table_args__ = (
        Index("ix_decision_left", "run_id", "left_record"),
        Index("ix_decision_right", "run_id", "right_record"),
        Index("ix_decision_done", "run_id", "done", "id"),
        Index("ix_decision_unread", "run_id", "unread", "id"),
    )
    id: int | None = number()
    workspace_id: str = of_workspace()
    run_id: str = Field(foreign_key="run.id", ondelete="CASCADE")
    left_record: int | None = Field(default=None, sa_type=Number)
    right_record: int | None = Field(default=None, sa_type=Number)
    kind: str
    unread: bool = False
    done: bool = False
    body: str = Field(sa_type=Text)


class Operation(Named, table=True):
    """The mutable state of one write: planned, sent, done, failed, unknown, superseded."""

    __table_args__ = (
        Index("ix_operation_state", "connection_id", "state"),
        Index("ix_operation_run", "run_id", "state", "side", "id"),
        Index("ix_operation_record", "record_id", "done_at"),
    )
    id: int | None = number()
    workspace_id: str = of_workspace()
    connection_id: str = Field(foreign_key="connection.id", ondelete="CASCADE")
    run_id: str = Field(foreign_key="run.id", ondelete="CASCADE")
    link_id: int = Field(sa_type=Number, index=True)
    side: str
    kind: str
    key: str = Field(unique=True)
    record_id: int | None = Field(default=None, sa_type=Number, foreign_key="record.id", ondelete="SET NULL")
    values: Any = json()
    before: Any = json()
    changes: Any = json(list, tuple[Change, ...])
    state: str = "planned"
    error: Any = maybe_json()
    planned_at: datetime = moment()
    sent_at: datetime | None = moment(default=None)
    done_at: datetime | None = moment(default=None)


class Ledger(Named, table=True):
    """What happened, append-only. `hash` is over the hash before it, `digest` and the other columns; `digest` is over salt and body, so
    that erasing a person (salt and body) leaves the chain provable."""

    __table_args__ = (Index("ix_ledger_record", "connection_id", "record"), Index("ix_ledger_run", "run_id"))
    id: int | None = number()
    workspace_id: str = of_workspace()
    connection_id: str = ""
    run_id: str = ""
    at: datetime = moment()
    kind: str
    side: str = ""
    record: int | None = Field(default=None, sa_type=Number)
    by: str = ""
    body: str | None = Field(default=None, sa_type=Text)
    salt: str | None = None
    digest: str
    hash: str


class Standing(Named, table=True):
    """In which bucket a record stands in a connection, and why."""

    __table_args__ = (
        Index("ix_standing_bucket", "connection_id", "side", "bucket"),
        Index("ix_standing_recheck", "connection_id", "recheck_at"),
        Index("ix_standing_record", "record_id"),
    )
    connection_id: str = Field(primary_key=True, foreign_key="connection.id", ondelete="CASCADE")
    record_id: int = Field(primary_key=True, sa_type=Number, foreign_key="record.id", ondelete="CASCADE")
    workspace_id: str = of_workspace()
    side: str
    bucket: str
    code: str = ""
    facts: Any = json()
    tries: int = 0
    recheck_at: datetime | None = moment(default=None)
    changed_run: str = ""
