"""Everything that zsync asks and that the stand-ins answer, in whole stories, held against the apps' own documents.

What a document does not name is listed here, and each line must stand in the reference that tells of it as seen live.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import pytest

from bot.sandbox.seed import ORGANIZATION_ID
from sync.connectors.base import Connector
from sync.model.fields import Field, FieldType, Value
from sync.model.records import Record, Write, WriteKind, Written
from tests.bot.stage import Stage
from tests.connectors.stands import stands
from tests.connectors.values import SAMPLES
from tests.documents.documents import REFERENCE, Finding, Operation, findings, google, needs_documents, zoho
from tests.documents.recorded import Exchange, Recorded

DOCUMENTS: Mapping[str, Callable[[], list[Operation]]] = {"zoho_inventory": zoho, "google_contacts": google}
API = ("/inventory/v1/", "/v1/")

ADDRESS = ("address_id", "phone", "fax")
PERSON = ("contact_person_id", "designation", "department", "skype")
ENTRY = (
    "customfield_id",
    "field_id",
    "api_name",
    "data_type",
    "placeholder",
    "value_formatted",
    "search_entity",
    "is_active",
)
ROW = (
    "customer_sub_type", "website", "language_code", "facebook", "twitter", "source", "tags", "custom_fields", "customer_name",
    "vendor_name",
)  # fmt: skip

SEEN_LIVE: Mapping[str, Sequence[str]] = {
    "query": ("sort_order",),
    "answer": ("page_context",),
    "answer.contacts[]": ROW,
    "answer.contact": ("customer_sub_type", "language_code", "tags", "credit_limit"),
    "answer.contact.custom_fields[]": ENTRY,
    "answer.contact.billing_address": ADDRESS,
    "answer.contact.shipping_address": ADDRESS,
    "answer.contact.contact_persons[]": PERSON,
    "answer.organizations[]": ("country_code",),
    "body": ("customer_sub_type",),
    "body.billing_address": ("phone", "fax"),
    "body.shipping_address": ("phone", "fax"),
    "body.contact_persons[]": ("designation", "department"),
    "body.custom_fields[]": ("customfield_id",),
}
"""Zoho's keys at their places: named by its pages in prose, by its document for Books, or by clients (reference, 4.2 to 4.7 and 5)."""

OTHERWISE: Mapping[tuple[str, str], str] = {
    ("answer.contact.custom_fields[].value", "type string"): "**array of labels**",
    ("body.custom_fields[].value", "type string"): "**array of labels**",
    ("body", "required ['contact_name']"): "a client PUTs without it on",
}
"""Where Zoho's document says otherwise than what has been seen live, with the words of the reference about it."""

UNDOCUMENTED = {"GET /inventory/v1/settings/fields"}
"""Calls that no document of Zoho Inventory describes (reference, 4.7: seen in a client)."""


def journey() -> dict[str, Recorded]:
    """Connect, preview, approve; then an edit on each side, and a run that finds nothing."""
    stage = Stage()
    recorded = {name: Recorded(transport) for name, transport in stage.bot.services.transports.items()}
    stage.bot.services.transports.update(recorded)  # type: ignore[attr-defined]  # a dict, which nobody has used yet
    stage.connect()
    stage.approve()
    contact = next(
        c for c in stage.zoho.first.sorted("contact_name") if c["contact_persons"] and c["status"] == "active"
    )
    stage.zoho.first.edit(contact["contact_id"], {"mobile": "+44 7700 900123"})
    person = stage.google.people.live()[0]
    stage.google.people.edit(person.resource, {"biographies": [{"value": "Edited by hand"}]})
    stage.clock.pass_(minutes=6)
    stage.ticks(6, seconds=60)
    stage.close()
    return recorded


def every_call(app: str) -> Recorded:
    """What a connector can ask, field by field: listings, single reads, creates, changes, looking for a create, retiring."""
    world = stands()
    recorded = Recorded(world.services.transports[app])
    world.services.transports[app] = recorded  # type: ignore[index]  # a dict, which nobody has used yet
    container, region = {"zoho_inventory": (ORGANIZATION_ID, "eu"), "google_contacts": ("me", "")}[app]
    connector = world.connector(app, container, region)
    connector.check()
    writable = [field for field in connector.fields() if field.writable]
    pages = list(connector.pull(None))
    record = next(whole for whole in connector.get([one.id for one in pages[0].records]) if isinstance(whole, Record))
    new = written(connector, Write("k1", WriteKind.CREATE, values(writable)))
    assert connector.find_created("k1", values(writable)) is not None
    written(connector, Write("k2", WriteKind.UPDATE, values(writable, unlike=record), record))
    written(connector, Write("k3", WriteKind.RETIRE, {}, new))
    bare = bare_record(connector, [one.id for page in pages for one in page.records])
    if bare is not None:
        written(connector, Write("k4", WriteKind.UPDATE, {"email": "first.person@new.example"}, bare))
    world.clock.pass_(minutes=1)
    list(connector.pull(pages[-1].watermark))
    return recorded


