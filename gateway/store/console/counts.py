"""Daily counts of exchanges: added by upsert, together with the position of the count."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import Direction
from gateway.exchange.ports.console.counts import Counted, CountKey, DayDuration, DayOutcome
from gateway.store.database.errors import guarded, readable
from gateway.store.database.upsert import Upsert, upsert
from gateway.store.tables import exchange_count as table
from gateway.store.tables import exchange_counted as positions

_NAME = "exchanges"
_KEY = (table.c.day, table.c.direction, table.c.partner, table.c.outcome, table.c.duration)


class SqlExchangeCounts:
    """The port `ExchangeCounts`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def position(self) -> str | None:
        """See the port."""
        query = select(positions.c.position).where(positions.c.name == _NAME)
        with guarded(), self._reading.connect() as connection:
            return connection.execute(query).scalar()

    def add(self, counts: Mapping[CountKey, Counted], before: str | None, reached: str) -> bool:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            if not _moved(connection, before, reached):
                return False
            if counts:
                rows = [_row(key, found) for key, found in counts.items()]
                connection.execute(_adding(connection), rows)
            return True

    def remove(self, before: date) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.delete().where(table.c.day < before.isoformat()))

    def outcomes(self, since: date, partner: str | None = None) -> Sequence[DayOutcome]:
        """See the port."""
        query = (
            select(table.c.day, table.c.outcome, func.sum(table.c.times))
            .where(*_since(since, partner))
            .group_by(table.c.day, table.c.outcome)
            .order_by(table.c.day, table.c.outcome)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                DayOutcome(date.fromisoformat(day), outcome, int(times))
                for day, outcome, times in connection.execute(query)
            ]

    def durations(self, since: date, partner: str | None = None) -> Sequence[DayDuration]:
        """See the port."""
        columns = (table.c.day, table.c.direction, table.c.duration)
        query = (
            select(*columns, func.sum(table.c.times))
            .where(*_since(since, partner))
            .group_by(*columns)
            .order_by(*columns)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                DayDuration(date.fromisoformat(day), Direction(way), duration, int(times))
                for day, way, duration, times in connection.execute(query)
            ]

    def last_good(self, direction: Direction, since: date) -> Mapping[str, datetime]:
        """See the port."""
        query = (
            select(table.c.partner, func.max(table.c.newest))
            .where(
                table.c.day >= since.isoformat(),
                table.c.direction == direction.value,
                table.c.outcome == "ok",
            )
            .group_by(table.c.partner)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return {partner: _moment(newest) for partner, newest in connection.execute(query)}


def _moved(connection: Connection, before: str | None, reached: str) -> bool:
    """Move the position; False where it is no longer the one that was read."""
    if before is None:
        try:
            with connection.begin_nested():
                connection.execute(positions.insert(), {"name": _NAME, "position": reached})
        except IntegrityError:  # another process made the first position
            return False
        return True
    unchanged = (positions.c.name == _NAME) & (positions.c.position == before)
    moving = positions.update().where(unchanged)
    return connection.execute(moving, {"position": reached}).rowcount == 1


def _adding(connection: Connection) -> Upsert:
    insert = upsert(connection, table)
    new = insert.excluded
    newest = case((new.newest > table.c.newest, new.newest), else_=table.c.newest)
    changed: dict[str, Any] = {"times": table.c.times + new.times, "newest": newest}
    return insert.on_conflict_do_update(index_elements=_KEY, set_=changed)


def _since(since: date, partner: str | None) -> list[ColumnElement[bool]]:
    criteria = [table.c.day >= since.isoformat()]
    if partner is not None:
        criteria.append(table.c.partner == partner)
    return criteria


def _row(key: CountKey, found: Counted) -> dict[str, object]:
    return {
        "day": key.day.isoformat(),
        "direction": key.direction.value,
        "partner": key.partner,
        "outcome": key.outcome,
        "duration": key.duration,
        "times": found.times,
        "newest": found.newest,
    }


def _moment(identity: str) -> datetime:
    """The moment in a UUIDv7, to the millisecond. Source: RFC 9562, section 5.7."""
    return datetime.fromtimestamp(int(identity.replace("-", "")[:12], 16) / 1000, UTC)
