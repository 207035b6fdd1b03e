"""Values put into the terms of another type of field, one function for each way; `compatibility.py` says which way fits which. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sync.engine.normalise import MOST_DIGITS, number
from sync.model.connections import Translation
from sync.model.fields import ADDRESS_PARTS, Field, FieldType, Value

CARRIED_PARTS = (*ADDRESS_PARTS, "country_code")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Converted:
    """The value in the target's terms."""

    value: Value


@dataclass(frozen=True, slots=True)
class Unfit:
    """The target cannot take this value; the record is held."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """The value table does not name this value, and such values are left alone."""


Outcome: TypeAlias = Converted | Unfit | Skipped


@dataclass(frozen=True, slots=True)
class Terms:
    """What a conversion may have to know beside the value."""

    source: Field
    target: Field
    translation: Translation
    decimals: int = 2
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


Convert = Callable[[Value, Terms], Outcome]


def same(value: Value, _terms: Terms) -> Outcome:
    return Converted(value)


def as_text(value: Value, _terms: Terms) -> Outcome:
    return Converted(str(value))


def one_line(value: Value, _terms: Terms) -> Outcome:
    return Converted(" ".join(str(value).split()))


def to_email(value: Value, _terms: Terms) -> Outcome:
    text = str(value).strip()
    return Converted(text) if EMAIL.fullmatch(text) else Unfit("no_email")


def to_number(value: Value, _terms: Terms) -> Outcome:
    found = number(value)
    return Unfit("no_number") if found is None else Converted(format(found, "f"))


def to_money(value: Value, terms: Terms) -> Outcome:
    """Rounded to the places of the organisation's currency, half to even."""
    found = number(value)
    if found is None:
        return Unfit("no_number")
    with localcontext(prec=2 * MOST_DIGITS):
        return Converted(format(found.quantize(Decimal(1).scaleb(-terms.decimals), ROUND_HALF_EVEN), "f"))


def to_date(value: Value, _terms: Terms) -> Outcome:
    try:
        return Converted(date.fromisoformat(str(value).strip()).isoformat())
    except ValueError:
        return Unfit("no_date")


def to_moment(value: Value, _terms: Terms) -> Outcome:
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return Unfit("no_date")
    return Converted(moment.isoformat()) if moment.tzinfo else Unfit("no_date")


def day_of(value: Value, terms: Terms) -> Outcome:
    return Converted(datetime.fromisoformat(str(value)).astimezone(terms.zone).date().isoformat())


def midnight(value: Value, terms: Terms) -> Outcome:
    return Converted(datetime.combine(date.fromisoformat(str(value)), time(), terms.zone).isoformat())


def yes_no_word(value: Value, terms: Terms) -> Outcome:
    return Converted(terms.translation.yes if value else terms.translation.no)


def to_yes_no(value: Value, terms: Terms) -> Outcome:
    said = str(value).strip().casefold()
    if said == terms.translation.yes.casefold():
        return Converted(True)
    return Converted(False) if said == terms.translation.no.casefold() else Unfit("no_option")


def label(value: Value, terms: Terms) -> Outcome:
    return Converted({option.value: option.label for option in terms.source.options}.get(str(value), str(value)))


def option(value: Value, terms: Terms) -> Outcome:
    """The target's option of this label or value, however it is spelled."""
    said = str(value).strip().casefold()
    for option in terms.target.options:
        if said in (option.label.casefold(), option.value.casefold()):
            return Converted(option.value)
    return Unfit("no_option")


def option_by_label(value: Value, terms: Terms) -> Outcome:
    told = label(value, terms)
    return option(told.value, terms) if isinstance(told, Converted) else told


def options(value: Value, terms: Terms) -> Outcome:
    """Labels are made when they are used; a multi-choice field takes only its own options."""
    if terms.target.type is FieldType.LABELS or not terms.target.options:
        return Converted(sorted(map(str, value)))
    found = [option(one, terms) for one in value]
    wrong = next((one for one in found if not isinstance(one, Converted)), None)
    return wrong or Converted(sorted(one.value for one in found if isinstance(one, Converted)))


def joined(value: Value, _terms: Terms) -> Outcome:
    return Converted(", ".join(map(str, value)))


def address(value: Value, _terms: Terms) -> Outcome:
    """The standard parts and the country's code, nothing that only one app knows."""
    return Converted({part: value[part] for part in CARRIED_PARTS if value.get(part)})


def address_line(value: Value, _terms: Terms) -> Outcome:
    return Converted(", ".join(str(value[part]) for part in ADDRESS_PARTS if value.get(part)))
