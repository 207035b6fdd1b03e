"""What a plan's decisions come to in counts: for previews, brakes and reports. Pure."""

from collections.abc import Iterable

from sync.model.plans import Bucket, Decision, Tally
from sync.model.records import SIDES, WriteKind


def tally(decisions: Iterable[Decision]) -> Tally:
    """Counts over decisions, for the preview, the brakes and the report."""
    counts: dict[str, int] = {}
    for decision in decisions:
        for key in _counted(decision):
            counts[key] = counts.get(key, 0) + 1
    return Tally(counts)


def _counted(decision: Decision) -> Iterable[str]:
    standing = decision.standing
    for side in SIDES:
        if decision.seen(side):
            yield f"records.{side}"
            yield f"bucket.{standing.bucket}.{side}"
            if standing.code:
                yield f"reason.{standing.code}.{side}"
    if decision.links and decision.left and decision.right:
        yield "links"
    if _rests(decision):
        yield "resting"
        yield from ("undoing" for _ in decision.intents[:1])
    if decision.ends:
        yield from (f"gone.{side}" for side in SIDES if not decision.seen(side))
    if decision.unread:
        yield "unread"
    yield from _written(decision)


def _rests(decision: Decision) -> bool:
    """A pair that a person took apart is none any more."""
    excluded = decision.standing.bucket is Bucket.EXCLUDED and decision.standing.code != "dismissed"
    return excluded and bool(decision.link and decision.left and decision.right)


def _written(decision: Decision) -> Iterable[str]:
    for intent in decision.intents:
        yield f"{intent.kind}.{intent.side}"
        if decision.decided:
            yield "decided"
        if intent.kind is WriteKind.UPDATE and not decision.first:
            yield "later_updates"
            yield from {f"field.{change.mapping}" for change in intent.changes if not change.by}


def kind_of(decision: Decision) -> str:
    """What a decision would do, in one word: for finding those that depend on matching."""
    if decision.intents and decision.intents[0].kind is WriteKind.CREATE:
        return "create"
    if decision.links:
        return "link"
    if decision.ends:
        return "end"
    return "update" if decision.intents else "none"
