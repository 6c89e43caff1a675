"""Box 14 of an answer against the outbox: a delivery learns where the issuing authority differs.

The issuing authority can correct a confirmation. The next document that it gives says so, and the
history of the delivery (`outbox show`) keeps it.
"""

from datetime import datetime

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.foreign_use import differences
from gateway.domain.permit.permit import Permit
from gateway.exchange.ports import DeliveryEvent, Outbox

DIFFERS, AGREES = "box 14 differs", "box 14 agrees"


def compare_with_outbox(outbox: Outbox, country: str, permit: Permit, at: datetime) -> None:
    """Add an event to each delivered confirmation whose permit says otherwise, or agrees again.

    country: that issued the permit.  permit: read from verified bytes, with box 14.  at: aware.
    The same difference is one event, however often the permit is asked for.
    Raises ServiceUnavailable.
    """
    booked = outbox.of_permit(country, permit.number.text)
    delivered = [each for each in booked if each.state is DeliveryState.DELIVERED]
    found = differences(permit, [each.seen for each in delivered])
    outcome, reason = (DIFFERS, " ".join(found)) if found else (AGREES, None)
    for outgoing in delivered:
        last = outbox.history(outgoing.id)[-1]
        is_told = (last.outcome, last.reason) == (outcome, reason)
        if is_told or (outcome == AGREES and last.outcome != DIFFERS):
            continue
        event = DeliveryEvent(at, DeliveryState.DELIVERED, outcome, reason=reason)
        outbox.settle(outgoing, event, outgoing.due_at)
