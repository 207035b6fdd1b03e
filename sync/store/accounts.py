"""Accounts with their grants in the vault, sign-ins under way, and the drafts of open modals."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_

from sync.model.endpoints import Account, AccountState
from sync.store.database import dump, load
from sync.store.shelf import Shelf

SIGN_IN_MINUTES = 10


class Accounts(Shelf):
    table_name = "account"

    def get(self, account_id: str) -> Account:
        row = self.with_id(account_id)
        if row is None:
            raise LookupError(account_id)
        return load(Account, row)

    def all(self, app: str | None = None) -> list[Account]:
        of = self.mine().order_by(self.table.c.app, self.table.c.label)
        return [load(Account, row) for row in self.rows(of if app is None else of.where(self.table.c.app == app))]

    def of_identity(self, app: str, identity: str) -> Account | None:
        row = self.first(self.mine().where(self.table.c.app == app, self.table.c.identity == identity))
        return load(Account, row) if row else None

    def create(self, *, app: str, region: str, identity: str, label: str, grant: str, connected_by: str) -> Account:
        """`grant` is clear text here and sealed in the table."""
        account_id = self.bound.new_id()
        values = {"app": app, "region": region, "identity": identity, "label": label, "connected_by": connected_by}
        sealed = self.bound.vault.seal(grant)
        self.add({"id": account_id, **values, "grant": sealed, "state": AccountState.OK.value, "created_at": self.now})
        return self.get(account_id)

    def grant(self, account_id: str) -> str:
        row = self.with_id(account_id)
        if row is None:
            raise LookupError(account_id)
        return self.bound.vault.open(row.grant)

    def save_grant(self, account_id: str, grant: str) -> None:
        self.set(account_id, grant=self.bound.vault.seal(grant), state=AccountState.OK.value, refresh_until=None)

    def mark_revoked(self, account_id: str) -> None:
        self.set(account_id, state=AccountState.REVOKED.value, refresh_until=None)

    def claim_refresh(self, account_id: str, seconds: float) -> bool:
        """Single flight over threads and processes: True for the one who may refresh the grant now."""
        free = or_(self.table.c.refresh_until.is_(None), self.table.c.refresh_until <= self.now)
        claimed = self.connection.execute(
            self.change()
            .where(self.table.c.id == account_id, free)
            .values(refresh_until=self.now + timedelta(seconds=seconds))
        )
        return claimed.rowcount == 1

    def release_refresh(self, account_id: str) -> None:
        self.set(account_id, refresh_until=None)

    def remove(self, account_id: str) -> None:
        self.connection.execute(
            delete(self.table).where(self.table.c.workspace_id == self.workspace, self.table.c.id == account_id)
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way: offered → left (the browser went to the app) → arrived (or refused) → confirmed. `secret` is what the app's
    OAuth needs to finish (a PKCE verifier)."""

    id: str
    workspace_id: str
    actor: str
    app: str
    region: str
    draft_id: str
    account_id: str
    state: str
    secret: str
    identity: str
    label: str
    expires_at: datetime
    problem: Mapping[str, Any] | None = None


