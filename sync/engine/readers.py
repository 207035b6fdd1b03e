"""What the operators of filters compare: of a record's values, and of what a condition asks for. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from phonenumbers import PhoneMetadata

from sync.engine.normalise import country_code, former, normal, number
from sync.engine.operators import MOST_DAYS, Operator
from sync.engine.phones import dialled, only_dialled
from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, SETS, FieldRef, FieldType, Value

Reader = Callable[[Value], Value]
"""A value that is not empty → what is compared: a normal form, None for what comes to nothing all the same."""


def reader(kind: FieldType, ref: FieldRef, operator: Operator, region: str, zone: ZoneInfo) -> Reader:
    """Reads one value of a field of this type. Of a phone number or a country an operator may look at a piece: then the spelling counts,
    and a phone number has several (a list)."""
    if ref.part == "country" and not operator.piece:
        return _country
    if ref.part:
        return lambda address: _squeezed(address.get(ref.part))
    if kind is FieldType.PHONE and operator.piece:
        return _spellings(region)
    if kind is FieldType.DATE_TIME:
        return _local_day(zone)
    if kind is FieldType.DATE:
        return _day
    if kind is FieldType.YES_NO:
        return bool
    return number if kind in NUMBERS else former(kind, region)


def _squeezed(value: Value) -> Value:
    return normal(FieldType.TEXT, " ".join(str(value or "").split()), "")


def _country(address: Value) -> Value:
    code = address.get("country_code")
    return str(code).upper() if code else country_code(str(address.get("country") or "")) or None


def _spellings(region: str) -> Reader:
    """A phone number in digits and "+", without its extension: as it is dialled from abroad and, if it is of this country, from within."""
    facts = PhoneMetadata.metadata_for_region(region)
    code = f"+{facts.country_code}" if facts else ""
    size = len(code)
    trunk = (facts and facts.national_prefix) or ""
    # In North America the prefix is the country's own code, and people leave it out.
    within = "" if f"+{trunk}" == code else trunk

    def read(value: Value) -> Value:
        abroad = dialled(str(value), region)
        if code and abroad.startswith(code):
            return [abroad, within + abroad[size:]]
        return [abroad] if abroad else None

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


@lru_cache(maxsize=16)
def _local_day(zone: ZoneInfo) -> Reader:
    """Reads the day of a moment where the organisation is; a moment without a zone of its own is of this one."""

    def there(moment: datetime) -> datetime:
        return moment.astimezone(zone) if moment.tzinfo else moment

    @lru_cache(maxsize=100_000)
    def day_of_hour(hour: str) -> str | None:
        """The day there of a whole hour of UTC, as moments of the same hours come again and again; None where a day or an offset changes
        within it."""
        try:
            first, last = (there(datetime.fromisoformat(hour + rest)) for rest in (":00:00Z", ":59:59.999999Z"))
        except OverflowError:
            return None
        steady = (first.date(), first.utcoffset()) == (last.date(), last.utcoffset())
        return first.date().isoformat() if steady else None

    def read(value: str) -> str | None:
        try:
            moment = datetime.fromisoformat(value)
            in_utc = moment.tzinfo is UTC and value[10:11] == "T"
            return (in_utc and day_of_hour(value[:13])) or there(moment).date().isoformat()
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
        return _squeezed(value) if ref.part != "country" or operator.piece else country_code(str(value or "")) or None
    if kind is FieldType.PHONE and operator.piece:
        return only_dialled(str(value)) or None
    if kind in SETS:
        return str(value or "").strip() or None
    if kind in NUMBERS:
        return number(value)
    return _day(value) if kind in DATES else normal(kind, value, region)
