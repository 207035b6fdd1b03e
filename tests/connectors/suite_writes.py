"""The contract of `sync.connectors.base`, as tests that every app must pass: updating and creating."""

import pytest

from sync.model import errors
from sync.model.fields import Value
from sync.model.records import Record, Refused, Write, WriteKind, Written
from tests.connectors.house import House, needs
from tests.connectors.values import numbered, same, sample

HOSTILE = (
    "<!channel> & <@U1>",
    "🧶 Ünïcøde e\u0301",
    "مرحبا بكم",
    "\u202eesrever",
    "'; DROP TABLE x; --",
    "one\ntwo",
    "x" * 10_000,
)


def others(record: Record, *but: str) -> dict[str, Value]:
    return {key: value for key, value in record.values.items() if key not in but}


class Updating:
    """Changes to records that are there."""

    def test_each_field_can_be_set_and_no_other_changes(self, house: House):
        wrong = {}
        for key, field in house.fields().items():
            if field.writable:
                before, value = house.somebody(), sample(field)
                answer, after = house.update(before, {key: value}), house.whole(before.id)
                fine = same(field, after.values.get(key), value) and others(after, key) == others(before, key)
                if not fine or answer.values.get(key) != after.values.get(key):
                    wrong[key] = (value, answer.values.get(key), after.values.get(key))
        assert wrong == {}

    def test_each_field_can_be_cleared_and_no_other_changes(self, house: House):
        wrong = {}
        for key, field in house.fields().items():
            if field.writable and not field.required:
                filled = house.update(house.somebody(), {key: sample(field)})
                before = house.whole(filled.id)
                answer, after = house.update(before, {key: None}), house.whole(before.id)
                if answer.values.get(key) or after.values.get(key) or others(after, key) != others(before, key):
                    wrong[key] = (answer.values.get(key), after.values.get(key))
        assert wrong == {}

    def test_several_entries_keep_their_labels_and_their_neighbours(self, house: House):
        several = [field for field in house.fields().values() if field.many and field.writable]
        for field in several:
            labels = (field.entry_labels or ("", ""))[:2]
            first, second = ({"value": numbered(field, number), "label": label} for number, label in enumerate(labels))
            record = house.update(house.somebody(), {field.key: [first, second]})
            third = {"value": numbered(field, 7), "label": ""}
            house.update(house.whole(record.id), {field.key: [*record.values[field.key][:1], third]})
            entries = house.whole(record.id).values[field.key]
            assert [entry["label"] for entry in entries] == [labels[0], ""]
            assert same(field, entries, [first, third])

    def test_several_changes_go_together(self, house: House):
        before = house.somebody()
        changes = {house.text: "Together", "notes": "Both"}
        house.update(before, changes)
        after = house.whole(before.id)
        assert {key: after.values[key] for key in changes} == changes
        assert others(after, *changes) == others(before, *changes)

    def test_every_write_has_its_verdict_and_one_bad_record_does_not_spoil_the_others(self, house: House):
        first, bad, gone, last = house.some(4)
        changes = house.unacceptable(bad.id)
        house.delete(gone.id)
        verdicts = house.write(
            Write("first", WriteKind.UPDATE, {"notes": "1"}, first),
            Write("bad", WriteKind.UPDATE, changes, house.whole(bad.id)),
            Write("gone", WriteKind.UPDATE, {"notes": "3"}, gone),
            Write("last", WriteKind.UPDATE, {"notes": "4"}, last),
        )
        refused = {key: verdict.error for key, verdict in verdicts.items() if isinstance(verdict, Refused)}
        assert {key: type(error) for key, error in refused.items()} == {
            "bad": errors.ValueRefused,
            "gone": errors.RecordGone,
        }
        assert [house.whole(record.id).values["notes"] for record in (first, last)] == ["1", "4"]

    @needs("refuses_stale_writes")
    def test_a_write_to_a_record_that_moved_is_refused(self, house: House):
        record = house.somebody()
        house.clock.pass_(seconds=1)
        house.edit(record.id, "Meanwhile")
        [verdict] = house.write(Write("k", WriteKind.UPDATE, {house.text: "Mine"}, record)).values()
        assert isinstance(verdict, Refused)
        assert isinstance(verdict.error, errors.StaleRevision)
        assert house.whole(record.id).values[house.text] == "Meanwhile"

    def test_what_was_answered_can_be_written_again_at_once(self, house: House):
        answer = house.update(house.somebody(), {"notes": "One"})
        house.update(answer, {"notes": "Two"})
        assert house.whole(answer.id).values["notes"] == "Two"

    def test_an_undone_create_is_retired_and_not_deleted(self, house: House):
        record = house.create()
        house.update(house.whole(record.id), {}, WriteKind.RETIRE)
        assert record.id in house.ids()
        assert house.whole(record.id).values["notes"] == house.newcomer["notes"]

    @needs("can_label")
    def test_labels_are_put_on_and_taken_off_by_name(self, house: House):
        labelled = house.update(house.somebody(), {"labels": ["Brand new", "VIP"]})
        assert house.whole(labelled.id).values["labels"] == ["Brand new", "VIP"]
        house.update(house.whole(labelled.id), {"labels": ["VIP"]})
        assert house.whole(labelled.id).values["labels"] == ["VIP"]

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_any_text_comes_back_as_it_was_or_is_refused(self, house: House, text: str):
        record = house.somebody()
        [verdict] = house.write(Write("k", WriteKind.UPDATE, {"notes": text}, record)).values()
        if isinstance(verdict, Written):
            assert house.whole(record.id).values["notes"] == text
        else:
            assert isinstance(verdict.error, errors.ValueRefused)

    def test_a_change_whose_answer_is_lost_has_happened_once(self, house: House):
        record = house.somebody()
        house.lose_an_answer(WriteKind.UPDATE)
        with pytest.raises(errors.AppUnreachable):
            house.write(Write("k", WriteKind.UPDATE, {"notes": "Lost"}, record))
        assert house.whole(record.id).values["notes"] == "Lost"


