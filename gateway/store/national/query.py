"""Query rows: the answer of a national database to the SELECT of a source description.

The database is opened for reading only and in one transaction, so that all rows are of one moment.
Rows are fetched in portions; the answer may have any length.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Engine,
    NullPool,
    create_engine,
    make_url,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import Cell, SourceRow, UnreadableCell
from gateway.store.national.answer_time import CONNECT_SECONDS, AnswerTime, is_over

_SERVER = "database"
"""Name of a database in messages where its URL cannot be read."""
_PORTION = 500
"""Rows of one fetch."""
_MAX_TEXT = 100_000
_MAX_DIGITS = 15
"""Digits that a floating-point number holds exactly."""


@dataclass(frozen=True, slots=True)
class QueryRows:
    """SourceRows of a query.

    file: SQLite database.  url_file: file with the URL of another one.  columns: those that the
    mapping names.  answer_seconds: for one answer of the database.
    """

    file: Path | None
    url_file: Path | None
    query: str
    columns: Sequence[str]
    answer_seconds: float
    sheet: None = None

    @property
    def name(self) -> str:
        """Name of the file or database; never its URL, which may hold a password."""
        return self.file.name if self.file else self._url().database or _SERVER

    def rows(self) -> Iterator[SourceRow]:
        """Yield each row. Raises RecordInvalid for a database that does not answer."""
        try:
            # As it stands: a colon in it begins no parameter.
            with (
                self._connected() as (connection, answer_time),
                _streamed(connection, self.query) as result,
            ):
                places = self.places(result, self.columns)
                for number, row in enumerate(result, 1):
                    cells = {name: row[place] for name, place in places.items()}
                    yield SourceRow(
                        number,
                        {
                            name: cell_of(value)
                            for name, value in cells.items()
                            if value is not None
                        },
                    )
                    answer_time.restart()
        except SQLAlchemyError as problem:
            raise self.unanswered(problem) from None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that reads only, for the length of the block."""
        with self._connected() as (connection, _):
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[tuple[Connection, AnswerTime]]:
        engine = self._engine()
        answer_time = AnswerTime(engine, self.answer_seconds)
        try:
            with engine.connect() as connection:
                answer_time.begin(connection)
                yield connection, answer_time
        finally:
            engine.dispose()

    def _engine(self) -> Engine:
        url = self._url()
        # Of the driver psycopg, AnswerTime connects.
        other = url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query
        waiting = {"connect_timeout": CONNECT_SECONDS} if other else {}
        try:
            return create_engine(
                url, poolclass=NullPool, hide_parameters=True, connect_args=waiting
            )
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            expected = "the driver installed in this environment: postgresql+psycopg comes along"
            raise self.refused(f"There is no driver {url.drivername}.", expected) from None

    def _url(self) -> URL:
        if self.file is not None:
            if not self.file.is_file():
                raise self.refused(f"There is no database {self.file.name}.")
            path = self.file.absolute().as_uri()
            return URL.create("sqlite", database=path, query={"mode": "ro", "uri": "true"})
        try:
            url = make_url((self.url_file or Path()).read_text(encoding="utf-8").strip())
        except (ArgumentError, OSError, UnicodeDecodeError):
            expected = "a URL such as postgresql://reader@localhost/permits"
            raise self.refused("The URL of the database cannot be read.", expected) from None
        if url.get_backend_name() == "sqlite":
            raise self.refused("SQLite is a file.", "database_file, which is only read")
        is_plain = url.drivername == "postgresql"
        return url.set(drivername="postgresql+psycopg") if is_plain else url

    def places(self, result: CursorResult[Any], columns: Sequence[str]) -> dict[str, int]:
        """Place of each column in an answer. Raises RecordInvalid for one that is not there."""
        there = list(result.keys())
        missing = [column for column in columns if there.count(column) != 1]
        if missing:
            text_ = f"The query gives no column, or several, of the name {', '.join(missing)}."
            raise self.refused(text_, f"a column of the query: {', '.join(there)}", missing[0])
        return {column: there.index(column) for column in columns}

    def unanswered(self, problem: SQLAlchemyError) -> RecordInvalid:
        """The error for a database that does not answer."""
        if is_over(problem):
            return self.refused(
                f"The database did not answer within {self.answer_seconds:g} seconds.",
                "an answer in time: an index, or a larger answer_seconds in [source]",
            )
        # The driver's own words may hold a password or values of permits.
        said = type(getattr(problem, "orig", None) or problem).__name__
        return self.refused(f"The database does not answer the query ({said}).")

    def refused(
        self, text_: str, expected: str | None = None, column: str | None = None
    ) -> RecordInvalid:
        """The error for a database that cannot be read."""
        name = self.file.name if self.file else _SERVER
        return RecordInvalid(
            text_,
            file=name,
            row=1,
            field=column,
            expected=expected or "a database and a SELECT that it answers",
        )


def _streamed(connection: Connection, query: str) -> CursorResult[Any]:
    return connection.execution_options(yield_per=_PORTION).exec_driver_sql(query)


def cell_of(value: object) -> Cell:
    """A value of a database as a cell."""
    if isinstance(value, str):
        return value if len(value) <= _MAX_TEXT else UnreadableCell("a shorter text")
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(value, float) and len(number.as_tuple().digits) > _MAX_DIGITS:
            return UnreadableCell("a number of at most 15 digits; this column rounds")
        whole = number.is_finite() and number == number.to_integral_value()
        return number.quantize(Decimal(1)) if whole and number.adjusted() < _MAX_DIGITS else number
    return UnreadableCell("a text, a number or a date; the column holds another type")
