"""Passive results: every exchange with a partner adds one to the availability data.

A partner is wrapped; whoever uses it notices nothing. An exchange in which nothing was sent, such
as one with a key of ours that cannot be used, tells nothing of the partner and adds nothing.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.domain.availability.results import Result, result_of
from gateway.domain.errors import GatewayError
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.ports import (
    Clock,
    PartnerConfirmation,
    PartnerOperations,
    PartnerReply,
    PartnerState,
)
from gateway.exchange.ports.availability.results import PartnerResult, PartnerResults

_LOG = logging.getLogger(__name__)
_ONE_NAME = {OperationName.GET_FINAL_AS_THE_HUB: OperationName.GET_FINAL}
"""The hub's name for an operation is the same operation here."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ObservedPartner:
    """The port PartnerOperations: a partner whose results are added up. Safe to share.

    key: of the partner.  monotonic: seconds of a monotonic clock.
    """

    key: str
    partner: PartnerOperations
    results: PartnerResults
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic

    @property
    def longest_seconds(self) -> float:
        """See the port."""
        return self.partner.longest_seconds

    def certificate(
        self, operation: OperationName, number: CertificateNumber, token: TokenId | None
    ) -> PartnerReply:
        """See the port."""
        return self._observed(
            _ONE_NAME.get(operation, operation),
            lambda: self.partner.certificate(operation, number, token),
        )

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """See the port."""
        return self._observed(
            OperationName.CONFIRM_QUANTITIES, lambda: self.partner.confirm(number, token, seen)
        )

    def state(self) -> PartnerState:
        """See the port. A partner that calls itself away has failed, though it answers."""
        return self._observed(
            OperationName.SERVICE_STATE,
            self.partner.state,
            lambda state: Result.ANSWERED if state.is_up else Result.FAILED,
        )

    def _observed(
        self,
        operation: OperationName,
        ask: Callable[[], Answer],
        result_of_answer: Callable[[Answer], Result] = lambda _: Result.ANSWERED,
    ) -> Answer:
        at, began = self.clock(), self.monotonic()
        result: Result | None = None
        try:
            answer = ask()
            result = result_of_answer(answer)
            return answer
        except GatewayError as error:
            result = result_of(error)
            raise
        finally:
            if result is not None:
                milliseconds = round((self.monotonic() - began) * 1000)
                self._add(PartnerResult(self.key, str(operation), at, result, milliseconds))

    def _add(self, result: PartnerResult) -> None:
        """Add the result. An answer is not lost where that fails."""
        try:
            self.results.add(result)
        except GatewayError as error:
            _LOG.warning("result of an exchange not kept: partner=%s %s", self.key, error.code)
