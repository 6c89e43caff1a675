"""Journal lines: attributes of exchanges, found by the order of their ids alone.

A page looks at a bounded number of rows, from an id downwards, and filters those. So a search for
something rare costs no more than one for something frequent, and goes on with the next page. The
columns stand before the messages in a row, which are therefore not read.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Subquery, and_, or_, select

from gateway.exchange.ports import Direction
from gateway.exchange.ports.console.lines import ExchangeLine, LineFilter, LinePage
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.journal import first_id
from gateway.store.journal.rows import ATTRIBUTES
from gateway.store.tables import exchange as table


class SqlExchangeLines:
    """The port `ExchangeLines`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def page(self, wanted: LineFilter, before: str | None, most: int, scanned: int) -> LinePage:
        """See the port."""
        bounds = [table.c.id < before] if before else []
        if wanted.since:
            bounds.append(table.c.id >= first_id(wanted.since))
        if wanted.until:
            bounds.append(table.c.id < first_id(wanted.until))
        newest = select(*ATTRIBUTES).where(*bounds).order_by(table.c.id.desc())
        looked_at = newest.limit(scanned).subquery()
        found = (
            select(looked_at)
            .where(*_criteria(wanted, looked_at))
            .order_by(looked_at.c.id.desc())
            .limit(most + 1)
        )
        # The last row that is looked at: where there is one, older rows may follow.
        last = select(table.c.id).where(*bounds).order_by(table.c.id.desc()).offset(scanned - 1)
        with guarded(), self._reading.connect() as connection:
            lines = [_line(tuple(row)) for row in connection.execute(found)]
            further = connection.execute(last.limit(1)).scalar()
        if len(lines) > most:
            lines = lines[:most]
            further = lines[-1].id
        return LinePage(lines, further)

    def between(
        self, after: str, before: datetime, most: int, since: datetime | None = None
    ) -> Sequence[ExchangeLine]:
        """See the port."""
        after = max(after, first_id(since)) if since else after
        query = (
            select(*ATTRIBUTES)
            .where(table.c.id > after, table.c.id < first_id(before))
            .order_by(table.c.id)
            .limit(most)
        )
        with guarded(), self._reading.connect() as connection:
            return [_line(tuple(row)) for row in connection.execute(query)]


def _criteria(wanted: LineFilter, of: Subquery) -> list[ColumnElement[bool]]:
    columns = ("permit_number", "operation", "outcome")
    values = {name: getattr(wanted, name) for name in columns}
    criteria = [of.c[name] == value for name, value in values.items() if value is not None]
    if wanted.directions is not None:
        criteria.append(of.c.direction.in_(each.value for each in wanted.directions))
    if wanted.failed:
        criteria.append(of.c.outcome != "ok")
    if wanted.partner is not None:
        is_in, is_out = (of.c.direction == way.value for way in (Direction.IN, Direction.OUT))
        refused = and_(of.c.caller.is_(None), of.c.fingerprint.in_(wanted.fingerprints))
        criteria.append(
            or_(
                and_(is_in, or_(of.c.caller == wanted.partner, refused)),
                and_(is_out, of.c.callee == wanted.partner),
            )
        )
    if wanted.since:
        criteria.append(of.c.began_at >= in_utc(wanted.since))
    if wanted.until:
        criteria.append(of.c.began_at < in_utc(wanted.until))
    return criteria


def _line(row: Sequence[Any]) -> ExchangeLine:
    with readable():
        identity, direction, began_at, ended_at, *words = row
        return ExchangeLine(
            str(identity),
            Direction(direction),
            datetime.fromisoformat(began_at),
            datetime.fromisoformat(ended_at),
            *words,
        )
