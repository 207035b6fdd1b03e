"""Fields of an app's records and the shape of their values.

A value is plain JSON, so that the mirror, the plans and the ledger store it as it is:

| type                                 | value                                                            |
|--------------------------------------|------------------------------------------------------------------|
| text, long text, e-mail, phone, URL  | `str`                                                            |
| number, money, percent               | `str` in plain decimal notation, never a float                   |
| date, date-time                      | `str`, ISO 8601; a date-time carries its offset                  |
| yes/no                               | `bool`                                                           |
| choice                               | `str`, the option's value                                        |
| multi-choice, labels                 | `list[str]`, sorted                                              |
| address                              | `dict` with the parts of `ADDRESS_PARTS` (others are kept as is) |
| several entries (`Field.many`)       | `list` of entries `{"value": …, "label": "work", "primary": bool}` |

In a record's values a missing key is *unknown* ("waiting for detail"), `None` is *empty*; the two never mix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""Plain JSON as in the table above; `None` means empty."""

Values: TypeAlias = Mapping[str, Value]
"""Field key → value; a key that is not there is unknown."""

ADDRESS_PARTS = ("street", "street2", "city", "region", "postcode", "country")


class FieldType(StrEnum):
    """What a field holds; decides operators, conversions, normal form and the input a modal offers."""

    TEXT = "text"
    LONG_TEXT = "long text"
    EMAIL = "e-mail"
    PHONE = "phone"
    URL = "URL"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATE_TIME = "date-time"
    YES_NO = "yes/no"
    CHOICE = "choice"
    MULTI_CHOICE = "multi-choice"
    LABELS = "labels"
    ADDRESS = "address"


NUMBERS = (FieldType.NUMBER, FieldType.MONEY)
DATES = (FieldType.DATE, FieldType.DATE_TIME)
SETS = (FieldType.MULTI_CHOICE, FieldType.LABELS)
"""Types that hold several plain values."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice: the value the API takes and the label people see."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an app's records.

    `key` is stable (a custom field's id, not its label). `detail_only` fields are missing from listings. `derived` ones the app works out
    by itself (a balance, a formula): whether they move a record's stamp is not known.
    `entry_labels` are the labels that entries of a `many` field usually carry ("work", "mobile").
    """

    key: str
    label: str
    type: FieldType
    writable: bool = True
    many: bool = False
    detail_only: bool = False
    custom: bool = False
    required: bool = False
    options: tuple[Option, ...] = ()
    entry_labels: tuple[str, ...] = ()
    max_length: int | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class FieldRef:
    """What a mapping or a condition points at: a field, one label of a field with several entries, one part of an address."""

    key: str
    label: str = ""
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> "FieldRef":
        """`"phones#mobile"` → the mobile entry of `phones`; `"billing_address/city"` → a part of it; `"email"` → the field itself."""
        whole, _, part = text.partition("/")
        key, _, label = whole.partition("#")
        return cls(key, label, part)

    def __str__(self) -> str:
        return self.key + (f"#{self.label}" if self.label else "") + (f"/{self.part}" if self.part else "")


def spoken_ref(fields: Mapping[str, Field], text: str) -> str:
    """What people call what a reference points at: "Phones (mobile)", "Billing address, city"; the key itself where the field is gone."""
    ref = FieldRef.parse(text)
    field = fields.get(ref.key)
    name = field.label if field else ref.key
    return name + (f" ({ref.label})" if ref.label else "") + (f", {ref.part}" if ref.part else "")
