"""Plan of probes: the moment of the next probe of each partner, claimed by one node.

A claim finds and changes the row in one statement, so that of several nodes one is told to probe.
"""

from datetime import datetime

from sqlalchemy import Engine

from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import partner_probe as table


class SqlProbePlan:
    """The port `ProbePlan`."""

    def __init__(self, writing: Engine) -> None:
        self._writing = writing

    def claim(
        self, partner: str, now: datetime, *, first: datetime, following: datetime, latest: datetime
    ) -> bool:
        """See the port."""
        of_partner = table.update().where(table.c.partner == partner)
        due = of_partner.where(table.c.due_at <= in_utc(now))
        too_late = of_partner.where(table.c.due_at > in_utc(latest))
        row = {"partner": partner, "due_at": in_utc(first)}
        with guarded(), self._writing.begin() as connection:
            if connection.execute(due, {"due_at": in_utc(following)}).rowcount == 1:
                return True
            connection.execute(upsert(connection, table).on_conflict_do_nothing(), row)
            connection.execute(too_late, {"due_at": in_utc(first)})
            return False
