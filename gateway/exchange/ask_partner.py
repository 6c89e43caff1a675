"""A foreign permit: asked of the country that issued it, its seal judged, read, and checked to be the one asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.errors import CalleeNotFound, DocumentInvalid, GatewayError, PartnerReplyInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName
from gateway.domain.permit import Permit
from gateway.domain.verdict import Verdict
from gateway.exchange.ports import (
    SEAL_NAME,
    PartnerDoor,
    PartnerReply,
    PartnerState,
    PermitFormat,
    SealVerifier,
)


@dataclass(frozen=True, slots=True)
class ForeignPermit:
    """permit: as read, from verified bytes alone where the verdict vouches for them.  reply: as it came."""

    permit: Permit
    verdict: Verdict
    reply: PartnerReply


@dataclass(frozen=True, slots=True)
class SealRule:
    """How we take the permits of one country. must_seal: without a seal that holds they are not even read."""

    verifier: SealVerifier
    must_seal: bool


@dataclass(frozen=True, slots=True)
class PartnerDoors:
    """The doors we may knock at, one per country."""

    doors: Mapping[IsoCountryCode, PartnerDoor]

    def of(self, country: str) -> PartnerDoor:
        """Raises InvalidRequest for a code of another shape, CalleeNotFound where no partner of it is configured."""
        code = IsoCountryCode.parse(country)
        door = self.doors.get(code)
        if door is None:
            raise CalleeNotFound(f"No partner with an address is configured for {code}.")
        return door

    def longest_seconds(self, country: str) -> float:
        """What one exchange may take; 0 where there is no door to knock at."""
        door = self.doors.get(IsoCountryCode(country))
        return door.longest_seconds if door else 0.0


@dataclass(frozen=True, slots=True)
class AskPartner:
    """GetNonFinalCitesCertificate and GetFinalCertificate, from our side. seals: a rule for each partner's country."""

    partners: PartnerDoors
    formats: Mapping[str, PermitFormat]
    seals: Mapping[IsoCountryCode, SealRule]

    def ask(self, country: str, number: str, token: str | None, final: bool) -> ForeignPermit:
        """Fetch a permit, judge its seal, then read it. final: with box 14.

        Raises InvalidRequest, CalleeNotFound, PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid;
        SignatureMissing, SignatureInvalid, SignerNotTrusted where the partner must seal.
        """
        certificate_number = CertificateNumber.parse(number)
        operation = OperationName.GET_FINAL if final else OperationName.GET_NON_FINAL
        door = self.partners.of(country)
        reply = door.certificate(operation, certificate_number, TokenId.parse(token) if token else None)
        rule = self.seals[IsoCountryCode.parse(country)]
        judged = rule.verifier.judge(reply.document, seals_of(reply))
        if rule.must_seal:
            judged.verdict.require_vouched()
        document = reply.document if judged.document is None else judged.document
        return ForeignPermit(self._read(document, reply.version, certificate_number), judged.verdict, reply)

    def _read(self, document: bytes, version: str, asked: CertificateNumber) -> Permit:
        try:
            permit = self.formats[version].read(document)
        except DocumentInvalid as wrong:
            raise PartnerReplyInvalid(
                f"The partner's document cannot be read: {wrong.text}", position=wrong.position, box=wrong.box
            ) from wrong
        if permit.number != asked:
            raise PartnerReplyInvalid("The partner answered with another permit than the one asked for.", box="1")
        return permit


def seals_of(reply: PartnerReply) -> tuple[bytes, ...]:
    """Every seal that came with a permit."""
    return tuple(attachment.content for attachment in reply.attachments if attachment.name == SEAL_NAME)


@dataclass(frozen=True, slots=True)
class PartnerStates:
    """ServiceState, from our side."""

    partners: PartnerDoors

    def ask(self, country: str | None) -> list[tuple[str, PartnerState | GatewayError]]:
        """The state of one partner, or of all, each with its answer or what kept it from us; by country code."""
        if country:
            doors = {IsoCountryCode.parse(country): self.partners.of(country)}
        else:
            doors = dict(sorted(self.partners.doors.items()))
        return [(code.text, _state(door)) for code, door in doors.items()]


def _state(door: PartnerDoor) -> PartnerState | GatewayError:
    try:
        return door.state()
    except GatewayError as error:
        return error
