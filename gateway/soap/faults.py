"""SOAP faults: a table says how each error of the error tree is written.

SOAP 1.1: Client or Server. SOAP 1.2: Sender or Receiver. The name of the error is faultstring or
Reason; `detail` holds one Fault of schemas/fault.xsd. The HTTP status is 500 in both versions:
SOAP 1.2 wants 400 with Sender, but clients in use read the body of a 500 alone
(docs/decisions/0009-faults-with-500.md).

Source: SOAP 1.1, sections 4.4 and 6.2; SOAP 1.2 part 1, section 5.4; wire contract, section 11.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gateway.domain import errors
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import GatewayError
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.supporting.refused import DocumentRefused
from gateway.soap.escaping import escaped
from gateway.soap.reading.errors import BlockName
from gateway.wire.namespaces import SOAP_11, SOAP_12
from gateway.wire.soap_version import SoapVersion
from schemas import FAULT_NAMESPACE


class Side(Enum):
    """The side at fault: (faultcode in SOAP 1.1, Code in SOAP 1.2)."""

    CALLER = ("Client", "Sender")
    SERVER = ("Server", "Receiver")
    VERSION = ("VersionMismatch", "VersionMismatch")
    HEADER = ("MustUnderstand", "MustUnderstand")


@dataclass(frozen=True, slots=True)
class FaultRule:
    """The rule for one error.

    text: replaces the error's own text, where that is not for partners.
    shown_as: the error under whose name it leaves; None: its own.
    """

    side: Side
    text: str | None = None
    shown_as: type[GatewayError] | None = None


FAULT_STATUS = 500
"""HTTP status of every fault."""

_CALLER = FaultRule(Side.CALLER)
_PARTNER = FaultRule(Side.SERVER)
_BUSY = FaultRule(Side.SERVER, "The service cannot answer at the moment; please ask again later.")
_CLOSED = FaultRule(
    Side.SERVER,
    "The service is closed for maintenance; please ask again later.",
    errors.ServiceUnavailable,
)
_SUSPENDED = FaultRule(Side.SERVER, _BUSY.text, errors.ServiceUnavailable)
_DEFECT = FaultRule(
    Side.SERVER,
    "Something went wrong on our side; it is kept under the incident number.",
    errors.InternalError,
)

FAULTS: Mapping[type[GatewayError], FaultRule] = {
    errors.CertificateMissing: _CALLER,
    errors.CallerNotFound: _CALLER,
    errors.CalleeNotFound: _CALLER,
    errors.AccessDenied: _CALLER,
    errors.CertificateNotFound: _CALLER,
    errors.CertificateNotFinal: _CALLER,
    errors.CertificateCancelled: _CALLER,
    errors.CertificateReplaced: _CALLER,
    errors.CertificateExpired: _CALLER,
    errors.InvalidRequest: _CALLER,
    errors.MessageTooLarge: _CALLER,
    errors.PositionUnknown: _CALLER,
    errors.PositionRepeated: _CALLER,
    errors.QuantityInvalid: _CALLER,
    errors.QuantityExceeded: _CALLER,
    errors.AlreadyConfirmed: _CALLER,
    errors.TooManyRequests: _CALLER,
    errors.OperationNotAvailable: _CALLER,
    errors.VersionMismatch: FaultRule(Side.VERSION),
    errors.MustUnderstand: FaultRule(Side.HEADER),
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
    errors.PermitAltered: _SUSPENDED,
    errors.InternalError: _DEFECT,
    errors.SettingsInvalid: _DEFECT,
    errors.KeyUnusable: _DEFECT,
    errors.RecordInvalid: _DEFECT,
    errors.ReferenceDataInvalid: _DEFECT,
    errors.DocumentInvalid: _DEFECT,
    errors.BackupInvalid: _DEFECT,
    errors.RestoreRefused: _DEFECT,
    errors.RecordingInvalid: _DEFECT,
    DeclarationInvalid: _DEFECT,
    DocumentRefused: _DEFECT,
    PersonInvalid: _DEFECT,
    ApiKeyInvalid: _DEFECT,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, ready to send.

    code: name of the error; the outcome of the exchange.
    status: of HTTP.  headers: beside those of every answer.
    """

    code: str
    body: bytes
    content_type: str
    status: int = FAULT_STATUS
    headers: tuple[tuple[str, str], ...] = ()


def fault(
    error: GatewayError, soap: SoapVersion, incident: str, not_understood: Sequence[BlockName] = ()
) -> Fault:
    """The fault for an error.

    incident: id of the exchange.
    not_understood: header blocks for the NotUnderstood header of SOAP 1.2.
    """
    rule = FAULTS.get(type(error), _DEFECT)
    reported = rule.shown_as or type(error)
    detail = _detail(reported, error, rule, incident)
    code_11, code_12 = rule.side.value
    name = reported.__name__.encode()
    if soap is SoapVersion.V1_1:
        body = _ENVELOPE_11 % (code_11.encode(), name, detail)
    else:
        header = _header(rule.side, not_understood)
        body = _ENVELOPE_12 % (header, code_12.encode(), name, detail)
    return Fault(reported.__name__, body, soap.content_type)


_ENVELOPE_11 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="'
    + SOAP_11.encode()
    + b'"><soap:Body>'
    b"<soap:Fault><faultcode>soap:%b</faultcode><faultstring>%b</faultstring>"
    b"<detail>%b</detail></soap:Fault>"
    b"</soap:Body></soap:Envelope>"
)
_ENVELOPE_12 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="'
    + SOAP_12.encode()
    + b'">%b<soap:Body>'
    b"<soap:Fault><soap:Code><soap:Value>soap:%b</soap:Value></soap:Code>"
    b"<soap:Reason><soap:Text"
    b' xml:lang="en">%b</soap:Text></soap:Reason><soap:Detail>%b</soap:Detail></soap:Fault>'
    b"</soap:Body></soap:Envelope>"
)


def _detail(
    reported: type[GatewayError], error: GatewayError, rule: FaultRule, incident: str
) -> bytes:
    fields = {
        "Code": reported.__name__,
        "Text": rule.text or error.text,
        "Retry": reported.retry.value,
        "Incident": incident,
    }
    if rule.side is not Side.SERVER:
        fields |= {
            name: value
            for name, value in (("Position", error.position), ("Box", error.box))
            if value
        }
    inner = b"".join(
        b"<fault:%b>%b</fault:%b>" % (name.encode(), escaped(value), name.encode())
        for name, value in fields.items()
    )
    return b'<fault:Fault xmlns:fault="%b">%b</fault:Fault>' % (FAULT_NAMESPACE.encode(), inner)


def _header(side: Side, not_understood: Sequence[BlockName]) -> bytes:
    """The header of a fault that SOAP 1.2 demands (part 1, sections 5.4.7 and 5.4.8)."""
    if side is Side.VERSION:
        supported = b"".join(
            b'<soap:SupportedEnvelope qname="e:Envelope" xmlns:e="%b"/>' % namespace.encode()
            for namespace in (SOAP_12, SOAP_11)
        )
        return b"<soap:Header><soap:Upgrade>%b</soap:Upgrade></soap:Header>" % supported
    if not not_understood:
        return b""
    blocks = b"".join(
        b'<soap:NotUnderstood qname="n:%b" xmlns:n="%b"/>'
        % (escaped(block.local_name), escaped(block.namespace))
        for block in not_understood
    )
    return b"<soap:Header>%b</soap:Header>" % blocks
