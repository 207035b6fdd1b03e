"""What a sync run looks at (mirrored records, links) and what it intends (decisions); the outcome of a run in counts."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from sync.model.fields import Value, Values
from sync.model.records import Record, Side, WriteKind


class Mirrored(msgspec.Struct, frozen=True):
    """A record as the mirror knows it.

    `row` is the mirror's own number, `seq` its place in the endpoint's order of changes, `name` what people call the record.
    `detail_stamp` is the stamp at which the whole record was last read (None: never), `detail_at` when; `ours` says that this version
    is the answer to a write of ours; `hash` is over the values; `read_at` is when it was last read at all, `pull` the number of the last
    listing that had it.
    """

    row: int
    id: str
    values: Values
    stamp: str = ""
    revision: str = ""
    subject: str = ""
    marker: str = ""
    seq: int = 0
    name: str = ""
    hash: str = ""
    detail_stamp: str | None = ""
    detail_at: datetime | None = None
    read_at: datetime | None = None
    ours: bool = False
    pull: int = 0

    @property
    def detailed(self) -> bool:
        """Whether detail-only values are known and as new as the listing."""
        return self.detail_stamp is not None and self.detail_stamp >= self.stamp

    def record(self) -> Record:
        return Record(self.id, self.values, self.revision, self.stamp, self.subject, self.marker, self.detailed)


class LinkState(StrEnum):
    ACTIVE = "active"
    CREATING = "creating"
    """One side is there, the other is being created."""
    GONE = "gone"
    """One side was deleted in its app: excluded, never created again unless a person asks; goes on if that record comes back."""
    KEPT = "kept"
    """One side was deleted in its app, and a person decided against letting the link go: held until that record comes back."""
    DISMISSED = "dismissed"
    """A person took the link apart: never made again."""


class Base(msgspec.Struct, frozen=True):
    """The normalised value each side last settled on; the two may differ (a withheld clear, a discarded change)."""

    left: Value
    right: Value


class Applied(msgspec.Struct, frozen=True):
    """That a rule's action fired for a pair: the field before and after it (for one label: whether it was there)."""

    before: Value
    after: Value


class Answer(msgspec.Struct, frozen=True):
    """A person's decision about a conflict: `keep` is the side whose value stays. It counts only while both sides hold what that person
    saw (normal forms `left` and `right`); `by` is who decided."""

    keep: Side
    left: Value
    right: Value
    by: str


class Link(msgspec.Struct, frozen=True):
    """ "This customer is that contact". `left` and `right` are mirror rows.

    `base` is kept per mapping (`FieldMapping.base_key`), `bound` per mapping the normalised entry that a single value is tied to, on
    the side with several entries. `subjects` are the persons' ids that stood for the record when it was linked.
    `frozen` are mappings stopped for flipping to and fro, `thawed` those a person let go again, with the last operation that no longer
    counts against them. `applied` are the actions that fired, by `actions.action_key`; `answers` decide conflicts, per mapping like the
    base.
    """

    row: int
    left: int | None
    right: int | None
    state: LinkState = LinkState.ACTIVE
    base: Mapping[str, Base] = msgspec.field(default_factory=dict)
    bound: Mapping[str, Value] = msgspec.field(default_factory=dict)
    subjects: Mapping[Side, str] = msgspec.field(default_factory=dict)
    frozen: tuple[str, ...] = ()
    applied: Mapping[str, Applied] = msgspec.field(default_factory=dict)
    seen_left: int = 0
    seen_right: int = 0
    seen_version: int = 0
    thawed: Mapping[str, int] = msgspec.field(default_factory=dict)
    answers: Mapping[str, Answer] = msgspec.field(default_factory=dict)

    def has_seen(self, left: Mirrored | None, right: Mirrored | None, version: int) -> bool:
        """Whether this link was already looked at with exactly these versions of its records."""
        return (
            self.seen_version == version
            and (left is None or left.seq <= self.seen_left)
            and (right is None or right.seq <= self.seen_right)
        )


