"""View of outbox entries, on a terminal and as JSON."""

from collections.abc import Sequence

from gateway.cli.views.tables import Records
from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import DeliveryEvent, OutgoingConfirmation

_COLUMNS = ("Id", "Permit", "Quantities", "Confirmed (UTC)", "State", "Last outcome")
_EVENTS = ("When (UTC)", "State", "Outcome", "By", "Reason")
_IDENTIFIERS = frozenset(("Id", "Permit", "State", "Last outcome", "Outcome"))
_MOMENT = "%Y-%m-%d %H:%M:%S"

WHAT_NEXT = {
    DeliveryState.WAITING: (
        "It is kept and will be sent by the running gateway, or by `epix-gateway outbox deliver`."
    ),
    DeliveryState.UNKNOWN: (
        "It is kept; whether the partner has it will be found out by asking again."
    ),
    DeliveryState.PARKED: (
        "It is kept and not sent again by itself: `epix-gateway outbox retry` or `drop` decides."
    ),
    DeliveryState.HELD: "It is kept and not sent until `epix-gateway outbox retry`.",
}
"""Next step, for a person, of every state that is not final."""


def view(entries: Sequence[OutgoingConfirmation]) -> Records:
    """A row for each entry."""
    table = Records(_COLUMNS, _IDENTIFIERS)
    for outgoing in entries:
        seen = ", ".join(f"{line.position}={line.written}" for line in outgoing.seen)
        table.add_row(
            outgoing.id,
            f"{outgoing.country} {outgoing.permit_number}",
            seen,
            f"{outgoing.created_at:{_MOMENT}}",
            outgoing.state,
            outgoing.outcome,
        )
    return table


def history(events: Sequence[DeliveryEvent]) -> Records:
    """A row for each event, oldest first."""
    table = Records(_EVENTS, _IDENTIFIERS)
    for event in events:
        row = (
            f"{event.at:{_MOMENT}}",
            event.state,
            event.outcome,
            event.person or "",
            event.reason or "",
        )
        table.add_row(*row)
    return table


def as_json(
    outgoing: OutgoingConfirmation, events: Sequence[DeliveryEvent] = ()
) -> dict[str, object]:
    """An entry without its token. events: its history, if shown."""
    entry: dict[str, object] = {
        "id": outgoing.id,
        "country": outgoing.country,
        "number": outgoing.permit_number,
        "quantities": {line.position: line.amount for line in outgoing.seen},
        "units": {line.position: line.unit for line in outgoing.seen},
        "person": outgoing.person,
        "confirmed_at": outgoing.created_at.isoformat(),
        "state": outgoing.state.value,
        "attempts": outgoing.attempts,
        "due_at": outgoing.due_at.isoformat() if outgoing.state.is_open else None,
        "outcome": outgoing.outcome,
        "confirmation_id": outgoing.confirmation_id,
    }
    if events:
        entry["events"] = [
            {
                "at": event.at.isoformat(),
                "state": event.state.value,
                "outcome": event.outcome,
                "person": event.person,
                "reason": event.reason,
            }
            for event in events
        ]
    return entry
