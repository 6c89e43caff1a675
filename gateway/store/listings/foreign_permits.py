"""Foreign permits: questions in the journal, and confirmations in the outbox."""

from datetime import datetime

from sqlalchemy import Engine, select, text

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.partner import OperationName
from gateway.domain.rules.references import Use
from gateway.store.database.errors import guarded, readable
from gateway.store.tables import exchange, outbox

_ASKED = text("exchange.direction = 'out'")
"""In the words of the partial index `ix_exchange_asked`: with a parameter it would not be used."""
_QUESTIONS = [
    OperationName.GET_NON_FINAL.value,
    OperationName.GET_FINAL.value,
    OperationName.GET_FINAL_AS_THE_HUB.value,
]


class SqlForeignPermits:
    """The port `ForeignPermits`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def last_outcome(self, partner: str, number: str) -> str | None:
        """See the port."""
        query = (
            select(exchange.c.outcome)
            .where(
                _ASKED,
                exchange.c.permit_number == number,
                exchange.c.callee == partner,
                exchange.c.operation.in_(_QUESTIONS),
            )
            .order_by(exchange.c.id.desc())
            .limit(1)
        )
        with guarded(), self._reading.connect() as connection:
            outcome: str | None = connection.execute(query).scalar_one_or_none()
            return outcome

    def first_use(self, country: str, number: str) -> Use | None:
        """See the port. A delivery that a person gave up counts as not confirmed."""
        query = (
            select(outbox.c.created_at, outbox.c.person)
            .where(
                outbox.c.state.in_(
                    [state.value for state in DeliveryState if state is not DeliveryState.DROPPED]
                ),
                outbox.c.country == country,
                outbox.c.permit_number == number,
            )
            .order_by(outbox.c.id)
            .limit(1)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
            return Use(datetime.fromisoformat(row.created_at), row.person) if row else None