def bare_record(connector: Connector, ids: Sequence[str]) -> Record | None:
    """A customer of Zoho without any contact person."""
    if connector.capabilities.can_label:
        return None
    return next(one for one in connector.get(ids) if isinstance(one, Record) and not one.subject)


def written(connector: Connector, write: Write) -> Record:
    (verdict,) = connector.write([write])
    assert isinstance(verdict, Written), verdict
    return verdict.record


def values(fields: Sequence[Field], unlike: Record | None = None) -> dict[str, Value]:
    """A value for every field that can be written; for a change, other names than the record has."""
    found = {field.key: value for field in fields if (value := sample(field)) is not None}
    return {key: value for key, value in found.items() if unlike is None or key != "contact_name"}


def sample(field: Field) -> Value:
    if field.type in (FieldType.CHOICE, FieldType.MULTI_CHOICE):
        options = [option.value for option in field.options]
        return None if not options else options[0] if field.type is FieldType.CHOICE else options[:2]
    value = SAMPLES.get(field.type)
    return [{"value": value, "label": "work"}] if field.many else value


@cache
def exchanges(app: str) -> list[Exchange]:
    """Every call of both stories, without those of signing in, which have no machine-readable document."""
    all_of_them = [*journeys()[app].exchanges, *every_call(app).exchanges]
    return [exchange for exchange in all_of_them if exchange.path.startswith(API)]


@cache
def journeys() -> dict[str, Recorded]:
    return journey()


def operation_of(app: str, exchange: Exchange) -> Operation | None:
    fitting = (one for one in DOCUMENTS[app]() if one.name.startswith(f"{exchange.method} "))
    return next((one for one in fitting if one.path.fullmatch(exchange.path)), None)


def differences(app: str) -> Iterator[Finding]:
    """Whatever the documents do not say of what was asked and answered."""
    for exchange in exchanges(app):
        operation = operation_of(app, exchange)
        if operation is None:
            continue
        yield from (
            Finding(operation.name, f"query.{name}", "unknown")
            for name in exchange.query
            if name not in operation.parameters
        )
        if exchange.body is not None:
            yield from findings(operation, "body", operation.body, exchange.body)
        if exchange.status < 300:
            yield from findings(operation, "answer", operation.answer, exchange.answer)


def is_told_of(finding: Finding) -> bool:
    place, _, key = finding.place.rpartition(".")
    if finding.why == "unknown":
        return key in SEEN_LIVE.get(place, ())
    return (finding.place, finding.why) in OTHERWISE


@pytest.fixture(autouse=True)
def documents() -> None:
    needs_documents()


@pytest.mark.parametrize("app", DOCUMENTS)
def test_every_call_is_one_that_the_document_describes(app):
    strange = {f"{one.method} {one.path}" for one in exchanges(app) if operation_of(app, one) is None}
    assert strange == (UNDOCUMENTED if app == "zoho_inventory" else set())


def test_what_is_asked_of_google_and_answered_is_what_its_document_says():
    assert set(differences("google_contacts")) == set()


def test_what_is_asked_of_zoho_and_answered_is_what_its_document_says_or_was_seen_live():
    assert {finding for finding in differences("zoho_inventory") if not is_told_of(finding)} == set()


def test_nothing_is_told_of_as_seen_live_that_does_not_occur():
    found = set(differences("zoho_inventory"))
    unknown = {finding.place for finding in found if finding.why == "unknown"}
    assert {f"{place}.{key}" for place, keys in SEEN_LIVE.items() for key in keys} - unknown == set()
    assert OTHERWISE.keys() - {(finding.place, finding.why) for finding in found} == set()


def test_the_reference_tells_of_everything_seen_live():
    reference = (REFERENCE / "zoho-inventory.md").read_text()
    words = {key for keys in SEEN_LIVE.values() for key in keys} | {
        "/settings/fields?entity=contact",
        *OTHERWISE.values(),
    }
    assert {word for word in words if word not in reference} == set()


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("zoho_inventory", {"GET /contacts", "GET /contacts/{contact_id}", "POST /contacts", "PUT /contacts/{contact_id}",
                            "POST /contacts/{contact_id}/inactive", "POST /contacts/contactpersons", "GET /users/me",
                            "PUT /contacts/contactpersons/{contact_person_id}", "GET /organizations",
                            "POST /contacts/contactpersons/{contact_person_id}/primary"}),
        ("google_contacts", {"GET v1/people/{peopleId}/connections", "GET v1/people:batchGet", "POST v1/people:batchCreateContacts",
                             "POST v1/people:batchUpdateContacts", "GET v1/contactGroups", "POST v1/contactGroups"}),
    ],
)  # fmt: skip
def test_the_stories_make_every_call_that_zsync_knows(app, expected):
    assert {operation.name for one in exchanges(app) if (operation := operation_of(app, one))} == expected
