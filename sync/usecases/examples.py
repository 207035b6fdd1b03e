"""A few real records of a plan, field by field, and values as people read them."""

from collections.abc import Sequence
from typing import Any

from sync.model.plans import Decision
from sync.model.records import Side, WriteKind
from sync.model.runs import Run
from sync.store.repository import Transaction

EXAMPLES = 3


def of_plan(tx: Transaction, run: Run) -> list[dict[str, Any]]:
    """A few creates and updates of each side, field by field."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for decision in tx.decisions.of_kinds(
        run.id, ("create", "link", "update", "end"), 0, tx.decisions.highest(run.id), 300
    ).values():
        for intent in decision.intents:
            some = found.setdefault((intent.side.value, intent.kind.value), [])
            if len(some) < EXAMPLES:
                some.append(_example(decision, intent.side, intent.kind, intent.changes))
    return [example for some in found.values() for example in some]


def _example(decision: Decision, side: Side, kind: WriteKind, changes: Sequence[Any]) -> dict[str, Any]:
    seen = decision.seen(side) or decision.seen(side.other)
    shown = [
        {"field": change.label, "before": plain(change.before), "after": plain(change.after)}
        for change in changes
        if change.after != change.before
    ]
    return {"name": seen.name if seen else "", "side": side.value, "kind": kind.value, "changes": shown}


def plain(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(
            str(value[part])
            for part in ("street", "street2", "postcode", "city", "region", "country")
            if value.get(part)
        )
    if isinstance(value, list):
        return ", ".join(plain(one["value"]) if isinstance(one, dict) else str(one) for one in value)
    return str(value)
