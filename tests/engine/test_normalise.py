"""Spellings that mean the same, and some that do not."""

import pytest

from sync.engine.normalise import country_code, normal
from sync.model.fields import FieldType as T


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (T.EMAIL, " Iris@Harbour.Example ", "iris@harbour.example"),
        (T.PHONE, "020 7946 0101", "+44 20 7946 0101"),
        (T.PHONE, "+44 (0)20 7946 0101", "00442079460101"),
        (T.URL, "https://Harbour.example/", "harbour.example"),
        (T.NUMBER, "10", "10.00"),
        (T.TEXT, "Café ", "Cafe\u0301"),
        (T.LONG_TEXT, "one\r\ntwo ", "one\ntwo"),
        (T.LABELS, ["b", "a"], ["a", "b", "a"]),
        (T.TEXT, "", None),
        (
            T.ADDRESS,
            {"street": "12 Quay Street", "city": "Bristol", "country": "United Kingdom"},
            {"street": "12 Quay", "street2": "Street", "city": "Bristol", "country_code": "gb"},
        ),
    ],
)
def test_the_same(kind, one, other):
    assert normal(kind, one, "GB") == normal(kind, other, "GB")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (T.TEXT, "smith", "Smith"),
        (T.PHONE, "+44 20 7946 0101", "+44 20 7946 0102"),
        (T.URL, "harbour.example/A", "harbour.example/a"),
        (T.ADDRESS, {"street": "12 Quay Street"}, {"street": "13 Quay Street"}),
        (T.YES_NO, True, False),
    ],
)
def test_not_the_same(kind, one, other):
    assert normal(kind, one, "GB") != normal(kind, other, "GB")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"),
        ("Deutschland", "DE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("日本", "JP"),
        ("Great Britain", "GB"),
        ("", ""),
        ("Narnia", "narnia"),
    ],
)
def test_countries_however_they_are_spelled(name, code):
    assert country_code(name) == code


@pytest.mark.parametrize("absurd", ["1e999999999", "1e-999999999", "NaN", "Infinity"])
def test_an_absurd_number_stays_a_text_and_fills_no_memory(absurd):
    assert normal(T.NUMBER, absurd, "GB") == absurd
