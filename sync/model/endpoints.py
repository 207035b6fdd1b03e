"""Accounts and endpoints: who signed in, and which container of theirs is mirrored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sync.model.fields import Field


class AccountState(StrEnum):
    OK = "ok"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in login of one app; the grant itself stays in the vault."""

    id: str
    app: str
    identity: str
    label: str
    connected_by: str
    created_at: datetime
    region: str = ""
    state: AccountState = AccountState.OK


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One account's container. `facts` are its own settings (time zone, currency, country, plan); `shrunk` is the complaint about a
    listing that lost too many records, until a person accepts."""

    id: str
    account_id: str
    app: str
    container: str
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    fields_at: datetime | None = None
    watermark: str | None = None
    position: str | None = None
    pull: int = 0
    pull_complete: bool = False
    refreshed_at: datetime | None = None
    listed_at: datetime | None = None
    shrunk: Mapping[str, int] | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh and write one endpoint; void as soon as somebody else holds a higher fence."""

    endpoint_id: str
    fence: int
