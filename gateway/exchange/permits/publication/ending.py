"""End of a permit of ours by a named person: cancelled, replaced, lost, or returned unused.

Partners get CertificateReplaced for a replaced permit, else CertificateCancelled. A national record
with the same status does the same; this is for the moment before it comes.
Source: 50 CFR 23.52; Reg. (EC) 865/2006, Article 12 and Annex I, note 2.
"""

from dataclasses import dataclass

from gateway.domain.declarations.use import PermitUse, UseState
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.permits.own_uses import own_uses
from gateway.exchange.ports import BeginWork, Clock, Exchange, NewId, Work

OPERATIONS = {
    Status.CANCELLED: "PermitCancelled",
    Status.REPLACED: "PermitReplaced",
    Status.LOST: "PermitLost",
    Status.RETURNED: "PermitReturned",
}
"""Operation of the audit record, by the status after it."""


@dataclass(frozen=True, slots=True)
class EndPermit:
    """Use case: end a permit. Its confirmations stay in its history."""

    own: OwnPermits
    begin_work: BeginWork
    clock: Clock
    new_id: NewId

    def end(
        self,
        name: PermitName,
        status: Status,
        by: ResponsiblePerson,
        successor: str | None = None,
        address: str = "",
    ) -> PublishedPermit:
        """End a permit, with an audit record in the same transaction. It is not taken back.

        status: one of `OPERATIONS`.  successor: number of the new document, where it is replaced;
        partners are referred to it, so it has to be in force here.  address: that the person's
        request came from; empty for the command line.
        Raises CalleeNotFound, InvalidRequest, also where the permit is over already, was used
        although it is returned, has no such successor, or person or reason is missing;
        CertificateNotFound, PermitAltered, ServiceUnavailable.
        """
        responsible = by.validated()
        is_replaced = status is Status.REPLACED
        if is_replaced is not bool(successor):
            raise InvalidRequest(
                Sentence("A replaced permit names the permit that replaces it."), box="1"
            )
        number = CertificateNumber.parse(successor) if successor else None

        def change(work: Work) -> PublishedPermit:
            stored = self.own.stored(work, name)
            before = stored.published
            after = before.ended(status, number)
            if number is not None:
                _require_successor(work, before, number)
            if status is Status.RETURNED:
                require_nothing_written_off(work, before)
            work.permits.change(stored, after, {})
            work.record(self._record(before, after, responsible, address))
            self.own.records.record(
                work.integrity, after.authority, after.permit.number, after.status
            )
            work.commit()
            return after

        return retry_on_conflict(self.begin_work, change)

    def _record(
        self, before: PublishedPermit, after: PublishedPermit, by: ResponsiblePerson, address: str
    ) -> Exchange:
        """The audit record; its keys are fixed, as the journal keeps it for years."""
        at, number = self.clock(), before.permit.number.text
        fields = {
            "v": 1,
            "at": moment(at),
            "country": before.authority.country.text,
            "authority": before.authority.code,
            "number": number,
            "status_before": before.status.value,
            "person": by.person,
            "reason": by.reason,
        }
        if after.successor is not None:
            fields["successor"] = after.successor.text
        if address:
            fields["address"] = address
        operation = OPERATIONS[after.status]
        return Exchange.own(self.new_id(), operation, at, canonical(fields), permit_number=number)


def _require_successor(work: Work, before: PublishedPermit, number: CertificateNumber) -> None:
    """Raise InvalidRequest unless the authority has a permit of that number in force here."""
    found = work.permits.get(before.authority, number)
    if found is None or not found.published.status.in_force:
        raise InvalidRequest(
            Sentence(
                "{number} is not in force here: publish the permit that replaces this one first.",
                {"number": number.text},
            ),
            box="1",
        )


def require_nothing_written_off(work: Work, before: PublishedPermit) -> None:
    """Raise InvalidRequest where our customs have cleared a shipment on the permit."""
    lines = PermitUse.of(own_uses(work, before), {}).lines.values()
    if any(each.state is UseState.WRITTEN_OFF and each.held > 0 for each in lines):
        raise InvalidRequest(
            Sentence(
                "A declaration has written quantities off this permit, so it was not returned"
                " unused."
            ),
            box="14",
        )