class Creating:
    """New records, and finding them when their answer was lost."""

    def test_a_new_customer_has_what_was_sent_and_nothing_else(self, house: House):
        record, fields = house.create(), house.fields()
        assert record.id in house.ids()
        assert [key for key, value in house.newcomer.items() if not same(fields[key], record.values[key], value)] == []
        assert house.whole(record.id).values == record.values

    def test_a_new_customer_is_listed(self, house: House):
        watermark = house.watermark()
        house.clock.pass_(seconds=1)
        record = house.create()
        house.clock.pass_(seconds=1)
        assert record.id in house.listed(watermark)
        assert record.id in house.listed()

    def test_several_new_customers_each_have_their_verdict(self, house: House):
        names = ("One", "Two", "Three")
        verdicts = house.write(*(Write(name, WriteKind.CREATE, {**house.newcomer, house.text: name}) for name in names))
        found = {
            key: verdict.record.values[house.text] for key, verdict in verdicts.items() if isinstance(verdict, Written)
        }
        assert found == {name: name for name in names}

    def test_a_create_whose_answer_is_lost_is_found_and_not_repeated(self, house: House):
        before = house.ids()
        house.lose_an_answer(WriteKind.CREATE)
        with pytest.raises(errors.AppUnreachable):
            house.create("key-1")
        [created] = house.ids() - before
        house.clock.pass_(seconds=1)
        found = house.connector.find_created("key-1", house.newcomer)
        assert found is not None
        assert found == house.whole(created)

    def test_a_create_is_found_once_the_listing_has_caught_up(self, house: House):
        house.lag(house.connector.capabilities.lag)
        record = house.create("key-1")
        house.clock.pass_(seconds=house.connector.capabilities.lag.total_seconds() + 1)
        found = house.connector.find_created("key-1", house.newcomer)
        assert found is not None
        assert found.id == record.id

    def test_nobody_is_found_who_was_not_created(self, house: House):
        assert house.connector.find_created("key-2", house.newcomer) is None

    @needs("carries_marker")
    def test_the_key_stays_in_the_record(self, house: House):
        record = house.create("key-1")
        house.clock.pass_(seconds=1)
        house.update(house.whole(record.id), {"notes": "Edited"})
        house.clock.pass_(seconds=1)
        assert house.whole(record.id).marker == house.listed()[record.id].marker == "key-1"
