"""Every answer that is no success becomes one error of our tree, with words for people and nothing of a customer."""

import pytest

from sync.http.failures import Answer, Failure, failure_of
from sync.model import errors


def error_of(status: int, json: object = None, table=(), readable: bool = True, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure_of(Answer(status, named, json, readable), table, "App", "dana@example.com")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_is_no_error(status):
    assert error_of(status, {"code": 0}) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, errors.AnswerUnreadable),
        (400, errors.RequestRefused),
        (401, errors.AccessRevoked),
        (403, errors.RightsMissing),
        (404, errors.RecordGone),
        (409, errors.StaleRevision),
        (410, errors.RecordGone),
        (412, errors.StaleRevision),
        (418, errors.RequestRefused),
        (429, errors.TooFast),
        (500, errors.AppBroken),
        (503, errors.AppBroken),
    ],
)
def test_a_status_means_the_same_in_every_app(status, kind):
    error = error_of(status)
    assert type(error) is kind
    assert error.facts["app"] == "App"


def test_an_app_knows_its_own_codes_better():
    table = (Failure(lambda answer: answer.json["code"] == 45, errors.QuotaUsedUp, 3600.0),)
    error = error_of(429, {"code": 45}, table)
    assert type(error) is errors.QuotaUsedUp
    assert error.retry_after == 3600
    assert type(error_of(429, {"code": 44}, table)) is errors.TooFast


def test_the_first_row_that_fits_decides():
    table = (Failure(lambda _: True, errors.PlanLimit), Failure(lambda _: True, errors.NameTaken))
    assert type(error_of(400, table=table)) is errors.PlanLimit


def test_a_success_that_cannot_be_read_is_an_error():
    assert type(error_of(200, readable=False)) is errors.AnswerUnreadable


def test_an_error_page_that_cannot_be_read_is_still_the_error_of_its_status():
    assert type(error_of(502, readable=False)) is errors.AppBroken


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0), ("-5", 60.0), ("soon", 60.0), ("²", 60.0), ("", 60.0)],
)
def test_the_app_says_how_long_to_wait_or_we_wait_a_minute(header, seconds):
    assert error_of(429, retry_after=header).retry_after == seconds


def test_the_wait_may_be_read_from_the_answer():
    table = (Failure(lambda _: True, errors.QuotaUsedUp, lambda answer: float(answer.headers["x-reset"])),)
    assert error_of(429, table=table, x_reset="20421").retry_after == 20421
    assert error_of(429, table=table, x_reset="20421", retry_after="7").retry_after == 7, "the standard header wins"


def test_facts_fill_the_sentence():
    table = (Failure(lambda _: True, errors.ValueRefused, facts=lambda _: {"field": "E-mail", "reason": "code 4"}),)
    assert error_of(400, table=table).said() == "App does not accept the value of E-mail (code 4)."


def test_what_the_app_quotes_of_a_customer_is_not_passed_on():
    error = error_of(400, {"message": 'The customer "Ann Lee" already exists.'})
    assert "Ann" not in f"{error} {error.facts} {error.advised()}"
