"""Life of a permit with us: issued, final, cancelled or replaced, and what has been confirmed on it.

Expired is not a status: it is a matter of the date. Source: Res. Conf. 12.3; 50 CFR 23.26, 23.52.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.endorsement import (
    Confirmation,
    ConfirmationState,
    FinalAfter,
    LedgerLine,
    Reversal,
    Role,
    SeenQuantity,
    judge,
    ledger,
    require_remaining,
)  # fmt: skip
from gateway.domain.errors import AlreadyConfirmed, CertificateCancelled, CertificateReplaced, InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.partner import Partner
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition, Examination


class Status(StrEnum):
    """Where a permit stands."""

    ISSUED = "issued"
    FINAL = "final"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


def require_in_force(status: Status, successor: str | None) -> None:
    """Raises CertificateCancelled or CertificateReplaced: a document shown without its status would deceive."""
    if status is Status.CANCELLED:
        raise CertificateCancelled("The issuing authority has cancelled this document.")
    if status is Status.REPLACED:
        raise CertificateReplaced(f"This document has been replaced by {successor}.")


@dataclass(frozen=True, slots=True)
class PublishedPermit:
    """A permit we answer for, with its status and its confirmations in the order they came.

    permit: as issued; the final form is made from it by `final_permit`.  successor: number of the document that
    stands in its place, where the status is REPLACED.  transit: codes of the countries the consignment passes through;
    the form has no box for them, so they stand beside it. Source: Res. Conf. 9.7, on transit and transhipment.
    reversals: of confirmations, in the order they came.
    """

    authority: Authority
    permit: Permit
    status: Status = Status.ISSUED
    successor: CertificateNumber | None = None
    confirmations: tuple[Confirmation, ...] = ()
    transit: frozenset[str] = frozenset()
    reversals: tuple[Reversal, ...] = ()

    @property
    def standing(self) -> tuple[Confirmation, ...]:
        """The confirmations that count: all that were not reversed."""
        gone = {event.confirmation_id for event in self.reversals}
        return tuple(event for event in self.confirmations if event.id not in gone)

    @property
    def countries(self) -> frozenset[str]:
        """Codes of the countries with an eye on it by right: those the form names, and those of transit."""
        return self.permit.countries | self.transit

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """Authorised, confirmed and remaining, line by line."""
        return ledger(self.permit, self.standing)

    def confirm(
        self, seen: Sequence[SeenQuantity], by: Partner, at: datetime, message_sha256: str, confirmation_id: str,
        final_after: FinalAfter = FinalAfter.ANY,
    ) -> tuple["PublishedPermit", Confirmation, ConfirmationState]:  # fmt: skip
        """Record what customs saw (box 14): all lines of the message or none.

        The same quantities again from the same caller change nothing and give the first confirmation back, whatever
        became of the permit in between: whoever missed our answer learns that it was booked. Only one that the issuing
        authority has taken back is refused: to count it again needs people to agree, not machines.
        at: aware.  confirmation_id: used only if a new event is made.
        Raises CertificateCancelled, CertificateReplaced, InvalidRequest (no line at all), PositionUnknown,
        PositionRepeated, QuantityInvalid, QuantityExceeded, AlreadyConfirmed.
        Source: wire contract, section 3.2; 50 CFR 23.23(c)(21), 23.26(c)(18).
        """
        if not seen:
            raise InvalidRequest("ConfirmedQuantities names no line.", box="14")
        quantities = judge(self.permit, seen)
        mine = [event for event in self.standing if event.by == by.key]
        repeated = next((event for event in mine if _same(event, quantities)), None)
        if repeated:
            return self, repeated, ConfirmationState.ALREADY_CONFIRMED
        require_in_force(self.status, self.successor.text if self.successor else None)
        if any(event.by == by.key and _same(event, quantities) for event in self.confirmations):
            raise AlreadyConfirmed("This confirmation was taken back by the issuing authority; ask it first.", box="14")
        if not self.permit.document_type.multi_use:
            self._require_unconfirmed(mine, quantities)
        role = Role.EXPORT if by.country == self.authority.country else Role.IMPORT
        event = Confirmation(confirmation_id, by.key, role, at, quantities, message_sha256)
        return self._booked(event, final_after), event, ConfirmationState.CONFIRMED

    def reverse(self, reversal: Reversal, final_after: FinalAfter = FinalAfter.ANY) -> "PublishedPermit":
        """Take one confirmation back: it stays in the history and counts no longer.

        Raises InvalidRequest where no confirmation of that id stands on the permit, or nobody answers for it.
        """
        self._standing(reversal.confirmation_id)
        if not (reversal.person.strip() and reversal.reason.strip()):
            raise InvalidRequest("A confirmation is taken back by a named person who gives a reason.", box="14")
        reversed_ = replace(self, reversals=(*self.reversals, reversal))
        if self.status is Status.FINAL and not reversed_.is_complete(final_after):
            return replace(reversed_, status=Status.ISSUED)
        return reversed_

    def correct(
        self, reversal: Reversal, seen: Sequence[SeenQuantity], message_sha256: str, confirmation_id: str,
        final_after: FinalAfter = FinalAfter.ANY,
    ) -> tuple["PublishedPermit", Confirmation]:  # fmt: skip
        """Take one confirmation back and book other quantities in its place, for the same caller and role.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
        CertificateCancelled, CertificateReplaced.
        """
        require_in_force(self.status, self.successor.text if self.successor else None)
        if not seen:
            raise InvalidRequest("A correction names at least one line.", box="14")
        wrong = self._standing(reversal.confirmation_id)
        right = replace(
            wrong,
            id=confirmation_id,
            at=reversal.at,
            quantities=judge(self.permit, seen),
            message_sha256=message_sha256,
        )
        return self.reverse(reversal, final_after)._booked(right, final_after), right

    def _standing(self, confirmation_id: str) -> Confirmation:
        for event in self.standing:
            if event.id == confirmation_id:
                return event
        raise InvalidRequest("No confirmation of that id counts on this permit.", box="14")

    def _booked(self, event: Confirmation, final_after: FinalAfter) -> "PublishedPermit":
        """With one more confirmation. Raises QuantityExceeded where less remains than it says."""
        if not self.permit.document_type.multi_use:
            lines = {line.position: line for line in self.ledger}
            for position, quantity in event.quantities:
                require_remaining(lines[position], event.role, quantity)
        booked = replace(self, confirmations=(*self.confirmations, event))
        return replace(booked, status=Status.FINAL) if booked.is_complete(final_after) else booked

    @staticmethod
    def _require_unconfirmed(mine: Sequence[Confirmation], quantities: Sequence[tuple[str, object]]) -> None:
        for position, _ in quantities:
            if any(event.of(position) is not None for event in mine):
                raise AlreadyConfirmed(
                    "Other quantities were confirmed for this line before.", position=position, box="14"
                )

    def is_complete(self, final_after: FinalAfter) -> bool:
        """Whether every line has its confirmed quantity by the authority's rule; a multi-use document never is."""
        if self.permit.document_type.multi_use:
            return False
        return bool(self.permit.positions) and all(
            self._examination(line, final_after) is not None for line in self.permit.positions
        )

    def final_permit(self, final_after: FinalAfter) -> Permit:
        """The permit with box 14 filled from the confirmations; what export customs wrote is never overwritten."""
        last = max((event.at for event in self.standing), default=None)
        return replace(
            self.permit,
            examination=self.permit.examination or (Examination(at=last) if last else None),
            positions=tuple(
                replace(line, examination=self._examination(line, final_after)) for line in self.permit.positions
            ),
        )

    def _examination(self, line: CitesPosition, final_after: FinalAfter) -> Examination | None:
        """Box 14 of one line: as issued, else by export customs, else (rule `any`) by whoever confirmed it first."""
        if line.examination is not None and line.examination.quantity is not None:
            return line.examination
        roles = (Role.EXPORT,) if final_after is FinalAfter.EXPORT else (Role.EXPORT, Role.IMPORT)
        for role in roles:
            for event in self.standing:
                quantity = event.of(line.id)
                if event.role is role and quantity is not None:
                    return replace(line.examination or Examination(), at=event.at, quantity=quantity)
        return None


def _same(event: Confirmation, quantities: Sequence[tuple[str, object]]) -> bool:
    return event.quantities == tuple(quantities)
