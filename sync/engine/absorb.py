"""What the mirror makes of a record that an app answered: take it, drop it, or ask again. Pure.

A listing may lag behind our own writes, and stamps may have whole seconds. So an older row is dropped, and where the order cannot be known
one fresh read decides before anybody looks at the record again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import msgspec

from sync.engine.normalise import normal
from sync.model.connections import SideScheme
from sync.model.fields import FieldType, Values
from sync.model.plans import Mirrored
from sync.model.records import Record


class Source(Enum):
    """How a record was read: a row of a listing, a read of its own, or the answer to a write of ours."""

    LISTING = auto()
    READ = auto()
    WRITE = auto()


@dataclass(frozen=True, slots=True)
class Taken:
    """The mirror's new version; `moved` tells that its `seq` must rise."""

    record: Mirrored
    moved: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """An older version than the mirror's."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """The order cannot be known; read the record on its own."""


UNKNOWN = Mirrored(0, "", {}, detail_stamp=None)
"""A record that the mirror does not have yet."""


def absorb(
    old: Mirrored | None, new: Record, source: Source, scheme: SideScheme, now: datetime
) -> Taken | Dropped | Doubted:
    """Compare what an app answered with what the mirror knows."""
    values = {**_unread(old, new, scheme), **new.values}
    fingerprint = old.hash if old is not None and old.values == values else digest(values)
    if old is not None and source is not Source.WRITE and new.stamp and old.stamp:
        if new.stamp < old.stamp:
            return Dropped()
        if source is Source.LISTING and new.stamp == old.stamp and old.ours and fingerprint != old.hash:
            return Doubted()
    taken = _merged(old, new, values, fingerprint, source, scheme, now)
    return Taken(taken, old is None or fingerprint != old.hash or (not taken.detailed and _other_version(old, new)))


def _other_version(old: Mirrored, new: Record) -> bool:
    return new.stamp > old.stamp or new.revision != old.revision


def _unread(old: Mirrored | None, new: Record, scheme: SideScheme) -> Values:
    """What holds for the fields that an answer leaves out: they are empty in a whole record, and stay as they were in a row."""
    if new.detailed:
        return dict.fromkeys(scheme.fields)
    return old.values if old else {}


def _merged(
    old: Mirrored | None,
    new: Record,
    values: Values,
    fingerprint: str,
    source: Source,
    scheme: SideScheme,
    now: datetime,
) -> Mirrored:
    known = old or UNKNOWN
    stamp = new.stamp or known.stamp
    # An edit in the same moment moves no stamp, but the app's own mark.
    unmoved = known.detail_stamp if new.revision == known.revision else None
    return Mirrored(
        known.row,
        new.id,
        values,
        stamp,
        new.revision,
        new.subject or ("" if new.detailed else known.subject),
        new.marker or known.marker,
        known.seq,
        display_name(values, scheme),
        fingerprint,
        stamp if new.detailed else unmoved,
        now if new.detailed else known.detail_at,
        now,
        source is Source.WRITE or (known.ours and known.stamp == stamp),
        known.pull,
    )


def digest(values: Values) -> str:
    """A hash over the values. Apps promise no order of entries, so it does not count."""
    ordered = {key: sorted(value, key=_encode) if type(value) is list else value for key, value in values.items()}
    return hashlib.blake2b(_encode(ordered), digest_size=16).hexdigest()


_encode = msgspec.json.Encoder(order="sorted").encode


def display_name(values: Values, scheme: SideScheme) -> str:
    """What people call the record: the first filled display field; fields joined by "+" make one name."""
    for choice in scheme.display:
        parts = []
        for key in choice.split("+"):
            if part := str(values.get(key) or "").strip():
                parts.append(part)
        if parts:
            return " ".join(parts)
    for key in scheme.match_primary:
        if forms := _forms(key, values, scheme):
            return forms[0]
    return ""


def match_keys(values: Values, scheme: SideScheme, region: str) -> dict[str, bool]:
    """Normalised match key → whether it is weak (belongs to somebody else in the record)."""
    found: dict[str, bool] = {}
    for keys, weak in ((scheme.match_secondary, True), (scheme.match_primary, False)):
        for key in keys:
            found |= dict.fromkeys(_forms(key, values, scheme, region), weak)
    return found


def _forms(key: str, values: Values, scheme: SideScheme, region: str = "") -> list[str]:
    field, value = scheme.fields.get(key), values.get(key)
    if field is None or not value:
        return []
    plain = [entry["value"] for entry in value] if field.many else [value]
    return [str(form) for one in plain if (form := normal(FieldType.EMAIL, one, region)) is not None]
