"""Field mappings in a draft: which fields can still be paired, which partners fit, what a pair would do to real values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sync.engine import compatibility, labelling, mapping
from sync.engine.compatibility import Verdict
from sync.engine.conversions import Converted
from sync.model.connections import Direction, Document, FieldMapping, Translation
from sync.model.editing import Finding
from sync.model.errors import NotNow
from sync.model.fields import Field, FieldRef, FieldType, Value, spoken_ref
from sync.model.records import Side
from sync.usecases import configuration
from sync.usecases.actors import Actor
from sync.usecases.configuration import Editing
from sync.usecases.services import Services

EXAMPLES_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """One field that can be chosen: the reference, its name, its type in words."""

    ref: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields that somebody wants to map: whether they fit, which directions are left, what gets lost on the way."""

    left: str
    right: str
    verdict: Verdict
    directions: Sequence[Direction]


def refs_of(field: Field) -> list[str]:
    """How a mapping can point at a field: as a whole, or at the entries with one label."""
    return [field.key, *(f"{field.key}#{label}" for label in field.entry_labels)] if field.many else [field.key]


def free(editing: Editing, side: Side, keep: str = "") -> list[Offer]:
    """The fields of one side that no active mapping uses; `keep` is a mapping that is being edited, whose own field counts as free."""
    fields = editing.scheme.side(side).fields
    used = {one.ref(side) for one in editing.document.mappings if one.enabled and one.id != keep}
    every = [ref for field in fields.values() for ref in refs_of(field)]
    # A whole field with several entries and its single labels may both be mapped: the link binds the entries apart.
    open_refs = (ref for ref in every if ref not in used)
    return [Offer(ref, spoken_ref(fields, ref), fields[FieldRef.parse(ref).key].type.value) for ref in open_refs]


def partners(editing: Editing, side: Side, ref: str, keep: str = "") -> list[Offer]:
    """The free fields of the other side that fit this one."""
    return [
        offer for offer in free(editing, side.other, keep) if pair(editing, *_ordered(side, ref, offer.ref)).directions
    ]


def _ordered(side: Side, ref: str, other: str) -> tuple[str, str]:
    return (ref, other) if side is Side.LEFT else (other, ref)


def pair(editing: Editing, left: str, right: str) -> Pair:
    """What can be done with two fields. Directions are those that the fields, their types and the connection leave."""
    refs = {Side.LEFT: FieldRef.parse(left), Side.RIGHT: FieldRef.parse(right)}
    fields = {side: editing.scheme.side(side).fields[refs[side].key] for side in Side}
    verdict = compatibility.compatible(fields[Side.LEFT], refs[Side.LEFT], fields[Side.RIGHT], refs[Side.RIGHT])
    whole = editing.document.options.direction
    directions = [
        way
        for way in Direction
        if all(side in verdict.ways and whole.writes(side) for side in Side if way.writes(side))
    ]
    return Pair(left, right, verdict, directions)


def put(
    services: Services,
    actor: Actor,
    draft_id: str,
    *,
    left: str,
    right: str,
    direction: Direction,
    translation: Translation,
    replaces: str = "",
) -> Editing:
    """Add a mapping to a draft, or put it in place of another. Raises NotNow when the pair is refused or a field is in use."""
    editing = configuration.load(services, actor, draft_id)
    wanted = pair(editing, left, right)
    if direction not in wanted.directions:
        raise NotNow("unfit")
    for side, ref in ((Side.LEFT, left), (Side.RIGHT, right)):
        if ref not in {offer.ref for offer in free(editing, side, replaces)}:
            raise NotNow("field_used", field=spoken_ref(editing.scheme.side(side).fields, ref))
    fresh = FieldMapping(services.new_id()[:12], left, right, direction, default=False, translation=translation)
    return configuration.change(services, actor, draft_id, lambda document: _put(document, fresh, replaces))


def _put(document: Document, fresh: FieldMapping, replaces: str) -> Document:
    old = next((one for one in document.mappings if one.id == replaces), None)
    if old is None:
        return replace(document, mappings=(*document.mappings, fresh))
    same = (old.left, old.right) == (fresh.left, fresh.right)
    kept = replace(fresh, id=old.id, default=old.default) if same else fresh
    return replace(document, mappings=tuple(kept if one.id == replaces else one for one in document.mappings))


def switch(services: Services, actor: Actor, draft_id: str, mapping_id: str, *, on: bool) -> Editing:
    """Switch a mapping on or off. Raises NotNow when one of its fields is used by another mapping meanwhile."""
    editing = configuration.load(services, actor, draft_id)
    one = find(editing, mapping_id)
    for side in Side:
        if on and one.ref(side) not in {offer.ref for offer in free(editing, side, one.id)}:
            raise NotNow("field_used", field=spoken_ref(editing.scheme.side(side).fields, one.ref(side)))
    return _edit(services, actor, draft_id, mapping_id, enabled=on)


