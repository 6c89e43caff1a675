"""Certificate look-up: GetNonFinalCitesCertificate and GetFinalCertificate, from stored bytes.

Order of the checks: access (authorise.py), suspension, status, form, schema version. Nothing is
written or sealed per answer; documents are made when the permit is published or confirmed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFinal, OperationNotAvailable
from gateway.domain.partner import OperationName, Partner
from gateway.domain.permit.status import Status, require_in_force
from gateway.exchange.permits.authorise import PermitAccess
from gateway.exchange.ports import SEAL_NAME, Attachment, DocumentForm, PermitLookup

_FORM = {
    OperationName.GET_NON_FINAL: DocumentForm.NON_FINAL,
    OperationName.GET_FINAL: DocumentForm.FINAL,
    OperationName.GET_FINAL_AS_THE_HUB: DocumentForm.FINAL,
}


@dataclass(frozen=True, slots=True)
class CertificateAnswer:
    """A permit document with its files.

    document: bytes of the permit element, ready to stand in any envelope.
    attachments: the seal of the permit is the last, where there is one.
    """

    document: bytes
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class AnswerCertificate:
    """Use case: a partner asks for a permit of ours.

    require_free: raises PermitAltered for the row id of a suspended permit.
    """

    access: PermitAccess
    permit_lookup: PermitLookup
    require_free: Callable[[int], None]

    def answer(
        self,
        operation: OperationName,
        number: str,
        token: str | None,
        country: str | None,
        caller: Partner,
        version: str,
    ) -> CertificateAnswer:
        """Return the permit as issued, or with box 14, in one schema version.

        number, token, country: as the message says them.  version: `v1` or `v2`.
        Raises AccessDenied, InvalidRequest, CalleeNotFound, CertificateNotFound, TooManyRequests,
        CertificateCancelled, CertificateReplaced, CertificateNotFinal, OperationNotAvailable,
        PermitAltered, ServiceUnavailable.
        Source: wire contract, sections 3.1 and 4.
        """
        header = self.access.authorise(operation, number, token, country, caller)
        self.require_free(header.place)
        require_in_force(header.status, header.successor)
        form = _FORM[operation]
        if form is DocumentForm.FINAL and header.status is not Status.FINAL:
            raise CertificateNotFinal(
                "Customs have not yet confirmed all of this permit (box 14).", box="14"
            )
        document = self.permit_lookup.document(header, version, form)
        if document is None:
            raise OperationNotAvailable(
                f"This permit cannot be written in schema version {version[1:]}; ask another."
            )
        attachments = self.permit_lookup.attachments(header) if header.attachments else ()
        seal = (Attachment(SEAL_NAME, document.seal),) if document.seal else ()
        return CertificateAnswer(document.content, (*attachments, *seal))
