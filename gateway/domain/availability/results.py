"""Result of an exchange with a partner, and sums of results."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.errors import (
    GatewayError,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    TrustRefused,
)


class Result(StrEnum):
    """Result of an exchange with a partner, as far as it tells whether its service is there."""

    ANSWERED = "answered"
    """The answer that was asked for."""
    REFUSED = "refused"
    """A fault about the request, such as an unknown number: the service works."""
    FAILED = "failed"
    """A fault about the service itself, or an answer that cannot be used."""
    UNREACHABLE = "unreachable"
    """No connection, or no complete answer in time."""

    @property
    def is_good(self) -> bool:
        """Whether the service worked."""
        return self in (Result.ANSWERED, Result.REFUSED)


_OF_THE_SERVICE = frozenset(
    {"ServiceUnavailable", "InternalError", "PartnerUnreachable", "PartnerTimeout"}
)
"""Codes of faults about the partner's own service, or one behind it. Source: wire contract 12."""


def result_of(error: GatewayError) -> Result | None:
    """The result behind an error; None where nothing was sent, so that it tells nothing."""
    match error:
        case PartnerFault():
            of_service = error.partner_code in _OF_THE_SERVICE
            return Result.FAILED if of_service else Result.REFUSED
        case PartnerUnreachable() | PartnerTimeout():
            return Result.UNREACHABLE
        case PartnerReplyInvalid() | TrustRefused():
            return Result.FAILED
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of results. milliseconds: of all together.  slowest: milliseconds of the slowest."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    unreachable: int = 0
    milliseconds: int = 0
    slowest: int = 0

    @classmethod
    def of(cls, result: Result, milliseconds: int) -> "Tally":
        """The sums of a single result."""
        return cls(**{result.value: 1}, milliseconds=milliseconds, slowest=milliseconds)

    @classmethod
    def sum(cls, tallies: Iterable["Tally"]) -> "Tally":
        """The sums of several."""
        total = cls()
        for each in tallies:
            total = cls(
                total.answered + each.answered,
                total.refused + each.refused,
                total.failed + each.failed,
                total.unreachable + each.unreachable,
                total.milliseconds + each.milliseconds,
                max(total.slowest, each.slowest),
            )
        return total

    @property
    def good(self) -> int:
        """Exchanges in which the service worked."""
        return self.answered + self.refused

    @property
    def exchanges(self) -> int:
        """All exchanges."""
        return self.good + self.failed + self.unreachable

    @property
    def availability(self) -> float | None:
        """Share of the exchanges in which the service worked, 0 to 1; None where there are none."""
        return self.good / self.exchanges if self.exchanges else None

    @property
    def mean_milliseconds(self) -> float | None:
        """Mean duration of an exchange; None where there are none."""
        return self.milliseconds / self.exchanges if self.exchanges else None
