"""What was confirmed on a permit of ours, and what do persons of the authority decide about it?

Nothing is changed or removed: whatever they decide is an event beside the others, with a person who answers for it and
a reason, and a record of the journal, written in the same transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.answerable import Answerable
from gateway.domain.endorsement import Declaration, EndorsementRule, Reversal, SeenQuantity
from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.partner import Partner
from gateway.domain.published import PublishedPermit
from gateway.exchange.confirm_quantities import in_one_go
from gateway.exchange.ledger_deed import LedgerDeed
from gateway.exchange.ports import BeginWork, Clock, NewId, PermitFormat, Sealer, StoredPermit, Work
from gateway.exchange.served import Served
from gateway.exchange.writing import final_documents


@dataclass(frozen=True, slots=True)
class PermitName:
    """Which permit an officer means. country, number: as typed.  authority: its code, where the country has several."""

    country: str
    number: str
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class KeepLedger:
    """For officers of the issuing authority. rules, sealer: as for ConfirmQuantities.  partners: by key."""

    served: Served
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    rules: Mapping[Authority, EndorsementRule]
    partners: Mapping[str, Partner]
    clock: Clock
    new_id: NewId
    sealer: Sealer | None

    def of(self, name: PermitName) -> PublishedPermit:
        """The permit with its whole history.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, ServiceUnavailable.
        """
        with self.begin_work() as work:
            return self._stored(work, name).published

    def reverse(self, name: PermitName, confirmation_id: str, by: Answerable) -> PublishedPermit:
        """Take one confirmation back.

        Raises as `of`, InvalidRequest where no such confirmation counts or nobody answers for it, KeyUnusable.
        """
        deed = self._deed("reverse", by, confirmation=confirmation_id)
        return self._change(name, deed, lambda before, rule: before.reverse(_reversal(deed, confirmation_id), rule))

    def correct(
        self, name: PermitName, confirmation_id: str, seen: Sequence[SeenQuantity], by: Answerable
    ) -> PublishedPermit:
        """Take one confirmation back and book other quantities in its place, both or neither.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
        CertificateCancelled, CertificateReplaced.
        """
        right = self.new_id()
        deed = self._deed("correct", by, confirmation=confirmation_id, quantities=_said(seen), booked=right)
        return self._change(
            name,
            deed,
            lambda before, rule: before.correct(
                _reversal(deed, confirmation_id), seen, deed.sha256(before), right, rule
            ),
        )

    def record(self, name: PermitName, caller: str, seen: Sequence[SeenQuantity], by: Answerable) -> PublishedPermit:
        """Book one more shipment on behalf of a caller, as the key of a partner names it.

        Raises as `correct`, AlreadyConfirmed, InvalidRequest for an unknown caller.
        """
        partner = self.partners.get(caller)
        if partner is None:
            raise InvalidRequest(f"No partner is registered here as {caller}.")
        deed = self._deed("record", by, caller=caller, acting_for=partner.country.text, quantities=_said(seen))
        return self._change(
            name,
            deed,
            lambda before, rule: before.record(seen, partner, deed.at, deed.sha256(before), deed.id, deed.by, rule),
        )

    def close(self, name: PermitName, by: Answerable) -> PublishedPermit:
        """Declare a permit used up, whatever remains of it.

        Raises as `of`, InvalidRequest where it is already or nobody answers for it, CertificateCancelled,
        CertificateReplaced, KeyUnusable.
        """
        return self._declare(name, self._deed("close", by), used_up=True)

    def reopen(self, name: PermitName, by: Answerable) -> PublishedPermit:
        """Take that back. Raises as `close`."""
        return self._declare(name, self._deed("reopen", by), used_up=False)

    def _declare(self, name: PermitName, deed: LedgerDeed, *, used_up: bool) -> PublishedPermit:
        declaration = Declaration(deed.id, deed.at, deed.by.person, deed.by.reason, used_up)
        return self._change(name, deed, lambda before, rule: before.declare(declaration, rule))

    def _deed(self, what: str, by: Answerable, **facts: object) -> LedgerDeed:
        answerable = by.named()
        return LedgerDeed(self.new_id(), self.clock(), what, answerable, facts)

    def _change(
        self, name: PermitName, deed: LedgerDeed, done: Callable[[PublishedPermit, EndorsementRule], PublishedPermit]
    ) -> PublishedPermit:
        def change(work: Work) -> PublishedPermit:
            stored = self._stored(work, name)
            before = stored.published
            rule = self.rules[before.authority]
            after = done(before, rule)
            work.permits.change(stored, after, final_documents(before, after, rule, self.formats, self.sealer))
            work.record(deed.exchange(after))
            work.commit()
            return after

        return in_one_go(self.begin_work, change)

    def _stored(self, work: Work, name: PermitName) -> StoredPermit:
        number = CertificateNumber.parse(name.number)
        authorities = self.served.of(self.served.country(name.country))
        wanted = [authority for authority in authorities if name.authority in (None, authority.code)]
        found = [stored for authority in wanted if (stored := work.permits.get(authority, number))]
        if len(found) > 1:
            codes = " or ".join(stored.published.authority.code for stored in found)
            raise InvalidRequest(f"Several authorities have a permit of this number; name one: {codes}.")
        if not found:
            raise CertificateNotFound
        return found[0]


def _reversal(deed: LedgerDeed, confirmation_id: str) -> Reversal:
    return Reversal(deed.id, confirmation_id, deed.at, deed.by.person, deed.by.reason)


def _said(seen: Sequence[SeenQuantity]) -> dict[str, str]:
    return {line.position: line.amount for line in seen}
