"""What was confirmed on a permit of ours, and who takes a wrong confirmation back?

Nothing is changed or removed: a reversal is an event beside the others, with a person who answers for it and a reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gateway.domain.endorsement import FinalAfter, Reversal, SeenQuantity
from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.published import PublishedPermit
from gateway.exchange.answerable import Answerable
from gateway.exchange.confirm_quantities import in_one_go
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
    """For officers of the issuing authority. final_after, sealer: as for ConfirmQuantities."""

    served: Served
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    final_after: Mapping[Authority, FinalAfter]
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
        return self._change(name, lambda before, rule: before.reverse(self._reversal(confirmation_id, by), rule))

    def correct(
        self, name: PermitName, confirmation_id: str, seen: Sequence[SeenQuantity], by: Answerable
    ) -> PublishedPermit:
        """Take one confirmation back and book other quantities in its place, both or neither.

        Raises as `reverse`, and PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
        CertificateCancelled, CertificateReplaced.
        """
        said = " ".join(f"{line.position}={line.amount}" for line in seen)
        digest = sha256(f"{confirmation_id} {said} {by.person} {by.reason}".encode()).hexdigest()

        def corrected(before: PublishedPermit, rule: FinalAfter) -> PublishedPermit:
            after, _ = before.correct(self._reversal(confirmation_id, by), seen, digest, self.new_id(), rule)
            return after

        return self._change(name, corrected)

    def _change(
        self, name: PermitName, deed: Callable[[PublishedPermit, FinalAfter], PublishedPermit]
    ) -> PublishedPermit:
        def change(work: Work) -> PublishedPermit:
            stored = self._stored(work, name)
            before = stored.published
            rule = self.final_after.get(before.authority, FinalAfter.ANY)
            after = deed(before, rule)
            work.permits.change(stored, after, final_documents(before, after, rule, self.formats, self.sealer))
            work.commit()
            return after

        return in_one_go(self.begin_work, change)

    def _reversal(self, confirmation_id: str, by: Answerable) -> Reversal:
        return Reversal(self.new_id(), confirmation_id, self.clock(), by.person.strip(), by.reason.strip())

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
