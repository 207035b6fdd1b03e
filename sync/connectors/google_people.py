"""Google's Person in our terms: fields, and the pure translation between a Person and values.

Source: People API v1 discovery document. Entries have no ids and no promised order; every field is replaced as a whole when written.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import msgspec

from sync.model.fields import Field, FieldType, Value, Values
from sync.model.records import Record

Person = Mapping[str, Any]

T = FieldType
MARKER_KEY = "zsync"

NAMES = {
    "given_name": "givenName",
    "middle_name": "middleName",
    "family_name": "familyName",
    "prefix": "honorificPrefix",
    "suffix": "honorificSuffix",
}
WORK = {"company": "name", "job_title": "title", "department": "department"}
SEVERAL = {"emails": "emailAddresses", "phones": "phoneNumbers", "urls": "urls"}
PARTS = {
    "street": "streetAddress",
    "street2": "extendedAddress",
    "city": "city",
    "region": "region",
    "postcode": "postalCode",
    "country": "country",
}
KEPT_PARTS = {"country_code": "countryCode", "po_box": "poBox"}
ADDRESS = {**PARTS, **KEPT_PARTS}

# Google's limits: about 1,024 characters a field, notes far more (128 kB a contact).
FIELDS: Sequence[Field] = (
    Field("given_name", "First name", T.TEXT, max_length=1024),
    Field("middle_name", "Middle name", T.TEXT, max_length=1024),
    Field("family_name", "Last name", T.TEXT, max_length=1024),
    Field("prefix", "Prefix", T.TEXT, max_length=1024),
    Field("suffix", "Suffix", T.TEXT, max_length=1024),
    Field("nickname", "Nickname", T.TEXT, max_length=1024),
    Field("company", "Company", T.TEXT, max_length=1024),
    Field("job_title", "Job title", T.TEXT, max_length=1024),
    Field("department", "Department", T.TEXT, max_length=1024),
    Field("emails", "E-mails", T.EMAIL, many=True, entry_labels=("work", "home", "other")),
    Field("phones", "Phones", T.PHONE, many=True, entry_labels=("work", "mobile", "home", "main", "other")),
    Field("urls", "Websites", T.URL, many=True, entry_labels=("work", "homePage", "blog", "other")),
    Field("addresses", "Addresses", T.ADDRESS, many=True, entry_labels=("work", "home", "other")),
    Field("notes", "Notes", T.LONG_TEXT, max_length=100_000),
    Field("birthday", "Birthday", T.DATE),
    Field("labels", "Labels", T.LABELS),
    Field("starred", "Starred", T.YES_NO),
)

# Field of a Person → our fields that live in it.
HOMES: Mapping[str, str] = {
    **dict.fromkeys(NAMES, "names"),
    **dict.fromkeys(WORK, "organizations"),
    **SEVERAL,
    "nickname": "nicknames",
    "addresses": "addresses",
    "notes": "biographies",
    "birthday": "birthdays",
    "labels": "memberships",
    "starred": "memberships",
}

READ_ONLY = (
    "metadata",
    "formattedType",
    "displayName",
    "displayNameLastFirst",
    "canonicalForm",
    "formattedValue",
    "unstructuredName",
)
"""What only Google writes in an entry."""

MASK = ",".join(sorted({*HOMES.values(), "clientData", "events", "externalIds", "metadata", "userDefined"}))
"""One broad mask for every read: another mask would void the sync token."""


def home(key: str) -> str:
    """The Person's field that holds ours."""
    return "userDefined" if key.startswith("custom_") else HOMES[key]


def record(person: Person, labels: Mapping[str, str]) -> Record:
    """`labels` are names by resource name of the account's own labels."""
    member_of = groups(person)
    values: dict[str, Value] = {
        **_single(_first(person, "names"), NAMES),
        **_single(_work(person), WORK),
        "nickname": _first(person, "nicknames").get("value") or None,
        "notes": _first(person, "biographies").get("value") or None,
        "birthday": _birthday(_first(person, "birthdays")),
        "labels": sorted(labels[group] for group in member_of if group in labels) or None,
        "starred": "contactGroups/starred" in member_of,
        "addresses": [_entry(one, _address(one)) for one in person.get("addresses") or ()] or None,
    }
    for key, theirs in SEVERAL.items():
        entries = person.get(theirs)
        values[key] = [_entry(one, one["value"]) for one in entries if one.get("value")] or None if entries else None
    if customs := person.get("userDefined"):
        customs = sorted(customs, key=_custom_order, reverse=True)
        values |= {f"custom_{one['key']}": one.get("value") or None for one in customs if one.get("key")}
    return Record(str(person["resourceName"]), values, revision(person), stamp(person), marker=marker(person))


def _single(part: Person, keys: Mapping[str, str]) -> dict[str, Value]:
    return {ours: value or None for ours, value in zip(keys, map(part.get, keys.values()), strict=True)}


def _first(person: Person, key: str) -> Person:
    """The primary entry, else the first."""
    entries: Sequence[Person] = person.get(key) or ()
    for entry in entries:
        if _primary(entry):
            return entry
    return entries[0] if entries else {}


def _primary(entry: Person) -> bool:
    return bool((entry.get("metadata") or {}).get("primary"))


def _work(person: Person) -> Person:
    """The current or primary work place."""
    return _first(person, "organizations")


def _entry(one: Person, value: Value) -> dict[str, Value]:
    entry: dict[str, Value] = {"value": value, "label": one.get("type") or ""}
    if _primary(one):
        entry["primary"] = True
    return entry


