"""Idempotent booking of ConfirmQuantities: a partner reports what its customs counted (box 14).

All lines of a message are booked in one transaction, or none. The operation is idempotent: the same
quantities again from the same caller book nothing, and are answered with the id of the first
confirmation. So a partner that missed the answer may safely send the message again.

Two confirmations at the same time are settled by optimistic locking: the second is read and judged
again from the start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.domain.errors import CertificateNotFound, ServiceUnavailable
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import ConfirmationState, EndorsementRule, SeenQuantity
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.permits.authorise import PermitAccess
from gateway.exchange.permits.documents import final_documents
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    ConcurrentChange,
    NewId,
    PermitFormat,
    PermitRecords,
    Sealer,
    Work,
)

_MAX_ATTEMPTS = 10
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class ConfirmationAnswer:
    """State and id that the caller is answered with.

    confirmation_id: of the event; for a repeated confirmation that of the first.
    """

    state: ConfirmationState
    confirmation_id: str


@dataclass(frozen=True, slots=True)
class ConfirmQuantities:
    """Use case: a partner confirms quantities on a permit of ours.

    rules: the endorsement rule of each authority.  sealer: None where this gateway seals nothing.
    """

    access: PermitAccess
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    rules: Mapping[Authority, EndorsementRule]
    clock: Clock
    new_id: NewId
    sealer: Sealer | None
    records: PermitRecords

    def confirm(
        self,
        number: str,
        token: str | None,
        country: str | None,
        seen: Sequence[SeenQuantity],
        caller: Partner,
        message_sha256: str,
    ) -> ConfirmationAnswer:
        """Book what customs counted; a repeated confirmation gives back the first event.

        number, token, country: as the message says them.  message_sha256: hex.
        Raises AccessDenied, InvalidRequest, CalleeNotFound, CertificateNotFound, TooManyRequests,
        CertificateCancelled, CertificateReplaced, CertificateExpired, PositionUnknown,
        PositionRepeated, QuantityInvalid, QuantityExceeded, AlreadyConfirmed, PermitAltered,
        ServiceUnavailable, KeyUnusable.
        Source: wire contract, section 3.2.
        """
        header = self.access.authorise(
            OperationName.CONFIRM_QUANTITIES, number, token, country, caller
        )

        def book(work: Work) -> ConfirmationAnswer:
            stored = work.permits.get(header.authority, header.number)
            if stored is None:
                raise CertificateNotFound
            # Nothing is derived, sealed or counted on what somebody has altered in the database.
            self.records.require_intact(work.integrity, header.number, stored.published)
            rule = self.rules[stored.published.authority]
            confirmed, event, state = stored.published.confirm(
                seen, caller, self.clock(), message_sha256, self.new_id(), rule
            )
            if state is ConfirmationState.CONFIRMED:
                documents = final_documents(
                    stored.published, confirmed, rule, self.formats, self.sealer
                )
                work.permits.change(stored, confirmed, documents)
                is_late = event in confirmed.late_confirmations
                what = "confirmed after expiry" if is_late else "confirmed"
                self.records.record(work.integrity, header.authority, header.number, what)
                work.commit()
            return ConfirmationAnswer(state, event.id)

        return retry_on_conflict(self.begin_work, book)


def retry_on_conflict(begin_work: BeginWork, action: Callable[[Work], _Result]) -> _Result:
    """Run a unit of work; after a concurrent change run it again from the start, ten times at most.

    Raises ServiceUnavailable after the last attempt, and whatever the action raises.
    """
    for _ in range(_MAX_ATTEMPTS):
        try:
            with begin_work() as work:
                return action(work)
        except ConcurrentChange:
            continue
    raise ServiceUnavailable("This permit is being changed by others at this moment; try again.")
