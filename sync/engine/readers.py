"""What the operators of filters compare: of a record's values, and of what a condition asks for. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize
from zoneinfo import ZoneInfo

from phonenumbers import PhoneMetadata

from sync.engine.entries import choose
from sync.engine.normalise import bare_url, country_code, empty, former, long_text, normal, number
from sync.engine.operators import MOST_DAYS, Operator
from sync.engine.phones import dialled, only_dialled
from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, SETS, Field, FieldRef, FieldType, Value

Reader = Callable[[Value], Value]
"""A value that is not empty → what is compared: a normal form, and of a text its small letters; None for what comes to nothing."""


def field_reader(field: Field, ref: FieldRef, operator: Operator, region: str, zone: ZoneInfo) -> Reader:
    """Reads a whole field, all entries, or the entry with a label."""
    one = _reader(field.type, ref, operator, region, zone)
    if not field.many:
        return one

    def some(value: Value) -> Value:
        return None if empty(value) else one(value)

    if ref.label:
        return lambda entries: some(choose(field, ref, entries, region=region).value)
    if field.type is FieldType.PHONE and operator.piece:
        return lambda entries: [each for entry in entries for each in some(entry["value"]) or ()] or None
    return lambda entries: [form for entry in entries if (form := some(entry["value"])) is not None] or None


def _reader(kind: FieldType, ref: FieldRef, operator: Operator, region: str, zone: ZoneInfo) -> Reader:
    """Reads one value of a field of this type. Of a phone number or a country an operator may look at a piece: then the spelling counts,
    and a phone number has several (a list)."""
    if ref.part == "country" and not operator.piece:
        return _country
    if ref.part:
        return lambda address: _text(_squeezed(address.get(ref.part)))
    if kind is FieldType.PHONE and operator.piece:
        return _spellings(region)
    if kind is FieldType.DATE_TIME:
        return _local_day(zone)
    return READERS.get(kind) or former(kind, region)


def _text(value: Value) -> str | None:
    return normalize("NFC", str(value)).strip().casefold() or None


def _long_text(value: Value) -> str | None:
    return (long_text(value) or "").casefold() or None


def _number(value: Value) -> Decimal | None:
    return _spelled_number(str(value))


_spelled_number = lru_cache(maxsize=10_000)(number)
"""Most amounts are nought, or round."""


def _url(value: Value) -> str | None:
    return bare_url(value).casefold() or None


def _squeezed(value: Value) -> str:
    return " ".join(str(value or "").split())


def _country(address: Value) -> str | None:
    code = address.get("country_code")
    return (str(code).upper() if code else country_code(str(address.get("country") or ""))).casefold() or None


def _spellings(region: str) -> Reader:
    spelled = spellings(region)
    return lambda value: spelled(value).split() or None


LINE = "\n"
"""Between spellings, and around them."""


@lru_cache(maxsize=256)
def spellings(region: str) -> Callable[[Value], str]:
    """A phone number in digits and "+", without its extension: as it is dialled from abroad and, if it is of this country, from within.
    Each stands on a line of its own."""
    facts = PhoneMetadata.metadata_for_region(region)
    code = f"+{facts.country_code}" if facts else None
    size = len(code or "")
    trunk = (facts and facts.national_prefix) or ""
    # In North America the prefix is the country's own code, and people leave it out.
    within = "" if f"+{trunk}" == code else trunk

    def read(value: Value) -> str:
        abroad = dialled(str(value), region)
        if abroad[:size] == code:
            return f"{LINE}{abroad}{LINE}{within}{abroad[size:]}{LINE}"
        return f"{LINE}{abroad}{LINE}"

    return read


@lru_cache(maxsize=10_000)
def _iso(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _day(value: Value) -> str | None:
    """A day to compare, as an ISO text; None for what is none."""
    return _iso(str(value))


READERS: Mapping[FieldType, Reader] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.URL: _url,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: _day,
    FieldType.YES_NO: bool,
    FieldType.CHOICE: _text,
}
"""Of types whose values are not compared by their normal form as it is."""


@lru_cache(maxsize=16)
def _local_day(zone: ZoneInfo) -> Reader:
    """Reads the day of a moment where the organisation is; a moment without a zone of its own is of this one."""

    def there(moment: datetime) -> datetime:
        return moment.astimezone(zone) if moment.tzinfo else moment

    @lru_cache(maxsize=100_000)
    def day_of_hour(hour: str) -> str | None:
        """The day there of a whole hour of UTC, as moments of the same hours come again and again; None where a day or an offset changes
        within it, and for what is no hour."""
        if hour[10:11] != "T":
            return None
        try:
            first, last = (there(datetime.fromisoformat(hour + rest)) for rest in (":00:00Z", ":59:59.999999Z"))
        except OverflowError:
            return None
        steady = (first.date(), first.utcoffset()) == (last.date(), last.utcoffset())
        return first.date().isoformat() if steady else None

    def read(value: str) -> str | None:
        try:
            moment = datetime.fromisoformat(value)
            return (moment.tzinfo is UTC and day_of_hour(value[:13])) or there(moment).date().isoformat()
        except (ValueError, OverflowError):
            return None

    return read


def wanted_form(kind: FieldType, ref: FieldRef, operator: Operator, value: Value, region: str) -> Value:
    """What a condition asks for, in the form that values are read in; None where it can't be compared."""
    if operator.wants in (Wants.NOTHING, Wants.DAYS):
        return _span(value) if operator.wants is Wants.DAYS else None
    several = isinstance(value, list | tuple)
    if several is (operator.wants is Wants.ONE):
        return None
    forms = [_wanted_one(kind, ref, operator, one, region) for one in (value if several else [value])]
    if not forms or None in forms or (operator.wants is Wants.RANGE and len(forms) != 2):
        return None
    return forms if several else forms[0]


def _span(value: Value) -> int | None:
    return int(value) if str(value) in _SPANS else None


_SPANS = frozenset(map(str, range(1, MOST_DAYS + 1)))


def _wanted_one(kind: FieldType, ref: FieldRef, operator: Operator, value: Value, region: str) -> Value:
    if kind is FieldType.YES_NO:
        return value if isinstance(value, bool) else None
    if ref.part:
        by_name = ref.part == "country" and not operator.piece
        return country_code(str(value or "")) or None if by_name else normal(FieldType.TEXT, _squeezed(value), region)
    if kind is FieldType.PHONE and operator.piece:
        return only_dialled(str(value)) or None
    if kind in SETS:
        return str(value or "").strip() or None
    if kind in NUMBERS:
        return number(value)
    return _day(value) if kind in DATES else normal(kind, value, region)
