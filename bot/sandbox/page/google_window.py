"""Google Contacts as people see it: contacts in a table and a form, read and changed through the web app."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.page.windows import Input, Json, Row

SHOWN_ONLY = ("metadata", "formattedType", "canonicalForm", "displayName")
"""Parts of an entry that the app adds and nobody types."""

NAME = (
    Input("honorificPrefix", "Prefix"),
    Input("givenName", "First name"),
    Input("middleName", "Middle name"),
    Input("familyName", "Last name"),
    Input("honorificSuffix", "Suffix"),
)
EMAIL = (Input("value", "E-mail", "email"), Input("type", "Label"))
PHONE = (Input("value", "Phone", "tel"), Input("type", "Label"))
ADDRESS = (
    Input("type", "Label"),
    Input("streetAddress", "Street"),
    Input("city", "City"),
    Input("region", "Region"),
    Input("postalCode", "Postcode"),
    Input("country", "Country"),
)
ORGANIZATION = (Input("name", "Company"), Input("title", "Job title"), Input("department", "Department"))
WEBSITE = (Input("value", "Website", "url"), Input("type", "Label"))
OWN_FIELD = (Input("key", "Name of the field"), Input("value", "Value"))

LISTS = {
    "organizations": ("Companies", "Company", ORGANIZATION),
    "emailAddresses": ("E-mails", "E-mail", EMAIL),
    "phoneNumbers": ("Phones", "Phone", PHONE),
    "addresses": ("Addresses", "Address", ADDRESS),
    "urls": ("Websites", "Website", WEBSITE),
    "userDefined": ("Custom fields", "Custom field", OWN_FIELD),
}
TEXTS = {"nicknames": ("Nickname", "text"), "biographies": ("Notes", "long")}


class GoogleWindow:
    """The contacts of the one account."""

    title = "Google Contacts"
    one = "contact"
    columns = ("E-mails", "Phones", "Labels", "Company", "Job title", "Nickname", "Notes", "Custom fields")

    def __init__(self, google: GoogleStandIn) -> None:
        self._google = google

    def inputs(self) -> Sequence[Input]:
        labels = [name for name in self._google.people.labels.values() if name not in ("myContacts", "starred")]
        return (
            Input("names", "Name", "group", parts=NAME),
            *(Input(key, label, "rows", parts=parts, one=one) for key, (label, one, parts) in LISTS.items()),
            Input("labels", "Labels", "several", labels, grows=True),
            *(Input(key, label, kind) for key, (label, kind) in TEXTS.items()),
            Input("birthdays", "Birthday", "date"),
        )

    def changes(self) -> int:
        return len(self._google.people.log)

    def rows(self) -> Sequence[Row]:
        return [_row(person) for person in self._google.web.records()]

    def add(self, values: Json) -> str:
        return str(self._google.web.add(_sent(values))["resourceName"])

    def change(self, record_id: str, values: Json) -> None:
        self._google.web.change(record_id, _sent(values))

    def remove(self, record_id: str) -> None:
        self._google.web.remove(record_id)


def _row(person: Json) -> Row:
    values: Json = {key: [_typed(entry) for entry in person.get(key, ())] for key in LISTS}
    values |= {key: _first(person, key).get("value", "") for key in TEXTS}
    values |= {"names": _typed(_first(person, "names")), "labels": _labels(person)}
    values["birthdays"] = _day(_first(person, "birthdays").get("date"))
    organization = _first(person, "organizations")
    cells = [
        _joined(values["emailAddresses"]),
        _joined(values["phoneNumbers"], "type"),
        ", ".join(values["labels"]),
        organization.get("name", ""),
        organization.get("title", ""),
        values["nicknames"],
        values["biographies"],
        _joined(values["userDefined"], "key"),
    ]
    return Row(person["resourceName"], _name(person, values), cells, values)


def _name(person: Json, values: Json) -> str:
    named = _first(person, "names").get("displayName")
    emails = [entry["value"] for entry in values["emailAddresses"]]
    return str(named or _first(person, "organizations").get("name") or next(iter(emails), "(no name)"))


def _labels(person: Json) -> list[str]:
    return [label for label in person["labels"] if label not in ("myContacts", "starred")]


def _first(person: Json, key: str) -> Json:
    return next(iter(person.get(key) or ()), {})


def _typed(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if key not in SHOWN_ONLY}


def _joined(entries: Sequence[Json], label: str = "") -> str:
    return ", ".join(
        f"{entry['value']} ({entry[label]})" if entry.get(label) else str(entry.get("value", "")) for entry in entries
    )


def _day(date: Json | None) -> str:
    return f"{date.get('year') or 1:04d}-{date['month']:02d}-{date['day']:02d}" if date else ""


def _sent(values: Json) -> Json:
    """As the web app sends a form: every field is a list of entries, emptied ones are gone."""
    return {key: _entries(key, value) for key, value in values.items()}


def _entries(key: str, value: Any) -> list[Any]:
    if key in LISTS or key == "labels":
        return list(value)
    if key == "names":
        return [value] if any(value.values()) else []
    if not value:
        return []
    if key == "birthdays":
        year, month, day = (int(part) for part in value.split("-"))
        return [{"date": {"year": year, "month": month, "day": day}}]
    return [{"value": value}]
