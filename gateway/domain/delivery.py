"""What has become of a confirmation that a partner has to be told, and what comes next?

waiting ──▶ delivered        the partner has it
   │  ▲
   ▼  │
unknown ──▶ delivered        sent, but no answer that tells; asked again, as the same confirmation counts once
   │
   ▼
parked, held ──▶ waiting     only a person goes on with it
   │
   ▼
dropped                      a person has given it up, with a reason
"""

from enum import StrEnum

from gateway.domain.errors import (
    AlreadyConfirmed,
    GatewayError,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    Retry,
    ServiceUnavailable,
    TooManyRequests,
)


class DeliveryState(StrEnum):
    """Where a confirmation of ours stands."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    PARKED = "parked"
    HELD = "held"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Whether the gateway itself goes on with it."""
        return self in (DeliveryState.WAITING, DeliveryState.UNKNOWN)

    @property
    def is_over(self) -> bool:
        """Whether nobody will go on with it."""
        return self in (DeliveryState.DELIVERED, DeliveryState.DROPPED)


MOST_ATTEMPTS_WITHOUT_SENSE = 10
"""A partner that answers what nobody can read is asked as often; then a person has to look."""

_LATER = frozenset({ServiceUnavailable.__name__, TooManyRequests.__name__, "InternalError"})
"""What a partner may say that asking later can mend: `Retry` of the fault catalogue."""


def state_after(error: GatewayError, attempts: int) -> DeliveryState:
    """Where it stands after an attempt that brought an error. attempts: this one included. Source: fault catalogue."""
    match error:
        case PartnerFault():
            return DeliveryState.WAITING if error.partner_code in _LATER else DeliveryState.PARKED
        case PartnerReplyInvalid():
            return DeliveryState.UNKNOWN if attempts < MOST_ATTEMPTS_WITHOUT_SENSE else DeliveryState.PARKED
        case PartnerTimeout() | ServiceUnavailable():
            return DeliveryState.UNKNOWN  # ServiceUnavailable: our journal, which is written after the answer
        case _:
            return DeliveryState.WAITING if error.retry is Retry.LATER else DeliveryState.PARKED


def may_be_ours(error: GatewayError, attempts: int) -> bool:
    """Whether a partner that says it has other quantities may have just these, from an earlier attempt."""
    said = isinstance(error, PartnerFault) and error.partner_code == AlreadyConfirmed.__name__
    return said and attempts > 1
