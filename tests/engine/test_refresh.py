"""How often everything is listed, and what an app is asked in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.connectors.memory import PERSON_FIELDS
from sync.engine.refresh import complete_every
from sync.model.connections import Condition, FieldMapping, Group, Rule
from sync.model.fields import Field, FieldType
from sync.model.records import Side
from tests.engine.bench import MAPPINGS, Bench, document

BALANCE = Field("balance", "Balance", FieldType.MONEY, writable=False, derived=True)
FIELDS = (*PERSON_FIELDS, BALANCE)
EVERYBODY = document()
DEBTORS = replace(EVERYBODY, rules=(Rule("debtors", Side.LEFT, Group((Condition("balance", ">", "100"),))),))
SWITCHED_OFF = replace(EVERYBODY, rules=(*EVERYBODY.rules, replace(DEBTORS.rules[0], enabled=False)))
MAPPED = replace(EVERYBODY, mappings=(*MAPPINGS, FieldMapping("owed", "balance", "notes")))


def person(number: int, balance: str = "0") -> dict[str, object]:
    empty = {field.key: None for field in FIELDS}
    return empty | {"name": f"P{number}", "email": f"p{number}@x.example", "balance": balance}


@pytest.mark.parametrize(
    ("story", "doc", "records", "day_calls", "hours"),
    [
        ("nobody looks at the balance", EVERYBODY, 3, None, 24),
        ("the rule that does is switched off", SWITCHED_OFF, 3, None, 24),
        ("a rule looks at it", DEBTORS, 3, None, 1),
        ("a mapping looks at it", MAPPED, 3, None, 1),
        ("one page a listing, and calls enough", DEBTORS, 100, 600, 1),
        ("three pages are dearer than an hourly listing may be", DEBTORS, 300, 144, 2),
        ("so many records that once a day is all there is", DEBTORS, 300, 8, 24),
    ],
)
def test_balances_that_somebody_looks_at_are_listed_as_often_as_the_day_allows(story, doc, records, day_calls, hours):
    bench = Bench(fields=FIELDS, doc=doc)
    for number in range(records):
        bench.left.create(person(number))
    bench.slice()
    work = bench.work()
    work.day_calls = {Side.LEFT: day_calls}
    assert complete_every(work, Side.LEFT) == timedelta(hours=hours), story


def test_a_balance_that_moves_no_stamp_brings_its_customer_in_within_the_hour():
    bench = Bench(fields=FIELDS, doc=DEBTORS)
    debtor = bench.left.create(person(1))
    bench.sync()
    bench.sync(passing=600)
    assert bench.right.records() == {}
    bench.left.quirks.unmoved = frozenset({"balance"})
    bench.left.edit(debtor, balance="250")
    bench.clock.pass_(minutes=10)
    bench.sync()
    assert bench.right.records() == {}, "no change was listed"
    bench.clock.pass_(minutes=45)
    bench.sync()
    assert [values["name"] for values in bench.right.records().values()] == ["P1"]


def test_a_listing_that_another_connection_made_just_now_does_not_stand_in_for_a_complete_one():
    bench = Bench(fields=FIELDS, doc=DEBTORS)
    debtor = bench.left.create(person(1))
    bench.sync()
    bench.left.quirks.unmoved = frozenset({"balance"})
    bench.clock.pass_(minutes=61)
    bench.left.edit(debtor, balance="250")
    with bench.store.transaction("T1") as tx:
        tx.endpoints.set(bench.endpoints[Side.LEFT].id, refreshed_at=bench.clock.now())
    bench.sync(passing=0)
    assert len(bench.right.records()) == 1
