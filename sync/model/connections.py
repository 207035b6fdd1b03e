"""A connection and the document that configures it: mappings, rules, options, limits.

The document is plain data, stored as versioned JSON; preview, export, import and roll back are operations on whole documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sync.model.fields import Field, Value
from sync.model.records import Side


class Direction(StrEnum):
    """Which way data may flow."""

    BOTH = "both"
    TO_RIGHT = "to-right"
    TO_LEFT = "to-left"

    @property
    def arrow(self) -> str:
        """Between the names of the left and the right side."""
        return {"both": "↔", "to-right": "→", "to-left": "←"}[self.value]

    def writes(self, side: Side) -> bool:
        """Whether data may be written to that side."""
        return self is Direction.BOTH or self is (Direction.TO_RIGHT if side is Side.RIGHT else Direction.TO_LEFT)


class Verbosity(StrEnum):
    """What a channel hears of runs that nobody asked for: only trouble and decisions, a digest a day as well, every run with changes."""

    QUIET = "quiet"
    NORMAL = "normal"
    EVERY_RUN = "every run"


class Winner(StrEnum):
    """Who prevails when both sides hold different values: at the first meeting, and in a conflict."""

    LEFT = "left"
    RIGHT = "right"
    NEWEST = "newest"
    ASK = "ask"


class Unmapped(StrEnum):
    """What happens to a value that a value table does not name."""

    HOLD = "hold"
    SKIP = "skip"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Translation:
    """How values of a mapping are put into the other side's words.

    `pairs` is the value table: (left value, right value), both as the apps store them; where one value has several partners the first row
    counts. `fixed_left` and `fixed_right` stand for values that the table does not name, where `unmapped` says FIXED. `yes` and `no` are
    the words for a yes/no field in a text.
    """

    pairs: tuple[tuple[Value, Value], ...] = ()
    unmapped: Unmapped = Unmapped.HOLD
    fixed_left: Value = None
    fixed_right: Value = None
    yes: str = "Yes"
    no: str = "No"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A pair of fields. `left` and `right` are `FieldRef`s as text (`"phones#mobile"`).

    `epoch` rises when the mapping is switched on again or its direction is widened: the base of an earlier epoch no longer counts, so
    that such a mapping meets its field for the first time.
    """

    id: str
    left: str
    right: str
    direction: Direction = Direction.BOTH
    enabled: bool = True
    default: bool = True
    epoch: int = 1
    translation: Translation = Translation()

    @property
    def base_key(self) -> str:
        """Under which the base of this mapping stands in a link."""
        return f"{self.id}@{self.epoch}"

    def ref(self, side: Side) -> str:
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` (a `FieldRef` as text) compared by `operator` with `value`."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups of which all (or any) must hold; an empty group holds always. Nested once."""

    conditions: tuple[Condition, ...] = ()
    groups: tuple["Group", ...] = ()
    any: bool = False


class ActionKind(StrEnum):
    SET = "set"
    ADD = "add"
    """Adds one value to labels or a multi-choice field."""
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to the counterpart when a record enters its rule's scope: `field` is a field's key on the other side.

    `undo`: when the record stops matching, the value from before is restored, if nobody changed it since.
    """

    kind: ActionKind
    field: str
    value: Value = None
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """IF `when` holds for a record of `side`, the record is in scope, THEN `actions` happen on the other side."""

    id: str
    side: Side
    when: Group = Group()
    enabled: bool = True
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The brakes: a batch beyond `max(least, share of the links)` waits for a person."""

    updates_least: int = 20
    updates_share: float = 0.10
    creates_least: int = 50
    creates_share: float = 0.25
    removals_least: int = 5
    removals_share: float = 0.02
    field_share: float = 0.30


@dataclass(frozen=True, slots=True)
class Options:
    """`interval` is in seconds; `kinds` are the kinds of record that take part ("customer", "vendor"). `deletions` and `unsubscribes` are
    carried over as labels (`engine/labelling.py`), where the pair of apps can."""

    direction: Direction = Direction.BOTH
    winner: Winner = Winner.LEFT
    avoid_duplicates: bool = True
    clears_travel: bool = False
    kinds: tuple[str, ...] = ("customer",)
    include_inactive: bool = False
    deletions: bool = False
    unsubscribes: bool = False
    interval: int = 300
    verbosity: Verbosity = Verbosity.NORMAL


@dataclass(frozen=True, slots=True)
class Document:
    """The whole configuration of a connection."""

    rules: tuple[Rule, ...] = (Rule("all-left", Side.LEFT), Rule("all-right", Side.RIGHT))
    mappings: tuple[FieldMapping, ...] = ()
    options: Options = Options()
    limits: Limits = Limits()

    def ruleless(self) -> tuple[Side, ...]:
        """The sides for which no rule is left: nothing new comes from there, and nothing is synced at all where both are."""
        return tuple(side for side in Side if not any(rule.enabled and rule.side is side for rule in self.rules))

    def active_mappings(self) -> tuple[FieldMapping, ...]:
        return tuple(mapping for mapping in self.mappings if mapping.enabled)


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it was saved: by whom, when and why, from which version, and when it went live (None: it has not)."""

    number: int
    document: Document
    by: str
    at: datetime
    reason: str = ""
    based_on: int = 0
    live_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SideScheme:
    """What a plan must know of one side: its fields, who takes part, by which fields records match and are named."""

    app: str
    title: str
    fields: Mapping[str, Field]
    population: tuple[tuple[str, Condition], ...] = ()
    """(reason, condition): a record that fails the condition is left out for that reason, before matching."""
    match_primary: tuple[str, ...] = ()
    match_secondary: tuple[str, ...] = ()
    display: tuple[str, ...] = ()
    records: str = "records"
    """What people call its records, in the plural."""
    reports_deletes: bool = False
    can_label: bool = False
    unsubscribed: Condition | None = None
    """What tells that a record is unsubscribed; None where the app does not tell."""
    newborn: Mapping[str, Value] = field(default_factory=dict)
    """What a record that is made there holds beside what travels."""


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """Everything that a plan needs beside records: the document and both sides. Each is itself only, so that what follows from it can be
    remembered. `region` is the ISO country for phone numbers without a prefix; `time_zone` the organisation's zone for dates, in which
    `now` tells what day it is; `currency` is its own, with so many `decimals`."""

    document: Document
    left: SideScheme
    right: SideScheme
    region: str = "GB"
    time_zone: str = "UTC"
    version: int = 0
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    decimals: int = 2
    currency: str = ""

    def side(self, side: Side) -> SideScheme:
        return self.left if side is Side.LEFT else self.right
