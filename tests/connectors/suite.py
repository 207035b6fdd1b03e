"""The contract of `sync.connectors.base`, as tests that every app must pass: knowing, reading, failing.

Writing is in `suite_writes.py`; `test_conformance.py` runs both, once per app.
"""

import re
from collections.abc import Mapping

import pytest

from sync.model import errors
from sync.model.fields import FieldType
from sync.model.records import Record, Tombstone, Write, WriteKind
from tests.connectors.house import House, needs
from tests.connectors.values import fits

TROUBLES: Mapping[str, type[errors.SyncError]] = {
    "access revoked": errors.AccessRevoked,
    "rights missing": errors.RightsMissing,
    "day used up": errors.QuotaUsedUp,
    "too fast": errors.TooFast,
    "broken": errors.AppBroken,
    "silent": errors.AppUnreachable,
    "half an answer": errors.AnswerUnreadable,
}


class Knowing:
    """Who signed in, what can be connected, which fields there are."""

    def test_the_account_can_be_named_and_holds_something_to_connect(self, house: House):
        identity = house.connector.identity()
        assert identity.id
        assert identity.label
        assert identity == house.connector.identity()
        assert house.connector.containers()[0].name
        house.connector.check()

    def test_each_field_is_described_once_in_words_for_people(self, house: House):
        fields = house.connector.fields()
        assert len({field.key for field in fields}) == len(fields)
        assert all(field.label for field in fields)
        assert [
            field.key
            for field in fields
            if field.type in (FieldType.CHOICE, FieldType.MULTI_CHOICE) and not field.options
        ] == []

    def test_every_value_fits_its_field(self, house: House):
        fields = house.fields()
        misfits = [
            (record.id, key, value)
            for record in house.connector.get(sorted(house.ids()))
            if isinstance(record, Record)
            for key, value in record.values.items()
            if key in fields and not fits(fields[key], value)
        ]
        assert misfits == []


