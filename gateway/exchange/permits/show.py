"""Showing of an own permit, with the loss notes of its documents and its withheld versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.errors import DocumentInvalid
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.exchange.permits.documents import losses_of
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import BeginWork, DocumentForm, FormerDocument, PermitFormat


@dataclass(frozen=True, slots=True)
class OwnPermit:
    """A permit of ours.

    permit: with box 14, where it is final.
    losses: (schema version, loss note) of its documents.
    withheld: (schema version, reason) for each version that partners do not get; the reason is None
    where the permit was published before this gateway could write that version.
    former: documents that changes have replaced, oldest first.
    """

    published: PublishedPermit
    permit: Permit
    losses: tuple[tuple[str, LossNote], ...]
    withheld: tuple[tuple[str, DocumentInvalid | None], ...]
    former: tuple[FormerDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowPermit:
    """Use case: show a permit of ours. rules: the endorsement rule of each authority."""

    own: OwnPermits
    begin_work: BeginWork
    formats: Sequence[PermitFormat]
    rules: Mapping[Authority, EndorsementRule]

    def show(self, name: PermitName) -> OwnPermit:
        """Return the permit with the loss notes of its documents.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, PermitAltered,
        ServiceUnavailable.
        """
        with self.begin_work() as work:
            stored = self.own.stored(work, name)
            documents = work.permits.documents(stored)
            former = work.permits.former_documents(stored)
        published = stored.published
        is_final = published.status is Status.FINAL
        permit = (
            published.final_permit(self.rules[published.authority])
            if is_final
            else published.permit
        )
        withheld = tuple(
            (each.version, _reason(each, published.permit))
            for each in self.formats
            if (each.version, DocumentForm.NON_FINAL) not in documents
        )
        return OwnPermit(published, permit, losses_of(documents), withheld, tuple(former))


def _reason(permit_format: PermitFormat, permit: Permit) -> DocumentInvalid | None:
    try:
        permit_format.write(permit.as_issued())
    except DocumentInvalid as reason:
        return reason
    return None
