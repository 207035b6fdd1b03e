"""Schemes for tables of pure tests: two sides with a field of every type."""

from datetime import UTC, datetime

from sync.model.connections import Document, Scheme, SideScheme
from sync.model.fields import Field, FieldType, Option

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TIERS = (Option("business", "Business"), Option("individual", "Individual"))


def every_type(prefix: str = "") -> dict[str, Field]:
    """One field of each type, by the type's name."""
    fields = [Field(f"{prefix}{kind.name.lower()}", kind.value.capitalize(), kind) for kind in FieldType]
    found = {field.key: field for field in fields}
    for key in (f"{prefix}choice", f"{prefix}multi_choice"):
        found[key] = Field(key, found[key].label, found[key].type, options=TIERS)
    many = Field(f"{prefix}phones", "Phones", FieldType.PHONE, many=True, entry_labels=("work", "mobile"))
    return found | {many.key: many}


def scheme(document: Document | None = None, now: datetime = NOW, time_zone: str = "UTC") -> Scheme:
    left = SideScheme("left", "Left", every_type(), match_primary=("email",), records="customers")
    right = SideScheme("right", "Right", every_type(), match_primary=("email",), records="contacts")
    return Scheme(document or Document(), left, right, "GB", time_zone, 1, now, 2, "EUR")