def _address(one: Person) -> dict[str, str]:
    parts = zip(ADDRESS, map(one.get, ADDRESS.values()), strict=True)
    return {ours: str(part) for ours, part in parts if part} or {"street": str(one.get("formattedValue", ""))}


def _birthday(one: Person) -> Value:
    date = one.get("date") or {}
    return (
        f"{date['year']:04d}-{date['month']:02d}-{date['day']:02d}"
        if date.get("year") and date.get("month") and date.get("day")
        else None
    )


def groups(person: Person) -> set[str]:
    found = set()
    for one in person.get("memberships") or ():
        if group := (one.get("contactGroupMembership") or {}).get("contactGroupResourceName"):
            found.add(str(group))
    return found


def regrouped(fresh: Person, add: Set[str] = frozenset(), remove: Set[str] = frozenset()) -> list[dict[str, Any]]:
    """Memberships with groups added and removed; a contact must be in at least one group, which for most is "myContacts" (documented)."""
    known = groups(fresh) or {"contactGroups/myContacts"}
    return [{"contactGroupMembership": {"contactGroupResourceName": group}} for group in sorted((known | add) - remove)]


def marker(person: Person) -> str:
    for one in person.get("clientData") or ():
        if one.get("key") == MARKER_KEY:
            return str(one["value"])
    return ""


def _source(person: Person) -> Person:
    sources: Sequence[Person] = (person.get("metadata") or {}).get("sources") or ()
    for source in sources:
        if source.get("type") == "CONTACT":
            return source
    return {}


def revision(person: Person) -> str:
    """The contact source's etag: the person's own also moves when a linked profile changes."""
    return str(_source(person).get("etag") or person.get("etag") or "")


def stamp(person: Person) -> str:
    text = str(_source(person).get("updateTime") or "")
    if not text:
        return ""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    return f"{seconds}.{fraction[:6]:0<6}Z"


def is_gone(person: Person) -> bool:
    return bool((person.get("metadata") or {}).get("deleted"))


def previous_names(person: Person) -> Sequence[str]:
    return (person.get("metadata") or {}).get("previousResourceNames") or ()


def merged(fresh: Person, changes: Values) -> dict[str, Any]:
    """The Person's fields that these changes touch, filled from a fresh read with the changes on top. Labels are not among them."""
    body: dict[str, Any] = {}
    for key, value in changes.items():
        theirs = home(key)
        if theirs != "memberships":
            body[theirs] = _put(key, value, body.get(theirs, _plain(fresh.get(theirs) or ())))
    return body


def _plain(entries: Iterable[Person]) -> list[dict[str, Any]]:
    """Entries without what only Google writes, the primary one first: the one that is read is the one that is changed."""
    ordered = sorted(entries, key=lambda entry: not _primary(entry))
    return [{key: value for key, value in entry.items() if key not in READ_ONLY} for entry in ordered]


def _put(key: str, value: Value, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if key in NAMES:
        return _in_first(entries, NAMES[key], value)
    if key in WORK:
        return _in_first(entries, WORK[key], value, {"type": "work"})
    if key in SEVERAL:
        return [_their_entry(entries, entry, {"value": entry["value"]}) for entry in value or ()]
    if key == "addresses":
        return [_their_entry((), entry, _their_address(entry["value"])) for entry in value or ()]
    if key == "birthday":
        return [{"date": _their_date(value)}] if value else []
    if key.startswith("custom_"):
        return _in_custom(entries, key.removeprefix("custom_"), value)
    if key == "nickname":
        return _in_first(entries, "value", value)
    return [{"value": value, "contentType": "TEXT_PLAIN"}] if value else []


def _custom_order(entry: Person) -> str:
    """A custom field may be there twice (discovery document), in no promised order: the smallest value is the one that counts."""
    return str(entry.get("value") or "")


def _in_custom(entries: list[dict[str, Any]], name: str, value: Value) -> list[dict[str, Any]]:
    replaced = min((entry for entry in entries if entry.get("key") == name), key=_custom_order, default=None)
    changed = [{"key": name, "value": value}] if value else []
    return [*(entry for entry in entries if entry is not replaced), *changed]


def _in_first(
    entries: list[dict[str, Any]], part: str, value: Value, fresh: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    first = {**(entries[0] if entries else fresh or {}), part: value or ""}
    kept = [first] if any(text for name, text in first.items() if name != "type") else []
    return [*kept, *entries[1:]]


def _their_entry(
    known: Sequence[Mapping[str, Any]], entry: Mapping[str, Value], body: dict[str, Any]
) -> dict[str, Any]:
    """An entry of ours; what Google keeps beside the value (a display name) is found again by the value."""
    same = next((one for one in known if one.get("value") == entry["value"]), {})
    whole = {**same, **body}
    return whole | ({"type": entry["label"]} if entry.get("label") else {})


def _their_address(value: Mapping[str, str]) -> dict[str, str]:
    return {theirs: value[ours] for ours, theirs in ADDRESS.items() if value.get(ours)}


def _their_date(value: str) -> dict[str, int]:
    year, month, day = value.split("-")
    return {"year": int(year), "month": int(month), "day": int(day)}


def claims(id_token: str) -> Mapping[str, Any]:
    """The claims of an id token that came straight from the token endpoint over TLS: its signature needs no check (OpenID Connect)."""
    body = id_token.split(".")[1] if id_token.count(".") == 2 else ""
    decoded: Mapping[str, Any] = (
        msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) if body else {}
    )
    return decoded
