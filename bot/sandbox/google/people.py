"""What the Google stand-in keeps: people with etags, a log of changes, labels; listings may lag behind."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers

from bot.sandbox.web_app import Refused

Json = dict[str, Any]

SINGLETONS = ("names", "biographies", "birthdays", "genders")
WRITABLE = (
    "addresses", "biographies", "birthdays", "clientData", "emailAddresses", "events", "externalIds", "memberships", "names", "nicknames",
    "organizations", "phoneNumbers", "urls", "userDefined",
)  # fmt: skip
READABLE = (*WRITABLE, "metadata")
MOST_CONTACTS = 25_000
SYNC_TOKEN_DAYS = 7
SYSTEM_LABELS = ("myContacts", "starred")


class Refusal(Refused):
    """The API says no: HTTP status, google.rpc status, message, ErrorInfo reason."""

    def __init__(self, code: int, status: str, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.code, self.status, self.message, self.reason = code, status, message, reason

    def body(self) -> Json:
        details = [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": self.reason, "domain": "googleapis.com"}
        ]
        error = {"code": self.code, "message": self.message, "status": self.status}
        return {"error": error | ({"details": details} if self.reason else {})}


@dataclass(slots=True)
class Person:
    """One person: its fields, or a tombstone. `history` are earlier versions, for listings that lag."""

    resource: str
    fields: Json
    version: int
    changed_at: datetime
    gone: bool = False
    previous: list[str] = field(default_factory=list)
    history: list["Person"] = field(default_factory=list)

    def etag(self) -> str:
        return f"%{self.resource.rpartition('/')[2]}.{self.version}"


class People:
    """All people and labels of one account."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[], str], labels: Sequence[str]) -> None:
        self._now = now
        self._new_id = new_id
        self.people: dict[str, Person] = {}
        self.log: list[tuple[datetime, str]] = []
        self.labels: dict[str, str] = {}
        self.lag = timedelta(0)
        for system in SYSTEM_LABELS:
            self.labels[f"contactGroups/{system}"] = system
        for name in labels:
            self.create_label(name)

    # ---- labels --------------------------------------------------------------------------------------------------------------------

    def create_label(self, name: str) -> str:
        if name in self.labels.values():
            raise Refusal(409, "ALREADY_EXISTS", "Contact group name already exists.")
        resource = f"contactGroups/{self._new_id()}"
        self.labels[resource] = name
        return resource

    def label(self, name: str) -> str:
        return next((resource for resource, known in self.labels.items() if known == name), "") or self.create_label(
            name
        )

    def modify_members(self, label: str, add: Iterable[str], remove: Iterable[str]) -> None:
        if label not in self.labels:
            raise Refusal(404, "NOT_FOUND", "Requested entity was not found.")
        for resource in add:
            person = self.one(resource)
            self._members(person, {*memberships(person.fields), label})
        for resource in remove:
            person = self.one(resource)
            self._members(person, memberships(person.fields) - {label})

    def _members(self, person: Person, labels: set[str]) -> None:
        if not labels:
            raise Refusal(400, "INVALID_ARGUMENT", "A contact must be in at least one group.")
        self._change(person, {"memberships": _memberships(labels)})

    # ---- people --------------------------------------------------------------------------------------------------------------------

    def one(self, resource: str) -> Person:
        person = self.people.get(resource)
        if person is None or person.gone:
            raise Refusal(404, "NOT_FOUND", "Requested entity was not found.")
        return person

    def live(self) -> list[Person]:
        return [person for person in list(self.people.values()) if not person.gone]

    def create(self, body: Json) -> Person:
        self.check(body)
        if len(self.people) >= MOST_CONTACTS:
            raise Refusal(400, "FAILED_PRECONDITION", "MY_CONTACTS_OVERFLOW_COUNT")
        fields = {key: copy.deepcopy(body[key]) for key in WRITABLE if body.get(key)}
        names = body.get("labels") or ()
        groups = ["contactGroups/myContacts", *(self.label(name) for name in names)]
        fields.setdefault("memberships", _memberships(groups))
        person = Person(f"people/c{self._new_id()}", fields, 1, self._now())
        self.people[person.resource] = person
        self.log.append((self._now(), person.resource))
        return person

    def update(self, resource: str, body: Json, mask: Sequence[str]) -> Person:
        """Every field of the mask is replaced; one that the body leaves out is cleared."""
        person = self.one(resource)
        for key in mask:
            if key not in WRITABLE:
                raise Refusal(400, "INVALID_ARGUMENT", f"Invalid updatePersonFields mask path: {key}")
        etags = {
            body.get("etag"),
            *(source.get("etag") for source in (body.get("metadata") or {}).get("sources") or ()),
        } - {None}
        if not etags:
            raise Refusal(
                400, "INVALID_ARGUMENT", "Request must set person.etag or person.metadata.sources.etag for the source."
            )
        if person.etag() not in etags:
            raise Refusal(400, "FAILED_PRECONDITION", "Request person.etag is different than the current person.etag. Clear local cache and get the latest person.", "failedPrecondition")  # fmt: skip  # noqa: E501  Google's wording
        self.check(body)
        if "memberships" in mask and not body.get("memberships"):
            raise Refusal(400, "INVALID_ARGUMENT", "A contact must be in at least one group.")
        self._change(person, {key: copy.deepcopy(body.get(key) or []) for key in mask})
        return person

    def edit(self, resource: str, changes: Json) -> Person:
        """As a person in Google's web app: whole fields, no etag; labels by name, those outside the label menu stay."""
        person = self.one(resource)
        fields = {key: copy.deepcopy(value) for key, value in changes.items() if key != "labels"}
        if "labels" in changes:
            system = {label for label in memberships(person.fields) if self.labels.get(label) in SYSTEM_LABELS}
            fields["memberships"] = _memberships(system | {self.label(name) for name in changes["labels"]})
        self._change(person, fields)
        return person

    def delete(self, resource: str) -> None:
        person = self.one(resource)
        self._change(person, {}, gone=True)

    def rename(self, resource: str) -> str:
        """Google links a profile: the resource name changes, listings tell the old one."""
        person = self.people.pop(resource)
        person.previous.append(resource)
        person.resource = f"people/p{self._new_id()}"
        self.people[person.resource] = person
        self._change(person, {})
        return person.resource

    def check(self, body: Mapping[str, Any]) -> None:
        for key in SINGLETONS:
            if len(body.get(key) or ()) > 1:
                raise Refusal(400, "INVALID_ARGUMENT", f"Only one {key} is allowed.")

    def _change(self, person: Person, fields: Json, *, gone: bool = False) -> None:
        person.history = [
            *person.history[-4:],
            Person(person.resource, dict(person.fields), person.version, person.changed_at),
        ]
        person.fields = {**person.fields, **fields}
        person.version += 1
        person.changed_at = self._now()
        person.gone = gone
        self.log.append((self._now(), person.resource))

    # ---- listings ------------------------------------------------------------------------------------------------------------------

    def listed(self, since: datetime | None) -> list[Person]:
        """Everybody, or who changed since; as of `lag` ago."""
        horizon = self._now() - self.lag
        if since is None:
            return [seen for person in self.people.values() if (seen := as_of(person, horizon)) and not seen.gone]
        changed = dict.fromkeys(resource for at, resource in self.log if since < at <= horizon)
        return [
            seen for resource in changed if resource in self.people and (seen := as_of(self.people[resource], horizon))
        ]


