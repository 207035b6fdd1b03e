"""What is particular about Zoho Inventory, against the stand-in."""

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.seed import ORGANIZATION_ID
from sync.model import errors
from sync.model.fields import FieldType
from sync.model.records import Record, Refused, Tombstone, Write, WriteKind, Written
from tests.connectors.stands import Stands, stands


@pytest.fixture
def world() -> Stands:
    return stands()


@pytest.fixture
def zoho(world):
    return world.connector("zoho_inventory", ORGANIZATION_ID, "eu")


def an_id(world: Stands) -> str:
    return next(key for key, c in world.zoho.first.organization.contacts.items() if c["contact_persons"])


def whole(zoho, contact_id: str) -> Record:
    record = next(iter(zoho.get([contact_id])))
    assert isinstance(record, Record)
    return record


def written(verdicts) -> Record:
    verdict = next(iter(verdicts))
    assert isinstance(verdict, Written), verdict
    return verdict.record


def test_a_first_pull_lists_everybody_and_a_second_one_costs_one_call(world, zoho):
    pages = list(zoho.pull(None))
    assert sum(len(page.records) for page in pages) == 250
    assert pages[-1].complete
    zoho.fields()
    world.clock.pass_(minutes=30)
    before = len(world.zoho.calls)
    again = list(zoho.pull(pages[-1].watermark))
    assert len(world.zoho.calls) - before == 1
    assert not again[-1].complete


def test_an_edit_is_found_by_its_stamp(world, zoho):
    watermark = list(zoho.pull(None))[-1].watermark
    world.clock.pass_(hours=1)
    world.zoho.first.edit(an_id(world), {"company_name": "Renamed Ltd"})
    changed = [record for page in zoho.pull(watermark) for record in page.records]
    assert [record.values["company_name"] for record in changed if record.id == an_id(world)] == ["Renamed Ltd"]


def test_custom_fields_have_types_and_options(zoho):
    fields = {field.label: field for field in zoho.fields() if field.custom}
    assert fields["Segment"].type is FieldType.CHOICE
    assert [option.value for option in fields["Segment"].options] == ["Retail", "Wholesale", "Online"]
    assert fields["Yearly budget"].type is FieldType.MONEY
    assert not fields["Serial"].writable


def test_a_documented_listing_leaves_custom_fields_unknown(world):
    world.zoho.first.organization.shape = "documented"
    zoho = world.connector("zoho_inventory", ORGANIZATION_ID, "eu")
    assert all(field.detail_only for field in zoho.fields() if field.custom)
    row = next(iter(zoho.pull(None))).records[0]
    assert not any(key.startswith("cf_") for key in row.values)
    assert "website" not in row.values


def test_a_persons_field_is_written_to_the_person_and_nothing_else_changes(world, zoho):
    before = whole(zoho, an_id(world))
    after = written(zoho.write([Write("k", WriteKind.UPDATE, {"phone": "+44 20 7946 0999", "notes": "New"}, before)]))
    assert dict(whole(zoho, before.id).values) == {**before.values, "phone": "+44 20 7946 0999", "notes": "New"}
    assert after.values == whole(zoho, before.id).values
    puts = [call for call in world.zoho.calls if call.method == "PUT"]
    assert [call.path.rpartition("/")[0] for call in puts] == [
        "/inventory/v1/contacts/contactpersons",
        "/inventory/v1/contacts",
    ]
    assert not any("contact_persons" in call.body for call in puts)


def test_an_address_keeps_the_parts_that_only_zoho_knows(world, zoho):
    contact_id = an_id(world)
    world.zoho.first.organization.contacts[contact_id]["billing_address"]["attention"] = "Accounts"
    record = whole(zoho, contact_id)
    value = {**record.values["billing_address"], "city": "Bath"}
    after = written(zoho.write([Write("k", WriteKind.UPDATE, {"billing_address": value}, record)]))
    assert after.values["billing_address"]["attention"] == "Accounts"
    assert after.values["billing_address"]["city"] == "Bath"


@pytest.mark.parametrize("clears_unsent", [False, True])
def test_a_custom_field_is_written_and_the_others_stay_whatever_zoho_does_with_those_left_out(
    world, zoho, clears_unsent
):
    world.zoho.first.organization.clears_unsent = clears_unsent
    keys = {field.label: field.key for field in zoho.fields() if field.custom}
    contact_id = an_id(world)
    world.zoho.first.edit(contact_id, {keys["Segment"]: "Retail"})
    record = whole(zoho, contact_id)
    world.zoho.first.edit(contact_id, {keys["Segment"]: "Online"})  # meanwhile
    written(zoho.write([Write("k", WriteKind.UPDATE, {keys["Yearly budget"]: "1250"}, record)]))
    after = whole(zoho, contact_id).values
    assert after == {**record.values, keys["Segment"]: "Online", keys["Yearly budget"]: "1250"}


