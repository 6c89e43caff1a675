"""Planned windows of partners: entered, listed, withdrawn, never removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from gateway.domain.availability.windows import PlannedWindow
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.tables import partner_window as table


class SqlPlannedWindows:
    """The port `PlannedWindows`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, window: PlannedWindow) -> None:
        """See the port."""
        row = {
            "id": window.id,
            "partner": window.partner,
            "begins_at": in_utc(window.begins_at),
            "ends_at": in_utc(window.ends_at),
            "person": window.person,
            "reason": window.reason,
            "entered_at": in_utc(window.entered_at),
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.insert(), row)

    def all(self, ending_after: datetime | None = None) -> Sequence[PlannedWindow]:
        """See the port."""
        query = select(table).order_by(table.c.begins_at, table.c.id)
        if ending_after is not None:
            query = query.where(table.c.ends_at > in_utc(ending_after))
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        with readable():
            return [
                PlannedWindow(
                    row.id,
                    row.partner,
                    datetime.fromisoformat(row.begins_at),
                    datetime.fromisoformat(row.ends_at),
                    row.person,
                    row.reason,
                    datetime.fromisoformat(row.entered_at),
                    datetime.fromisoformat(row.withdrawn_at) if row.withdrawn_at else None,
                    row.withdrawn_by,
                )
                for row in rows
            ]

    def withdraw(self, identity: str, at: datetime, person: str) -> bool:
        """See the port."""
        standing = table.c.withdrawn_at.is_(None)
        change = table.update().where(table.c.id == identity, standing)
        values = {"withdrawn_at": in_utc(at), "withdrawn_by": person}
        with guarded(), self._writing.begin() as connection:
            return connection.execute(change, values).rowcount == 1
