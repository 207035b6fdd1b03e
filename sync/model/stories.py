"""What people are told about single records: each mapped field, each rule and condition, as the next run would judge them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.model.fields import Value
from sync.model.plans import Base
from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class FieldStory:
    """One mapped field of a pair: its names, values and normal forms per side, what both last settled on, and what the next run does.

    `mark` tells these two values from any others without showing them. `outcome` is "same", "travels" (`to` gets `after`; `by` is the
    person whose answer that carries out, `won` why that value prevails where both sides hold one, as in `Change`),
    the reason why a change stays where it is ("clear", "direction", "unmapped"), or, where it is
    `held`, the code of what holds the record. `unread` are the sides whose value is still to be read.
    """

    mapping: str
    base_key: str
    names: Mapping[Side, str]
    values: Mapping[Side, Value]
    forms: Mapping[Side, Value]
    base: Base | None
    mark: str
    outcome: str
    held: bool = False
    to: Side | None = None
    after: Value = None
    by: str = ""
    won: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class ConditionStory:
    """One condition as a sentence, the value that it looks at, and whether it holds (None: not known yet)."""

    sentence: str
    value: Value
    truth: bool | None


@dataclass(frozen=True, slots=True)
class RuleStory:
    """One live rule, whether it brings the record in, and its conditions one by one."""

    sentence: str
    truth: bool | None
    conditions: tuple[ConditionStory, ...]