class Bucket(StrEnum):
    """Where a record stands after a run. Each record of both sides is in exactly one."""

    IN_STEP = "in step"
    EXCLUDED = "excluded"
    HELD = "held"
    DUPLICATE = "duplicate"
    GONE = "gone"
    FAILED = "failed"
    WAITING = "waiting"


class Standing(msgspec.Struct, frozen=True):
    """A record's bucket with the reason: `code` is a stable word, `facts` fill its sentence. `recheck_after` is in seconds: look again
    then even if nothing changed."""

    bucket: Bucket
    code: str = ""
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
    recheck_after: float | None = None


class Change(msgspec.Struct, frozen=True):
    """One mapped value of a write, before and after, as a person reads it; `label` is what people call the field. `settles` is the base
    once the app has acknowledged the write, `stays` the base if a person decides against it. A change that a rule's action makes has no
    base: `action` is its key, `applies` what the link then remembers of it (None: nothing more). `by` is the person whose answer to a
    conflict it carries out; `won` is why the value prevailed where both sides held one: the winner that the connection names, or
    "direction"."""

    mapping: str
    label: str
    base_key: str
    before: Value
    after: Value
    settles: Base
    stays: Base
    action: str = ""
    applies: Applied | None = None
    by: str = ""
    won: str = ""


class Intent(msgspec.Struct, frozen=True):
    """One intended write to one side: `values` are whole new values by field of the target app, `before` what they replace."""

    side: Side
    kind: WriteKind
    values: Values
    before: Values
    changes: tuple[Change, ...]


class Seen(msgspec.Struct, frozen=True):
    """Which version of a record a decision was made from."""

    row: int
    id: str
    seq: int
    name: str


class Decision(msgspec.Struct, frozen=True):
    """What the plan says about one pair of records, or about a record without a counterpart.

    `links` tells that a new link is to be made; `settle` are bases that hold already, without a write; `withheld` are mappings whose
    change stays where it is (reason by mapping id). `applied` are actions that are remembered, or forgotten, without a write.
    `becomes` is the state that the link goes over to, where it does.
    """

    left: Seen | None
    right: Seen | None
    standing: Standing
    link: int | None = None
    links: bool = False
    first: bool = False
    settle: Mapping[str, Base] = msgspec.field(default_factory=dict)
    bound: Mapping[str, Value] = msgspec.field(default_factory=dict)
    subjects: Mapping[Side, str] = msgspec.field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    applied: Mapping[str, Applied | None] = msgspec.field(default_factory=dict)
    becomes: LinkState | None = None
    group: tuple[int, ...] = ()
    """Rows of a duplicate group, for people to look at."""

    def seen(self, side: Side) -> Seen | None:
        return self.left if side is Side.LEFT else self.right

    @property
    def rows(self) -> tuple[int | None, int | None]:
        """The mirror rows it is about: what makes it the same decision in a later look."""
        return self.left.row if self.left else None, self.right.row if self.right else None

    @property
    def ends(self) -> bool:
        """Whether it lets a link go, because one of its records was deleted."""
        return self.becomes is LinkState.GONE

    @property
    def decided(self) -> bool:
        """Whether all that it writes is what people decided about these very values."""
        changes = [change for intent in self.intents for change in intent.changes]
        return bool(changes) and all(change.by for change in changes)

    @property
    def unread(self) -> bool:
        return self.standing.bucket is Bucket.WAITING and self.standing.code == "detail"


class Tally(msgspec.Struct, frozen=True):
    """Counts of a plan; sums of tallies are tallies. Keys: `create.left`, `update.right`, `links`, `gone.left` (links
    that end as the left record was deleted), `resting` (linked pairs that do not take part, or that no rule brings in),
    `undoing` (those of them in which what a rule did is undone),
    `decided` (updates that carry out what people decided), `bucket.held.left`, `field.<mapping>`, …"""

    counts: Mapping[str, int] = msgspec.field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        keys = self.counts.keys() | other.counts.keys()
        return Tally({key: self[key] + other[key] for key in keys})

    def __sub__(self, other: "Tally") -> "Tally":
        return self + Tally({key: -count for key, count in other.counts.items()})

    def __getitem__(self, key: str) -> int:
        return self.counts.get(key, 0)
