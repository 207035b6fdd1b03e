"""Amounts through the front door: a text becomes money in the organisation's own precision, and nothing goes to and fro after that."""

from collections.abc import Iterator

import pytest

from bot.sandbox.seed import company
from tests.bot.modals import approve_change, paired, runs, submit
from tests.bot.stage import Stage
from tests.bot.test_mapped_values import call, held, nickname
from tests.bot.test_mappings import open_map, pair


@pytest.fixture
def precise() -> Iterator[Stage]:
    """Connected with an organisation that counts with three decimals."""
    seed = company(customers=40, people=30)
    seed.organization.precision = 3
    stage = Stage(seed)
    stage.connect()
    stage.approve()
    yield stage
    stage.close()


@pytest.mark.parametrize(("field", "there"), [("Yearly budget", 1234.568), ("Rating", 1234.5678)])
def test_an_amount_has_the_organisations_precision_and_a_number_its_own(precise, field, there):
    email = paired(precise)[0]
    open_map(precise)
    shown = pair(precise, field, "Nickname")
    assert ("rounded to the currency's precision" in shown) is (field == "Yearly budget")
    submit(precise)
    submit(precise)
    approve_change(precise)
    call(precise, email, "1234.5678")
    assert float(str(held(precise, email, field))) == there
    writes = len([one for one in precise.zoho.calls if one.method != "GET"])
    runs(precise)
    runs(precise)
    assert len([one for one in precise.zoho.calls if one.method != "GET"]) == writes
    assert nickname(precise, email) == "1234.5678"
