"""Phone numbers in their international form (E.164). Pure.

What a whole parser makes of a number takes far longer than anything else that is done with a record. Nearly all numbers are plain, though:
digits whose country, prefix and length leave nothing open. Those are put together at once; every other goes through the parser.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

PLAIN = re.compile(r"\+?[0-9][0-9 ()./-]*")
NO_DIGITS = str.maketrans("", "", "+ ()./-")
LONGEST_COUNTRY_CODE = 3


def international(text: str, region: str) -> str | None:
    """The number as it is dialled from abroad, `;ext=` with its extension; what is no number is only squeezed. `region` is the country that
    numbers without a prefix belong to."""
    return _plain(text, region) or _parsed(text, region)


@lru_cache(maxsize=50_000)
def _parsed(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "".join(text.split()).casefold() or None
    if not phonenumbers.is_possible_number(number):
        return "".join(text.split()).casefold() or None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def _plain(text: str, region: str) -> str | None:
    """The number, where its digits say it all; None where they leave something open."""
    if not PLAIN.fullmatch(text):
        return None
    digits = text.translate(NO_DIGITS)
    return _from_abroad(digits) if text[0] == "+" else _from_home(digits, region)


def _from_abroad(digits: str) -> str | None:
    """Digits behind a "+": open if a prefix that is only dialled at home may be among them ("+44 (0)20 …")."""
    for size in range(1, LONGEST_COUNTRY_CODE + 1):
        facts = _facts_of_code(digits[:size])
        if facts is not None:
            national = digits[size:]
            prefix = facts.national_prefix_for_parsing
            return None if prefix and re.match(prefix, national) else _whole(digits[:size], national, facts)
    return None


def _from_home(digits: str, region: str) -> str | None:
    """Digits as they are dialled at home: open if they may begin with a code for abroad, or with what is only sometimes a prefix."""
    facts = PhoneMetadata.metadata_for_region(region)
    if facts is None:
        return None
    code, prefix = str(facts.country_code), facts.national_prefix_for_parsing
    if digits.startswith(code) or re.match(facts.international_prefix or "", digits):
        return None
    found = re.match(prefix, digits) if prefix else None
    if found and (facts.national_prefix_transform_rule or _complete(digits, facts)):
        return None
    national = digits[found.end() :] if found else digits
    return _whole(code, national, facts) and _whole(code, national, _facts_of_code(code))


def _whole(code: str, national: str, facts: PhoneMetadata | None) -> str | None:
    """Both parts together, if the country has numbers of that length."""
    numbers = facts.general_desc if facts else None
    possible = numbers is not None and len(national) in numbers.possible_length
    return f"+{code}{national}" if possible else None


def _complete(digits: str, facts: PhoneMetadata) -> bool:
    numbers = facts.general_desc
    return numbers is None or bool(re.fullmatch(numbers.national_number_pattern or "", digits))


@lru_cache(maxsize=1024)
def _facts_of_code(code: str) -> PhoneMetadata | None:
    """The facts of the country that a calling code stands for first of all; None for what is none, or no country's."""
    regions = () if code.startswith("0") else COUNTRY_CODE_TO_REGION_CODE.get(int(code or 0), ())
    return PhoneMetadata.metadata_for_region(regions[0]) if regions else None