class SignIns(Shelf):
    table_name = "sign_in"

    def offer(
        self, *, actor: str, app: str, region: str, draft_id: str, account_id: str = "", secret: str = ""
    ) -> SignIn:
        """A new sign-in; its id is the unguessable state of the OAuth dance."""
        sign_in_id = self.bound.new_id() + self.bound.new_id()
        values = {"actor": actor, "app": app, "region": region, "draft_id": draft_id, "account_id": account_id}
        fixed = {"state": "offered", "cookie": "", "identity": "", "label": "", "grant": ""}
        expires = self.now + timedelta(minutes=SIGN_IN_MINUTES)
        self.add({"id": sign_in_id, **values, **fixed, "secret": self.bound.vault.seal(secret), "expires_at": expires})
        return self.get(sign_in_id)

    def get(self, sign_in_id: str) -> SignIn:
        row = self.with_id(sign_in_id)
        if row is None:
            raise LookupError(sign_in_id)
        return load(SignIn, row, {"secret": self.bound.vault.open(row.secret)})

    def leave(self, sign_in_id: str, cookie: str) -> bool:
        """The browser sets off; from now on only the browser with this cookie may come back. True the first time, or for the same one."""
        digest = _digest(cookie)
        changed = self.connection.execute(
            self.change()
            .where(
                self.table.c.id == sign_in_id,
                self.table.c.state.in_(("offered", "left")),
                self.table.c.cookie.in_(("", digest)),
                self.table.c.expires_at > self.now,
            )
            .values(state="left", cookie=digest)
        )
        return changed.rowcount == 1

    def has_cookie(self, sign_in_id: str, cookie: str) -> bool:
        row = self.with_id(sign_in_id)
        return row is not None and bool(row.cookie) and hmac.compare_digest(row.cookie, _digest(cookie))

    def use(self, sign_in_id: str) -> bool:
        """Spend the state: True exactly once, in time."""
        used = self.connection.execute(
            self.change()
            .where(self.table.c.id == sign_in_id, self.table.c.state == "left", self.table.c.expires_at > self.now)
            .values(state="used")
        )
        return used.rowcount == 1

    def arrive(self, sign_in_id: str, *, identity: str, label: str, grant: str) -> None:
        self.set(sign_in_id, state="arrived", identity=identity, label=label, grant=self.bound.vault.seal(grant))

    def refuse(self, sign_in_id: str, problem: Mapping[str, Any]) -> None:
        self.set(sign_in_id, state="refused", problem=dict(problem))

    def abandon(self, draft_id: str) -> None:
        """Forget what arrived for a draft and was not confirmed."""
        arrived = (self.table.c.draft_id == draft_id) & (self.table.c.state == "arrived")
        self.connection.execute(self.change().where(arrived).values(state="abandoned", grant=""))

    def take_grant(self, sign_in_id: str) -> str:
        """The grant that waits for confirmation; it is gone from the sign-in afterwards."""
        row = self.first(self.mine().where(self.table.c.id == sign_in_id, self.table.c.state == "arrived"))
        if row is None:
            raise LookupError(sign_in_id)
        self.set(sign_in_id, state="confirmed", grant="")
        return self.bound.vault.open(row.grant)

    def peek_grant(self, sign_in_id: str) -> str:
        row = self.first(self.mine().where(self.table.c.id == sign_in_id, self.table.c.state == "arrived"))
        if row is None:
            raise LookupError(sign_in_id)
        return self.bound.vault.open(row.grant)

    def of_draft(self, draft_id: str, app: str) -> SignIn | None:
        """The newest sign-in that this draft asked for."""
        of = self.mine().where(self.table.c.draft_id == draft_id, self.table.c.app == app)
        row = self.first(of.order_by(self.table.c.expires_at.desc()))
        return load(SignIn, row, {"secret": ""}) if row else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has chosen so far; `view` is the Slack view that shows it."""

    id: str
    actor: str
    kind: str
    view: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Drafts(Shelf):
    table_name = "draft"

    def create(self, *, actor: str, kind: str, data: Mapping[str, Any]) -> Draft:
        draft_id = self.bound.new_id()
        values = {"actor": actor, "kind": kind, "view": "", "data": dump(data)}
        self.add({"id": draft_id, **values, "touched_at": self.now})
        return self.get(draft_id)

    def get(self, draft_id: str) -> Draft:
        row = self.with_id(draft_id)
        if row is None:
            raise LookupError(draft_id)
        return load(Draft, row)

    def newest(self, actor: str, kind: str) -> Draft | None:
        of = self.mine().where(self.table.c.actor == actor, self.table.c.kind == kind)
        row = self.first(of.order_by(self.table.c.touched_at.desc()))
        return load(Draft, row) if row else None

    def merge(self, draft_id: str, data: Mapping[str, Any], view: str | None = None) -> Draft:
        """Add choices to a draft."""
        draft = self.get(draft_id)
        values: dict[str, Any] = {"data": {**draft.data, **dump(data)}, "touched_at": self.now}
        self.set(draft_id, **(values if view is None else values | {"view": view}))
        return self.get(draft_id)

    def remove(self, draft_id: str) -> None:
        self.connection.execute(
            delete(self.table).where(self.table.c.workspace_id == self.workspace, self.table.c.id == draft_id)
        )
