"""Sums of quota lines: the database adds them up over the index of name or day.

Amounts are added in two halves, whole units and millionths: a sum of millionths alone may pass the
integers of SQLite.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import Row as DbRow

from gateway.domain.permit.status import Status
from gateway.domain.quotas.lines import TradeSum
from gateway.exchange.ports.quotas.trade import TradeFilter
from gateway.store.database.errors import guarded, readable
from gateway.store.tables import authority, ledger_line, permit
from gateway.store.tables import quota_line as line

_MILLION = 1_000_000
_NAMES_AT_ONCE = 500
_ALIKE = (
    authority.c.code,
    line.c.name,
    line.c.term,
    line.c.sources,
    line.c.purpose,
    line.c.unit,
)


class SqlQuotaTrade:
    """The port `QuotaTrade`.

    place: engine, or the connection of a unit of work, whose own changes are counted then.
    """

    def __init__(self, place: Engine | Connection) -> None:
        self._place = place

    def names(self) -> Sequence[str]:
        """See the port. A loose index scan: from each name to the next one."""
        first = select(func.min(line.c.name).label("name")).cte("known", recursive=True)
        after = select(func.min(line.c.name)).where(line.c.name > first.c.name).scalar_subquery()
        known = first.union_all(select(after).where(first.c.name.is_not(None)))
        query = select(known.c.name).where(known.c.name.is_not(None))
        with self._connection() as connection:
            return list(connection.execute(query).scalars())

    def sums(self, wanted: TradeFilter) -> Sequence[TradeSum]:
        """See the port."""
        if wanted.names is None:
            return list(self._sums(wanted, literal(True)))
        names = sorted(wanted.names)
        return [
            found
            for at in range(0, len(names), _NAMES_AT_ONCE)
            for found in self._sums(wanted, line.c.name.in_(names[at : at + _NAMES_AT_ONCE]))
        ]

    def _sums(self, wanted: TradeFilter, named: ColumnElement[bool]) -> Iterator[TradeSum]:
        parts = _parts(wanted)
        query = (
            select(*_ALIKE, func.count().label("lines"), *_halves(parts))
            .join_from(line, authority)
            .join(permit, permit.c.id == line.c.permit_id)
            .outerjoin(
                ledger_line,
                and_(
                    ledger_line.c.permit_id == line.c.permit_id,
                    ledger_line.c.position == line.c.position,
                ),
            )
            .where(_issued(wanted), named, *_others(wanted))
            .group_by(*_ALIKE)
            .order_by(*_ALIKE)
        )
        with self._connection() as connection:
            yield from (_sum(row) for row in connection.execute(query).all())

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with guarded(), readable():
            if isinstance(self._place, Connection):
                yield self._place
                return
            with self._place.connect() as connection:
                yield connection


def _issued(wanted: TradeFilter) -> ColumnElement[bool]:
    return and_(
        authority.c.country == wanted.country,
        line.c.day.between(wanted.begins.isoformat(), wanted.ends.isoformat()),
    )


def _others(wanted: TradeFilter) -> Iterator[ColumnElement[bool]]:
    """Not the permit that is left out; the same number of another authority is another permit."""
    if wanted.without is not None:
        issuer, number = wanted.without
        yield or_(authority.c.code != issuer.code, permit.c.number != number.text)


def _parts(wanted: TradeFilter) -> dict[str, ColumnElement[int]]:
    """Confirmed, permitted and reserved millionths of a line."""
    at_export = func.coalesce(ledger_line.c.confirmed_at_export, 0)
    at_import = func.coalesce(ledger_line.c.confirmed_at_import, 0)
    counted = case((at_export >= at_import, at_export), else_=at_import)
    is_over = line.c.valid_until < wanted.today.isoformat()
    is_issued = permit.c.status == Status.ISSUED.value
    is_done = or_(permit.c.status == Status.FINAL.value, and_(is_issued, is_over))
    is_open = and_(is_issued, or_(line.c.valid_until.is_(None), ~is_over))
    return {
        "confirmed": counted,
        "permitted": case((and_(counted == 0, is_done), line.c.amount), else_=0),
        "reserved": case((is_open, line.c.amount - counted), else_=0),
    }


def _halves(parts: dict[str, ColumnElement[int]]) -> Iterator[ColumnElement[Any]]:
    for name, part in parts.items():
        yield func.sum(part.op("/", return_type=Integer())(_MILLION)).label(f"{name}_whole")
        yield func.sum(part % _MILLION).label(f"{name}_rest")


def _sum(row: DbRow[Any]) -> TradeSum:
    def of(part: str) -> Decimal:
        whole, rest = getattr(row, f"{part}_whole"), getattr(row, f"{part}_rest")
        return Decimal(int(whole)) + Decimal(int(rest)) / _MILLION

    return TradeSum(
        row.code,
        row.name,
        row.term,
        row.sources,
        row.purpose,
        row.unit or None,
        int(row.lines),
        of("confirmed"),
        of("permitted"),
        of("reserved"),
    )
