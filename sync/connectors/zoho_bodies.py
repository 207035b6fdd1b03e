"""What is sent to Zoho Inventory, and what its short answers come to: pure, the other half of `zoho_fields`."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from sync.connectors.zoho_fields import ADDRESS_KEYS, PERSON_KEYS, Row, address_body, custom_entry
from sync.http.failures import Answer
from sync.model.fields import Field, Values
from sync.model.records import Record

COMPUTED = ("autonumber", "formula")


def contact_body(changes: Values, customs: Mapping[str, Field], kept: Sequence[Row] = ()) -> dict[str, Any]:
    """The body of a contact; what belongs to the contact person goes elsewhere. Empty text clears a field (inferred). `kept` are entries
    of custom fields that stay as they are."""
    own = {key: value for key, value in changes.items() if key not in (*PERSON_KEYS, *customs)}
    body = {key: address_body(value) if key in ADDRESS_KEYS else value or "" for key, value in own.items()}
    entries = [*kept, *(custom_entry(customs[key], value) for key, value in changes.items() if key in customs)]
    return body | ({"custom_fields": entries} if entries else {})


def kept_entries(row: Row, changes: Values) -> Sequence[Row]:
    """A contact's custom fields as Zoho answered them, without those that change and those that Zoho computes."""
    others = (entry for entry in row.get("custom_fields") or () if f"cf_{entry.get('customfield_id')}" not in changes)
    return [
        {"customfield_id": entry["customfield_id"], "value": entry.get("value")}
        for entry in others
        if entry.get("data_type") not in COMPUTED
    ]


def display_names(values: Values) -> list[str]:
    """Zoho's display name is unique: company if free, else "Full name (Company)", else the full name, else the e-mail."""
    given = (str(values.get(key) or "").strip() for key in ("first_name", "last_name"))
    full = " ".join(part for part in given if part)
    company = str(values.get("company_name") or "").strip()
    names = (
        values.get("contact_name"),
        company,
        f"{full} ({company})" if full and company else "",
        full,
        values.get("email"),
    )
    return list(dict.fromkeys(str(name)[:200] for name in names if name))


def person_of(body: Row) -> Row:
    """The contact person that a write answers: documented as a list of one; a person that stands alone is taken too."""
    person = body.get("contact_person") or {}
    first: Row = person[0] if isinstance(person, list) else person
    return first


def with_person(record: Record, person: Values, subject: str, answer: Answer) -> Record:
    """The record with the person's new values. Its new stamp is not in the answer: the answer's own time is its upper bound (inferred), so
    that the next listing is recognised as our own echo."""
    body = person_of(answer.json)
    written = {key: body.get(key, value) or None for key, value in person.items()}
    stamp = record.stamp
    if date := answer.headers.get("date"):
        stamp = max(stamp, parsedate_to_datetime(date).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    return Record(record.id, {**record.values, **written}, stamp, stamp, subject, detailed=record.detailed)
