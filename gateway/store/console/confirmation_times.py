"""Confirmation times: first confirmations on permits of ours, and what the outbox still holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Engine, cast, func, select, type_coerce

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.permit.permit import UNSTATED
from gateway.exchange.ports.console.confirmation_times import FirstConfirmation
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read
from gateway.store.journal.journal import first_id
from gateway.store.tables import confirmation, outbox, permit

_NOT_OVER = [state.value for state in DeliveryState if not state.is_over]


class SqlConfirmationTimes:
    """The port `ConfirmationTimes`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def first(self, since: datetime, most: int) -> Sequence[FirstConfirmation]:
        """See the port."""
        query = (
            select(confirmation.c.at, self._issued_at(), permit.c.created_at)
            .join_from(confirmation, permit)
            .where(confirmation.c.id >= first_id(since), confirmation.c.place == 0)
            .order_by(confirmation.c.id.desc())
            .limit(most)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                FirstConfirmation(as_read(at), _stated(issued_at), as_read(created_at))
                for at, issued_at, created_at in connection.execute(query)
            ]

    def outstanding(self) -> Mapping[tuple[str, DeliveryState], int]:
        """See the port."""
        key = (outbox.c.country, outbox.c.state)
        query = select(*key, func.count()).where(outbox.c.state.in_(_NOT_OVER)).group_by(*key)
        with guarded(), readable(), self._reading.connect() as connection:
            return {
                (country, DeliveryState(state)): int(count)
                for country, state, count in connection.execute(query)
            }

    def _issued_at(self) -> ColumnElement[Any]:
        """Box 13 out of the stored permit. SQLite has no type for JSON to cast to."""
        on_sqlite = self._reading.dialect.name == "sqlite"
        content = type_coerce(permit.c.content, JSON) if on_sqlite else cast(permit.c.content, JSON)
        issued_at: ColumnElement[Any] = content["issued_at"].as_string()
        return issued_at


def _stated(issued_at: str | None) -> datetime | None:
    moment = as_read(issued_at) if issued_at else None
    return None if moment is None or moment.tzname() == UNSTATED.tzname(None) else moment
