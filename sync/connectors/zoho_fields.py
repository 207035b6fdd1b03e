"""Zoho Inventory's contacts in our terms: fields, and the pure translation between rows of the API and values.

Sources: Zoho Inventory API v1, contacts and contact persons. Where it says "live", real answers carry keys that the documents do not
promise, and nothing here relies on them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sync.model.fields import Field, FieldType, Option, Value
from sync.model.records import Record

Row = Mapping[str, Any]

T = FieldType

# Documented in the list (18 keys): these are known of every row.
LIST_FIELDS: Sequence[Field] = (
    Field("contact_name", "Display name", T.TEXT, required=True, max_length=200),
    Field("company_name", "Company name", T.TEXT, max_length=200),
    Field(
        "contact_type",
        "Contact type",
        T.CHOICE,
        writable=False,
        options=(Option("customer", "Customer"), Option("vendor", "Vendor")),
    ),
    Field(
        "status",
        "Status",
        T.CHOICE,
        writable=False,
        options=(Option("active", "Active"), Option("inactive", "Inactive")),
    ),
    Field("payment_terms_label", "Payment terms", T.TEXT, writable=False),
    Field("currency_code", "Currency", T.TEXT, writable=False),
    Field("outstanding_receivable_amount", "Outstanding receivable amount", T.MONEY, writable=False, derived=True),
    Field(
        "unused_credits_receivable_amount", "Unused credits receivable amount", T.MONEY, writable=False, derived=True
    ),
    Field("created_time", "Created", T.DATE_TIME, writable=False),
)

# The primary contact person's own: the list repeats some of them at the top level, writing goes through the person.
PERSON_LIST_FIELDS: Sequence[Field] = (
    Field("first_name", "First name", T.TEXT, max_length=100),
    Field("last_name", "Last name", T.TEXT, max_length=100),
    Field("email", "E-mail", T.EMAIL, max_length=100),
    Field("phone", "Work phone", T.PHONE, max_length=50),
    Field("mobile", "Mobile", T.PHONE, max_length=50),
)
PERSON_DETAIL_FIELDS: Sequence[Field] = (
    Field("salutation", "Salutation", T.TEXT, detail_only=True, max_length=25),
    Field("designation", "Designation", T.TEXT, detail_only=True, max_length=50),
    Field("department", "Department", T.TEXT, detail_only=True, max_length=50),
)

# Carried by live list rows, but promised for the detail only.
OFTEN_LISTED: Sequence[Field] = (
    Field(
        "customer_sub_type",
        "Customer type",
        T.CHOICE,
        detail_only=True,
        options=(Option("business", "Business"), Option("individual", "Individual")),
    ),
    Field("website", "Website", T.URL, detail_only=True),
    Field("language_code", "Language", T.TEXT, detail_only=True),
    Field("facebook", "Facebook", T.TEXT, detail_only=True, max_length=100),
    Field("twitter", "X (Twitter)", T.TEXT, detail_only=True, max_length=100),
)
DETAIL_FIELDS: Sequence[Field] = (
    Field("billing_address", "Billing address", T.ADDRESS, detail_only=True),
    Field("shipping_address", "Shipping address", T.ADDRESS, detail_only=True),
    Field("notes", "Notes", T.LONG_TEXT, detail_only=True),
    Field("other_emails", "E-mails of further contact persons", T.EMAIL, writable=False, many=True, detail_only=True),
)

PERSON_KEYS = tuple(field.key for field in (*PERSON_LIST_FIELDS, *PERSON_DETAIL_FIELDS))
ADDRESS_KEYS = ("billing_address", "shipping_address")
AMOUNTS = ("outstanding_receivable_amount", "unused_credits_receivable_amount")
PLAIN_KEYS = tuple(f.key for f in LIST_FIELDS if f.key not in (*AMOUNTS, "created_time"))
OFTEN_LISTED_KEYS = tuple(field.key for field in OFTEN_LISTED)
LISTED_TEXTS = (*PLAIN_KEYS, *(field.key for field in PERSON_LIST_FIELDS), *OFTEN_LISTED_KEYS)
DETAIL_TEXTS = (*OFTEN_LISTED_KEYS, "notes")
EMPTY = (None, "")

# Ours → Zoho's name for the part of an address.
PARTS = {
    "street": "address",
    "street2": "street2",
    "city": "city",
    "region": "state",
    "postcode": "zip",
    "country": "country",
}
THEIR_PARTS = tuple(PARTS.values())
KEPT_PARTS = ("attention", "phone", "fax", "country_code")

DATA_TYPES: Mapping[str, FieldType] = {
    "string": T.TEXT,
    "multiline": T.LONG_TEXT,
    "email": T.EMAIL,
    "url": T.URL,
    "phone": T.PHONE,
    "number": T.NUMBER,
    "decimal": T.NUMBER,
    "percent": T.NUMBER,
    "amount": T.MONEY,
    "date": T.DATE,
    "date_time": T.DATE_TIME,
    "check_box": T.YES_NO,
    "dropdown": T.CHOICE,
    "multiselect": T.MULTI_CHOICE,
    "autonumber": T.TEXT,
    "formula": T.TEXT,
    "lookup": T.TEXT,
}
"""Types of custom fields (documented for Books, seen live for Inventory); others (image, attachment) are left alone."""

READ_ONLY_TYPES = ("autonumber", "formula", "lookup")


def custom_field(definition: Row, *, listed: bool) -> Field | None:
    """A custom field from its definition or from a record that carries it; None for types that do not sync."""
    data_type = str(definition.get("data_type", "string"))
    key = definition.get("customfield_id") or definition.get("field_id")
    if data_type not in DATA_TYPES or not key:
        return None
    options = tuple(
        Option(str(option["name"]), str(option["name"]))
        for option in definition.get("values") or ()
        if option.get("is_active", True)
    )
    label = definition.get("label") or definition.get("field_name_formatted") or key
    writable = data_type not in READ_ONLY_TYPES
    return Field(
        f"cf_{key}",
        str(label),
        DATA_TYPES[data_type],
        writable=writable,
        detail_only=not listed,
        custom=True,
        options=options,
        derived=data_type == "formula",
    )


def list_record(row: Row, custom: Mapping[str, Field]) -> Record:
    """A list row: only what this row carries is known. With `custom_fields` in the row, a custom field without a value is empty."""
    values = _listed(row)
    if "custom_fields" in row:
        values |= _custom_values(row, custom)
    return _record(row, values, "", detailed=False)


def _listed(row: Row) -> dict[str, Value]:
    values = _texts(row, LISTED_TEXTS)
    for key in AMOUNTS:
        if key in row:
            values[key] = _decimal(row[key])
    if "created_time" in row:
        values["created_time"] = utc(row["created_time"])
    return values


def _texts(row: Row, keys: Sequence[str]) -> dict[str, Value]:
    """The texts that a row carries."""
    return {key: None if row[key] in EMPTY else str(row[key]) for key in keys if key in row}


def detail_record(row: Row, custom: Mapping[str, Field]) -> Record:
    """A whole contact, with the primary contact person's values at the top."""
    person = primary_person(row)
    values = _listed(row) | _custom_values(row, custom)
    values |= dict.fromkeys(PERSON_KEYS) | _texts(person, PERSON_KEYS)
    values |= dict.fromkeys(DETAIL_TEXTS) | _texts(row, DETAIL_TEXTS)
    values |= {key: address(row.get(key) or {}) for key in ADDRESS_KEYS}
    others = (other.get("email") for other in row.get("contact_persons") or () if other is not person)
    values["other_emails"] = [{"value": email, "label": ""} for email in others if email] or None
    return _record(row, values, str(person.get("contact_person_id", "")), detailed=True)


