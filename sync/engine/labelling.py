"""Deletions and unsubscribes carried over as labels, where a connection wants that and its pair of apps can. Pure.

Each is a rule of its own: IF a record of one side was deleted (or is unsubscribed) THEN its counterpart gets a label. So it fires once, is
remembered, yields to people, and is taken back when the record returns. Nothing is ever deleted or unsubscribed, nobody is brought in.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sync.model.connections import Action, ActionKind, Group, Rule, Scheme, SideScheme
from sync.model.editing import Finding
from sync.model.fields import Field, FieldRef, FieldType
from sync.model.records import Side

DELETIONS = "deletions"
UNSUBSCRIBES = "unsubscribes"
LABELS = {DELETIONS: "Zsync Trash", UNSUBSCRIBES: "Zsync Unsubscribes"}


def label_field(side: SideScheme) -> Field | None:
    """Where a side's records carry their labels; None where they can't be labelled."""
    found = (field for field in side.fields.values() if field.type is FieldType.LABELS and field.writable)
    return next(found, None) if side.can_label else None


def tellers(scheme: Scheme, option: str) -> Sequence[Side]:
    """The sides whose deletions, or unsubscribes, can be carried over: they tell of them, and the other side can be labelled."""
    return tuple(side for side in Side if _tells(scheme.side(side), option) and label_field(scheme.side(side.other)))


def _tells(side: SideScheme, option: str) -> bool:
    return side.reports_deletes if option == DELETIONS else side.unsubscribed is not None


@lru_cache(maxsize=64)
def deletion_rules(scheme: Scheme) -> Sequence[Rule]:
    """A rule for each side whose deletions are carried over; it holds for a record that its app deleted."""
    return tuple(_rules(scheme, DELETIONS))


@lru_cache(maxsize=64)
def unsubscribe_rules(scheme: Scheme) -> Sequence[Rule]:
    """A rule for each side whose unsubscribes are carried over."""
    return tuple(_rules(scheme, UNSUBSCRIBES))


def _rules(scheme: Scheme, option: str) -> Iterator[Rule]:
    options = scheme.document.options
    wanted = options.deletions if option == DELETIONS else options.unsubscribes
    for side in tellers(scheme, option) if wanted else ():
        field, told = label_field(scheme.side(side.other)), scheme.side(side).unsubscribed
        if field and options.direction.writes(side.other):
            when = Group((told,)) if told and option == UNSUBSCRIBES else Group()
            label = Action(ActionKind.ADD, field.key, LABELS[option], undo=True)
            yield Rule(f"{option}-{side.value}", side, when, actions=(label,))


def unlabelled(scheme: Scheme) -> list[Finding]:
    """The labels that these rules do not set, because the field that holds them is mapped: what people label there travels instead."""
    mappings = scheme.document.active_mappings()
    found = []
    for rule in (*deletion_rules(scheme), *unsubscribe_rules(scheme)):
        (action,), side = rule.actions, rule.side.other
        if action.field in {FieldRef.parse(one.ref(side)).key for one in mappings}:
            target = scheme.side(side)
            facts = {"label": str(action.value), "field": target.fields[action.field].label, "side": target.title}
            found.append(Finding("label_mapped", rule.id, facts))
    return found