class Reading:
    """Listings, watermarks, single records."""

    def test_a_complete_listing_has_everybody_once_and_says_so_at_its_end(self, house: House):
        pages = house.pages()
        listed = [record.id for page in pages for record in page.records]
        assert sorted(listed) == sorted(house.ids())
        assert [page.complete for page in pages] == [*(False for _ in pages[1:]), True]
        assert [bool(page.watermark) for page in pages] == [page.complete for page in pages]
        assert [page.position is None for page in pages] == [page.complete for page in pages]

    def test_an_app_without_anybody_lists_nobody(self, house: House):
        for record_id in house.ids():
            house.delete(record_id)
        assert house.listed() == {}
        assert house.pages()[-1].complete

    def test_a_listing_that_was_cut_off_goes_on_where_it_stopped(self, house: House):
        first = next(iter(house.connector.pull(None)))
        assert first.position is not None, "the house is too small for two pages"
        rest = list(house.connector.pull(None, first.position))
        assert {record.id for page in (first, *rest) for record in page.records} == house.ids()
        assert rest[-1].complete

    def test_an_edit_between_two_pages_is_found_afterwards(self, house: House):
        pages = house.connector.pull(None)
        edited = next(iter(pages)).records[0].id
        house.clock.pass_(seconds=1)
        house.edit(edited, "Meanwhile")
        watermark = list(pages)[-1].watermark
        house.clock.pass_(seconds=1)
        assert house.listed(watermark)[edited].values[house.text] == "Meanwhile"

    def test_rows_know_no_more_than_the_whole_record_and_agree_with_it(self, house: House):
        fields, rows = house.fields(), house.listed()
        for record in house.some(20):
            row = rows[record.id]
            assert row.detailed is house.connector.capabilities.lists_everything
            assert {key: record.values[key] for key in row.values} == row.values
            if not row.detailed:
                assert [key for key in row.values if fields[key].detail_only] == []

    def test_a_whole_record_knows_every_field(self, house: House):
        """Only custom fields that records bring along themselves may be left out, where they are empty."""
        fields = house.fields()
        for record in house.some(20):
            assert record.detailed
            assert set(record.values) <= set(fields)
            assert [key for key, field in fields.items() if key not in record.values and not field.custom] == []

    def test_versions_can_be_told_apart_and_put_in_order(self, house: House):
        before = house.somebody()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", before.stamp)
        house.clock.pass_(seconds=2)
        house.edit(before.id, "Later")
        after = house.whole(before.id)
        assert after.stamp > before.stamp
        assert after.revision != before.revision

    def test_a_later_edit_is_found_and_nothing_is_lost(self, house: House):
        watermark = house.watermark()
        house.clock.pass_(minutes=20)
        chosen = sorted(house.ids())[:3]
        for record_id in chosen:
            house.edit(record_id, "Later")
        house.clock.pass_(seconds=1)
        found = house.listed(watermark)
        assert [found[record_id].values[house.text] for record_id in chosen] == ["Later"] * 3
        assert not house.pages(watermark)[-1].complete

    def test_an_edit_in_the_same_second_as_the_listing_is_found(self, house: House):
        house.edit(sorted(house.ids())[0], "Just before")
        house.clock.pass_(milliseconds=10)
        watermark = house.watermark()
        house.clock.pass_(milliseconds=10)
        house.edit(sorted(house.ids())[1], "Just after")
        house.clock.pass_(milliseconds=10)
        assert house.listed(watermark)[sorted(house.ids())[1]].values[house.text] == "Just after"

    def test_reading_the_same_changes_twice_does_no_harm(self, house: House):
        watermark = house.watermark()
        house.clock.pass_(minutes=1)
        house.edit(house.somebody().id, "Later")
        house.clock.pass_(minutes=1)
        assert house.listed(watermark) == house.listed(watermark)

    @needs("reports_deletes")
    def test_a_deleted_record_is_told_by_the_listing(self, house: House):
        watermark, deleted = house.watermark(), house.somebody().id
        house.clock.pass_(minutes=1)
        house.delete(deleted)
        house.clock.pass_(seconds=1)
        assert [gone for page in house.pages(watermark) for gone in page.gone] == [deleted]

    def test_a_deleted_record_is_missing_from_a_complete_listing_and_a_tombstone_when_read(self, house: House):
        deleted, stays = house.some(2)
        house.delete(deleted.id)
        house.clock.pass_(seconds=1)
        assert deleted.id not in house.listed()
        answers = list(house.connector.get([deleted.id, stays.id]))
        assert Tombstone(deleted.id) in answers
        assert house.whole(stays.id) == stays

    @needs("reports_unsubscribes")
    def test_an_unsubscribe_is_told_by_its_field(self, house: House):
        watermark, record = house.watermark(), house.somebody()
        house.clock.pass_(minutes=1)
        field, value = house.unsubscribe(record.id)
        house.clock.pass_(seconds=1)
        assert record.id in house.listed(watermark)
        assert (record.values.get(field) == value, house.whole(record.id).values[field] == value) == (False, True)

    @needs("renames")
    def test_a_new_id_is_told_with_the_old_one(self, house: House):
        watermark, old = house.watermark(), house.somebody().id
        house.clock.pass_(minutes=1)
        new = house.rename(old)
        house.clock.pass_(seconds=1)
        assert {old: new}.items() <= {k: v for page in house.pages(watermark) for k, v in page.renamed.items()}.items()

    @needs("expires")
    def test_a_watermark_that_grew_too_old_asks_for_a_complete_listing(self, house: House):
        watermark = house.watermark()
        house.expire()
        with pytest.raises(errors.WatermarkExpired):
            house.pages(watermark)
        assert house.pages()[-1].complete


class Failing:
    """Each trouble is one typed error, for reads and for writes alike."""

    @pytest.mark.parametrize("kind", TROUBLES)
    def test_a_trouble_is_a_typed_error(self, house: House, kind: str):
        house.trouble(kind)
        with pytest.raises(TROUBLES[kind]) as caught:
            house.connector.check()
        assert "{" not in caught.value.said() + caught.value.advised()

    @pytest.mark.parametrize("kind", TROUBLES)
    def test_a_trouble_of_the_whole_account_is_raised_and_not_a_verdict(self, house: House, kind: str):
        record = house.somebody()
        house.trouble(kind)
        with pytest.raises(TROUBLES[kind]):
            house.write(Write("k", WriteKind.UPDATE, {"notes": "?"}, record))

    @pytest.mark.parametrize("kind", TROUBLES)
    def test_a_trouble_stops_a_listing(self, house: House, kind: str):
        house.trouble(kind)
        with pytest.raises(TROUBLES[kind]):
            house.pages()
