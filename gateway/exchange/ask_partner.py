"""A foreign permit: asked of the country that issued it, read, and checked to be the one asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.endorsement import SeenQuantity
from gateway.domain.errors import CalleeNotFound, DocumentInvalid, GatewayError, PartnerReplyInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName
from gateway.domain.permit import Permit
from gateway.domain.quantity import amount
from gateway.exchange.ports import PartnerConfirmation, PartnerDoor, PartnerReply, PartnerState, PermitFormat


@dataclass(frozen=True, slots=True)
class ForeignPermit:
    """permit: as read.  reply: as it came, with the bytes of the document."""

    permit: Permit
    reply: PartnerReply


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


@dataclass(frozen=True, slots=True)
class AskPartner:
    """GetNonFinalCitesCertificate and GetFinalCertificate, from our side."""

    partners: PartnerDoors
    formats: Mapping[str, PermitFormat]

    def ask(self, country: str, number: str, token: str | None, final: bool) -> ForeignPermit:
        """Fetch and read a permit. final: with box 14.

        Raises InvalidRequest, CalleeNotFound, PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid.
        """
        certificate_number = CertificateNumber.parse(number)
        operation = OperationName.GET_FINAL if final else OperationName.GET_NON_FINAL
        door = self.partners.of(country)
        reply = door.certificate(operation, certificate_number, TokenId.parse(token) if token else None)
        return ForeignPermit(self._read(reply, certificate_number), reply)

    def _read(self, reply: PartnerReply, asked: CertificateNumber) -> Permit:
        try:
            permit = self.formats[reply.version].read(reply.document)
        except DocumentInvalid as wrong:
            raise PartnerReplyInvalid(
                f"The partner's document cannot be read: {wrong.text}", position=wrong.position, box=wrong.box
            ) from wrong
        if permit.number != asked:
            raise PartnerReplyInvalid("The partner answered with another permit than the one asked for.", box="1")
        return permit


@dataclass(frozen=True, slots=True)
class ReportConfirmation:
    """ConfirmQuantities, from our side."""

    partners: PartnerDoors

    def report(self, country: str, number: str, token: str | None, seen: Sequence[SeenQuantity]) -> PartnerConfirmation:
        """Tell the issuing country what our customs counted.

        Raises InvalidRequest, QuantityInvalid before anything is sent; CalleeNotFound and the PartnerFailed errors.
        """
        certificate_number = CertificateNumber.parse(number)
        for line in seen:
            amount(line.amount, position=line.position, box="14")
        door = self.partners.of(country)
        return door.confirm(certificate_number, TokenId.parse(token) if token else None, seen)


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
