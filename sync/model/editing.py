"""What people are told while they edit a configuration: differences, findings, what an operator wants, what a conversion loses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `sign` is "+" (new), "-" (gone) or "~" (changed); `kind` is "mapping", "rule", "option" or "limit"; `text` names the
    thing; `before` and `after` are short texts where it was changed."""

    sign: str
    kind: str
    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or odd. `refused`: the configuration cannot be saved like this. `rule_id` is empty where it is about no single
    rule."""

    code: str
    rule_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False


class Wants(Enum):
    """What a person types beside an operator: nothing, one value, several, two that bound a range, a number of days."""

    NOTHING = auto()
    ONE = auto()
    SEVERAL = auto()
    RANGE = auto()
    DAYS = auto()


class Loss(StrEnum):
    """What becomes of a value on the way to another type: it comes back as it was, it may not, or it cannot go at all."""

    LOSSLESS = "lossless"
    LOSSY = "lossy"
    REFUSED = "refused"
