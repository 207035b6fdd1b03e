"""How zsync lists, reads and writes the contacts of a Google account.

Reading goes by sync tokens; writes to one account follow one another, up to 200 in a call with one mask. Every masked field is filled
from a fresh read, since an update replaces whole fields and clears what it leaves out. Listings lag by minutes, so a create carries a
marker.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sync.connectors import google_people
from sync.connectors.base import Capabilities, Container, Identity
from sync.connectors.google_people import MARKER_KEY, MASK, Person
from sync.connectors.registry import Access
from sync.http.failures import Answer, Failure
from sync.model import errors
from sync.model.errors import RecordGone, StaleRevision, SyncError, WatermarkExpired
from sync.model.fields import Field, FieldType, Option, Values
from sync.model.records import Page, Record, Refused, Tombstone, Verdict, Write, WriteKind, Written

PAGE = 1000
BATCH = 200
UNDONE = "Zsync Undone"
STARRED = "starred"
FBS_HOURS = 6 * 3600.0


def _mentions(*marks: str) -> Any:
    return lambda answer: answer.status >= 400 and any(mark in str(answer.json) for mark in marks)


def _reason(answer: Answer) -> dict[str, str]:
    error = answer.json.get("error") if isinstance(answer.json, dict) else None
    return {"reason": str((error or {}).get("status") or f"HTTP {answer.status}"), "field": "one of its fields"}


# Matched on the reason, not on the status: an expired sync token has been seen as 400 and as 410.
FAILURES: Sequence[Failure] = (
    Failure(_mentions("EXPIRED_SYNC_TOKEN", "Sync token is expired"), WatermarkExpired),
    Failure(_mentions("failedPrecondition", "different than the current person.etag"), StaleRevision),
    Failure(_mentions("MY_CONTACTS_OVERFLOW_COUNT"), errors.PlanLimit, facts=lambda _: {"reason": "25,000 contacts"}),
    Failure(_mentions("FBS quota limit"), errors.QuotaUsedUp, FBS_HOURS),
    Failure(
        _mentions("SERVICE_DISABLED"),
        errors.ClientMisconfigured,
        facts=lambda _: {"reason": "the People API is switched off"},
    ),
    Failure(lambda answer: answer.status == 400, errors.ValueRefused, facts=_reason),
)


CAPABILITIES = Capabilities(
    changes_since=True,
    reports_deletes=True,
    refuses_stale_writes=True,
    carries_marker=True,
    can_label=True,
    lists_everything=True,
    batch=BATCH,
    get_batch=BATCH,
    page=PAGE,
    lag=timedelta(minutes=10),
    defines_fields=False,
)


def connector(access: Access) -> "GoogleContacts":
    return GoogleContacts(access)


@dataclass(frozen=True, slots=True)
class Groups:
    """Names of an account's contact groups by resource name: of all, and of those that are labels of its own."""

    names: Mapping[str, str]
    labels: Mapping[str, str]


