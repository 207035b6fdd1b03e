"""What all tables share: how they and their constraints are called, and the kinds of column."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, Dialect, Integer
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows only in an INTEGER column; PostgreSQL's INTEGER would end at two thousand million.
Number = BigInteger().with_variant(Integer(), "sqlite")


def to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


class Json(TypeDecorator[Any]):
    """JSON text that msgspec reads and writes straight in the form that the column holds; where it may be empty, that is None."""

    impl = JSON
    cache_ok = True

    def __init__(self, form: Any = Any, *, empty: bool = False) -> None:
        super().__init__()
        self.form = form
        self.empty = empty

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002
        return _unless_empty(to_json) if self.empty else to_json

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:  # noqa: ARG002
        decode = msgspec.json.Decoder(self.form).decode
        return _unless_empty(decode) if self.empty else decode


class Moment(UTCDateTime):
    """A moment, in UTC. SQLite keeps it as text, in the shape that SQLAlchemy would give it with more ado."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache
def _written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(moment)
    return moment.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


@lru_cache
def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _unless_empty(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else process(value)


def number(**more: Any) -> Any:
    return Field(default=None, primary_key=True, sa_type=Number, **more)


def parent(table: str, **more: Any) -> Any:
    return Field(foreign_key=f"{table}.id", ondelete="CASCADE", index=True, **more)


def of_workspace() -> Any:
    """The workspace of a row that has thousands beside it: without an index, as SQLite would take that before better ones and walk through
    the whole workspace."""
    return Field(foreign_key="workspace.id", ondelete="CASCADE")


def json(default: Any = dict, form: Any = Any) -> Any:
    return Field(default_factory=default, sa_type=Json(form), nullable=False)


def maybe_json() -> Any:
    return Field(default=None, sa_type=Json(empty=True), nullable=True)


def moment(**more: Any) -> Any:
    return Field(sa_type=Moment, **more)


class Named(SQLModel):
    """Every table is called by the small letters of its class."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  a declared attribute is called on the class
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
