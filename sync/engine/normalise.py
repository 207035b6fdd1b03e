"""Normal forms: what two spellings of the same value have in common. Pure; writing always uses the person's own spelling.

A normal form is JSON; `None` stands for every spelling of empty.
"""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import pycountry
from babel import Locale

from sync.engine.phones import international
from sync.model.fields import Field, FieldType, Value

# Spellings that neither ISO 3166 nor the territory names below contain.
COUNTRY_ALIASES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "u.k.": "GB",
    "u.s.a.": "US",
    "u.s.a": "US",
    "u.s.": "US",
    "united states of america": "US",
    "uae": "AE",
    "u.a.e.": "AE",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "south korea": "KR",
    "korea": "KR",
    "russia": "RU",
}

# Countries are mostly written in English or in the country's own language.
COUNTRY_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "el", "ru", "ja", "zh", "ar")


def normal(field_type: FieldType, value: Value, region: str) -> Value:
    """The normal form of one value (for a field with several entries: of one entry's value)."""
    return former(field_type, region)(value) if value or value == 0 else None


def empty(value: Value) -> bool:
    """0 and False are falsy, but not empty."""
    return not value and value != 0


@lru_cache(maxsize=1024)
def former(field_type: FieldType, region: str) -> Callable[[Value], Value]:
    """The same for many values of one type, none of which is empty."""
    if field_type is FieldType.PHONE:
        return lambda value: _phone(str(value), region)
    return NORMAL_FORMS.get(field_type, _text)


def normal_field(field: Field, value: Value, region: str) -> Value:
    """The normal form of a whole field: several entries become the sorted list of their normal forms."""
    if not field.many:
        return normal(field.type, value, region)
    forms = {
        repr(form): form for entry in value or () if (form := normal(field.type, entry["value"], region)) is not None
    }
    return [forms[key] for key in sorted(forms)] or None


_phone = lru_cache(maxsize=10_000)(international)
"""A record's numbers are mostly the same on both sides, and are read again with every step of a write."""


def _text(value: Value) -> Value:
    return unicodedata.normalize("NFC", str(value)).strip() or None


def long_text(value: Value) -> Value:
    text = unicodedata.normalize("NFC", str(value))
    if "\n" in text:
        text = "\n".join(map(str.rstrip, text.replace("\r\n", "\n").split("\n")))
    return text.strip() or None


def _email(value: Value) -> Value:
    return unicodedata.normalize("NFC", str(value)).strip().casefold() or None


def bare_url(value: Value) -> str:
    """Without the scheme of the web, and without a slash at its end."""
    text = str(value).strip().rstrip("/")
    scheme, separator, rest = text.partition("://")
    return rest if separator and scheme.lower() in ("http", "https") else text


def _url(value: Value) -> Value:
    host, slash, path = bare_url(value).partition("/")
    return host.lower() + slash + path or None


MOST_DIGITS = 40
"""How large, or small, a number may be; spelled out, `1e999999999` would fill the memory."""


def number(value: Value) -> Decimal | None:
    """A number as people and apps spell it; None for what is none, or absurdly large or small."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and -MOST_DIGITS < found.adjusted() < MOST_DIGITS else None


def _decimal(value: Value) -> Value:
    found = number(value)
    return str(value).strip() or None if found is None else format(found.normalize(), "f")


def _yes_no(value: Value) -> Value:
    return bool(value)


def _many(value: Value) -> Value:
    return sorted({str(item).strip() for item in value}) or None


def _address(value: Value) -> Value:
    get = value.get
    street = f"{get('street') or ''} {get('street2') or ''}"
    parts = [
        " ".join(str(part).split()) if part else "" for part in (street, get("city"), get("region"), get("postcode"))
    ]
    parts.append(str(get("country_code") or "").upper() or country_code(str(get("country") or "")))
    whole = "".join(parts)
    if not whole.isascii():
        parts = [unicodedata.normalize("NFC", part) for part in parts]
    return parts if whole else None


@lru_cache(maxsize=10_000)
def country_code(name: str) -> str:
    """The ISO code of a country however it is spelled, or the spelling itself in small letters where nobody knows it."""
    spelled = " ".join(name.split()).casefold()
    if not spelled:
        return ""
    return COUNTRY_ALIASES.get(spelled) or _territories().get(spelled) or spelled


@lru_cache(maxsize=1)
def _territories() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for locale in COUNTRY_LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(name.casefold(), code)
    for country in pycountry.countries:
        names |= {country.alpha_2.casefold(): country.alpha_2, country.alpha_3.casefold(): country.alpha_2}
        names |= {country.name.casefold(): country.alpha_2}
    return names


NORMAL_FORMS: Mapping[FieldType, Callable[[Value], Value]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: long_text,
    FieldType.EMAIL: _email,
    FieldType.URL: _url,
    FieldType.NUMBER: _decimal,
    FieldType.MONEY: _decimal,
    FieldType.YES_NO: _yes_no,
    FieldType.MULTI_CHOICE: _many,
    FieldType.LABELS: _many,
    FieldType.ADDRESS: _address,
}
"""Of all types but phone numbers, which depend on the region."""
