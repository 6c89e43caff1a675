"""Life of a permit with us: issued, final, cancelled or replaced, and what has been confirmed on it.

Expired is not a status: it is a matter of the date. Source: Res. Conf. 12.3; 50 CFR 23.26, 23.52.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.answerable import Answerable
from gateway.domain.box_14 import Box14
from gateway.domain.endorsement import (
    Confirmation,
    ConfirmationState,
    Declaration,
    EndorsementRule,
    LedgerLine,
    Reversal,
    Role,
    SeenQuantity,
    judge,
    ledger,
    require_remaining,
)  # fmt: skip
from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateReplaced,
    InvalidRequest,
    QuantityExceeded,
)
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.partner import Partner
from gateway.domain.permit import Permit
from gateway.domain.quantity import Quantity

_BY_DEFAULT = EndorsementRule()


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
    reversals: of confirmations, in the order they came.  declarations: that it is used up, or no longer, likewise.
    """

    authority: Authority
    permit: Permit
    status: Status = Status.ISSUED
    successor: CertificateNumber | None = None
    confirmations: tuple[Confirmation, ...] = ()
    transit: frozenset[str] = frozenset()
    reversals: tuple[Reversal, ...] = ()
    declarations: tuple[Declaration, ...] = ()

    @property
    def standing(self) -> tuple[Confirmation, ...]:
        """The confirmations that count: all that were not reversed."""
        gone = {event.confirmation_id for event in self.reversals}
        return tuple(event for event in self.confirmations if event.id not in gone)

    @property
    def used_up(self) -> bool:
        """Whether the issuing authority has declared that nothing more will be shipped on it."""
        return bool(self.declarations) and self.declarations[-1].used_up

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
        rule: EndorsementRule = _BY_DEFAULT,
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
        quantities = self._judge(seen)
        mine = [event for event in self.confirmations if event.by == by.key and _same(event, quantities)]
        repeated = next((event for event in mine if event in self.standing), None)
        if repeated:
            return self, repeated, ConfirmationState.ALREADY_CONFIRMED
        self._require_in_force()
        if mine:
            raise AlreadyConfirmed("This confirmation was taken back by the issuing authority; ask it first.", box="14")
        event = Confirmation(confirmation_id, by.key, self._role_of(by), at, quantities, message_sha256)
        return self._shipped(event, rule), event, ConfirmationState.CONFIRMED

    def record(
        self, seen: Sequence[SeenQuantity], by: Partner, at: datetime, message_sha256: str, confirmation_id: str,
        answerable: Answerable, rule: EndorsementRule = _BY_DEFAULT,
    ) -> "PublishedPermit":  # fmt: skip
        """Book on behalf of a caller what a message cannot say: one more shipment, be it of the same quantities again.

        Raises as `confirm`; InvalidRequest also where nobody answers for it.
        """
        self._require_in_force()
        answerable = answerable.named()
        event = Confirmation(
            confirmation_id, by.key, self._role_of(by), at, self._judge(seen), message_sha256, answerable.person,
            answerable.reason,
        )  # fmt: skip
        return self._shipped(event, rule)

    def reverse(self, reversal: Reversal, rule: EndorsementRule = _BY_DEFAULT) -> "PublishedPermit":
        """Take one confirmation back: it stays in the history and counts no longer.

        Raises InvalidRequest where no confirmation of that id stands on the permit, or nobody answers for it.
        """
        self._standing(reversal.confirmation_id)
        Answerable(reversal.person, reversal.reason).named()
        return replace(self, reversals=(*self.reversals, reversal))._settled(self, rule)

    def correct(
        self, reversal: Reversal, seen: Sequence[SeenQuantity], message_sha256: str, confirmation_id: str,
        rule: EndorsementRule = _BY_DEFAULT,
    ) -> "PublishedPermit":  # fmt: skip
        """Take one confirmation back and book other quantities in its place, for the same caller and role.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
        CertificateCancelled, CertificateReplaced.
        """
        self._require_in_force()
        right = replace(
            self._standing(reversal.confirmation_id),
            id=confirmation_id,
            at=reversal.at,
            quantities=self._judge(seen),
            message_sha256=message_sha256,
            person=reversal.person,
            reason=reversal.reason,
        )
        return self.reverse(reversal, rule)._booked(right, rule)

    def declare(self, declaration: Declaration, rule: EndorsementRule = _BY_DEFAULT) -> "PublishedPermit":
        """Close the permit, as nothing more will be shipped on it, or open it again.

        Raises InvalidRequest where that is so already, or nobody answers for it, or the document is multi-use;
        CertificateCancelled, CertificateReplaced.
        """
        self._require_in_force()
        Answerable(declaration.person, declaration.reason).named()
        if self.permit.document_type.multi_use:
            raise InvalidRequest("A multi-use document is never used up.", box="14")
        if declaration.used_up is self.used_up:
            raise InvalidRequest(f"This permit is {'already' if self.used_up else 'not'} declared used up.", box="14")
        declared = replace(self, declarations=(*self.declarations, declaration), status=Status.ISSUED)
        return declared._settled(self, rule)

    def _require_in_force(self) -> None:
        require_in_force(self.status, self.successor.text if self.successor else None)

    def _judge(self, seen: Sequence[SeenQuantity]) -> tuple[tuple[str, Quantity], ...]:
        if not seen:
            raise InvalidRequest("ConfirmedQuantities names no line.", box="14")
        return judge(self.permit, seen)

    def _role_of(self, by: Partner) -> Role:
        return Role.EXPORT if by.country == self.authority.country else Role.IMPORT

    def _standing(self, confirmation_id: str) -> Confirmation:
        for event in self.standing:
            if event.id == confirmation_id:
                return event
        raise InvalidRequest("No confirmation of that id counts on this permit.", box="14")

    def _shipped(self, event: Confirmation, rule: EndorsementRule) -> "PublishedPermit":
        """With one more confirmation, as far as its caller has not spoken for its lines before.

        On a permit that is declared used up arrivals are still counted; what would change its box 14 is refused.
        """
        if not (self.permit.document_type.multi_use or rule.allows_parts(self.permit)):
            self._require_unconfirmed(event)
        booked = self._booked(event, rule)
        if self.used_up and booked._box_14(rule).lines != self._box_14(rule).lines:
            raise QuantityExceeded(
                "The issuing authority has declared this permit used up.", position=event.quantities[0][0], box="14"
            )
        return booked

    def _booked(self, event: Confirmation, rule: EndorsementRule) -> "PublishedPermit":
        """With one more confirmation. Raises QuantityExceeded where less remains than it says."""
        if not self.permit.document_type.multi_use:
            lines = {line.position: line for line in self.ledger}
            for position, quantity in event.quantities:
                require_remaining(lines[position], event.role, quantity)
        return replace(self, confirmations=(*self.confirmations, event))._settled(self, rule)

    def _require_unconfirmed(self, event: Confirmation) -> None:
        mine = [before for before in self.standing if before.by == event.by]
        for position, _ in event.quantities:
            if any(before.of(position) is not None for before in mine):
                raise AlreadyConfirmed(
                    "Other quantities were confirmed for this line before.", position=position, box="14"
                )

    def _settled(self, before: "PublishedPermit", rule: EndorsementRule) -> "PublishedPermit":
        """With the status that box 14 gives it. While that stays as it was, what is final stays final, whatever rule
        has come into force since."""
        if self.permit.document_type.multi_use or self.status not in (Status.ISSUED, Status.FINAL):
            return self
        if self.is_complete(rule):
            return replace(self, status=Status.FINAL)
        unchanged = self._box_14(rule).lines == before._box_14(rule).lines
        return self if unchanged else replace(self, status=Status.ISSUED)

    def is_complete(self, rule: EndorsementRule) -> bool:
        """Whether nothing is left to confirm by the authority's rule; a multi-use document never is."""
        return not self.permit.document_type.multi_use and self._box_14(rule).is_complete

    def final_permit(self, rule: EndorsementRule) -> Permit:
        """The permit with box 14 filled from the confirmations."""
        return self._box_14(rule).written()

    def _box_14(self, rule: EndorsementRule) -> Box14:
        return Box14(self.permit, self.standing, rule, self.declarations[-1].at if self.used_up else None)


def _same(event: Confirmation, quantities: Sequence[tuple[str, object]]) -> bool:
    return event.quantities == tuple(quantities)
