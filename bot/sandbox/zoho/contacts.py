"""What the Zoho stand-in keeps: contacts of organisations, and what the API and people in the web app do to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.web_app import Refused

Json = dict[str, Any]

PERSON_KEYS = (
    "salutation",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "designation",
    "department",
    "skype",
)
COMPUTED = ("autonumber", "formula")
ADDRESS_KEYS = ("attention", "address", "street2", "city", "state", "zip", "country", "phone", "fax")
CONTACT_KEYS = (
    "contact_name", "company_name", "website", "contact_type", "customer_sub_type", "language_code", "notes", "facebook", "twitter",
    "payment_terms", "payment_terms_label", "currency_id", "currency_code", "outstanding_receivable_amount",
    "unused_credits_receivable_amount", "status", "credit_limit",
)  # fmt: skip
LENGTHS = {"contact_name": 200, "company_name": 200, "first_name": 100, "last_name": 100, "email": 100, "phone": 50, "mobile": 50,
           "salutation": 25, "designation": 50, "department": 50, "facebook": 100, "twitter": 100}  # fmt: skip


class Refusal(Refused):
    """The API says no: HTTP status, Zoho's code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class Organization:
    """One organisation with its contacts. `unmoved` names kinds of edits that do not move `last_modified_time`; `clears_unsent` tells
    that a PUT with custom fields clears those that it leaves out (neither is documented)."""

    id: str
    name: str
    fields: list[Json] = field(default_factory=list)
    time_zone: str = "Europe/London"
    currency: str = "GBP"
    precision: int = 2
    country: str = "GB"
    plan: str = "STANDARD"
    most_contacts: int | None = None
    readable: bool = True
    contacts: dict[str, Json] = field(default_factory=dict)
    unmoved: set[str] = field(default_factory=set)
    clears_unsent: bool = False
    shape: str = "live"
    changes: int = 0


