"""The rows about people and the ways to them: workspaces, accounts, sign-ins, drafts, messages owed, what paces calls."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from sync.store.columns import Named, json, maybe_json, moment, number, parent


class Workspace(Named, table=True):
    """A Slack workspace; `ledger_head` is the hash that the next ledger event builds on, `left_at` when it removed the app."""

    id: str = Field(primary_key=True)
    name: str = ""
    ledger_head: str = ""
    created_at: datetime = moment()
    left_at: datetime | None = moment(default=None)


class Installation(Named, table=True):
    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    bot_token: str = Field(sa_type=Text)
    bot_id: str
    bot_user_id: str
    installed_by: str
    scopes: str = Field(default="", sa_type=Text)
    installed_at: datetime = moment()


class Account(Named, table=True):
    """A signed-in login of one app. `grant` is encrypted; `refresh_until` is the single-flight claim of whoever refreshes it."""

    id: str = Field(primary_key=True)
    workspace_id: str = parent("workspace")
    app: str
    region: str = ""
    identity: str
    label: str
    grant: str = Field(default="", sa_type=Text)
    state: str = "ok"
    connected_by: str
    created_at: datetime = moment()
    refresh_until: datetime | None = moment(default=None)


class SignIn(Named, table=True):
    """A sign-in under way: single use, ten minutes, bound to workspace, person and browser. `grant` (encrypted) waits here until the
    person confirms in Slack what was signed in."""

    id: str = Field(primary_key=True)
    workspace_id: str = parent("workspace")
    actor: str
    app: str
    region: str = ""
    draft_id: str = ""
    account_id: str = ""
    state: str = "offered"
    secret: str = Field(default="", sa_type=Text)
    cookie: str = ""
    identity: str = ""
    label: str = ""
    grant: str = Field(default="", sa_type=Text)
    problem: Any = maybe_json()
    expires_at: datetime = moment()


class Draft(Named, table=True):
    """What a person has chosen so far in a chain of modals."""

    id: str = Field(primary_key=True)
    workspace_id: str = parent("workspace")
    actor: str
    kind: str
    view: str = ""
    data: Any = json()
    touched_at: datetime = moment()


class Outbox(Named, table=True):
    """A message owed to Slack. `card` names what is shown: a later message of the same card edits the one already posted."""

    __table_args__ = (Index("ix_outbox_due", "state", "due_at"), Index("ix_outbox_card", "workspace_id", "card"))
    id: int | None = number()
    workspace_id: str = parent("workspace")
    card: str
    target: str
    thread_of: str = ""
    template: str
    data: Any = json()
    state: str = "due"
    due_at: datetime = moment()
    tries: int = 0
    problem: str = ""


class Card(Named, table=True):
    """Where a card was posted."""

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    card: str = Field(primary_key=True)
    channel: str
    ts: str
    edited_at: datetime = moment()


class Seen(Named, table=True):
    """Requests of Slack already handled, against double delivery."""

    key: str = Field(primary_key=True)
    at: datetime = moment(index=True)


class Pace(Named, table=True):
    """One row per paced account container over all workspaces: the reservation time of the last call (seconds since 1970) and the
    count of the day. `version` counts the row's changes."""

    key: str = Field(primary_key=True)
    version: int = 0
    tat: float = 0.0
    day: str = ""
    spent: int = 0
    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    held_until: datetime | None = None
