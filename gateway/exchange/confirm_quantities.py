"""ConfirmQuantities: a partner tells what its customs counted. Booked once, whole, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.domain.endorsement import ConfirmationState, EndorsementRule, SeenQuantity
from gateway.domain.errors import CertificateNotFound, ServiceUnavailable
from gateway.domain.identifiers import Authority
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.opening import OpenPermit
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    ConcurrentChange,
    NewId,
    PermitFormat,
    Sealer,
    Work,
)
from gateway.exchange.writing import final_documents

_TRIES = 10
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class ConfirmationAnswer:
    """What the caller is told. confirmation_id: of the event, the first one where it was told before."""

    state: ConfirmationState
    confirmation_id: str


@dataclass(frozen=True, slots=True)
class ConfirmQuantities:
    """A partner confirms quantities on a permit of ours.

    rules: of each authority.  sealer: None where this gateway seals nothing.
    """

    opening: OpenPermit
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    rules: Mapping[Authority, EndorsementRule]
    clock: Clock
    new_id: NewId
    sealer: Sealer | None

    def confirm(
        self, number: str, token: str | None, country: str | None, seen: Sequence[SeenQuantity], caller: Partner,
        message_sha256: str,
    ) -> ConfirmationAnswer:  # fmt: skip
        """Book what was seen; the same message again is answered with the first event.

        Raises AccessDenied, InvalidRequest, CalleeNotFound, CertificateNotFound, TooManyRequests, CertificateCancelled,
        CertificateReplaced, PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded, AlreadyConfirmed,
        ServiceUnavailable, KeyUnusable. Source: wire contract, section 3.2.
        """
        kept = self.opening.open(OperationName.CONFIRM_QUANTITIES, number, token, country, caller)

        def book(work: Work) -> ConfirmationAnswer:
            stored = work.permits.get(kept.authority, kept.number)
            if stored is None:
                raise CertificateNotFound
            rule = self.rules[stored.published.authority]
            confirmed, event, state = stored.published.confirm(
                seen, caller, self.clock(), message_sha256, self.new_id(), rule
            )
            if state is ConfirmationState.CONFIRMED:
                documents = final_documents(stored.published, confirmed, rule, self.formats, self.sealer)
                work.permits.change(stored, confirmed, documents)
                work.commit()
            return ConfirmationAnswer(state, event.id)

        return in_one_go(self.begin_work, book)


def in_one_go(begin_work: BeginWork, deed: Callable[[Work], _Result]) -> _Result:
    """Do a unit of work, and do it again from the start where somebody else was faster.

    Raises ServiceUnavailable where that does not end.
    """
    for _ in range(_TRIES):
        try:
            with begin_work() as work:
                return deed(work)
        except ConcurrentChange:
            continue
    raise ServiceUnavailable("This permit is being changed by others at this moment; try again.")
