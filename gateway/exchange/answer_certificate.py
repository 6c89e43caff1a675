"""GetNonFinalCitesCertificate and GetFinalCertificate: a look-up, the checks on caller and token, the stored bytes."""

from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFinal, OperationNotAvailable
from gateway.domain.partner import OperationName, Partner
from gateway.domain.published import Status, require_in_force
from gateway.exchange.opening import OpenPermit
from gateway.exchange.ports import SEAL_NAME, Answers, Attachment, Form

_FORM = {
    OperationName.GET_NON_FINAL: Form.NON_FINAL,
    OperationName.GET_FINAL: Form.FINAL,
    OperationName.GET_FINAL_AS_THE_HUB: Form.FINAL,
}


@dataclass(frozen=True, slots=True)
class CertificateAnswer:
    """document: bytes of the permit element, ready to stand in any envelope.  attachments: its seal is the last."""

    document: bytes
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class AnswerCertificate:
    """A partner asks for a permit of ours."""

    opening: OpenPermit
    answers: Answers

    def answer(
        self,
        operation: OperationName,
        number: str,
        token: str | None,
        country: str | None,
        caller: Partner,
        version: str,
    ) -> CertificateAnswer:
        """The permit as issued, or with box 14, in one schema version.

        number, token, country: as the message says them.  version: `v1` or `v2`.
        Raises AccessDenied, InvalidRequest, CalleeNotFound, CertificateNotFound, TooManyRequests,
        CertificateCancelled, CertificateReplaced, CertificateNotFinal, OperationNotAvailable, ServiceUnavailable.
        Source: wire contract, sections 3.1 and 4.
        """
        kept = self.opening.open(operation, number, token, country, caller)
        require_in_force(kept.status, kept.successor)
        form = _FORM[operation]
        if form is Form.FINAL and kept.status is not Status.FINAL:
            raise CertificateNotFinal("Customs have not yet confirmed all of this permit (box 14).", box="14")
        document = self.answers.document(kept, version, form)
        if document is None:
            raise OperationNotAvailable(f"This permit cannot be written in schema version {version[1:]}; ask another.")
        attachments = self.answers.attachments(kept) if kept.attachments else ()
        seal = (Attachment(SEAL_NAME, document.seal),) if document.seal else ()
        return CertificateAnswer(document.content, (*attachments, *seal))
