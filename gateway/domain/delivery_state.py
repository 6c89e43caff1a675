"""Delivery states of a confirmation in the outbox, and the transition after a failed attempt.

waiting ──▶ delivered        the partner has it
   │  ▲
   ▼  │
unknown ──▶ delivered        sent without a clear answer; sent again, as the operation is idempotent
   │
   ▼
parked, held ──▶ waiting     dead letter, or held by a person: only a person goes on with it
   │
   ▼
dropped                      a person has given it up, with a reason
"""

from enum import StrEnum

from gateway.domain.errors import (
    AlreadyConfirmed,
    GatewayError,
    InternalError,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    Retry,
    ServiceUnavailable,
    TooManyRequests,
)
from gateway.domain.people.sentence import Sentence


class DeliveryState(StrEnum):
    """Delivery state of a confirmation; parked is the dead letter."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    PARKED = "parked"
    HELD = "held"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Whether the gateway itself sends it again."""
        return self in (DeliveryState.WAITING, DeliveryState.UNKNOWN)

    @property
    def is_over(self) -> bool:
        """Whether the state is final."""
        return self in (DeliveryState.DELIVERED, DeliveryState.DROPPED)


OVER = {
    DeliveryState.DELIVERED: Sentence("It is delivered already; nothing more can be decided."),
    DeliveryState.DROPPED: Sentence("It is dropped already; nothing more can be decided."),
}
"""Refusal of a decision in each final state."""

MAX_UNREADABLE_ANSWERS = 10
"""Attempts with an unreadable answer, or with a defect of ours, before it is parked."""

LATER_CODES = frozenset({ServiceUnavailable.__name__, TooManyRequests.__name__, "InternalError"})
"""Codes of a partner after which a later attempt can succeed: `Retry` of the fault catalogue."""


def state_after(error: GatewayError, attempts: int) -> DeliveryState:
    """Return the state after a failed attempt. attempts: number, this one included.

    Source: fault catalogue.
    """
    match error:
        case PartnerFault():
            return (
                DeliveryState.WAITING if error.partner_code in LATER_CODES else DeliveryState.PARKED
            )
        case PartnerReplyInvalid() | InternalError():
            return (
                DeliveryState.UNKNOWN if attempts < MAX_UNREADABLE_ANSWERS else DeliveryState.PARKED
            )
        case PartnerTimeout() | ServiceUnavailable():
            # ServiceUnavailable: our journal failed, which is written after the partner's answer.
            return DeliveryState.UNKNOWN
        case _:
            return DeliveryState.WAITING if error.retry is Retry.LATER else DeliveryState.PARKED


def may_be_earlier_attempt(error: GatewayError, attempts: int) -> bool:
    """Whether AlreadyConfirmed of a partner may refer to an earlier attempt of this delivery."""
    is_confirmed = (
        isinstance(error, PartnerFault) and error.partner_code == AlreadyConfirmed.__name__
    )
    return is_confirmed and attempts > 1
