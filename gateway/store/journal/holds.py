"""Legal holds: journal records that must not be deleted, and releases. Rows are only added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import Exchange, LegalHold, Release
from gateway.store.database.errors import guarded, readable
from gateway.store.database.locks import wait_in_transaction
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange, journal_hold, journal_release

REMOVAL = "removal"
"""Name of the lock under which records are held, or removed, so that neither overlooks the other.

No row locks (FOR SHARE): PostgreSQL gives them to roles alone that may update the journal.
"""


class SqlHolds:
    """The port `LegalHolds`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def records(self, name: str) -> int:
        """See the port."""
        query = select(func.count()).select_from(exchange).where(_named([name]))
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def add(self, holds: Sequence[LegalHold], records: Sequence[Exchange]) -> int:
        """See the port. It waits for a pruning that is deleting such records, and omits them."""
        rows = [
            {
                "id": hold.id,
                "name": hold.name,
                "at": in_utc(hold.at),
                "person": hold.person,
                "reason": hold.reason,
            }
            for hold in holds
        ]
        held = (
            select(func.count()).select_from(exchange).where(_named([hold.name for hold in holds]))
        )
        with guarded(), self._writing.begin() as connection:
            wait_in_transaction(connection, REMOVAL)
            connection.execute(journal_hold.insert(), rows)
            connection.execute(exchange.insert(), [values_of(record) for record in records])
            return int(connection.execute(held).scalar_one())

    def release(self, hold_id: str, release: Release, record: Exchange) -> bool:
        """See the port."""
        row = {
            "hold_id": hold_id,
            "at": in_utc(release.at),
            "person": release.person,
            "reason": release.reason,
        }
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(journal_release.insert(), row)
                    connection.execute(exchange.insert(), values_of(record))
            except IntegrityError:  # released already
                return False
        return True

    def all(self) -> Sequence[LegalHold]:
        """See the port."""
        query = select(
            journal_hold,
            journal_release.c.at.label("released_at"),
            journal_release.c.person.label("released_by"),
            journal_release.c.reason.label("released_for"),
        ).outerjoin_from(journal_hold, journal_release)
        with guarded(), readable(), self._reading.connect() as connection:
            rows = connection.execute(
                query.order_by(journal_hold.c.at.desc(), journal_hold.c.id.desc())
            ).all()
            return [_hold(row) for row in rows]

    def held(self) -> frozenset[str]:
        """See the port."""
        released = exists().where(journal_release.c.hold_id == journal_hold.c.id)
        with guarded(), self._reading.connect() as connection:
            return frozenset(
                connection.execute(select(journal_hold.c.name).where(~released)).scalars()
            )


def _named(names: Sequence[str]) -> ColumnElement[bool]:
    return or_(exchange.c.id.in_(names), exchange.c.permit_number.in_(names))


def _hold(row: Row[Any]) -> LegalHold:
    release = None
    if row.released_at:
        release = Release(
            datetime.fromisoformat(row.released_at), row.released_by, row.released_for
        )
    return LegalHold(
        row.id, row.name, datetime.fromisoformat(row.at), row.person, row.reason, release
    )
