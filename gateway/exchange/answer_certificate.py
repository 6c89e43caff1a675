"""GetNonFinalCitesCertificate and GetFinalCertificate: a look-up, the checks on caller and token, the stored bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFinal, OperationNotAvailable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName, Partner
from gateway.domain.published import Status, require_in_force
from gateway.exchange.ports import Answers, Attachment, Form, SealedDocument
from gateway.exchange.refusal_budget import RefusalBudget
from gateway.exchange.served import Served
from gateway.exchange.tokens import TokenSeal, compare_with_nothing, opens

_FORM = {
    OperationName.GET_NON_FINAL: Form.NON_FINAL,
    OperationName.GET_FINAL: Form.FINAL,
    OperationName.GET_FINAL_AS_THE_HUB: Form.FINAL,
}


@dataclass(frozen=True, slots=True)
class CertificateAnswer:
    """document: bytes of the permit element, ready to stand in any envelope."""

    document: bytes
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class AnswerCertificate:
    """A partner asks for a permit of ours."""

    answers: Answers
    served: Served
    tokens: TokenSeal
    budget: RefusalBudget

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
        caller.require(operation)
        certificate_number = CertificateNumber.parse(number)
        token_id = TokenId.parse(token) if token else None
        asked_country = self.served.country(country)
        form = _FORM[operation]
        found = self.answers.find(asked_country, certificate_number, version, form)
        sealed = self._opened(found, asked_country, certificate_number, token_id, caller)
        require_in_force(sealed.status, sealed.successor)
        if form is Form.FINAL and sealed.status is not Status.FINAL:
            raise CertificateNotFinal("Customs have not yet confirmed every line of this permit (box 14).", box="14")
        if sealed.document is None:
            raise OperationNotAvailable(f"This permit cannot be written in schema version {version[1:]}; ask another.")
        return CertificateAnswer(sealed.document, sealed.attachments)

    def _opened(
        self, found: Sequence[SealedDocument], country: IsoCountryCode, number: CertificateNumber,
        token: TokenId | None, caller: Partner,
    ) -> SealedDocument:  # fmt: skip
        given = self.tokens.hash_of(country, number, token)
        if not found:
            compare_with_nothing(given)
        for sealed in found:
            if opens(sealed.token_hash, given) and caller.may_see(country, sealed.countries):
                return sealed
        raise self.budget.refusal(caller)
