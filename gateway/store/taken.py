"""Was this signed message taken before? One row for each, as long as it counts; the database decides who was first."""

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from gateway.store.failures import guarded
from gateway.store.moments import in_utc
from gateway.store.tables import taken_message as table


class SqlTakenMessages:
    """The port `TakenMessages`."""

    def __init__(self, writing: Engine) -> None:
        self._writing = writing

    def take(self, partner: str, mark: str, kept_until: datetime, now: datetime) -> bool:
        """See the port. Forgets those that count no longer, in the same transaction. Raises ServiceUnavailable."""
        row = {"partner": partner, "mark": mark, "kept_until": in_utc(kept_until)}
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(table.delete().where(table.c.kept_until < in_utc(now)))
                    connection.execute(table.insert(), row)
            except IntegrityError:
                return False
        return True
