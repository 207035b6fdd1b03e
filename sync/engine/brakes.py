"""Holds a plan that smells of disaster until a person approves. Pure: counts in, causes out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from sync.model.connections import Limits
from sync.model.fields import Value
from sync.model.plans import Tally
from sync.model.records import Side

FLIP_LENGTH = 4
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a plan waits: `code` is the kind of brake, `count` what it would do with what was done in the last 24 hours, `allowed` how many
    may go without asking."""

    code: str
    count: int
    allowed: int
    field: str = ""


def absurd(limits: Limits) -> list[str]:
    """The names of limits that make no sense: a number below nought or beyond a million, a share that is no part of a whole."""
    most = {one.name: 1 if one.name.endswith("share") else MOST for one in fields(limits)}
    return [name for name, highest in most.items() if not 0 <= getattr(limits, name) <= highest]


def causes(planned: Tally, lately: Tally, links: int, limits: Limits) -> list[Cause]:
    """The brakes that a plan trips. `lately` is what was done in the last 24 hours and nobody approved: slices can't slip below.
    What people decided, record by record or all alike, was approved by that."""
    return [*_counted(planned, lately, links, limits), *_fields(planned, lately, links, limits)]


def weighed(planned: Tally) -> bool:
    """Whether a plan does anything that a brake could stop."""
    return any(planned[f"{kind}.{side.value}"] for kind in ("update", "create", "gone") for side in Side)


def _counted(planned: Tally, lately: Tally, links: int, limits: Limits) -> Iterator[Cause]:
    kinds = (
        ("updates", "update", limits.updates_least, limits.updates_share),
        ("creates", "create", limits.creates_least, limits.creates_share),
        ("removals", "gone", limits.removals_least, limits.removals_share),
    )
    for code, kind, least, share in kinds:
        fresh = sum(planned[f"{kind}.{side.value}"] for side in Side) - (planned["decided"] if kind == "update" else 0)
        count, allowed = fresh + lately[kind], max(least, int(links * share))
        if fresh and count > allowed:
            yield Cause(code, count, allowed)


def _fields(planned: Tally, lately: Tally, links: int, limits: Limits) -> Iterator[Cause]:
    allowed = max(limits.updates_least, int(links * limits.field_share))
    for key in sorted(planned.counts):
        count = planned[key] + lately[key]
        if key.startswith("field.") and planned[key] and count > allowed:
            yield Cause("field", count, allowed, key.removeprefix("field."))


def flips(history: Sequence[Value], wanted: Value) -> bool:
    """Whether writing `wanted` would send a value to and fro once more after it went A → B → A twice. `history` are the values written
    lately, oldest first."""
    if len(history) < FLIP_LENGTH:
        return False
    there, back, again, last = history[-FLIP_LENGTH:]
    return bool(there == again == wanted and back == last and there != back)