class Contacts:
    """The contacts of one organisation. Times are whole seconds in the organisation's zone."""

    def __init__(self, organization: Organization, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.organization = organization
        self._now = now
        self._new_id = new_id
        self._names: dict[str, str] = {c["contact_name"]: key for key, c in organization.contacts.items()}
        self._sorted: tuple[int, str, list[Json]] = (-1, "", [])

    def one(self, contact_id: str) -> Json:
        contact = self.organization.contacts.get(contact_id)
        if contact is None:
            raise Refusal(404, 1002, "Contact does not exist.")
        return contact

    def sorted(self, column: str) -> list[Json]:
        """All contacts in ascending order of a column; kept until something changes."""
        generation, known, rows = self._sorted
        if (generation, known) != (self.organization.changes, column):
            rows = sorted(
                self.organization.contacts.values(),
                key=lambda contact: (str(contact.get(column, "")), contact["contact_id"]),
            )
            self._sorted = (self.organization.changes, column, rows)
        return rows

    def create(self, body: Mapping[str, Any]) -> Json:
        self._check(body)
        name = str(body.get("contact_name") or "").strip()
        if not name:
            raise Refusal(400, 4, "Please enter a value for Contact Name.")
        if self.organization.most_contacts == len(self.organization.contacts):
            raise Refusal(400, 1009, "You have reached the maximum number of contacts of your plan.")
        self._claim(name, None)
        contact: Json = {
            "contact_id": self._new_id(),
            "contact_type": "customer",
            "status": "active",
            "customer_sub_type": "business",
        }
        contact |= {
            "currency_code": self.organization.currency,
            "payment_terms": 0,
            "payment_terms_label": "Due on Receipt",
            "outstanding_receivable_amount": 0.0,
            "unused_credits_receivable_amount": 0.0,
        }
        contact |= {key: body[key] for key in CONTACT_KEYS if key in body} | {
            "contact_name": name,
            "created_time": self.time(),
        }
        contact |= {key: self._address(body.get(key) or {}) for key in ("billing_address", "shipping_address")}
        contact["contact_persons"] = []
        contact["custom"] = {}
        self.organization.contacts[contact["contact_id"]] = contact
        self._set_persons(contact, body.get("contact_persons") or [])
        self._set_custom(contact, body.get("custom_fields") or [])
        self.touch(contact)
        self._names[name] = contact["contact_id"]
        return contact

    def update(self, contact_id: str, body: Mapping[str, Any]) -> Json:
        """As PUT does: named fields are replaced, `contact_persons` as a whole."""
        contact = self.one(contact_id)
        self._check(body)
        name = str(body.get("contact_name", contact["contact_name"])).strip()
        self._claim(name, contact_id)
        self._names.pop(contact["contact_name"], None)
        self._names[name] = contact_id
        moved = [key for key in CONTACT_KEYS if key in body and key != "status"]
        contact |= {key: body[key] for key in moved}
        self.touch(contact, "fields" if moved else "")
        for key in ("billing_address", "shipping_address"):
            if key in body:
                contact[key] = self._address(body[key] or {}) | {"address_id": contact[key].get("address_id", "")}
                self.touch(contact, "addresses")
        if "contact_persons" in body:
            self._set_persons(contact, body["contact_persons"])
            self.touch(contact, "persons")
        if "custom_fields" in body:
            if self.organization.clears_unsent:
                contact["custom"] = self._computed(contact)
            self._set_custom(contact, body["custom_fields"])
            self.touch(contact, "custom_fields")
        return contact

    def delete(self, contact_id: str) -> None:
        contact = self.one(contact_id)
        self._names.pop(contact["contact_name"], None)
        del self.organization.contacts[contact_id]
        self.organization.changes += 1

    def set_status(self, contact_id: str, status: str) -> None:
        contact = self.one(contact_id)
        contact["status"] = status
        self.touch(contact)

    def person(self, person_id: str) -> tuple[Json, Json]:
        for contact in self.organization.contacts.values():
            for person in contact["contact_persons"]:
                if person["contact_person_id"] == person_id:
                    return contact, person
        raise Refusal(404, 1002, "Contact person does not exist.")

    def add_person(self, contact_id: str, body: Mapping[str, Any]) -> Json:
        contact = self.one(contact_id)
        self._check(body)
        if not body.get("first_name"):
            raise Refusal(400, 4, "Please enter a value for First Name.")
        person = self._person(body)
        contact["contact_persons"].append(person)
        self.touch(contact, "persons")
        return person

    def update_person(self, person_id: str, body: Mapping[str, Any]) -> Json:
        contact, person = self.person(person_id)
        self._check(body)
        person |= {key: str(body[key] or "") for key in PERSON_KEYS if key in body}
        self.touch(contact, "persons")
        return person

    def make_primary(self, person_id: str) -> None:
        contact, person = self.person(person_id)
        for other in contact["contact_persons"]:
            other["is_primary_contact"] = other is person
        self.touch(contact, "persons")

    def edit(self, contact_id: str, changes: Mapping[str, Any]) -> Json:
        """As a person in the web app: flat keys, the primary contact person's included, custom fields by `cf_<id>` or label."""
        contact = self.one(contact_id)
        persons = {key: value for key, value in changes.items() if key in PERSON_KEYS}
        if persons:
            primary = primary_person(contact)
            if primary is None:
                contact["contact_persons"].append(self._person(persons) | {"is_primary_contact": True})
            else:
                primary |= {key: str(value or "") for key, value in persons.items()}
            self.touch(contact, "persons")
        custom = {key: value for key, value in changes.items() if key.startswith("cf_")}
        if custom:
            self._set_custom(contact, [{"customfield_id": key[3:], "value": value} for key, value in custom.items()])
            self.touch(contact, "custom_fields")
        rest = {key: value for key, value in changes.items() if key not in persons and key not in custom}
        if "status" in rest:
            self.set_status(contact_id, rest.pop("status"))
        return self.update(contact_id, rest) if rest else contact

    def touch(self, contact: Json, kind: str = "fields") -> None:
        """Note a change; the stamp moves unless the stand-in is told that this kind of edit does not move it."""
        self.organization.changes += 1
        if kind and kind not in self.organization.unmoved:
            contact["last_modified_time"] = self.time()
        contact.setdefault("last_modified_time", contact.get("created_time", self.time()))

    def time(self) -> str:
        return self._now().astimezone(ZoneInfo(self.organization.time_zone)).strftime("%Y-%m-%dT%H:%M:%S%z")

    def _claim(self, name: str, contact_id: str | None) -> None:
        if self._names.get(name, contact_id) != contact_id:
            raise Refusal(400, 3062, f'The customer "{name}" already exists. Please specify a different name.')

    def _check(self, body: Mapping[str, Any]) -> None:
        for key, limit in LENGTHS.items():
            if len(str(body.get(key) or "")) > limit:
                raise Refusal(400, 15, f"Please ensure that the {key} has less than {limit} characters.")

    def _address(self, parts: Mapping[str, Any]) -> Json:
        return {"address_id": self._new_id()} | {key: str(parts.get(key) or "") for key in ADDRESS_KEYS}

    def _person(self, body: Mapping[str, Any]) -> Json:
        person = {"contact_person_id": str(body.get("contact_person_id") or self._new_id())}
        return (
            person
            | {key: str(body.get(key) or "") for key in PERSON_KEYS}
            | {"is_primary_contact": bool(body.get("is_primary_contact"))}
        )

    def _set_persons(self, contact: Json, bodies: Sequence[Mapping[str, Any]]) -> None:
        known = {person["contact_person_id"]: person for person in contact["contact_persons"]}
        contact["contact_persons"] = [
            known.get(str(body.get("contact_person_id")), {}) | self._person(body) for body in bodies
        ]
        persons = contact["contact_persons"]
        if persons and not any(person["is_primary_contact"] for person in persons):
            persons[0]["is_primary_contact"] = True

    def _computed(self, contact: Json) -> Json:
        """Values of custom fields that nobody sets."""
        computed = {one["customfield_id"] for one in self.organization.fields if one["data_type"] in COMPUTED}
        return {key: value for key, value in contact["custom"].items() if key in computed}

    def _set_custom(self, contact: Json, entries: Sequence[Mapping[str, Any]]) -> None:
        definitions = {one["customfield_id"]: one for one in self.organization.fields}
        by_name = {one["api_name"]: one for one in self.organization.fields}
        for entry in entries:
            definition = definitions.get(str(entry.get("customfield_id"))) or by_name.get(str(entry.get("api_name")))
            if definition is None:
                raise Refusal(400, 2, "Invalid value passed for custom_fields")
            value = entry.get("value")
            options = [option["name"] for option in definition.get("values") or ()]
            if definition["data_type"] == "dropdown" and value and value not in options:
                raise Refusal(400, 2, f"Invalid value passed for {definition['label']}")
            contact["custom"][definition["customfield_id"]] = value


def primary_person(contact: Json) -> Json | None:
    return next((person for person in contact["contact_persons"] if person["is_primary_contact"]), None)
