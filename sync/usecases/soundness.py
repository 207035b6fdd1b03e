"""What a document that was not made in the forms may get wrong beside its rules: ids, mappings, limits, options."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.connectors import registry
from sync.engine import brakes
from sync.engine.compatibility import compatible
from sync.model.connections import Document, FieldMapping, Scheme
from sync.model.fields import FieldRef, spoken_ref
from sync.model.records import Side

LEAST_INTERVAL, MOST_INTERVAL = 60, 604_800


@dataclass(frozen=True, slots=True)
class Flaw:
    """`path` leads to the part of the document that is wrong; `code` says what is, `facts` name it."""

    path: tuple[str, ...]
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


def flaws(document: Document, scheme: Scheme) -> Iterator[Flaw]:
    """Everything that is wrong. `scheme` knows the fields; a mapping that is in its document already may wait for a field that is gone."""
    yield from _ids(document)
    yield from _mappings(document, scheme)
    yield from (Flaw(("limits", name), "bad_limit", {"name": name}) for name in brakes.absurd(document.limits))
    if not LEAST_INTERVAL <= document.options.interval <= MOST_INTERVAL:
        yield Flaw(("options", "interval"), "bad_interval")
    known = registry.app(scheme.left.app).facts.population.kinds
    if known and not document.options.kinds:
        yield Flaw(("options", "kinds"), "no_kind")
    for kind in document.options.kinds:
        if known and kind not in known:
            yield Flaw(("options", "kinds"), "bad_kind", {"name": kind})


def _ids(document: Document) -> Iterator[Flaw]:
    for part in ("mappings", "rules"):
        ids = [one.id for one in getattr(document, part)]
        for number, one in enumerate(ids):
            if one in ids[:number]:
                yield Flaw((part, str(number), "id"), "twice", {"name": one})


def _mappings(document: Document, scheme: Scheme) -> Iterator[Flaw]:
    used = {side: Counter(one.ref(side) for one in document.active_mappings()) for side in Side}
    known = {(one.left, one.right) for one in scheme.document.mappings}
    for number, one in enumerate(document.mappings):
        path = ("mappings", str(number))
        gone = [side for side in Side if FieldRef.parse(one.ref(side)).key not in scheme.side(side).fields]
        if gone and (one.left, one.right) not in known:
            yield Flaw((*path, gone[0].value), "no_field", {"field": one.ref(gone[0])})
        if not gone and (reason := _misfit(one, scheme)):
            yield Flaw((*path, "right"), "unfit", {**_names(one, scheme), "reason": reason})
        for side in Side:
            if one.enabled and used[side][one.ref(side)] > 1:
                yield Flaw((*path, side.value), "used", {"field": _names(one, scheme)[side.value]})


def _misfit(one: FieldMapping, scheme: Scheme) -> str:
    """Why the two fields of a mapping do not fit in any direction that it wants."""
    refs = {side: FieldRef.parse(one.ref(side)) for side in Side}
    left, right = (scheme.side(side).fields[refs[side].key] for side in Side)
    verdict = compatible(left, refs[Side.LEFT], right, refs[Side.RIGHT])
    wanted = {side for side in Side if one.direction.writes(side)}
    return "" if wanted & verdict.ways else verdict.reason


def _names(one: FieldMapping, scheme: Scheme) -> dict[str, str]:
    return {side.value: spoken_ref(scheme.side(side).fields, one.ref(side)) for side in Side}
