"""Records as apps give them and as the mirror keeps them, pages of a listing, writes and their verdicts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec

from sync.model.errors import SyncError
from sync.model.fields import Value, Values


class Side(StrEnum):
    """The two sides of a connection. Zoho Inventory is `LEFT` in every connection that people make."""

    LEFT = "left"
    RIGHT = "right"
    other: "Side"
    """The one across."""


Side.LEFT.other, Side.RIGHT.other = Side.RIGHT, Side.LEFT
SIDES = (Side.LEFT, Side.RIGHT)
"""Both, for those who go over them for every record: an enum makes a generator each time."""


class Record(msgspec.Struct, frozen=True):
    """One customer as an app answered it.

    `values` holds only what this answer knows: a listing row leaves detail-only fields out. `revision` is the app's mark of
    this version (an etag, a stamp). `stamp` is the app's time of last change as UTC ISO 8601 with microseconds
    (`2026-10-01T13:03:11.000000Z`), so that text order is time order; empty where the app has none. `subject` names the part that
    stands for the person (Zoho's primary contact person) where values live in a part with an id of its own. `marker` is the
    idempotency key that a create of ours left in the record, where the app can carry one. `detailed` says that the answer
    was the whole record: a field that it leaves out is empty.
    """

    id: str
    values: Values
    revision: str = ""
    stamp: str = ""
    subject: str = ""
    marker: str = ""
    detailed: bool = True


class Tombstone(msgspec.Struct, frozen=True):
    """Proof that a record is gone: the app said so itself."""

    id: str


class Page(msgspec.Struct, frozen=True):
    """One page of a pull.

    `position` is where the next page starts (None on the last page), opaque and storable, so that a pull can go on in a later
    slice. The last page carries the next `watermark` and whether the listing was `complete` (every live record was in it).
    `renamed` maps an old id to the new one.
    """

    records: tuple[Record, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: Mapping[str, str] = msgspec.field(default_factory=dict)
    position: str | None = None
    watermark: str | None = None
    complete: bool = False


class WriteKind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    RETIRE = "retire"
    """Undo of a create, never a delete: inactive in Zoho, the label "Zsync Undone" in Google."""


class Write(msgspec.Struct, frozen=True):
    """One intended write. `key` is the idempotency key; `changes` are the fields to set in the app's own terms (`None` clears);
    `record` is the record as last read (None for a create): its revision guards the write where the app refuses stale ones."""

    key: str
    kind: WriteKind
    changes: Mapping[str, Value]
    record: Record | None = None


class Written(msgspec.Struct, frozen=True):
    """The app took the write; `record` is the record as the app answered it."""

    key: str
    record: Record


class Refused(msgspec.Struct, frozen=True):
    """The app did not take the write, for the reason that `error` tells."""

    key: str
    error: SyncError


Verdict: TypeAlias = Written | Refused
