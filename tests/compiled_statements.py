"""Compiled statements: SQLAlchemy compiles each statement once in a process of the tests.

SQLAlchemy keeps compiled statements for each engine. A gateway opens its engines once, and tests
open thousands of gateways: a seventh of their processor time went into the same texts again.

Text written by hand is left to its engine: its columns are those of the database of the moment.
"""

from collections.abc import Hashable
from typing import Any

from sqlalchemy import Delete, Insert, Select, Update
from sqlalchemy.engine import Compiled, Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.util import LRUCache

from gateway.store.database import prepared

_MOST = 5_000
_SHARED = (Delete, Insert, Select, Update)


def share_compiled_statements() -> None:
    """From now on, in this process, engines of the same kind compile a statement once."""
    _share_between_engines()
    _share_prepared()


def _share_between_engines() -> None:
    of_one_engine = ClauseElement._compile_w_cache
    compiled: LRUCache[Any, Any] = LRUCache(_MOST)
    first_of: dict[Hashable, Dialect] = {}

    def compile_once(
        statement: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **rest: Any
    ) -> Any:
        if compiled_cache is not None and isinstance(statement, _SHARED):
            # A part of the key of the cache is the dialect object.
            dialect = first_of.setdefault(_kind(dialect), dialect)
            compiled_cache = compiled
        return of_one_engine(statement, dialect, compiled_cache=compiled_cache, **rest)

    ClauseElement._compile_w_cache = compile_once  # type: ignore[method-assign]


def _share_prepared() -> None:
    compiled = prepared.compiled
    made: dict[Hashable, Compiled] = {}

    def compile_once(statement: ClauseElement, dialect: Dialect) -> Compiled:
        cache_key = statement._generate_cache_key()
        key = (_kind(dialect), cache_key.key) if cache_key else None
        if key is None:
            return compiled(statement, dialect)
        if key not in made:
            made[key] = compiled(statement, dialect)
        return made[key]

    prepared.compiled = compile_once


def _kind(dialect: Dialect) -> Hashable:
    return type(dialect), dialect.paramstyle, dialect.server_version_info
