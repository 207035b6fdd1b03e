"""How zsync lists, reads and writes customers of a Zoho Inventory organisation.

Zoho has no "changed since" filter, no batches, no tombstones and refuses no stale write; the listing is sorted by the time of change,
newest first, and read down to the watermark. A PUT of a contact deletes contact persons that it does not name, so persons are written on
their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sync.connectors import zoho_fields
from sync.connectors.base import Capabilities, Container, Identity
from sync.connectors.registry import Access
from sync.connectors.zoho_bodies import contact_body, display_names, kept_entries, person_of, with_person
from sync.connectors.zoho_fields import PERSON_KEYS, Row
from sync.http.failures import Answer, Failure
from sync.model import errors
from sync.model.errors import NameTaken, RecordGone, StaleRevision, SyncError
from sync.model.fields import Field, Value, Values
from sync.model.records import Page, Record, Refused, Tombstone, Verdict, Write, WriteKind, Written

PAGE = 200
CAPABILITIES = Capabilities(changes_since=True, page=PAGE)
OVERLAP = timedelta(minutes=5)


def _code(*codes: int) -> Any:
    return lambda answer: type(answer.json) is dict and answer.json.get("code") in codes


def _reset(answer: Answer) -> float | None:
    text = answer.headers.get("x-rate-limit-reset", "")
    return float(text) if text.isdigit() else 3600.0


def _reason(answer: Answer) -> dict[str, str]:
    """Zoho's own message may quote the customer, so only its code is passed on."""
    return {"reason": f"Zoho's code {answer.json.get('code')}", "field": "one of its fields"}


# Codes: Zoho Inventory API v1 (errors, introduction) and what clients have seen; 57 is tried once more with a fresh token first.
FAILURES: Sequence[Failure] = (
    Failure(_code(45), errors.QuotaUsedUp, _reset),
    Failure(_code(43, 44), errors.TooFast, 60.0),
    Failure(_code(1070), errors.TooFast, 5.0),
    Failure(_code(57), errors.RightsMissing),
    Failure(_code(14), errors.AccessRevoked),
    Failure(_code(3062), NameTaken),
    Failure(_code(1002, 5), RecordGone),
    Failure(_code(1009), errors.PlanLimit, facts=_reason),
    Failure(_code(2, 4, 11, 15), errors.ValueRefused, facts=_reason),
    Failure(
        lambda answer: answer.status < 400 and isinstance(answer.json, dict) and answer.json.get("code", 0) != 0,
        errors.RequestRefused,
        facts=_reason,
    ),
)


def connector(access: Access) -> "ZohoInventory":
    return ZohoInventory(access)


