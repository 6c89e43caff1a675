"""Faults of the hub flavour: a table says how each error of the error tree is written.

Two kinds reach a client of the hub. A refusal of the hub itself has the hub's words in a fault
without detail, HTTP 500, most often with the code `Server`. A refusal of the country that holds the
permit is that country's own fault, which the hub copies through with HTTP 200: here our fault of
`gateway/soap/faults.py`, with its detail.

The incident number stands in the detail of the second kind, and in the HTTP field X-Incident of
both, because the first has no place for it.

Source: wire contract, section 11.1; wash_out 0.11, app/views/wash_out/rpc/error.builder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.domain import errors
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import GatewayError
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.supporting.refused import DocumentRefused
from gateway.soap.escaping import escaped
from gateway.soap.faults import Fault, fault
from gateway.soap.hub.requests import ID_NOT_VALID, NO_ACTION
from gateway.wire.namespaces import SOAP_11, SOAP_11_ENCODING, XSD, XSI
from gateway.wire.soap_version import SoapVersion

CONTENT_TYPE = "application/xml; charset=utf-8"
"""Of what the hub copies through."""


@dataclass(frozen=True, slots=True)
class HubWords:
    """Fault that the hub itself writes. words: its faultstring.  code: its faultcode."""

    words: str
    code: str = "Server"


COPIED = None
"""The fault of the country that holds the permit, copied through."""

HUB_FAULTS: Mapping[type[GatewayError], HubWords | None] = {
    errors.CertificateMissing: HubWords("CertificateMissing"),
    errors.CallerNotFound: HubWords("CallerNotFound"),
    errors.CalleeNotFound: HubWords("CalleeNotFound"),
    errors.AccessDenied: HubWords("AdapterNotAvailable"),
    errors.CertificateNotFound: COPIED,
    errors.CertificateNotFinal: COPIED,
    errors.CertificateCancelled: COPIED,
    errors.CertificateReplaced: COPIED,
    errors.CertificateExpired: COPIED,
    errors.InvalidRequest: HubWords("Invalid Request"),
    errors.MessageTooLarge: HubWords("MessageTooLarge", "Client"),
    errors.PositionUnknown: COPIED,
    errors.PositionRepeated: COPIED,
    errors.QuantityInvalid: COPIED,
    errors.QuantityExceeded: COPIED,
    errors.AlreadyConfirmed: COPIED,
    errors.TooManyRequests: COPIED,
    errors.OperationNotAvailable: HubWords("Adapters::OperationNotAvailableException"),
    errors.VersionMismatch: HubWords("VersionMismatch", "VersionMismatch"),
    errors.MustUnderstand: HubWords("MustUnderstand", "MustUnderstand"),
    errors.SignatureMissing: HubWords("SignatureMissing", "Client"),
    errors.SignatureInvalid: HubWords("SignatureInvalid", "Client"),
    errors.SignerNotTrusted: HubWords("SignerNotTrusted", "Client"),
    errors.AlgorithmRefused: HubWords("AlgorithmRefused", "Client"),
    errors.MessageExpired: HubWords("MessageExpired", "Client"),
    errors.MessageReplayed: HubWords("MessageReplayed", "Client"),
    errors.PartnerUnreachable: HubWords("Errno::ECONNREFUSED"),
    errors.PartnerTimeout: HubWords("This request took too long to process..."),
    errors.PartnerFault: COPIED,
    errors.PartnerReplyInvalid: HubWords("PartnerReplyInvalid"),
    errors.ServiceUnavailable: COPIED,
    errors.UnderMaintenance: COPIED,
    errors.PermitAltered: COPIED,
    errors.InternalError: COPIED,
    errors.SettingsInvalid: COPIED,
    errors.KeyUnusable: COPIED,
    errors.RecordInvalid: COPIED,
    errors.ReferenceDataInvalid: COPIED,
    errors.DocumentInvalid: COPIED,
    errors.BackupInvalid: COPIED,
    errors.RestoreRefused: COPIED,
    errors.RecordingInvalid: COPIED,
    DeclarationInvalid: COPIED,
    DocumentRefused: COPIED,
    PersonInvalid: COPIED,
    ApiKeyInvalid: COPIED,
}


def hub_fault(error: GatewayError, incident: str) -> Fault:
    """The fault for an error. incident: id of the exchange."""
    copied = fault(error, SoapVersion.V1_1, incident)
    headers = (("X-Incident", incident),)
    own = HUB_FAULTS.get(type(error), COPIED)
    if own is COPIED:
        return replace(copied, content_type=CONTENT_TYPE, status=200, headers=headers)
    own = _sentence(error) or own
    body = _ENVELOPE % (own.code.encode(), escaped(own.words))
    return replace(copied, body=body, headers=headers)


def _sentence(error: GatewayError) -> HubWords | None:
    """The sentence that the hub has for one kind of invalid request."""
    if error.text == ID_NOT_VALID:
        return HubWords(ID_NOT_VALID, "Client")
    return HubWords(error.text) if error.text.startswith(NO_ACTION) else None


_ENVELOPE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{SOAP_11}"'
    f' xmlns:xsd="{XSD}" xmlns:xsi="{XSI}"><soap:Body>'
    f'<soap:Fault encodingStyle="{SOAP_11_ENCODING}">'
    '<faultcode xsi:type="xsd:QName">%b</faultcode>'
    '<faultstring xsi:type="xsd:string">%b</faultstring>'
    "</soap:Fault></soap:Body></soap:Envelope>"
).encode()
"""As the hub writes it, but for the prefix `xsd`, which the hub forgot to declare."""
