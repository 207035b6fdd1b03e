"""Plain numbers are read from their digits: to the same form that the whole parser gives them, in every country."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.engine.phones import _parsed, _plain, international

REGIONS = ("GB", "DE", "FR", "US", "CA", "IT", "RU", "KZ", "JP", "MX", "AR", "BR", "CN", "SG", "HU", "SM", "AU", "ZZ")
CODES = tuple(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)

groups = st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=1, max_size=5)
spelled = st.tuples(
    st.sampled_from(["", "+", "+ ", "+(", "(+", "0", "00", "+0", *(f"+{code}" for code in CODES)]), groups
).map(lambda parts: parts[0] + " ".join(parts[1]))


@st.composite
def examples_of_countries(draw):
    """A number that a country has, spelled in one of the ways that people spell it."""
    number = phonenumbers.example_number(draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))))
    assert number is not None
    kinds = phonenumbers.PhoneNumberFormat
    way = draw(st.sampled_from([kinds.E164, kinds.INTERNATIONAL, kinds.NATIONAL]))
    return phonenumbers.format_number(number, way)


@settings(max_examples=400)
@given(st.one_of(spelled, examples_of_countries()), st.sampled_from(REGIONS))
@example("+44 (0)20 7946 0123", "GB")
@example("+39 06 698 12345", "IT")
@example("06 698 12345", "IT")
@example("1 202 555 0123", "US")
@example("8 800 555 35 35", "RU")
@example("0044 20 7946 0123", "GB")
@example("15 1234 5678", "AR")
def test_digits_say_the_same_as_the_parser(text, region):
    assert international(text, region) == _parsed(text, region)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("+44 20 7946 0123", "+442079460123"),
        ("020 7946 0123", "+442079460123"),
        ("(07400) 123-456", None),
        ("07400 123-456", "+447400123456"),
        ("+44 (0)20 7946 0123", None),
        ("020 7946 0123 x12", None),
        ("12", None),
    ],
)
def test_only_a_number_that_leaves_nothing_open_is_read_from_its_digits(text, form):
    assert _plain(text, "GB") == form
