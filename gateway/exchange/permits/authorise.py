"""Access control of one permit: number, token and caller must belong together.

Three refusals must look alike: number unknown, token wrong, permit not for this caller's eyes.
A difference in text would tell a guesser which part was right; a difference in time would tell it
too (timing side channel, used in a timing attack). So all three get the same answer,
CertificateNotFound, after equal work: a hash, a constant-time comparison, a look-up that finds a
row and another that finds none. No document is fetched, and no transaction begun, before access is
granted.

The time that remains different (the network, the database's cache) is hidden by the SOAP endpoint:
soap/refusal_timing.py. How often a caller may guess is bounded by the rate limit in guess_limit.py.
"""

from dataclasses import dataclass

from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.permits.guess_limit import GuessLimit
from gateway.exchange.permits.tokens import TokenHasher, token_matches
from gateway.exchange.ports import PermitHeader, PermitLookup
from gateway.exchange.service.served_authorities import ServedAuthorities


@dataclass(frozen=True, slots=True)
class PermitAccess:
    """The only way from a request to a permit, for every operation."""

    permit_lookup: PermitLookup
    served: ServedAuthorities
    tokens: TokenHasher
    guess_limit: GuessLimit

    def authorise(
        self,
        operation: OperationName,
        number: str,
        token: str | None,
        country: str | None,
        caller: Partner,
    ) -> PermitHeader:
        """Return the header of the permit that the caller asks for and may have.

        number, token, country: as the message says them.
        Raises CalleeNotFound, AccessDenied, InvalidRequest, CertificateNotFound, TooManyRequests,
        ServiceUnavailable.
        Source: wire contract, sections 3 and 4.
        """
        asked_country = self.served.country(country)
        caller.require(operation, self.served.in_country(asked_country))
        certificate_number = CertificateNumber.parse(number)
        token_id = TokenId.parse(token) if token else None
        token_hash = self.tokens.hash_of(asked_country, certificate_number, token_id)
        found = self.permit_lookup.find(asked_country, certificate_number)
        for header in found:
            if _is_granted(header, token_hash, operation, caller):
                return header
        # Refused. A decoy does the work of the other kind of refusal: after a look-up that found
        # nothing it finds a row, after one that found a row it finds nothing.
        for header in self.permit_lookup.decoy(certificate_number, there=not found):
            _is_granted(header, token_hash, operation, caller)
        raise self.guess_limit.refusal(caller, asked_country, certificate_number)


def _is_granted(
    header: PermitHeader, token_hash: bytes | None, operation: OperationName, caller: Partner
) -> bool:
    # Both checks always run. With `and` between the calls a wrong token would answer faster.
    matches = token_matches(header.token_hash, token_hash)
    entitled = caller.may_call(operation, header.authority) and caller.may_see(
        header.authority, header.countries
    )
    return matches and entitled
