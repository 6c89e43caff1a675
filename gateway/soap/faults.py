"""error -> SOAP fault: one table for every leaf of the error tree.

SOAP 1.1: Client or Server, HTTP 500.  SOAP 1.2: Sender 400 or Receiver 500.  The one word is faultstring or Reason;
`detail` holds one Fault of schemas/fault.xsd.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gateway.domain import errors
from gateway.domain.errors import GatewayError
from gateway.soap.names import FAULT, SOAP_11, SOAP_12, Soap
from gateway.soap.refusals import BlockName
from gateway.soap.writing import escaped


class Side(Enum):
    """Who is to blame: (faultcode in SOAP 1.1, Code in SOAP 1.2, HTTP status in SOAP 1.2)."""

    CALLER = ("Client", "Sender", 400)
    HOUSE = ("Server", "Receiver", 500)
    VERSION = ("VersionMismatch", "VersionMismatch", 500)
    HEADER = ("MustUnderstand", "MustUnderstand", 500)


@dataclass(frozen=True, slots=True)
class Row:
    """How one error leaves the door.

    text: said instead of the error's own, where that is not for partners.  shown_as: the error it is shown as.
    """

    side: Side
    text: str | None = None
    shown_as: type[GatewayError] | None = None


_CALLER = Row(Side.CALLER)
_PARTNER = Row(Side.HOUSE)
_BUSY = Row(Side.HOUSE, "The service cannot answer at the moment; please ask again later.")
_CLOSED = Row(Side.HOUSE, "The service is closed for maintenance; please ask again later.", errors.ServiceUnavailable)
_DEFECT = Row(
    Side.HOUSE, "Something went wrong on our side; it is kept under the incident number.", errors.InternalError
)

FAULTS: Mapping[type[GatewayError], Row] = {
    errors.CertificateMissing: _CALLER,
    errors.CallerNotFound: _CALLER,
    errors.CalleeNotFound: _CALLER,
    errors.AccessDenied: _CALLER,
    errors.CertificateNotFound: _CALLER,
    errors.CertificateNotFinal: _CALLER,
    errors.CertificateCancelled: _CALLER,
    errors.CertificateReplaced: _CALLER,
    errors.InvalidRequest: _CALLER,
    errors.MessageTooLarge: _CALLER,
    errors.PositionUnknown: _CALLER,
    errors.PositionRepeated: _CALLER,
    errors.QuantityInvalid: _CALLER,
    errors.QuantityExceeded: _CALLER,
    errors.AlreadyConfirmed: _CALLER,
    errors.TooManyRequests: _CALLER,
    errors.OperationNotAvailable: _CALLER,
    errors.VersionMismatch: Row(Side.VERSION),
    errors.MustUnderstand: Row(Side.HEADER),
    errors.SignatureMissing: _CALLER,
    errors.SignatureInvalid: _CALLER,
    errors.SignerNotTrusted: _CALLER,
    errors.AlgorithmRefused: _CALLER,
    errors.MessageExpired: _CALLER,
    errors.MessageReplayed: _CALLER,
    errors.PartnerUnreachable: _PARTNER,
    errors.PartnerTimeout: _PARTNER,
    errors.PartnerFault: _PARTNER,
    errors.PartnerReplyInvalid: _PARTNER,
    errors.ServiceUnavailable: _BUSY,
    errors.UnderMaintenance: _CLOSED,
    errors.InternalError: _DEFECT,
    errors.SettingsInvalid: _DEFECT,
    errors.KeyUnusable: _DEFECT,
    errors.RecordInvalid: _DEFECT,
    errors.DocumentInvalid: _DEFECT,
    errors.BackupInvalid: _DEFECT,
    errors.RestoreRefused: _DEFECT,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, ready to send. code: its one word."""

    code: str
    status: int
    body: bytes


def fault(error: GatewayError, soap: Soap, incident: str, not_understood: Sequence[BlockName] = ()) -> Fault:
    """Write an error down. incident: id of the exchange.  not_understood: names for the SOAP 1.2 header."""
    row = FAULTS.get(type(error), _DEFECT)
    kind = row.shown_as or type(error)
    detail = _detail(kind, error, row, incident)
    code_11, code_12, status_12 = row.side.value
    if soap is Soap.V1_1:
        return Fault(kind.__name__, 500, _ENVELOPE_11 % (code_11.encode(), kind.__name__.encode(), detail))
    header = _header(row.side, not_understood)
    body = _ENVELOPE_12 % (header, code_12.encode(), kind.__name__.encode(), detail)
    return Fault(kind.__name__, status_12, body)


_ENVELOPE_11 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="' + SOAP_11.encode() + b'"><soap:Body>'
    b"<soap:Fault><faultcode>soap:%b</faultcode><faultstring>%b</faultstring><detail>%b</detail></soap:Fault>"
    b"</soap:Body></soap:Envelope>"
)
_ENVELOPE_12 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="' + SOAP_12.encode() + b'">%b<soap:Body>'
    b"<soap:Fault><soap:Code><soap:Value>soap:%b</soap:Value></soap:Code>"
    b'<soap:Reason><soap:Text xml:lang="en">%b</soap:Text></soap:Reason><soap:Detail>%b</soap:Detail></soap:Fault>'
    b"</soap:Body></soap:Envelope>"
)


def _detail(kind: type[GatewayError], error: GatewayError, row: Row, incident: str) -> bytes:
    fields = {"Code": kind.__name__, "Text": row.text or error.text, "Retry": kind.retry.value, "Incident": incident}
    if row.side is not Side.HOUSE:
        fields |= {name: value for name, value in (("Position", error.position), ("Box", error.box)) if value}
    inner = b"".join(
        b"<fault:%b>%b</fault:%b>" % (name.encode(), escaped(value), name.encode()) for name, value in fields.items()
    )
    return b'<fault:Fault xmlns:fault="%b">%b</fault:Fault>' % (FAULT.encode(), inner)


def _header(side: Side, not_understood: Sequence[BlockName]) -> bytes:
    """What SOAP 1.2 wants in the header of such a fault (part 1, sections 5.4.7 and 5.4.8)."""
    if side is Side.VERSION:
        supported = b"".join(
            b'<soap:SupportedEnvelope qname="e:Envelope" xmlns:e="%b"/>' % namespace.encode()
            for namespace in (SOAP_12, SOAP_11)
        )
        return b"<soap:Header><soap:Upgrade>%b</soap:Upgrade></soap:Header>" % supported
    if not not_understood:
        return b""
    blocks = b"".join(
        b'<soap:NotUnderstood qname="n:%b" xmlns:n="%b"/>' % (escaped(block.local_name), escaped(block.namespace))
        for block in not_understood
    )
    return b"<soap:Header>%b</soap:Header>" % blocks
