"""Exchanges of the journal as recordings need them.

The journal keeps no HTTP status. The one that is recorded is the first of CANDIDATES with which a
client of ours comes to the outcome that the journal has.
"""

from collections.abc import Callable

from gateway.domain.errors import RecordingInvalid
from gateway.exchange.journal.message_retention import digest_in
from gateway.exchange.ports import Direction, Exchange
from gateway.recordings.recording import End, Message, RawExchange, Way

CANDIDATES = (200, 500, 503, 302)
"""HTTP statuses, the likeliest first."""

OutcomeOf = Callable[[str | None, int, Message], str]
"""Outcome of an answer for a client of ours, by operation, HTTP status and answer."""


def raw_exchange(exchange: Exchange, outcome_of: OutcomeOf) -> RawExchange:
    """An exchange with a partner, out of a record of the journal.

    Raises RecordingInvalid for a record without a partner or without its messages.
    """
    if exchange.direction is Direction.OWN:
        raise RecordingInvalid(f"Record {exchange.id} is one of our own staff, not an exchange.")
    if not exchange.request or digest_in(exchange.request):
        raise RecordingInvalid(f"Record {exchange.id} does not hold its request, only a digest.")
    answer = Message(bytes(exchange.answer))
    is_out = exchange.direction is Direction.OUT
    status, end = _answered(exchange, answer, outcome_of) if is_out else _ours(exchange)
    partner = exchange.callee if is_out else exchange.caller
    names = (exchange.id, exchange.fingerprint, exchange.permit_number)
    return RawExchange(
        id=exchange.id,
        way=Way.OUT if is_out else Way.IN,
        began_at=exchange.began_at,
        took_seconds=(exchange.ended_at - exchange.began_at).total_seconds(),
        operation=exchange.operation,
        partner=partner,
        outcome=exchange.outcome,
        request=Message(bytes(exchange.request)),
        answer=answer,
        status=status,
        end=end,
        names=tuple(name for name in names if name),
    )


def _ours(exchange: Exchange) -> tuple[int | None, End]:
    """Faults of ours leave with HTTP 500 (docs/wire-contract.md)."""
    return (200 if exchange.outcome == "ok" else 500), End.COMPLETE


def _answered(exchange: Exchange, answer: Message, outcome_of: OutcomeOf) -> tuple[int | None, End]:
    if exchange.outcome == "PartnerTimeout":
        return (200 if answer.body else None), End.TIMED_OUT
    if exchange.outcome == "PartnerUnreachable" and not answer.body:
        return None, End.CLOSED
    # A fault comes with 500, but for the services that send it with 200 (wire contract 11.1).
    likely = (500, *CANDIDATES) if exchange.outcome == "PartnerFault" else CANDIDATES
    for status in likely:
        if outcome_of(exchange.operation, status, answer) == exchange.outcome:
            return status, End.COMPLETE
    return CANDIDATES[0], End.COMPLETE
