"""The contract between the engine and an app. Its docstrings are what `tests/connectors/suite.py` proves, app by app.

A connector reads and writes customers of one endpoint. It never touches the store, never sleeps and never knows another app; pacing,
retry, token refresh and the translation of failures live beneath it in `sync.http`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from sync.model.fields import Field, Values
from sync.model.records import Page, Record, Tombstone, Verdict, Write


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an app can do; False until the conformance suite has proved it.

    `lag` is how long a listing may trail behind a write. `batch` is how many writes go into one call, `get_batch` how many reads, `page`
    how many rows of a listing. `lists_everything` means that listing rows are whole records, so that there is no detail to fetch.
    `defines_fields` means that custom fields are there by definition; else they are those that records happen to use, and one that is not
    seen is not gone.
    """

    changes_since: bool = False
    reports_deletes: bool = False
    reports_unsubscribes: bool = False
    refuses_stale_writes: bool = False
    carries_marker: bool = False
    can_label: bool = False
    lists_everything: bool = False
    batch: int = 1
    get_batch: int = 1
    page: int = 100
    defines_fields: bool = True
    lag: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Container:
    """What an account can be connected to: an organisation, an address book, an audience.

    `facts` are the container's own settings that matter later, as text: `time_zone`, `currency`, `country`, `plan`, `day_quota`.
    """

    id: str
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: `id` proves the same person again later, `label` is what people read (an e-mail address)."""

    id: str
    label: str


class Connector(Protocol):
    """One endpoint of one app. Every method may raise a SyncError; none returns half of what it promises."""

    capabilities: Capabilities

    def identity(self) -> Identity:
        """Who the grant belongs to."""
        ...

    def containers(self) -> Sequence[Container]:
        """What this account can be connected to, with a usable one first."""
        ...

    def check(self) -> None:
        """One cheap call that proves that contacts can be read here. Raises RightsMissing, AccessRevoked …"""
        ...

    def fields(self) -> Sequence[Field]:
        """Every field, custom ones with types and options included."""
        ...

    def pull(self, since: str | None, position: str | None = None) -> Iterator[Page]:
        """Rows since a watermark, or all without one; deleted and renamed ids. `position` goes on where an earlier pull was cut off.

        The watermark is taken from the start of the pull and overlaps, so that nothing between two pulls is lost; repeats are allowed.
        Raises WatermarkExpired when only a complete listing can help.
        """
        ...

    def get(self, ids: Sequence[str]) -> Iterator[Record | Tombstone]:
        """Whole records, in any order; a Tombstone only where the app itself says that the record is gone."""
        ...

    def find_created(self, key: str, values: Values) -> Record | None:
        """The record that a create with this key made, if it is there: by the marker, else by what the app keeps unique."""
        ...

    def write(self, writes: Sequence[Write]) -> Iterator[Verdict]:
        """One verdict per write, as soon as it is known. A write whose outcome is `uncertain` raises its error instead: the writes without
        a verdict must then be looked up before they are repeated.

        An update sends only what changed; a stale one is refused with StaleRevision where the app can tell.
        An error of the whole account (`whole_account`) is raised, an error of one record is a Refused.
        """
        ...