class GoogleContacts:
    """One account; its only container is the account itself."""

    capabilities = CAPABILITIES

    def __init__(self, access: Access) -> None:
        self._api = access.api
        self._grant = access.grant
        self._writing = threading.Lock()
        self._known_groups: Groups | None = None

    def identity(self) -> Identity:
        claims = google_people.claims(self._grant.id_token)
        return Identity(str(claims.get("sub", "")), str(claims.get("email", "")))

    def containers(self) -> Sequence[Container]:
        """The account itself, under the name that tells it from every other one: each has a pace of its own."""
        who = self.identity()
        return [Container(who.id or "me", who.label or "Google Contacts")]

    def check(self) -> None:
        self._api.get("/v1/people/me/connections", {"personFields": "metadata", "pageSize": 1})

    def fields(self) -> Sequence[Field]:
        """Standard fields, and custom ones as far as the first thousand contacts use them: Google defines none in advance."""
        body = self._api.get("/v1/people/me/connections", {"personFields": "userDefined", "pageSize": PAGE})
        keys = {
            str(one["key"])
            for person in body.get("connections") or ()
            for one in person.get("userDefined") or ()
            if one.get("key")
        }
        self._known_groups = None
        labels = tuple(Option(name, name) for name in sorted(self._groups.labels.values()))
        standard = (replace(one, options=labels) if one.key == "labels" else one for one in google_people.FIELDS)
        return [
            *standard,
            *(Field(f"custom_{key}", key, FieldType.TEXT, custom=True) for key in sorted(keys)),
        ]

    def pull(self, since: str | None, position: str | None = None) -> Iterator[Page]:
        """Everybody, or who changed since the sync token; the parameters must stay the same all the way (discovery document)."""
        query = {
            "personFields": MASK,
            "pageSize": PAGE,
            "requestSyncToken": "true",
            "sources": "READ_SOURCE_TYPE_CONTACT",
        }
        query |= {"syncToken": since} if since else {}
        while True:
            body = self._api.get("/v1/people/me/connections", query | ({"pageToken": position} if position else {}))
            position = body.get("nextPageToken")
            yield self._page(body.get("connections") or (), position, body.get("nextSyncToken"), complete=not since)
            if position is None:
                return

    def _page(self, people: Sequence[Person], position: str | None, token: str | None, *, complete: bool) -> Page:
        records = tuple(self._record(person) for person in people if not google_people.is_gone(person))
        gone = tuple(str(person["resourceName"]) for person in people if google_people.is_gone(person))
        renamed = {
            old: str(person["resourceName"]) for person in people for old in google_people.previous_names(person)
        }
        last = position is None
        return Page(records, gone, renamed, position, token if last else None, complete and last)

    def _record(self, person: Person) -> Record:
        self._know(person)
        return google_people.record(person, self._groups.labels)

    def _know(self, person: Person) -> None:
        """A label that is not known yet was made since the labels were read."""
        if not google_people.groups(person) <= self._groups.names.keys():
            self._known_groups = None

    @property
    def _groups(self) -> Groups:
        if self._known_groups is None:
            rows = self._api.get("/v1/contactGroups", {"pageSize": PAGE}).get("contactGroups") or ()
            names = {str(row["resourceName"]): str(row["name"]) for row in rows}
            own = [str(row["resourceName"]) for row in rows if row.get("groupType") == "USER_CONTACT_GROUP"]
            self._known_groups = Groups(names, {resource: names[resource] for resource in own})
        return self._known_groups

    def get(self, ids: Sequence[str]) -> Iterator[Record | Tombstone]:
        for name, person in self._fresh(ids).items():
            yield Tombstone(name) if person is None else self._record(person)

    def _fresh(self, ids: Sequence[str]) -> dict[str, Person | None]:
        """People read now, 200 in a call; None for those that are gone."""
        found: dict[str, Person | None] = {}
        for start in range(0, len(ids), BATCH):
            query = {
                "resourceNames": list(ids[start : start + BATCH]),
                "personFields": MASK,
                "sources": "READ_SOURCE_TYPE_CONTACT",
            }
            for one in self._api.get("/v1/people:batchGet", query).get("responses") or ():
                found[str(one["requestedResourceName"])] = one.get("person")
        return found

    def find_created(self, key: str, values: Values) -> Record | None:  # noqa: ARG002  the marker says it all
        """By the marker, in a complete listing: a search would find it no sooner."""
        for page in self.pull(None):
            for record in page.records:
                if record.marker == key:
                    return record
        return None

    def write(self, writes: Sequence[Write]) -> Iterator[Verdict]:
        with self._writing:
            for start in range(0, len(writes), BATCH):
                some = writes[start : start + BATCH]
                yield from self._create([write for write in some if write.record is None])
                yield from self._update([write for write in some if write.record is not None])

    def _create(self, writes: Sequence[Write]) -> list[Verdict]:
        if not writes:
            return []
        try:
            contacts = [{"contactPerson": self._new_person(write)} for write in writes]
            body = {"contacts": contacts, "readMask": MASK}
            answer = self._api.post("/v1/people:batchCreateContacts", body)
        except SyncError as error:
            return self._halved(writes, error, self._create)
        people = [self._record(one["person"]) for one in answer.get("createdPeople") or ()]
        by_marker = {record.marker: record for record in people}
        return [Written(write.key, by_marker[write.key]) for write in writes]

    def _update(self, writes: Sequence[Write]) -> list[Verdict]:
        """Read afresh, refuse what moved, then one call for all."""
        if not writes:
            return []
        fresh = self._fresh([write.record.id for write in writes if write.record])
        refused, sound = _sorted_out(writes, fresh, self._api.app)
        try:
            people = self._batch_update([(write, fresh[_id(write)] or {}) for write in sound])
        except SyncError as error:
            return [*refused, *self._halved(sound, error, self._update)]
        return [*refused, *(Written(write.key, self._record(people[_id(write)])) for write in sound)]

    def _batch_update(self, pairs: Sequence[tuple[Write, Person]]) -> dict[str, Person]:
        """One mask for everybody: each person's body holds every masked field, from the fresh read where it does not change."""
        bodies = {_id(write): self._body(write, person) for write, person in pairs}
        mask = sorted({key for body in bodies.values() for key in body})
        if not mask:
            return {_id(write): person for write, person in pairs}
        contacts = {}
        for write, person in pairs:
            rest = {key: person.get(key) or [] for key in mask} | {"memberships": google_people.regrouped(person)}
            rest = {key: rest[key] for key in mask}
            contacts[_id(write)] = {
                "etag": person.get("etag"),
                "metadata": person.get("metadata"),
                **rest,
                **bodies[_id(write)],
            }
        request = {"contacts": contacts, "updateMask": ",".join(mask), "readMask": MASK}
        answer = self._api.post("/v1/people:batchUpdateContacts", request)
        return {name: one["person"] for name, one in (answer.get("updateResult") or {}).items()}

    def _halved(self, writes: Sequence[Write], error: SyncError, again: Any) -> list[Verdict]:
        """A rejected batch tells nothing of its members: halve it until each has its own verdict."""
        if error.whole_account or error.uncertain:
            raise error
        if len(writes) <= 1:
            return [Refused(write.key, error) for write in writes]
        middle = len(writes) // 2
        return [*again(writes[:middle]), *again(writes[middle:])]

    def _new_person(self, write: Write) -> dict[str, Any]:
        return self._body(write, {}) | {"clientData": [{"key": MARKER_KEY, "value": write.key}]}

    def _body(self, write: Write, fresh: Person) -> dict[str, Any]:
        """The Person's fields that a write touches, filled from a fresh read; labels that are not there yet are made."""
        self._know(fresh)
        body = google_people.merged(fresh, write.changes)
        add, remove = self._labels_to_change(write, fresh)
        if add or remove:
            body["memberships"] = google_people.regrouped(
                fresh, set(map(self._label, add)), set(map(self._label, remove))
            )
        return body

    def _labels_to_change(self, write: Write, fresh: Person) -> tuple[set[str], set[str]]:
        """Names of labels to add and to remove; `starred` stands for the system label."""
        groups = self._groups
        have = {groups.names[group] for group in google_people.groups(fresh) if group in groups.names}
        own = have & set(groups.labels.values())
        add: set[str] = {UNDONE} if write.kind is WriteKind.RETIRE else set()
        remove: set[str] = set()
        if "labels" in write.changes:
            want = set(write.changes["labels"] or ())
            add, remove = add | (want - own), own - want
        if "starred" in write.changes:
            (add if write.changes["starred"] else remove).add(STARRED)
        return add - have, remove & have

    def _label(self, name: str) -> str:
        """The resource name of a label, which is made if it is not there."""
        if name == STARRED:
            return "contactGroups/starred"
        if name not in self._groups.labels.values():
            self._known_groups = None  # somebody may have made it since the labels were read
        for resource, known in self._groups.labels.items():
            if known == name:
                return resource
        answer = self._api.post("/v1/contactGroups", {"contactGroup": {"name": name}})
        self._known_groups = None
        return str(answer["resourceName"])


def _id(write: Write) -> str:
    return write.record.id if write.record else ""


def _sorted_out(
    writes: Sequence[Write], fresh: Mapping[str, Person | None], app: str
) -> tuple[list[Verdict], list[Write]]:
    """The writes whose person is gone or has moved since it was read, and those that may go."""
    refused: list[Verdict] = []
    sound: list[Write] = []
    for write in writes:
        person = fresh.get(_id(write))
        if person is None:
            refused.append(Refused(write.key, RecordGone(app=app)))
        elif write.record and write.record.revision != google_people.revision(person):
            refused.append(Refused(write.key, StaleRevision(app=app)))
        else:
            sound.append(write)
    return refused, sound
