"""What a condition asks of a value in one step, where its type allows that: reading and testing at once. Pure.

A rule asks the same of every record there is, and mostly of plain texts and phone numbers; two steps for each take noticeably longer.
"""

from unicodedata import normalize

from sync.engine.operators import Fits, Operator
from sync.engine.readers import LINE, spellings
from sync.model.editing import Wants
from sync.model.fields import FieldType, Value

PLAIN = (FieldType.TEXT, FieldType.EMAIL, FieldType.CHOICE)
"""Types whose values are all read alike: as they are spelled, in small letters."""


def at_once(kind: FieldType, operator: Operator, wanted: Value, region: str) -> Fits | None:
    """Whether a value of this type, which is not empty, fits what is wanted; None where it has to be read first."""
    if operator.wants is Wants.NOTHING:
        return _filled if kind in (*PLAIN, FieldType.LONG_TEXT) else None
    if wanted is None:
        return None
    if kind is FieldType.PHONE and operator.piece:
        return _dialled(operator.piece(wanted), region)
    return _plain(operator, wanted) if kind in PLAIN else None


def _filled(value: Value) -> bool:
    return bool(str(value).strip())


def _dialled(piece: tuple[str, str, str], region: str) -> Fits:
    begin, inner, end = piece
    part = (LINE if begin else "") + begin + inner + end + (LINE if end else "")
    spelled = spellings(region)
    return lambda value: part in spelled(value)


def _plain(operator: Operator, wanted: Value) -> Fits:
    if operator.piece:
        begin, inner, end = map(str.casefold, operator.piece(wanted))
        size, tail = len(begin), -len(end)
        if begin:
            return lambda value: normalize("NFC", str(value)).strip().casefold()[:size] == begin
        if end:
            return lambda value: normalize("NFC", str(value)).strip().casefold()[tail:] == end
        return lambda value: inner in normalize("NFC", str(value)).strip().casefold()
    among = {one.casefold() for one in (wanted if operator.wants is Wants.SEVERAL else [wanted])}
    return lambda value: normalize("NFC", str(value)).strip().casefold() in among
