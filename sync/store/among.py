"""A condition on any number of wanted values that binds them as one: the statement stays the same, and is made once."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from sync.store.columns import to_json


class _Many(UserDefinedType[Any]):
    """A list: an array of PostgreSQL; SQLite knows none and gets JSON."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return to_json if dialect.name == "sqlite" else list


class among(FunctionElement[Any]):  # noqa: N801  reads as a condition
    """The column has one of the values that the statement is given as `name`."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str = "wanted") -> None:
        super().__init__(column, bindparam(name, type_=_Many()))


@compiles(among, "sqlite")
def _listed(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  the compiler made both parts


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} = ANY({values})"