def turn(services: Services, actor: Actor, draft_id: str, mapping_id: str, direction: Direction) -> Editing:
    """Change a mapping's direction within what its fields leave. Raises NotNow."""
    editing = configuration.load(services, actor, draft_id)
    one = find(editing, mapping_id)
    wanted = pair(editing, one.left, one.right)
    if direction not in wanted.directions:
        raise NotNow("unfit")
    return _edit(services, actor, draft_id, mapping_id, direction=direction)


def remove(services: Services, actor: Actor, draft_id: str, mapping_id: str) -> Editing:
    """Take a custom mapping out; a default one is only switched off."""
    if find(configuration.load(services, actor, draft_id), mapping_id).default:
        return _edit(services, actor, draft_id, mapping_id, enabled=False)

    def without(document: Document) -> Document:
        return replace(document, mappings=tuple(one for one in document.mappings if one.id != mapping_id))

    return configuration.change(services, actor, draft_id, without)


def unlabelled(editing: Editing) -> list[Finding]:
    """The labels that are not set, because a mapping uses the field that holds them."""
    return labelling.unlabelled(editing.scheme)


def field_of(editing: Editing, side: Side, ref: str) -> Field | None:
    """The field that a reference points at; None where it is gone."""
    return editing.scheme.side(side).fields.get(FieldRef.parse(ref).key)


def find(editing: Editing, mapping_id: str) -> FieldMapping:
    """Raises NotNow when the mapping was removed meanwhile."""
    for one in editing.document.mappings:
        if one.id == mapping_id:
            return one
    raise NotNow("mapping_gone")


def _edit(services: Services, actor: Actor, draft_id: str, mapping_id: str, **values: object) -> Editing:
    def edited(document: Document) -> Document:
        changed = (replace(one, **values) if one.id == mapping_id else one for one in document.mappings)  # type: ignore[arg-type]  # named parts of a mapping
        return replace(document, mappings=tuple(changed))

    return configuration.change(services, actor, draft_id, edited)


@dataclass(frozen=True, slots=True)
class Example:
    """What a real value of a record becomes on the other side; `code` says why it cannot go there."""

    name: str
    before: Value
    after: Value
    code: str = ""


def example(
    services: Services, actor: Actor, editing: Editing, source: Side, wanted: Pair, how: Translation
) -> Example | None:
    """A real value that does not survive the way to the other side and back, else any real value; None where there is none."""
    refs = {Side.LEFT: FieldRef.parse(wanted.left), Side.RIGHT: FieldRef.parse(wanted.right)}
    fields = {side: editing.scheme.side(side).fields[refs[side].key] for side in Side}
    found: Example | None = None
    with services.store.reading(actor.workspace) as tx:
        for _, name, values in islice(
            tx.mirror.scan(editing.endpoints[source].id, {refs[source].key}, EXAMPLES_LOOKED_AT), EXAMPLES_LOOKED_AT
        ):
            reading = mapping.read(fields[source], refs[source], values, region=editing.scheme.region, single=True)
            if reading.value is None:
                continue
            there = _carried(editing, fields, source, reading.value, how)
            one = Example(name, reading.value, there.value if isinstance(there, Converted) else None)
            if not isinstance(there, Converted):
                return replace(one, code=getattr(there, "code", "skipped"))
            if _changed(editing, fields, source, one, how):
                return one
            found = found or one
    return found


def _carried(editing: Editing, fields: dict[Side, Field], source: Side, value: Value, how: Translation) -> object:
    scheme = editing.scheme
    return compatibility.convert(
        fields[source],
        fields[source.other],
        value,
        how,
        to=source.other,
        decimals=scheme.decimals,
        time_zone=scheme.time_zone,
    )


def _changed(editing: Editing, fields: dict[Side, Field], source: Side, one: Example, how: Translation) -> bool:
    back = _carried(editing, fields, source.other, one.after, how)
    return not (isinstance(back, Converted) and back.value == one.before)


def options_of(editing: Editing, side: Side, ref: str) -> list[tuple[str, str]]:
    """(value, label) of the options of a field; yes/no fields have two."""
    field = editing.scheme.side(side).fields[FieldRef.parse(ref).key]
    if field.type is FieldType.YES_NO:
        return [("true", "Yes"), ("false", "No")]
    return [(option.value, option.label) for option in field.options]
