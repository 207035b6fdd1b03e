"""Phone numbers in their international form (E.164). Pure.

What a whole parser makes of a number takes far longer than anything else that is done with a record. Nearly all numbers are plain, though:
digits whose country, prefix and length leave nothing open. For those a pattern for each country is enough; every other number goes through
the parser.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

SEPARATORS = b" ()./-"
LONGEST_COUNTRY_CODE = 3
MAIN_REGIONS = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
"""The country that a calling code stands for first of all; codes of no country have a region without facts."""


def international(text: str, region: str) -> str | None:
    """The number as it is dialled from abroad, `;ext=` with its extension; what is no number is only squeezed. `region` is the country that
    numbers without a prefix belong to."""
    return _plain(text, region) or _parsed(text, region)


def dialled(text: str, region: str) -> str:
    """The same in digits and "+" alone, without an extension."""
    return _plain(text, region) or only_dialled((_parsed(text, region) or "").partition(";")[0])


def only_dialled(text: str) -> str:
    return _NOT_DIALLED.sub("", text)


_NOT_DIALLED = re.compile(r"[^+0-9]")


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
    if not text.isascii():
        return None
    digits = text.encode().translate(None, SEPARATORS).decode()  # the quickest way to leave out characters
    if digits[:1] == "+":
        whole = _abroad(digits[1 : 1 + LONGEST_COUNTRY_CODE])
        return digits if whole and whole.match(digits) else None
    home = _home(region)
    if home is None or not text[:1].isdigit():
        return None
    found = home.number.match(digits)
    return home.code + found["national"] if found else None


@lru_cache(maxsize=1024)
def _abroad(first: str) -> re.Pattern[str] | None:
    """Matches a whole number from abroad, of which these are the first digits behind the "+"; None where they are no country's. A number is
    open that may have a prefix in it which is only dialled at home ("+44 (0)20 …")."""
    for size in range(1, LONGEST_COUNTRY_CODE + 1):
        facts = _facts_of_code(first[:size])
        if facts is not None:
            return _pattern(rf"\+{first[:size]}", _lacks(facts.national_prefix_for_parsing), _rest(_sizes(facts)))
    return None


@dataclass(frozen=True, slots=True)
class Home:
    """How a country's numbers are dialled within it: `number` matches one, and in it what is `national`."""

    code: str
    number: re.Pattern[str]


@lru_cache(maxsize=256)
def _home(region: str) -> Home | None:
    """None for what is no country. Digits are open that may begin with a code for abroad, or with what is only sometimes a prefix."""
    facts = PhoneMetadata.metadata_for_region(region)
    if facts is None:
        return None
    code, prefix = str(facts.country_code), facts.national_prefix_for_parsing
    begin = _lacks(prefix)
    if prefix and facts.general_desc and not facts.national_prefix_transform_rule:
        complete = facts.general_desc.national_number_pattern or ""
        begin = rf"(?:(?!(?:{complete})\Z)(?>{prefix})|{begin})"
    sizes = _sizes(facts) & _sizes(_facts_of_code(code))
    return Home(f"+{code}", _pattern(_lacks(f"{code}|{facts.international_prefix or ''}"), begin, _rest(sizes)))


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.ASCII)


def _lacks(prefix: str | None) -> str:
    """Matches where this does not come next."""
    return f"(?!{prefix})" if prefix else ""


def _rest(sizes: Collection[int]) -> str:
    """Matches one of these numbers of digits, and nothing behind them."""
    return (
        "(?P<national>" + "|".join(f"[0-9]{{{size}}}" for size in sorted(sizes, reverse=True)) + r")\Z"
        if sizes
        else "(?!)"
    )


def _sizes(facts: PhoneMetadata | None) -> set[int]:
    """How many digits the national numbers of a country may have."""
    return {size for size in facts.general_desc.possible_length if size > 0} if facts and facts.general_desc else set()


def _facts_of_code(code: str) -> PhoneMetadata | None:
    """The facts of the country that a calling code stands for first of all; None for what is none, or no country's."""
    region = MAIN_REGIONS.get(code)
    return PhoneMetadata.metadata_for_region(region) if region else None
