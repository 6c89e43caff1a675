"""Ledger decisions: officers reverse, correct, record, close and reopen on permits of ours.

Nothing is changed or removed. Each decision is an event beside the others, with a responsible
person and a reason, and an audit record in the journal; both are written in the same transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import (
    Declaration,
    EndorsementRule,
    Reversal,
    Role,
    SeenQuantity,
)
from gateway.domain.partner import Partner
from gateway.domain.people.sentence import Sentence
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.documents import final_documents
from gateway.exchange.permits.ledger_record import LedgerAction
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    NewId,
    PermitFormat,
    Sealer,
    Work,
)


@dataclass(frozen=True, slots=True)
class LedgerDecisions:
    """Use case: decisions of officers of the issuing authority.

    rules, sealer: as for ConfirmQuantities.  partners: by key.
    """

    own: OwnPermits
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    rules: Mapping[Authority, EndorsementRule]
    partners: Mapping[str, Partner]
    clock: Clock
    new_id: NewId
    sealer: Sealer | None

    def permit(self, name: PermitName) -> PublishedPermit:
        """Return the permit with its whole history.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, PermitAltered,
        ServiceUnavailable.
        """
        with self.begin_work() as work:
            return self.own.stored(work, name).published

    def reverse(
        self, name: PermitName, confirmation_id: str, by: ResponsiblePerson
    ) -> PublishedPermit:
        """Reverse one confirmation: it stays in the history and no longer counts.

        Raises as `permit`, InvalidRequest where no such confirmation counts or person or reason is
        missing, KeyUnusable.
        """
        action = self._action("reverse", by, confirmation=confirmation_id)
        return self._change(
            name,
            action,
            lambda before, rule: before.reverse(_reversal(action, confirmation_id), rule),
        )

    def correct(
        self,
        name: PermitName,
        confirmation_id: str,
        seen: Sequence[SeenQuantity],
        by: ResponsiblePerson,
    ) -> PublishedPermit:
        """Reverse one confirmation and book other quantities in its place, both or neither.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid,
        QuantityExceeded, CertificateCancelled, CertificateReplaced.
        """
        corrected_id = self.new_id()
        action = self._action(
            "correct",
            by,
            confirmation=confirmation_id,
            quantities=_quantities(seen),
            booked=corrected_id,
        )
        return self._change(
            name,
            action,
            lambda before, rule: before.correct(
                _reversal(action, confirmation_id), seen, action.sha256(before), corrected_id, rule
            ),
        )

    def record(
        self,
        name: PermitName,
        caller: str,
        seen: Sequence[SeenQuantity],
        by: ResponsiblePerson,
        side: Role | None = None,
    ) -> PublishedPermit:
        """Book one more shipment on behalf of a partner. caller: key of the partner.

        side: as the endorsement of a multi-use document says.
        Raises as `correct`, AlreadyConfirmed, InvalidRequest for an unknown caller.
        """
        partner = self.partners.get(caller)
        if partner is None:
            raise InvalidRequest(
                Sentence("No partner is registered here as {caller}.", {"caller": caller})
            )
        action = self._action(
            "record",
            by,
            caller=caller,
            acting_for=partner.country.text,
            quantities=_quantities(seen),
            **({"side": side.value} if side else {}),
        )
        return self._change(
            name,
            action,
            lambda before, rule: before.record(
                seen, partner, action.at, action.sha256(before), action.id, action.by, rule, side
            ),
        )

    def close(self, name: PermitName, by: ResponsiblePerson) -> PublishedPermit:
        """Declare a permit used up, whatever remains of it.

        Raises as `permit`, InvalidRequest where it is declared so already or person or reason is
        missing, CertificateCancelled, CertificateReplaced, KeyUnusable.
        """
        return self._declare(name, self._action("close", by), used_up=True)

    def reopen(self, name: PermitName, by: ResponsiblePerson) -> PublishedPermit:
        """Take a declaration of `close` back. Raises as `close`."""
        return self._declare(name, self._action("reopen", by), used_up=False)

    def _declare(self, name: PermitName, action: LedgerAction, *, used_up: bool) -> PublishedPermit:
        declaration = Declaration(action.id, action.at, action.by.person, action.by.reason, used_up)
        return self._change(name, action, lambda before, rule: before.declare(declaration, rule))

    def _action(self, command: str, by: ResponsiblePerson, **facts: object) -> LedgerAction:
        responsible = by.validated()
        return LedgerAction(self.new_id(), self.clock(), command, responsible, facts)

    def _change(
        self,
        name: PermitName,
        action: LedgerAction,
        decide: Callable[[PublishedPermit, EndorsementRule], PublishedPermit],
    ) -> PublishedPermit:
        def change(work: Work) -> PublishedPermit:
            stored = self.own.stored(work, name)
            before = stored.published
            rule = self.rules[before.authority]
            after = decide(before, rule)
            work.permits.change(
                stored, after, final_documents(before, after, rule, self.formats, self.sealer)
            )
            work.record(action.exchange(after))
            self.own.records.record(
                work.integrity, after.authority, after.permit.number, action.command
            )
            work.commit()
            return after

        return retry_on_conflict(self.begin_work, change)


def _reversal(action: LedgerAction, confirmation_id: str) -> Reversal:
    return Reversal(action.id, confirmation_id, action.at, action.by.person, action.by.reason)


def _quantities(seen: Sequence[SeenQuantity]) -> dict[str, str]:
    return {line.position: line.amount for line in seen}
