"""The store: transactions bound to one workspace, and the few questions that go over all of them.

Dataclasses in, dataclasses out; no session, row or query leaves this package.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, Update, delete, select, update

from sync.store import (
    accounts,
    connections,
    decisions,
    endpoints,
    ledger,
    links,
    mirror,
    operations,
    outbox,
    runs,
    standings,
)
from sync.store.database import connect, insert, load, tables, transaction
from sync.store.pacing import PaceRows
from sync.store.shelf import Bound
from sync.store.vault import Vault

SENDING_SECONDS = 60
SEEN_HOURS = 24
INSTALLATION_REMEMBERED = timedelta(minutes=1)
"""How long another process's change of an installation may go unseen. Slack's acknowledgement needs no database in between."""


class Transaction:
    """Everything one workspace has, within one transaction."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound

    accounts = cached_property(lambda self: accounts.Accounts(self.bound))
    sign_ins = cached_property(lambda self: accounts.SignIns(self.bound))
    drafts = cached_property(lambda self: accounts.Drafts(self.bound))
    endpoints = cached_property(lambda self: endpoints.Endpoints(self.bound))
    mirror = cached_property(lambda self: mirror.Mirror(self.bound))
    connections = cached_property(lambda self: connections.Connections(self.bound))
    links = cached_property(lambda self: links.Links(self.bound))
    standings = cached_property(lambda self: standings.Standings(self.bound))
    runs = cached_property(lambda self: runs.Runs(self.bound))
    decisions = cached_property(lambda self: decisions.Decisions(self.bound))
    operations = cached_property(lambda self: operations.Operations(self.bound))
    ledger = cached_property(lambda self: ledger.Ledger(self.bound))
    outbox = cached_property(lambda self: outbox.Outbox(self.bound))


@dataclass(frozen=True, slots=True)
class Due:
    """A connection whose time has come."""

    workspace: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to deliver, with the workspace it belongs to."""

    id: int
    workspace_id: str
    card: str
    target: str
    thread_of: str
    template: str
    data: dict[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that has installed the app; the token is clear text here and sealed in the table."""

    workspace_id: str
    bot_token: str
    bot_id: str
    bot_user_id: str
    installed_by: str


