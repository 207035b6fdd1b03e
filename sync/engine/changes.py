"""Which decisions belong to which candidates: records and links put together into units, each exactly once. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync.engine import rules
from sync.engine.match import Linked, Member, families, match
from sync.engine.plan import ALONE, Unit
from sync.model.connections import Scheme
from sync.model.plans import Link, Mirrored
from sync.model.records import Side


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that was read for some candidates: they, their links, their families and the links of those."""

    records: Mapping[int, Mirrored]
    sides: Mapping[int, Side]
    links: Mapping[int, Link]
    keys: Mapping[int, tuple[frozenset[str], frozenset[str]]]
    lost: Mapping[int, Mirrored] = field(default_factory=dict)
    """Halves of links that their apps deleted, as they last were."""


def units(candidates: Iterable[int], scene: Scene, scheme: Scheme) -> list[Unit]:
    """The units that these candidates call for, each once."""
    members = _members(scene, scheme)
    family_of = families(members)
    found: dict[tuple[int | None, int | None], Unit] = {}
    for row in candidates:
        unit = _unit(row, scene, members, family_of)
        if unit is not None:
            found[(unit.left.row if unit.left else None, unit.right.row if unit.right else None)] = unit
    return list(found.values())


def _unit(
    row: int, scene: Scene, members: Mapping[int, Member], family_of: Mapping[int, Sequence[Member]]
) -> Unit | None:
    record = scene.records.get(row)
    if record is None:
        return None
    link = scene.links.get(row)
    if link is not None:
        lost = next((scene.lost[half] for half in (link.left, link.right) if half and half in scene.lost), None)
        return Unit(_present(link.left, scene), _present(link.right, scene), link, lost=lost)
    found = match(members[row], family_of[row])
    if isinstance(found, Linked):
        return Unit(scene.records[found.left], scene.records[found.right], None, found)
    left = scene.sides[row] is Side.LEFT
    return Unit(record if left else None, None if left else record, None, found or ALONE)


def _present(row: int | None, scene: Scene) -> Mirrored | None:
    return scene.records.get(row) if row is not None else None


def _members(scene: Scene, scheme: Scheme) -> dict[int, Member]:
    none: frozenset[str] = frozenset()
    return {
        row: Member(
            row,
            scene.sides[row],
            *scene.keys.get(row, (none, none)),
            linked=row in scene.links,
            partakes=rules.left_out(scheme, scene.sides[row], record.values) is None,
        )
        for row, record in scene.records.items()
    }
