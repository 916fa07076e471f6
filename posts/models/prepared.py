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
from django.db.models.query import ValuesListIterable
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
        return self.output_field.get_db_prep_value(values[self.name], connection, prepared=True)


class Prepared[R]:
    """A query whose rows are `R` and whose SQL is built once, for the database of this process."""

    def __init__(self, build: Callable[[], QuerySet[Any, R]]) -> None:
        """Prepare what `build` returns; it is called at the first use, when the apps are ready."""
        self._build = build

    def __call__(self, **values: Any) -> list[R]:
        """Return the rows for these values of what is `Given`. Raises KeyError: one lacks."""
        compiler = self._compiler_with(values)
        database: Any = connection
        database.plans_once = True
        try:
            if self._gives_tuples:
                return list(compiler.results_iter(tuple_expected=True))
            rows = self._rows.all()
            rows.query = _Compiled.of(self._rows.query, compiler)
            rows._iterable_class = self._rows._iterable_class  # a flat list stays one
            return list(rows)
        finally:
            database.plans_once = False

    @cached_property
    def _rows(self) -> QuerySet[Any, R]:
        return self._build()

    @cached_property
    def _gives_tuples(self) -> bool:
        return issubclass(self._rows._iterable_class, ValuesListIterable)

    @cached_property
    def _compiled(self) -> tuple[SQLCompiler, str, tuple[Any, ...], dict[str, Given]]:
        compiler: Any = self._rows.query.get_compiler(connection=connection)
        sql, parts = compiler.as_sql()
        converters = compiler.get_converters([one for one, *_ in compiler.select])
        compiler.get_converters = lambda columns: converters
        given = {part.name: part for part in parts if isinstance(part, Given)}
        return compiler, sql, parts, given

    def _compiler_with(self, values: dict[str, Any]) -> Any:
        """Return a compiler of this thread's connection that has its SQL at hand."""
        known, sql, parts, given = self._compiled
        taken = {name: part.of(values) for name, part in given.items()}
        filled = tuple(taken[part.name] if isinstance(part, Given) else part for part in parts)
        compiler: Any = copy(known)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (sql, filled)
        return compiler


class _Compiled(Query):
    """A query whose compiler has done its work already."""

    at_hand: SQLCompiler

    @classmethod
    def of(cls, query: Query, compiler: SQLCompiler) -> "_Compiled":
        """Return `query` with its compiler."""
        compiled: Any = copy(query)
        compiled.__class__, compiled.at_hand = cls, compiler
        found: _Compiled = compiled
        return found

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        """Return the compiler at hand."""
        return self.at_hand