class Store:
    """The database behind one zsync. Time and ids are given, never taken."""

    def __init__(self, url: str, *, vault: Vault, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.engine: Engine = connect(url)
        self.vault = vault
        self.now = now
        self.new_id = new_id
        self.pacing = PaceRows(self.engine, now)
        self._installations: dict[str, tuple[datetime, Installation]] = {}

    @contextmanager
    def transaction(self, workspace: str) -> Iterator[Transaction]:
        """A writing transaction of one workspace. Raises StoreUnavailable; nothing is committed then."""
        with transaction(self.engine) as connection:
            yield Transaction(Bound(connection, workspace, self.now(), self.new_id, self.vault))

    @contextmanager
    def reading(self, workspace: str) -> Iterator[Transaction]:
        """A transaction that only reads; it waits for nobody."""
        with transaction(self.engine, reading=True) as connection:
            yield Transaction(Bound(connection, workspace, self.now(), self.new_id, self.vault))

    def welcome(self, workspace: str, name: str = "") -> None:
        """Make sure that the workspace exists."""
        with transaction(self.engine) as connection:
            values = {"id": workspace, "name": name, "ledger_head": "", "created_at": self.now()}
            connection.execute(insert(connection, "workspace").values(values).on_conflict_do_nothing())

    def claim_due(self, owner: str, busy: Sequence[str] = (), limit: int = 100) -> list[Due]:
        """Connections whose time has come and that nobody works on, taken for `owner`; the most overdue first. Those with the ids `busy`
        are left alone."""
        table = tables["connection"]
        free = (table.c.claimed_until.is_(None)) | (table.c.claimed_until <= self.now())
        due = (
            select(table.c.id)
            .where(table.c.next_run_at <= self.now(), free, table.c.id.not_in(busy))
            .where(table.c.state.in_(("draft", "live")), _installed(table))
            .order_by(table.c.next_run_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        until = self.now() + timedelta(seconds=connections.CLAIM_SECONDS)
        with transaction(self.engine) as connection:
            claim = update(table).where(table.c.id.in_(due)).values(claimed_by=owner, claimed_until=until)
            claimed = connection.execute(claim.returning(table.c.workspace_id, table.c.id, table.c.next_run_at))
            return [Due(row.workspace_id, row.id) for row in sorted(claimed, key=lambda row: row.next_run_at)]

    def due_digests(self) -> list[Due]:
        """Live connections whose daily digest is due."""
        table = tables["connection"]
        due = select(table.c.workspace_id, table.c.id).where(
            table.c.digest_at <= self.now(), table.c.state == "live", _installed(table)
        )
        with transaction(self.engine, reading=True) as connection:
            return [Due(row.workspace_id, row.id) for row in connection.execute(due)]

    def claim_messages(self, limit: int = 20) -> list[Owed]:
        """Messages whose time has come; one that is not settled within a minute is owed again."""
        table = tables["outbox"]
        now = self.now()
        due = select(table.c.id).where(table.c.state.in_(("due", "sending")), table.c.due_at <= now, _installed(table))
        taken = due.order_by(table.c.id).limit(limit).with_for_update(skip_locked=True)
        with transaction(self.engine) as connection:
            later = now + timedelta(seconds=SENDING_SECONDS)
            claim = update(table).where(table.c.id.in_(taken)).values(state="sending", due_at=later).returning(table)
            return sorted((load(Owed, row) for row in connection.execute(claim)), key=lambda owed: owed.id)

    def workspace_of_sign_in(self, sign_in_id: str) -> str | None:
        """To which workspace an OAuth state belongs: the callback knows nothing else."""
        table = tables["sign_in"]
        with transaction(self.engine, reading=True) as connection:
            row = connection.execute(select(table.c.workspace_id).where(table.c.id == sign_in_id)).first()
            return str(row.workspace_id) if row else None

    def first_time(self, key: str) -> bool:
        """True exactly once for each request of Slack."""
        with transaction(self.engine) as connection:
            values = insert(connection, "seen").values(key=key, at=self.now()).on_conflict_do_nothing()
            return connection.execute(values.returning(tables["seen"].c.key)).first() is not None

    def install(self, installation: Installation, workspace_name: str) -> None:
        """A workspace installed the app, or did so again: its connections go on where they were."""
        self.welcome(installation.workspace_id, workspace_name)
        values = {
            name: getattr(installation, name) for name in ("workspace_id", "bot_id", "bot_user_id", "installed_by")
        }
        values |= {"bot_token": self.vault.seal(installation.bot_token), "scopes": "", "installed_at": self.now()}
        with transaction(self.engine) as connection:
            statement = insert(connection, "installation").values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["workspace_id"], set_=values))
            connection.execute(_workspace(installation.workspace_id).values(name=workspace_name, left_at=None))
        self._installations.pop(installation.workspace_id, None)

    def installation(self, workspace: str) -> Installation | None:
        """The workspace's installation; None where the app is not installed. Only one that is there is remembered, for a minute."""
        read_at, remembered = self._installations.get(workspace, (None, None))
        if read_at is not None and self.now() - read_at < INSTALLATION_REMEMBERED:
            return remembered
        read_at, found = self.now(), self._read_installation(workspace)
        if found is not None:
            self._installations[workspace] = (read_at, found)
        return found

    def _read_installation(self, workspace: str) -> Installation | None:
        table = tables["installation"]
        with transaction(self.engine, reading=True) as connection:
            row = connection.execute(select(table).where(table.c.workspace_id == workspace)).first()
            return load(Installation, row, {"bot_token": self.vault.open(row.bot_token)}) if row else None

    def uninstall(self, workspace: str) -> None:
        """The workspace removed the app: no token, no run, nothing owed until it installs it again. Data is kept until it is erased."""
        table, owed = tables["installation"], tables["outbox"]
        undelivered = owed.c.state.in_(("due", "sending"))
        with transaction(self.engine) as connection:
            connection.execute(delete(table).where(table.c.workspace_id == workspace))
            connection.execute(_workspace(workspace).values(left_at=self.now()))
            connection.execute(update(owed).where(owed.c.workspace_id == workspace, undelivered).values(state="gone"))
        self._installations.pop(workspace, None)

    def workspaces(self) -> Sequence[str]:
        with transaction(self.engine, reading=True) as connection:
            return [row.id for row in connection.execute(select(tables["workspace"].c.id))]

    def sweep(self) -> None:
        """Forget what has served its time: seen requests, stale sign-ins and drafts, delivered messages."""
        now = self.now()
        stale = {
            "seen": tables["seen"].c.at < now - timedelta(hours=SEEN_HOURS),
            "sign_in": tables["sign_in"].c.expires_at < now - timedelta(days=1),
            "draft": tables["draft"].c.touched_at < now - timedelta(days=7),
            "outbox": tables["outbox"].c.state.in_(("delivered", "replaced"))
            & (tables["outbox"].c.due_at < now - timedelta(days=7)),
        }
        with transaction(self.engine) as connection:
            for name, condition in stale.items():
                connection.execute(delete(tables[name]).where(condition))

    def reachable(self) -> bool:
        """Whether a trivial question is answered. Raises StoreUnavailable."""
        with transaction(self.engine, reading=True) as connection:
            return bool(connection.execute(select(1)).scalar_one() == 1)

    def close(self) -> None:
        self.engine.dispose()


def _workspace(workspace: str) -> Update:
    return update(tables["workspace"]).where(tables["workspace"].c.id == workspace)


def _installed(table: Table) -> ColumnElement[bool]:
    """Rows of workspaces that have not removed the app."""
    left = select(tables["workspace"].c.id).where(tables["workspace"].c.left_at.is_not(None))
    return table.c.workspace_id.not_in(left)
