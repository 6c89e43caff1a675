"""Foreign permits: requested from the issuing country, the seal verified, then read.

The order matters. Where the seal is trusted, only the bytes that it covers are read; where a
partner must seal its permits, a document without a trusted seal is not read at all. A value that
is not readable is marked and does not lose the permit. At last the number is compared with the one
asked for, so that a partner cannot answer with another permit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import CalleeNotFound, DocumentInvalid, GatewayError, PartnerReplyInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.verdict import Verdict
from gateway.exchange.ports import (
    SEAL_NAME,
    Clock,
    PartnerOperations,
    PartnerReply,
    PartnerState,
    PermitFormat,
    SealVerifier,
)


@dataclass(frozen=True, slots=True)
class ForeignPermit:
    """A permit of another country.

    permit: read from verified bytes alone where the verdict is trusted.  reply: as it came.
    expired_since: end of its validity, if that was before it was asked for; aware.
    """

    permit: Permit
    verdict: Verdict
    reply: PartnerReply
    expired_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealRule:
    """Seal policy for the permits of one country.

    must_seal: a permit without a trusted seal is refused before it is read.
    """

    verifier: SealVerifier
    must_seal: bool


@dataclass(frozen=True, slots=True)
class PartnerDirectory:
    """Partners that this gateway may ask, one per country."""

    partners: Mapping[IsoCountryCode, PartnerOperations]

    def for_country(self, country: str) -> PartnerOperations:
        """Return the partner of a country.

        Raises InvalidRequest where it is no country code, CalleeNotFound where no partner of that
        country is configured.
        """
        code = IsoCountryCode.parse(country)
        partner = self.partners.get(code)
        if partner is None:
            raise CalleeNotFound(f"No partner with an address is configured for {code}.")
        return partner

    def longest_seconds(self, country: str) -> float:
        """Longest duration of one exchange with that country; 0 where no partner is configured."""
        partner = self.partners.get(IsoCountryCode(country))
        return partner.longest_seconds if partner else 0.0


@dataclass(frozen=True, slots=True)
class AskPartner:
    """Use case: GetNonFinalCitesCertificate and GetFinalCertificate as the asking side.

    seals: the seal policy for each partner's country.
    """

    partners: PartnerDirectory
    formats: Mapping[str, PermitFormat]
    seals: Mapping[IsoCountryCode, SealRule]
    clock: Clock

    def ask(self, country: str, number: str, token: str | None, final: bool) -> ForeignPermit:
        """Request a permit, verify its seal, then read it. final: with box 14.

        Raises InvalidRequest, CalleeNotFound, PartnerUnreachable, PartnerTimeout, PartnerFault,
        PartnerReplyInvalid; SignatureMissing, SignatureInvalid, SignerNotTrusted where the partner
        must seal.
        """
        certificate_number = CertificateNumber.of_partner(number)
        operation = OperationName.GET_FINAL if final else OperationName.GET_NON_FINAL
        partner = self.partners.for_country(country)
        reply = partner.certificate(
            operation, certificate_number, TokenId.parse(token) if token else None
        )
        rule = self.seals[IsoCountryCode.parse(country)]
        judgement = rule.verifier.judge(reply.document, seals_of(reply))
        if rule.must_seal:
            judgement.verdict.require_trusted()
        document = reply.document if judgement.document is None else judgement.document
        permit = self._read(document, reply.version, certificate_number)
        return ForeignPermit(permit, judgement.verdict, reply, permit.expired_since(self.clock()))

    def _read(self, document: bytes, version: str, asked: CertificateNumber) -> Permit:
        try:
            permit = self.formats[version].read_foreign(document)
        except DocumentInvalid as invalid:
            raise PartnerReplyInvalid(
                f"The partner's document cannot be read: {invalid.text}",
                position=invalid.position,
                box=invalid.box,
            ) from invalid
        if permit.number != asked:
            raise PartnerReplyInvalid(
                "The partner answered with another permit than the one asked for.", box="1"
            )
        return permit


def seals_of(reply: PartnerReply) -> tuple[bytes, ...]:
    """Return every seal that came with a permit."""
    return tuple(
        attachment.content for attachment in reply.attachments if attachment.name == SEAL_NAME
    )


@dataclass(frozen=True, slots=True)
class PartnerStates:
    """Use case: ServiceState as the asking side."""

    partners: PartnerDirectory

    def ask(self, country: str | None) -> list[tuple[str, PartnerState | GatewayError]]:
        """Ask one partner, or all, for its state.

        Returns (country code, answer or error), ordered by country code.
        Raises InvalidRequest, CalleeNotFound for the country asked for.
        """
        if country:
            asked = {IsoCountryCode.parse(country): self.partners.for_country(country)}
        else:
            asked = dict(sorted(self.partners.partners.items()))
        return [(code.text, _state(partner)) for code, partner in asked.items()]


def _state(partner: PartnerOperations) -> PartnerState | GatewayError:
    try:
        return partner.state()
    except GatewayError as error:
        return error