def primary_person(row: Row) -> Row:
    """The contact person that stands for the contact; many contacts have none."""
    persons: Sequence[Row] = row.get("contact_persons") or ()
    primary = row.get("primary_contact_id")
    for person in persons:
        if person.get("contact_person_id") == primary:
            return person
    return next((person for person in persons if person.get("is_primary_contact")), {})


def _record(row: Row, values: dict[str, Value], subject: str, *, detailed: bool) -> Record:
    stamp = utc(str(row.get("last_modified_time", "")))
    return Record(str(row["contact_id"]), values, stamp, stamp, subject, detailed=detailed)


def _custom_values(row: Row, custom: Mapping[str, Field]) -> dict[str, Value]:
    """Zoho leaves fields without a value out, so absence is empty (seen live)."""
    values: dict[str, Value] = dict.fromkeys(custom)
    if not custom:
        return values
    for entry in row.get("custom_fields") or ():
        key = f"cf_{entry.get('customfield_id') or entry.get('field_id')}"
        if key in custom:
            values[key] = custom_value(custom[key], entry.get("value"), entry.get("value_formatted"))
    return values


def custom_value(field: Field, value: Value, formatted: Value = None) -> Value:
    if value in (None, "", []):
        return None
    if field.type in (T.NUMBER, T.MONEY):
        return _decimal(value)
    if field.type is T.YES_NO:
        return value in (True, "true")
    if field.type is T.MULTI_CHOICE:
        return sorted(value if isinstance(value, list) else str(value).split(","))
    if not field.writable and formatted:
        return str(formatted)
    return str(value)


def custom_entry(field: Field, value: Value) -> dict[str, Value]:
    """What is sent for a custom field; empty text clears it (inferred)."""
    cleared: Value = [] if field.type is T.MULTI_CHOICE else False if field.type is T.YES_NO else ""
    return {"customfield_id": field.key.removeprefix("cf_"), "value": cleared if value is None else value}


def address(parts: Row) -> Value:
    """Zoho's address object → ours. `address_id` stays out; `attention`, `phone` and `fax` are kept, as the object is replaced as sent."""
    get = parts.get
    ours = {ours: part or "" for ours, part in zip(PARTS, map(get, THEIR_PARTS), strict=True)}
    kept = {key: part for key, part in zip(KEPT_PARTS, map(get, KEPT_PARTS), strict=True) if part}
    return {**ours, **kept} if kept or any(ours.values()) else None


def address_body(value: Value) -> dict[str, str]:
    """Our address → the object that Zoho takes; every part is sent."""
    value = value or {}
    body = {theirs: value.get(ours) or "" for ours, theirs in PARTS.items()}
    return body | {key: value.get(key) or "" for key in ("attention", "phone", "fax")}


def utc(text: str) -> str:
    """Zoho's times (`2016-06-11T17:38:06-0700`, in examples a bare date) as UTC text that sorts like time."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _decimal(value: Any) -> Value:
    return None if value in EMPTY else str(value).removesuffix(".0")
