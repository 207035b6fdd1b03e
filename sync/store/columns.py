"""What all tables share: how they and their constraints are called, and the kinds of column."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows only in an INTEGER column; PostgreSQL's INTEGER would end at two thousand million.
Number = BigInteger().with_variant(Integer(), "sqlite")


def number(**more: Any) -> Any:
    return Field(default=None, primary_key=True, sa_type=Number, **more)


def parent(table: str, **more: Any) -> Any:
    return Field(foreign_key=f"{table}.id", ondelete="CASCADE", index=True, **more)


def of_workspace() -> Any:
    """The workspace of a row that has thousands beside it: without an index, as SQLite would take that before better ones and walk through
    the whole workspace."""
    return Field(foreign_key="workspace.id", ondelete="CASCADE")


def json(default: Any = dict) -> Any:
    return Field(default_factory=default, sa_type=JSON, nullable=False)


class Named(SQLModel):
    """Every table is called by the small letters of its class."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  a declared attribute is called on the class
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