class ZohoInventory:
    """One organisation; without a container only `identity` and `containers` work."""

    capabilities = CAPABILITIES

    def __init__(self, access: Access) -> None:
        self._api = access.api
        self._organization = {"organization_id": access.container} if access.container else {}
        self._custom: dict[str, Field] | None = None
        self._listed: set[str] | None = None

    def identity(self) -> Identity:
        """The login, asked for in the first organisation that it may see (documented: users/me needs an organisation)."""
        for container in self.containers():
            user = self._get("/users/me", {"organization_id": container.id})["user"]
            email = _login(user)
            return Identity(email.casefold(), email)
        raise errors.RightsMissing(app=self._api.app, account="This login")

    def containers(self) -> Sequence[Container]:
        rows = self._get("/organizations")["organizations"]
        usable = [row for row in rows if row.get("is_org_active", True)]
        return [_container(row) for row in sorted(usable, key=lambda row: not row.get("is_default_org"))]

    def check(self) -> None:
        self._get("/contacts", {"per_page": 1})

    def fields(self) -> Sequence[Field]:
        """Standard fields and custom ones with types and options. Whether listings carry website and custom fields is seen from a row."""
        self._learn_shape()
        often = [_listed_or_not(field, self._listed or set()) for field in zoho_fields.OFTEN_LISTED]
        persons = (*zoho_fields.PERSON_LIST_FIELDS, *zoho_fields.PERSON_DETAIL_FIELDS)
        custom = (self._custom or {}).values()
        return [*zoho_fields.LIST_FIELDS, *persons, *often, *zoho_fields.DETAIL_FIELDS, *custom]

    def _learn_shape(self) -> None:
        rows = self._get("/contacts", {"per_page": 1, "filter_by": "Status.All"})["contacts"]
        self._listed = set(rows[0]) if rows else set()
        self._custom = self._definitions(listed="custom_fields" in self._listed)

    def _definitions(self, *, listed: bool) -> dict[str, Field]:
        """Definitions come from /settings/fields (used by clients, documented for Books); an organisation that refuses it has none."""
        try:
            rows = self._get("/settings/fields", {"entity": "contact"}).get("fields") or ()
        except (errors.RequestRefused, RecordGone, errors.RightsMissing):
            rows = ()
        custom = (row for row in rows if row.get("customfield_id") or row.get("is_custom_field"))
        fields = (zoho_fields.custom_field(row, listed=listed) for row in custom)
        return {field.key: field for field in fields if field is not None}

    @property
    def _customs(self) -> Mapping[str, Field]:
        if self._custom is None:
            self._learn_shape()
        return self._custom or {}

    def pull(self, since: str | None, position: str | None = None) -> Iterator[Page]:
        """Newest first down to the watermark; a complete pull goes by time of creation, which edits do not disturb."""
        if since and not (position or "").startswith("all"):
            yield from self._pull_changes(since, position)
        else:
            yield from self._pull_all(position)

    def _pull_changes(self, since: str, position: str | None) -> Iterator[Page]:
        number, _, newest = (position or "1|").partition("|")
        page, bound = int(number), _earlier(since)
        while True:
            body = self._list(page, "last_modified_time", "D")
            records = [zoho_fields.list_record(row, self._customs) for row in body["contacts"]]
            if [record.stamp for record in records] != sorted((record.stamp for record in records), reverse=True):
                yield from self._pull_all(
                    None
                )  # sort_order is not documented for contacts: an unsorted page means read everything
                return
            newest = newest or (records[0].stamp if records else since)
            fresh = tuple(record for record in records if record.stamp >= bound)
            more = len(fresh) == len(records) and _has_more(body)
            page += 1
            yield Page(
                fresh, position=f"{page}|{newest}" if more else None, watermark=None if more else max(newest, since)
            )
            if not more:
                return

    def _pull_all(self, position: str | None) -> Iterator[Page]:
        _, number, watermark = (position or "all|1|").split("|")
        page = int(number)
        watermark = watermark or self._newest_stamp()
        while True:
            body = self._list(page, "created_time", "A")
            records = tuple(zoho_fields.list_record(row, self._customs) for row in body["contacts"])
            more = _has_more(body)
            page += 1
            yield Page(
                records,
                position=f"all|{page}|{watermark}" if more else None,
                watermark=None if more else watermark,
                complete=not more,
            )
            if not more:
                return

    def _newest_stamp(self) -> str:
        """The watermark before a complete pull, on Zoho's own clock: the stamp of the newest change."""
        rows = self._list(1, "last_modified_time", "D", per_page=1)["contacts"]
        stamps = [zoho_fields.utc(str(row.get("last_modified_time", ""))) for row in rows]
        return stamps[0] if stamps else "1970-01-01T00:00:00.000000Z"

    def _list(self, page: int, column: str, order: str, per_page: int = PAGE) -> Row:
        """Inactive contacts are hidden unless asked for (seen live)."""
        query = {
            "filter_by": "Status.All",
            "sort_column": column,
            "sort_order": order,
            "page": page,
            "per_page": per_page,
        }
        body: Row = self._get("/contacts", query)
        return body

    def get(self, ids: Sequence[str]) -> Iterator[Record | Tombstone]:
        with self._api.pacer.series(len(ids)):
            for contact_id in ids:
                try:
                    yield self._detail(contact_id)
                except RecordGone:
                    yield Tombstone(contact_id)

    def _detail(self, contact_id: str) -> Record:
        return zoho_fields.detail_record(self._get(f"/contacts/{contact_id}")["contact"], self._customs)

    def find_created(self, key: str, values: Values) -> Record | None:  # noqa: ARG002  Zoho carries no marker
        """By what a create of ours would have called the contact, and its e-mail: the display name is unique in an organisation."""
        for name in display_names(values):
            for row in self._get("/contacts", {"contact_name": name, "filter_by": "Status.All"})["contacts"]:
                if row.get("contact_name") == name and _same(row.get("email"), values.get("email")):
                    return self._detail(str(row["contact_id"]))
        return None

    def write(self, writes: Sequence[Write]) -> Iterator[Verdict]:
        with self._api.pacer.series(len(writes)):
            yield from map(self._verdict, writes)

    def _verdict(self, write: Write) -> Verdict:
        try:
            return Written(write.key, self._one(write))
        except SyncError as error:
            if error.whole_account or error.uncertain:
                raise
            return Refused(write.key, error)

    def _one(self, write: Write) -> Record:
        if write.record is None:
            return self._create(write.changes)
        if write.kind is WriteKind.RETIRE:
            self._api.post(self._path(f"/contacts/{write.record.id}/inactive"), params=self._organization)
            return self._detail(write.record.id)
        return self._update(write.record, write.changes)

    def _create(self, changes: Values) -> Record:
        """Create under the first display name that is free; the person's fields go into its first contact person (documented)."""
        body = {"contact_type": "customer"} | contact_body(changes, self._customs)
        person = {key: changes[key] for key in PERSON_KEYS if changes.get(key)}
        if person:
            body["contact_persons"] = [person | {"is_primary_contact": True}]
        for name in display_names(changes):
            try:
                answer = self._api.post(self._path("/contacts"), body | {"contact_name": name}, self._organization)
            except NameTaken:
                continue
            return zoho_fields.detail_record(answer["contact"], self._customs)
        raise NameTaken(app=self._api.app)

    def _update(self, record: Record, changes: Values) -> Record:
        """First the person, then the contact: the contact's answer is the whole record as it stands then."""
        person = {key: changes[key] for key in changes if key in PERSON_KEYS}
        rest = {key: value for key, value in changes.items() if key not in PERSON_KEYS}
        updated = self._write_person(record, person) if person else record
        if not rest:
            return updated
        path = self._path(f"/contacts/{record.id}")
        body = contact_body(rest, self._customs, self._kept_entries(record, rest))
        answer = self._api.put(path, body, self._organization)
        return zoho_fields.detail_record(answer["contact"], self._customs)

    def _kept_entries(self, record: Record, changes: Values) -> Sequence[Row]:
        """Whether custom fields that a PUT leaves out stay or are cleared is not documented, so that all of them are sent, as they stand
        at this moment."""
        if not changes.keys() & self._customs.keys():
            return ()
        return kept_entries(self._get(f"/contacts/{record.id}")["contact"], changes)

    def _write_person(self, record: Record, person: Values) -> Record:
        """Write the primary contact person on its own; the answer is the person, the rest of the record is as we read it. The contact and
        a first name are documented as required, also where they do not change."""
        required = {"contact_id": record.id, "first_name": record.values.get("first_name")}
        body = {key: value for key, value in required.items() if value} | {
            key: value or "" for key, value in person.items()
        }
        if record.subject:
            path = self._path(f"/contacts/contactpersons/{record.subject}")
            answer = self._api.answer("PUT", path, self._organization, body)
            return with_person(record, person, record.subject, answer)
        return self._add_person(record, person)

    def _add_person(self, record: Record, person: Values) -> Record:
        """A contact without any person gets one; the persons' endpoint asks for a first name (documented)."""
        if record.detailed is False:
            raise StaleRevision(app=self._api.app)
        name = person.get("first_name") or record.values.get("contact_name") or "-"
        body = {key: value for key, value in person.items() if value} | {"first_name": name, "contact_id": record.id}
        answer = self._api.post(self._path("/contacts/contactpersons"), body, self._organization)
        subject = str(person_of(answer)["contact_person_id"])
        self._api.post(self._path(f"/contacts/contactpersons/{subject}/primary"), params=self._organization)
        return self._detail(record.id)

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Row:
        body: Row = self._api.get(self._path(path), {**self._organization, **(params or {})})
        return body

    @staticmethod
    def _path(path: str) -> str:
        return "/inventory/v1" + path


def _login(user: Row) -> str:
    """A user's address: the selected one of `email_ids` (documented for users/me), else `email` (documented for other users)."""
    emails = sorted(user.get("email_ids") or (user,), key=lambda one: not one.get("is_selected"))
    return str(emails[0]["email"])


def _container(row: Row) -> Container:
    facts = {
        "time_zone": row.get("time_zone"),
        "currency": row.get("currency_code"),
        "precision": row.get("price_precision"),
        "country": row.get("country_code"),
        "plan": row.get("plan_name"),
    }
    return Container(
        str(row["organization_id"]),
        str(row["name"]),
        {key: str(value) for key, value in facts.items() if value not in (None, "")},
    )


def _listed_or_not(field: Field, listed: set[str]) -> Field:
    return replace(field, detail_only=field.key not in listed)


def _has_more(body: Row) -> bool:
    return bool((body.get("page_context") or {}).get("has_more_page"))


def _earlier(stamp: str) -> str:
    moment = datetime.fromisoformat(stamp) - OVERLAP
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _same(one: Value, other: Value) -> bool:
    return str(one or "").casefold() == str(other or "").casefold()
