"""Queries that are built once.

Django takes three times as long to build the SQL of a reader's query as a database to answer it.
A page is made of a handful of queries that never differ but in their values; so these are built at
their first use, with `Given` where a value comes, and later only filled in. PostgreSQL plans them
once for each connection.
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """A value that a prepared query is given each time it is asked."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        """Stand for the value called `name`, which a column like `output_field` would hold."""
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the place of the value; the value itself is filled in by `Prepared`."""
        return "%s", (self,)

    def of(self, values: dict[str, Any]) -> Any:
        """Return its value among `values` as the database takes it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared[R]:
    """A query whose rows are `R` and whose SQL is built once, for the database of this process."""

    def __init__(self, build: Callable[[], QuerySet[Any, R]]) -> None:
        """Prepare what `build` returns; it is called at the first use, when the apps are ready."""
        self._build = build

    def __call__(self, **values: Any) -> list[R]:
        """Return the rows for these values of what is `Given`. Raises KeyError: one lacks."""
        rows = self._rows.all()
        rows.query = _Filled.of(self._rows.query, self._compiled, values)
        rows._iterable_class = self._rows._iterable_class  # tuples stay tuples
        database: Any = connection
        database.plans_once = True
        try:
            return list(rows)
        finally:
            database.plans_once = False

    @cached_property
    def _rows(self) -> QuerySet[Any, R]:
        return self._build()

    @cached_property
    def _compiled(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler: Any = self._rows.query.get_compiler(connection=connection)
        sql, parts = compiler.as_sql()
        converters = compiler.get_converters([one for one, *_ in compiler.select])
        compiler.get_converters = lambda columns: converters
        return compiler, sql, parts


class _Filled(Query):
    """A query whose compiler has done its work already."""

    compiled: tuple[SQLCompiler, str, tuple[Any, ...]]
    values: dict[str, Any]

    @classmethod
    def of(cls, query: Query, compiled: Any, values: dict[str, Any]) -> "_Filled":
        """Return `query` with what it was compiled to, and the values of what is given."""
        filled = copy(query)
        filled.__class__ = cls
        filled.compiled, filled.values = compiled, values  # type: ignore[attr-defined]
        return filled  # type: ignore[return-value]

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        """Return a compiler of this thread's connection that has its SQL at hand."""
        known, sql, parts = self.compiled
        values = tuple(part.of(self.values) if isinstance(part, Given) else part for part in parts)
        compiler = copy(known)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (sql, values)  # type: ignore[method-assign]
        return compiler
