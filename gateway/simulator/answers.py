"""Answers and faults of a stand-in, written by the data of its dialect.

Permits are spliced in as bytes, so that their seals stay valid. Where the dialect says that an
answer is the envelope of a partner behind a hub, it is one of our contract. Content of the answers
to ConfirmQuantities and ServiceState was never published: only our contract has any; other dialects
get an empty element (wire contract, section 12, O1 and O2).
"""

import base64
import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.dialects import Dialect, Envelope, FaultMapping, Style
from gateway.domain.errors import GatewayError, RequestRefused, TrustRefused
from gateway.domain.ledger.endorsement import ConfirmationState
from gateway.exchange.ports import Attachment
from gateway.http import HttpAnswer
from gateway.simulator.permits import AnsweredPermit
from gateway.simulator.reading import AskedOperation
from gateway.wire.namespaces import SOAP_11_ENCODING, XSI
from gateway.wire.soap_version import SoapVersion
from schemas import VERSION_BY_ROOT, VERSIONS, ContractVersion

ContractFault = Callable[[GatewayError, SoapVersion, str], bytes]
"""The fault of our own contract: error, version of SOAP, incident number -> envelope."""

_STAND_IN = "X-Stand-In"
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class AnswerWriter:
    """Writes the answers of one stand-in.

    namespace: of the service.  contract_fault: as our own endpoint writes it.
    """

    dialect: Dialect
    namespace: str
    contract_fault: ContractFault

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """HTTP fields of every answer: that this is a stand-in, and no real service."""
        return (
            (_STAND_IN, f"epix-gateway; dialect={self.dialect.name}"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        )

    def certificate(
        self, asked: AskedOperation, permit: AnsweredPermit, soap: SoapVersion
    ) -> HttpAnswer:
        """A permit with its attachments."""
        files = b"".join(_attachment(each) for each in permit.files)
        content = permit.document + files + b"<Composite>false</Composite>"
        return self._answer(asked, content, soap, _version_of(permit.document))

    def confirmation(
        self, asked: AskedOperation, state: ConfirmationState, identity: str, soap: SoapVersion
    ) -> HttpAnswer:
        """That quantities are booked."""
        content = f"<State>{state}</State><ConfirmationId>{html.escape(identity)}</ConfirmationId>"
        return self._answer(asked, content.encode() if self._says_content else b"", soap)

    def state(self, asked: AskedOperation, now: datetime, soap: SoapVersion) -> HttpAnswer:
        """That the stand-in works."""
        content = (
            f"<State>OK</State><Version>stand-in {self.dialect.name}</Version>"
            f"<Time>{now.isoformat(timespec='seconds')}</Time>"
        )
        return self._answer(asked, content.encode() if self._says_content else b"", soap)

    def fault(
        self, error: GatewayError, soap: SoapVersion, incident: str, number: str | None
    ) -> HttpAnswer:
        """A fault in the words of the dialect. number: of the permit that was asked for."""
        known = self.dialect.faults.spoken(error.code)
        status = self.dialect.faults.http_statuses[0]
        if self.dialect.faults.epix_detail:
            return self._sent(self.contract_fault(error, soap, incident), status, soap.content_type)
        if known is None and self.dialect.answer.envelope is Envelope.PARTNER:
            body = self.contract_fault(error, soap, incident)
            return self._sent(body, _HTTP_OK, self._media(soap))
        return self._sent(self._fault_body(error, known, soap, number), status, soap.content_type)

    def _fault_body(
        self, error: GatewayError, known: FaultMapping | None, soap: SoapVersion, number: str | None
    ) -> bytes:
        is_client = known.client if known else isinstance(error, RequestRefused | TrustRefused)
        words = (known.word or f"{known.prefix or ''}{known.text}") if known else error.code
        detail = _detail(known, number) if known else ""
        if soap is SoapVersion.V1_1:
            prefix = "soap:" if self.dialect.faults.prefixed_code else ""
            code, text = self._fault_types
            content = (
                f"<faultcode{code}>{prefix}{'Client' if is_client else 'Server'}</faultcode>"
                f"<faultstring{text}>{html.escape(words)}</faultstring>"
                f"{f'<detail>{detail}</detail>' if detail else ''}"
            )
        else:
            content = (
                f"<soap:Code><soap:Value>soap:{'Sender' if is_client else 'Receiver'}</soap:Value>"
                f'</soap:Code><soap:Reason><soap:Text xml:lang="en">{html.escape(words)}'
                "</soap:Text></soap:Reason>"
                f"{f'<soap:Detail>{detail}</soap:Detail>' if detail else ''}"
            )
        style = f' encodingStyle="{SOAP_11_ENCODING}" xmlns:xsi="{XSI}"' if self._is_rpc else ""
        return _envelope(soap, f"<soap:Fault{style}>{content}</soap:Fault>".encode())

    @property
    def _is_rpc(self) -> bool:
        return self.dialect.form.style is Style.RPC_ENCODED

    @property
    def _fault_types(self) -> tuple[str, str]:
        """Attributes of faultcode and faultstring in rpc/encoded.

        The prefix `xsd` is declared nowhere, as by the hub: a reader has to bear it.
        """
        if not self._is_rpc:
            return "", ""
        return ' xsi:type="xsd:QName"', ' xsi:type="xsd:string"'

    @property
    def _is_copied(self) -> bool:
        return self.dialect.answer.envelope is Envelope.PARTNER

    @property
    def _says_content(self) -> bool:
        return self._is_copied or self.dialect.faults.epix_detail

    def _answer(
        self,
        asked: AskedOperation,
        content: bytes,
        soap: SoapVersion,
        version: ContractVersion | None = None,
    ) -> HttpAnswer:
        prefix = self.dialect.form.service_prefix
        namespace, name = self.namespace, asked.names.answer
        if self._is_copied:
            contract = version or VERSIONS[self.dialect.answer.documents[0]]
            usual = self.dialect.operation(asked.operation).names[0]
            namespace, name = contract.namespace, f"{usual.operation}Response"
        body = b'<%b:%b xmlns:%b="%b">%b</%b:%b>' % (
            prefix.encode(),
            name.encode(),
            prefix.encode(),
            html.escape(namespace).encode(),
            content,
            prefix.encode(),
            name.encode(),
        )
        return self._sent(_envelope(soap, body), _HTTP_OK, self._media(soap))

    def _media(self, soap: SoapVersion) -> str:
        """Content-Type of an answer: of SOAP, unless the dialect has another."""
        media = self.dialect.answer.media_type
        own = soap.content_type
        return own if media in own or media == "text/xml" else f"{media}; charset=utf-8"

    def _sent(self, body: bytes, status: int, content_type: str) -> HttpAnswer:
        return HttpAnswer(status, (("Content-Type", content_type), *self.marks), body)


def _envelope(soap: SoapVersion, body: bytes) -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="%b"><soap:Body>%b'
        b"</soap:Body></soap:Envelope>" % (soap.value.encode(), body)
    )


def _attachment(attachment: Attachment) -> bytes:
    return (
        b"<Attachments><AttachmentName>%b</AttachmentName><AttachmentContent>%b"
        b"</AttachmentContent></Attachments>"
        % (html.escape(attachment.name).encode(), base64.b64encode(attachment.content))
    )


def _detail(known: FaultMapping, number: str | None) -> str:
    """The typed element of a detail; empty where the mapping has none."""
    if known.detail is None:
        return ""
    namespace = html.escape(known.detail_namespace or "")
    declared = f' xmlns:d="{namespace}"' if namespace else ""
    prefix = "d:" if namespace else ""
    inner = ""
    if known.number_element:
        name = prefix + known.number_element
        inner = f"<{name}>{html.escape(number or '')}</{name}>"
    name = prefix + known.detail
    return f"<{name}{declared}>{inner}</{name}>"


def _version_of(document: bytes) -> ContractVersion:
    """The contract version of a document, by its root element."""
    return next(
        version
        for root, version in VERSION_BY_ROOT.items()
        if document.startswith(b"<" + root.encode())
    )
