"""How the Inventory API shows a contact: as a row of a listing, and whole."""

import copy
from collections.abc import Iterator

from bot.sandbox.zoho.contacts import CONTACT_KEYS, Json, Organization, primary_person

LISTED = (
    "contact_id", "contact_name", "company_name", "contact_type", "status", "payment_terms", "payment_terms_label", "currency_id",
    "currency_code", "outstanding_receivable_amount", "unused_credits_receivable_amount", "created_time", "last_modified_time",
)  # fmt: skip
LISTED_LIVE = ("customer_sub_type", "website", "language_code", "facebook", "twitter")


def _custom_fields(contact: Json, organization: Organization) -> Iterator[Json]:
    """Fields without a value are left out, as the real API does."""
    for definition in organization.fields:
        value = contact["custom"].get(definition["customfield_id"])
        if value in (None, "", []):
            continue
        entry = {key: definition[key] for key in ("customfield_id", "api_name", "label", "data_type")}
        formatted = ",".join(value) if isinstance(value, list) else str(value)
        yield entry | {"field_id": definition["customfield_id"], "placeholder": definition["api_name"], "index": 1, "value": value, "value_formatted": formatted, "search_entity": "contact", "is_active": True}  # fmt: skip  # noqa: E501  one entry as the API spells it


def list_row(contact: Json, organization: Organization) -> Json:
    """A row of the listing: the documented keys, or with custom fields and more as live answers show."""
    person = primary_person(contact) or {}
    row = {key: contact.get(key, "") for key in LISTED}
    row |= {key: person.get(key, "") for key in ("first_name", "last_name", "email", "phone", "mobile")}
    if organization.shape == "documented":
        return row
    row |= {key: contact.get(key, "") for key in LISTED_LIVE} | {
        "customer_name": contact["contact_name"],
        "vendor_name": contact["contact_name"],
    }
    return row | {"custom_fields": list(_custom_fields(contact, organization)), "tags": [], "source": "user"}


def detail(contact: Json, organization: Organization) -> Json:
    """The whole contact as GET, POST and PUT answer it."""
    person = primary_person(contact) or {}
    row = {key: contact.get(key, "") for key in (*LISTED, *CONTACT_KEYS)}
    row |= {
        "primary_contact_id": person.get("contact_person_id", ""),
        "contact_persons": copy.deepcopy(contact["contact_persons"]),
    }
    row |= {key: dict(contact[key]) for key in ("billing_address", "shipping_address")}
    return row | {"custom_fields": list(_custom_fields(contact, organization)), "tags": [], "has_transaction": False}