def test_a_create_takes_the_next_display_name_when_one_is_taken(world, zoho):
    taken = world.zoho.first.organization.contacts[an_id(world)]["contact_name"]
    values = {"company_name": taken, "first_name": "Lena", "last_name": "Hofer", "email": "lena@hofer.example"}
    record = written(zoho.write([Write("k", WriteKind.CREATE, values)]))
    assert record.values["contact_name"] == f"Lena Hofer ({taken})"
    assert record.values["email"] == "lena@hofer.example"
    found = zoho.find_created("k", values)
    assert found is not None
    assert found.id == record.id


def test_a_retired_customer_is_inactive_and_not_deleted(world, zoho):
    record = whole(zoho, an_id(world))
    assert written(zoho.write([Write("k", WriteKind.RETIRE, {}, record)])).values["status"] == "inactive"


def test_a_deleted_contact_is_a_tombstone(world, zoho):
    contact_id = an_id(world)
    world.zoho.first.delete(contact_id)
    assert list(zoho.get([contact_id])) == [Tombstone(contact_id)]


@pytest.mark.parametrize(
    ("status", "body", "error", "waiting_helps"),
    [
        (429, '{"code": 45, "message": "day"}', errors.QuotaUsedUp, True),
        (429, '{"code": 44, "message": "minute"}', errors.TooFast, True),
        (429, '{"code": 43, "message": "short"}', errors.TooFast, True),
        (429, '{"code": 1070, "message": "in process"}', errors.TooFast, True),
        (401, '{"code": 57, "message": "no"}', errors.RightsMissing, False),
        (401, '{"code": 14, "message": "no"}', errors.AccessRevoked, False),
        (500, '{"code": 1000, "message": "oops"}', errors.AppBroken, True),
        (200, '{"code": 9999, "message": "odd"}', errors.RequestRefused, False),
    ],
)
def test_every_refusal_is_a_typed_error(world, zoho, status, body, error, waiting_helps):
    world.zoho.faults.add(Fault("status", path="/inventory/*", times=None, status=status, body=body))
    with pytest.raises(error) as caught:
        zoho.check()
    assert caught.value.waiting_helps is waiting_helps


def test_half_an_answer_is_asked_for_again(world, zoho):
    world.zoho.faults.add(Fault("truncated", path="/inventory/*", times=1))
    zoho.check()
    world.zoho.faults.add(Fault("truncated", path="/inventory/*", times=None))
    with pytest.raises(errors.AnswerUnreadable):
        zoho.check()


def test_a_write_whose_answer_is_lost_is_not_repeated_by_the_client(world, zoho):
    record = whole(zoho, an_id(world))
    world.zoho.faults.add(Fault("lost", method="PUT"))
    with pytest.raises(errors.AppUnreachable):
        list(zoho.write([Write("k", WriteKind.UPDATE, {"notes": "Once"}, record)]))
    assert len([call for call in world.zoho.calls if call.method == "PUT"]) == 1
    assert whole(zoho, record.id).values["notes"] == "Once"


def test_a_bad_value_refuses_one_record_and_the_next_is_written(world, zoho):
    record = whole(zoho, an_id(world))
    bad = Write("bad", WriteKind.UPDATE, {"company_name": "x" * 500}, record)
    good = Write("good", WriteKind.UPDATE, {"notes": "Fine"}, record)
    first, second = zoho.write([bad, good])
    assert isinstance(first, Refused)
    assert isinstance(first.error, errors.ValueRefused)
    assert isinstance(second, Written)


def test_an_expired_token_is_refreshed_once_for_all(world, zoho):
    zoho.check()
    world.clock.pass_(hours=2)
    zoho.check()
    zoho.check()
    grant = next(iter(world.zoho.accounts.grants.values()))
    assert len(grant.tokens) == 2


def test_a_revoked_grant_says_reconnect(world, zoho):
    world.zoho.accounts.revoke_all()
    world.clock.pass_(hours=2)
    with pytest.raises(errors.AccessRevoked) as caught:
        zoho.check()
    assert "dana@quayside.example" in caught.value.said()
    with world.services.store.reading("T1") as tx:
        assert [account.state for account in tx.accounts.all()] == ["revoked"]


def test_the_share_of_the_day_is_kept(world, zoho):
    world.zoho.limits.day = 100

    def ask_all_day() -> None:
        for _ in range(100):
            zoho.check()
            world.clock.pass_(seconds=2)

    with pytest.raises(errors.BudgetUsedUp) as caught:
        ask_all_day()
    assert 50 <= world.zoho.limits.used <= 60
    assert caught.value.retry_after is not None