def as_of(person: Person, horizon: datetime) -> Person | None:
    """The version that a listing showed at that time."""
    versions = [version for version in (*person.history, person) if version.changed_at <= horizon]
    return versions[-1] if versions else None


def _memberships(labels: Iterable[str]) -> list[Json]:
    return [{"contactGroupMembership": {"contactGroupResourceName": label}} for label in sorted(labels)]


def memberships(fields: Json) -> set[str]:
    return {one["contactGroupMembership"]["contactGroupResourceName"] for one in fields.get("memberships") or ()}


def shown(person: Person, mask: Sequence[str]) -> Json:
    """A person as the API answers: only the fields of the mask, with read-only parts and metadata."""
    body: Json = {"resourceName": person.resource, "etag": person.etag()}
    for key in mask:
        if key == "metadata":
            body["metadata"] = _metadata(person)
        elif person.fields.get(key):
            body[key] = [_entry(key, entry, first=number == 0) for number, entry in enumerate(person.fields[key])]
    return body


def _metadata(person: Person) -> Json:
    stamp = person.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    source = {"type": "CONTACT", "id": person.resource.rpartition("/")[2], "etag": person.etag(), "updateTime": stamp}
    metadata: Json = {"sources": [source], "objectType": "PERSON"}
    if person.gone:
        metadata["deleted"] = True
    return metadata | ({"previousResourceNames": list(person.previous)} if person.previous else {})


def _entry(key: str, entry: Json, *, first: bool) -> Json:
    whole = {**entry, "metadata": {"primary": first, "source": {"type": "CONTACT"}}}
    if key == "names":
        whole["displayName"] = " ".join(part for part in (entry.get("givenName"), entry.get("familyName")) if part)
    if key == "phoneNumbers":
        whole |= _canonical(str(entry.get("value", "")))
    if entry.get("type"):
        whole["formattedType"] = str(entry["type"]).capitalize()
    return whole


def _canonical(value: str) -> Json:
    try:
        return {
            "canonicalForm": phonenumbers.format_number(
                phonenumbers.parse(value, "GB"), phonenumbers.PhoneNumberFormat.E164
            )
        }
    except phonenumbers.NumberParseException:
        return {}
