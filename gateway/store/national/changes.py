"""Query of changes: permits of a national database by change mark, page by page.

The SELECT of the description is a subquery. A page is a short transaction of its own, as a database
that is written meanwhile must not wait for a reader that takes hours. First the numbers of the next
permits by mark and number are read (keyset pagination), then all rows of these permits, so that a
permit is whole even where its lines have marks of their own.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Subquery,
    and_,
    column,
    distinct,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from gateway.exchange.ports import SourceRow
from gateway.exchange.ports.national.sync import ChangedRows, Mark, SourcePosition
from gateway.store.national.query import QueryRows, cell_of

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
_COLON = re.compile(r"(?<!\\):")


@dataclass(frozen=True, slots=True)
class QueryChanges:
    """The port `QueriedChanges`.

    query: with the columns that the mapping names.
    number, mark: their columns.  order: further columns by which the rows of a number are sorted.
    """

    query: QueryRows
    number: str
    mark: str
    order: Sequence[str]

    @property
    def name(self) -> str:
        """See the port."""
        return self.query.name

    def require_marks(self) -> None:
        """See the port."""
        with self._answering() as (connection, source):
            empty = [
                name
                for name in (self.mark, self.number)
                if connection.execute(
                    select(source.c[name]).where(source.c[name].is_(None)).limit(1)
                ).first()
            ]
        if empty:
            raise self.query.refused(
                f"A row has no value in {empty[0]}: its permit would never be found.",
                f"a query that leaves such rows out, with WHERE {empty[0]} IS NOT NULL",
                empty[0],
            )

    def count(self, since: Mark | None) -> int:
        """See the port."""
        with self._answering() as (connection, source):
            query = select(func.count(distinct(source.c[self.number])))
            if since is not None:
                query = query.where(source.c[self.mark] >= since)
            return int(connection.execute(query).scalar_one())

    def page(self, since: Mark | None, after: SourcePosition | None, most: int) -> ChangedRows:
        """See the port."""
        with self._answering() as (connection, source):
            mark, number = source.c[self.mark], source.c[self.number]
            found = connection.execute(
                select(mark, number)
                .distinct()
                .where(*_from(mark, number, since, after), number.is_not(None))
                .order_by(mark, number)
                .limit(most)
            ).all()
            if not found:
                return ChangedRows([], [], None)
            numbers = list(dict.fromkeys(row[1] for row in found))
            rows = list(self._rows(connection, source, numbers))
        last = SourcePosition(self._mark(found[-1][0]), found[-1][1])
        return ChangedRows(rows, [cell_of(number) for number in numbers], last)

    def _rows(
        self, connection: Connection, source: Subquery, numbers: Sequence[int | str]
    ) -> Iterator[SourceRow]:
        """All rows of these permits. A row is known by its place in the permit, from 1."""
        number = source.c[self.number]
        order = [source.c[each] for each in (self.number, *self.order)]
        query = select(*(source.c[each] for each in self.query.columns)).where(number.in_(numbers))
        before: object = None
        place = 0
        for row in connection.execute(query.order_by(*order)):
            cells = dict(zip(self.query.columns, row, strict=True))
            place = place + 1 if cells[self.number] == before else 1
            before = cells[self.number]
            filled = {name: cell_of(value) for name, value in cells.items() if value is not None}
            yield SourceRow(place, filled)

    @contextmanager
    def _answering(self) -> Iterator[tuple[Connection, Subquery]]:
        """A connection, and the query as a subquery whose columns are there."""
        try:
            with self.query.connection() as connection:
                yield connection, self._source(connection)
        except SQLAlchemyError as problem:
            raise self.query.unanswered(problem) from None

    def _source(self, connection: Connection) -> Subquery:
        # As it stands: a colon in it begins no parameter, and ends no statement.
        written = _COLON.sub(r"\\:", self.query.query.strip().rstrip(";"))
        wanted = dict.fromkeys((*self.query.columns, self.number, self.mark, *self.order))
        columns: list[Column[object]] = [column(name) for name in wanted]  # type: ignore[misc]
        # On a line of its own, so that a comment at the end of the query ends there.
        source = text(f"{written}\n").columns(*columns).subquery("source")
        # SQLite takes the name of a column that is not there for a text.
        named = connection.execute(select(text("*")).select_from(source).where(false()))
        self.query.places(named, tuple(wanted))
        return source

    def _mark(self, value: object) -> Mark:
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return int(value)
        if isinstance(value, datetime) or (isinstance(value, str) and _is_time(value)):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.query.refused(
            f"The column {self.mark} holds something that is neither a whole number nor a time.",
            "a whole number, a time, or a text such as 2026-03-05 12:00:00",
            self.mark,
        )


def _is_time(text_: str) -> bool:
    try:
        return bool(_TIME.match(text_)) and bool(datetime.fromisoformat(text_))
    except ValueError:
        return False


def _from(
    mark: ColumnElement[object],
    number: ColumnElement[object],
    since: Mark | None,
    after: SourcePosition | None,
) -> Iterator[ColumnElement[bool]]:
    if after is not None:
        # The first condition is implied by the second, and is one that an index answers.
        yield mark >= after.mark
        further = and_(mark == after.mark, number > after.number)
        yield or_(mark > after.mark, further)
    elif since is not None:
        yield mark >= since
