"""Published permit: its status, and the events of its ledger.

Expired is not a status, as it follows from the date.
Source: Res. Conf. 12.3; 50 CFR 23.26, 23.52; Reg. (EC) 865/2006, Article 12.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateExpired,
    InvalidRequest,
    QuantityExceeded,
)
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.ledger.box_14 import Box14
from gateway.domain.ledger.endorsement import (
    Confirmation,
    ConfirmationState,
    Declaration,
    EndorsementRule,
    LedgerLine,
    Reversal,
    Role,
    SeenQuantity,
    both_sides,
    judge,
    ledger,
    require_remaining,
)
from gateway.domain.partner import Partner
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status, require_in_force
from gateway.domain.responsible_person import ResponsiblePerson

_BY_DEFAULT = EndorsementRule()


_TAKEN_BACK = Sentence("This confirmation was taken back by the issuing authority; ask it first.")
_ENDED = {
    Status.CANCELLED: Sentence("The permit is cancelled already."),
    Status.REPLACED: Sentence("The permit is replaced already."),
    Status.LOST: Sentence("The permit is lost already."),
    Status.RETURNED: Sentence("The permit is returned already."),
}


@dataclass(frozen=True, slots=True)
class PublishedPermit:
    """A permit that this gateway answers for, with its status and events in chronological order.

    permit: as issued; the final form is made from it by `final_permit`.
    successor: number of the document that replaces it, where the status is REPLACED.
    confirmations, reversals, declarations: events; the last declaration is in force.
    transit: codes of the countries that the consignment passes through; the form has no box for
    them.
    Source: Res. Conf. 9.7, on transit and transhipment.
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
    def effective_confirmations(self) -> tuple[Confirmation, ...]:
        """Confirmations that count: all that were not reversed."""
        reversed_ids = {event.confirmation_id for event in self.reversals}
        return tuple(event for event in self.confirmations if event.id not in reversed_ids)

    @property
    def late_confirmations(self) -> tuple[Confirmation, ...]:
        """Confirmations that count and came after the last day of box 2."""
        return tuple(
            event for event in self.effective_confirmations if self.permit.expired_since(event.at)
        )

    @property
    def used_up(self) -> bool:
        """Whether the issuing authority has declared that nothing more will be shipped."""
        return bool(self.declarations) and self.declarations[-1].used_up

    @property
    def countries(self) -> frozenset[str]:
        """Codes of the countries whose partners may see it: named by the form, or of transit."""
        return self.permit.countries | self.transit

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """Ledger: authorised, confirmed and remaining quantities, line by line."""
        return ledger(self.permit, self.effective_confirmations)

    def confirm(
        self,
        seen: Sequence[SeenQuantity],
        by: Partner,
        at: datetime,
        message_sha256: str,
        confirmation_id: str,
        rule: EndorsementRule = _BY_DEFAULT,
    ) -> tuple["PublishedPermit", Confirmation, ConfirmationState]:
        """Book the quantities that customs counted (box 14): all lines of the message, or none.

        Idempotent: the same quantities again from the same caller change nothing and return the
        first confirmation, even where the permit was cancelled or replaced since. So a caller that
        missed the answer learns that it was booked. A confirmation that the issuing authority has
        reversed is refused: counting it again is a decision for persons.

        at: aware.  confirmation_id: used only where a new event is made.
        Returns the permit after the event, the event, and the state to answer.
        Raises CertificateCancelled, CertificateReplaced, CertificateExpired where the caller's
        profile says so (else `late_confirmations` has it), InvalidRequest (no line at all),
        PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded, AlreadyConfirmed.
        Source: wire contract, section 3.2; 50 CFR 23.23(c)(21), 23.26(c)(18).
        """
        quantities = self._judge(seen)
        same = [
            event for event in self.confirmations if event.by == by.key and _same(event, quantities)
        ]
        repeated = next((event for event in same if event in self.effective_confirmations), None)
        if repeated:
            return self, repeated, ConfirmationState.ALREADY_CONFIRMED
        self._require_in_force()
        if same:
            raise AlreadyConfirmed(_TAKEN_BACK, box="14")
        if not by.confirms_after_expiry and (end := self.permit.expired_since(at)):
            raise CertificateExpired(
                f"This document expired on {end:%Y-%m-%d}, before the confirmation came.", box="2"
            )
        event = Confirmation(
            confirmation_id, by.key, self._role_of(by), at, quantities, message_sha256
        )
        return self._with_shipment(event, rule), event, ConfirmationState.CONFIRMED

    def record(
        self,
        seen: Sequence[SeenQuantity],
        by: Partner,
        at: datetime,
        message_sha256: str,
        confirmation_id: str,
        responsible: ResponsiblePerson,
        rule: EndorsementRule = _BY_DEFAULT,
        side: Role | None = None,
    ) -> "PublishedPermit":
        """Book one more shipment on behalf of a caller, also with the same quantities as before.

        A message cannot do this, as it would be taken for a repetition.
        side: as the endorsement of a multi-use document says; None: by the caller's country.
        Raises as `confirm`; InvalidRequest also where person or reason is missing, or a side is
        stated for another document.
        """
        self._require_in_force()
        responsible = responsible.validated()
        event = Confirmation(
            confirmation_id,
            by.key,
            self._stated_side(by, side),
            at,
            self._judge(seen),
            message_sha256,
            responsible.person,
            responsible.reason,
        )
        return self._with_shipment(event, rule)

    def reverse(self, reversal: Reversal, rule: EndorsementRule = _BY_DEFAULT) -> "PublishedPermit":
        """Reverse a confirmation: it stays in the history and no longer counts.

        Raises InvalidRequest where no confirmation of that id counts, or person or reason is
        missing.
        """
        self._effective(reversal.confirmation_id)
        ResponsiblePerson(reversal.person, reversal.reason).validated()
        return replace(self, reversals=(*self.reversals, reversal))._with_status(self, rule)

    def misbooked(self, callers: Mapping[str, Partner]) -> tuple[Confirmation, ...]:
        """Confirmations that count on the other side than the kind of document says.

        callers: by key; the confirmation of another caller is not judged. On a multi-use document
        the endorsement says the side, so none of its confirmations is judged.
        """
        if self.permit.document_type.multi_use:
            return ()
        return tuple(
            event
            for event in self.effective_confirmations
            if event.by in callers and event.role is not self._role_of(callers[event.by])
        )

    def rebook(
        self,
        reversals: Sequence[Reversal],
        confirmation_ids: Sequence[str],
        rule: EndorsementRule = _BY_DEFAULT,
    ) -> "PublishedPermit":
        """Reverse confirmations and book each on the other side: moment and quantities stay.

        confirmation_ids: of the new events, one for each reversal.
        Raises InvalidRequest as `reverse`; QuantityExceeded where less remains on that side.
        """
        before = [self._effective(reversal.confirmation_id) for reversal in reversals]
        later = self
        for reversal in reversals:
            later = later.reverse(reversal, rule)
        for reversal, event, new_id in zip(reversals, before, confirmation_ids, strict=True):
            other = Role.IMPORT if event.role is Role.EXPORT else Role.EXPORT
            rebooked = replace(
                event, id=new_id, role=other, person=reversal.person, reason=reversal.reason
            )
            later = later._with_confirmation(rebooked, rule)
        return later._with_status(self, rule)

    def correct(
        self,
        reversal: Reversal,
        seen: Sequence[SeenQuantity],
        message_sha256: str,
        confirmation_id: str,
        rule: EndorsementRule = _BY_DEFAULT,
    ) -> "PublishedPermit":
        """Reverse a confirmation and book other quantities in its place, for its caller and role.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid,
        QuantityExceeded, CertificateCancelled, CertificateReplaced.
        """
        self._require_in_force()
        corrected = replace(
            self._effective(reversal.confirmation_id),
            id=confirmation_id,
            at=reversal.at,
            quantities=self._judge(seen),
            message_sha256=message_sha256,
            person=reversal.person,
            reason=reversal.reason,
        )
        return self.reverse(reversal, rule)._with_confirmation(corrected, rule)

    def declare(
        self, declaration: Declaration, rule: EndorsementRule = _BY_DEFAULT
    ) -> "PublishedPermit":
        """Close the permit, as nothing more will be shipped on it, or open it again.

        Raises InvalidRequest where it is closed or open already, person or reason is missing, or
        the document is multi-use; CertificateCancelled, CertificateReplaced.
        """
        self._require_in_force()
        ResponsiblePerson(declaration.person, declaration.reason).validated()
        if self.permit.document_type.multi_use:
            raise InvalidRequest(Sentence("A multi-use document is never used up."), box="14")
        if declaration.used_up is self.used_up:
            raise InvalidRequest(
                Sentence("This permit is already declared used up.")
                if self.used_up
                else Sentence("This permit is not declared used up."),
                box="14",
            )
        declared = replace(
            self, declarations=(*self.declarations, declaration), status=Status.ISSUED
        )
        return declared._with_status(self, rule)

    def ended(
        self, status: Status, successor: CertificateNumber | None = None
    ) -> "PublishedPermit":
        """Return the permit cancelled, replaced, lost or returned. Its events stay.

        successor: number of the new document, where the status is REPLACED.
        Raises InvalidRequest where it is over already, or returned although it was used.
        """
        if self.status is status or not self.status.may_become(status):
            raise InvalidRequest(_ENDED[self.status], box="1")
        if status is Status.RETURNED and self.effective_confirmations:
            raise InvalidRequest(
                Sentence(
                    "Quantities were confirmed on this permit, so it was not returned unused."
                ),
                box="14",
            )
        if successor == self.permit.number:
            raise InvalidRequest(Sentence("A permit is not replaced by itself."), box="1")
        return replace(self, status=status, successor=successor)

    def _require_in_force(self) -> None:
        require_in_force(self.status, self.successor.text if self.successor else None)

    def _judge(self, seen: Sequence[SeenQuantity]) -> tuple[tuple[str, Quantity], ...]:
        if not seen:
            raise InvalidRequest(Sentence("ConfirmedQuantities names no line."), box="14")
        return judge(self.permit, seen)

    def _role_of(self, by: Partner) -> Role:
        own, other = both_sides(self.permit)
        return own if by.country == self.authority.country else other

    def _stated_side(self, by: Partner, side: Role | None) -> Role:
        """The side as the endorsement of a multi-use document says; it leaves and comes home."""
        if side is None:
            return self._role_of(by)
        if not self.permit.document_type.multi_use:
            raise InvalidRequest(
                Sentence(
                    "Only the endorsement of a multi-use document says on which side it was made."
                ),
                box="14",
            )
        return side

    def _effective(self, confirmation_id: str) -> Confirmation:
        for event in self.effective_confirmations:
            if event.id == confirmation_id:
                return event
        raise InvalidRequest(
            Sentence("No confirmation of that id counts on this permit."), box="14"
        )

    def _with_shipment(self, event: Confirmation, rule: EndorsementRule) -> "PublishedPermit":
        """Return the permit with one more shipment.

        Without partial shipments a caller confirms a line only once. On a permit that is declared
        used up, a count at import is still booked; a count that would change box 14 is refused.
        """
        if not (self.permit.document_type.multi_use or rule.allows_parts(self.permit)):
            self._require_unconfirmed(event)
        booked = self._with_confirmation(event, rule)
        if self.used_up and booked._box_14(rule).lines != self._box_14(rule).lines:
            raise QuantityExceeded(
                Sentence("The issuing authority has declared this permit used up."),
                position=event.quantities[0][0],
                box="14",
            )
        return booked

    def _with_confirmation(self, event: Confirmation, rule: EndorsementRule) -> "PublishedPermit":
        """Return the permit with one more confirmation. Raises QuantityExceeded."""
        if not self.permit.document_type.multi_use:
            lines = {line.position: line for line in self.ledger}
            for position, quantity in event.quantities:
                require_remaining(lines[position], event.role, quantity)
        return replace(self, confirmations=(*self.confirmations, event))._with_status(self, rule)

    def _require_unconfirmed(self, event: Confirmation) -> None:
        earlier = [before for before in self.effective_confirmations if before.by == event.by]
        for position, _ in event.quantities:
            if any(before.of(position) is not None for before in earlier):
                raise AlreadyConfirmed(
                    Sentence("Other quantities were confirmed for this line before."),
                    position=position,
                    box="14",
                )

    def _with_status(self, before: "PublishedPermit", rule: EndorsementRule) -> "PublishedPermit":
        """Return the permit with the status that follows from box 14.

        While box 14 is unchanged a final permit stays final, even where the rule was changed since.
        """
        if self.permit.document_type.multi_use or not self.status.in_force:
            return self
        if self.is_complete(rule):
            return replace(self, status=Status.FINAL)
        unchanged = self._box_14(rule).lines == before._box_14(rule).lines
        return self if unchanged else replace(self, status=Status.ISSUED)

    def is_complete(self, rule: EndorsementRule) -> bool:
        """Whether nothing is left to confirm by the rule; never for a multi-use document."""
        return not self.permit.document_type.multi_use and self._box_14(rule).is_complete

    def final_permit(self, rule: EndorsementRule) -> Permit:
        """Return the permit with box 14 filled from the confirmations."""
        return self._box_14(rule).written()

    def _box_14(self, rule: EndorsementRule) -> Box14:
        return Box14(
            self.permit,
            self.effective_confirmations,
            rule,
            self.declarations[-1].at if self.used_up else None,
        )


def _same(event: Confirmation, quantities: Sequence[tuple[str, object]]) -> bool:
    return event.quantities == tuple(quantities)
