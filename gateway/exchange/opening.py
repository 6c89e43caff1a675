"""Who may have this permit? Number, token and caller must belong together, or nobody learns which of them is wrong.

An unknown number, a wrong token and a permit that is not for the caller's eyes get one answer after one amount of work:
a hash, a comparison, a look-up that finds something and one that finds nothing. No document is fetched, and no
transaction begun, before the permit is open.
"""

from dataclasses import dataclass

from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import Answers, KeptPermit
from gateway.exchange.refusal_budget import RefusalBudget
from gateway.exchange.served import Served
from gateway.exchange.tokens import TokenSeal, opens


@dataclass(frozen=True, slots=True)
class OpenPermit:
    """The one way from a question to a permit, for every operation."""

    answers: Answers
    served: Served
    tokens: TokenSeal
    budget: RefusalBudget

    def open(
        self, operation: OperationName, number: str, token: str | None, country: str | None, caller: Partner
    ) -> KeptPermit:
        """The permit that a caller asks for and may have. number, token, country: as the message says them.

        Raises CalleeNotFound, AccessDenied, InvalidRequest, CertificateNotFound, TooManyRequests, ServiceUnavailable.
        Source: wire contract, sections 3 and 4.
        """
        asked_country = self.served.country(country)
        caller.require(operation, self.served.of(asked_country))
        certificate_number = CertificateNumber.parse(number)
        token_id = TokenId.parse(token) if token else None
        given = self.tokens.hash_of(asked_country, certificate_number, token_id)
        found = self.answers.find(asked_country, certificate_number)
        for kept in found:
            if _is_open(kept, given, operation, caller):
                return kept
        for kept in self.answers.stand_in(certificate_number, there=not found):  # what the other kind of refusal does
            _is_open(kept, given, operation, caller)
        raise self.budget.refusal(caller, asked_country, certificate_number)


def _is_open(kept: KeptPermit, given: bytes | None, operation: OperationName, caller: Partner) -> bool:
    """Both questions are always asked, so that the answer to one does not show in the time it takes."""
    fits = opens(kept.token_hash, given)
    entitled = caller.may_call(operation, kept.authority) and caller.may_see(kept.authority, kept.countries)
    return fits and entitled
