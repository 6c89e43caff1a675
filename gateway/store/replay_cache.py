"""Replay cache: digests of signed messages, each registered once for as long as it counts.

The primary key of the table decides which of two nodes was first.

High-water mark: a digest is deleted when the clock says that its message is too old to be accepted.
A clock that is set ahead and back again says so too early. So for each partner the latest moment
among the deleted digests stays, and a message that should have been kept until then or shorter is
refused: it may have been there. The mark only rises, whatever the clock does. With a right clock no
message is refused for it, since each must be kept for longer than any that is deleted at that time.
"""

from datetime import datetime

from sqlalchemy import Connection, Engine, and_, func, select
from sqlalchemy.exc import IntegrityError

from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import taken_message as table

_HIGH_WATER_MARK = "0" * 64
"""In place of a digest, in the row whose kept_until is the mark of its partner."""

_IS_DIGEST = table.c["mark"] != _HIGH_WATER_MARK


class SqlReplayCache:
    """The port `ReplayCache`."""

    def __init__(self, writing: Engine) -> None:
        self._writing = writing

    def register(self, partner: str, digest: str, kept_until: datetime, now: datetime) -> bool:
        """See the port. Expired digests are deleted in the same transaction.

        Raises ServiceUnavailable.
        """
        row = {"partner": partner, "mark": digest, "kept_until": in_utc(kept_until)}
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(table.insert(), row)
                    _delete_expired(connection, in_utc(now))
                    # Only now: where another node has deleted this very digest, the insert has
                    # waited for it, and its mark is seen.
                    if row["kept_until"] <= _high_water_mark(connection, partner):
                        raise _Refused
            except (IntegrityError, _Refused):
                return False
        return True


class _Refused(Exception):
    """Rolls the transaction back."""


def _delete_expired(connection: Connection, now: str) -> None:
    """Raise the marks of all partners, then delete the digests below them."""
    latest = (
        select(table.c.partner, func.max(table.c.kept_until))
        .where(_IS_DIGEST, table.c.kept_until < now)
        .group_by(table.c.partner)
        .order_by(table.c.partner)  # in one order, so that no two nodes wait for each other
    )
    insert = upsert(connection, table)
    raising = insert.on_conflict_do_update(
        index_elements=[table.c.partner, table.c["mark"]],
        set_={"kept_until": insert.excluded.kept_until},
        where=table.c.kept_until < insert.excluded.kept_until,
    )
    for partner, moment in connection.execute(latest).all():
        row = {"partner": partner, "mark": _HIGH_WATER_MARK, "kept_until": moment}
        connection.execute(raising, row)
        is_below = and_(_IS_DIGEST, table.c.partner == partner, table.c.kept_until <= moment)
        connection.execute(table.delete().where(is_below))


def _high_water_mark(connection: Connection, partner: str) -> str:
    """The mark of a partner; the empty text, which is less than any moment, where it has none."""
    query = select(table.c.kept_until).where(
        table.c.partner == partner, table.c["mark"] == _HIGH_WATER_MARK
    )
    return connection.execute(query).scalar() or ""
