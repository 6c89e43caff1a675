"""Cancellation of a permit of ours by a named person: partners get CertificateCancelled for it.

A national record with the status `cancelled` does the same; this is for the moment before it comes.
"""

from dataclasses import dataclass, replace

from gateway.domain.errors import InvalidRequest
from gateway.domain.published import PublishedPermit, Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import BeginWork, Clock, Exchange, NewId, Work

OPERATION = "PermitCancelled"
_OVER = (Status.CANCELLED, Status.REPLACED)


@dataclass(frozen=True, slots=True)
class CancelPermit:
    """Use case: cancel a permit. Its confirmations stay in its history."""

    own: OwnPermits
    begin_work: BeginWork
    clock: Clock
    new_id: NewId

    def cancel(self, name: PermitName, by: ResponsiblePerson) -> PublishedPermit:
        """Cancel a permit, with an audit record in the same transaction. It is not taken back.

        Raises CalleeNotFound, InvalidRequest, also where it is cancelled or replaced already or
        person or reason is missing; CertificateNotFound, PermitAltered, ServiceUnavailable.
        """
        responsible = by.validated()

        def change(work: Work) -> PublishedPermit:
            stored = self.own.stored(work, name)
            before = stored.published
            if before.status in _OVER:
                raise InvalidRequest(f"The permit is {before.status} already.", box="1")
            after = replace(before, status=Status.CANCELLED)
            work.permits.change(stored, after, {})
            work.record(self._record(before, responsible))
            self.own.records.record(
                work.integrity, after.authority, after.permit.number, Status.CANCELLED
            )
            work.commit()
            return after

        return retry_on_conflict(self.begin_work, change)

    def _record(self, before: PublishedPermit, by: ResponsiblePerson) -> Exchange:
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
        return Exchange.own(self.new_id(), OPERATION, at, canonical(fields), permit_number=number)
