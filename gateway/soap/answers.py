"""Answer writing: stored bytes between prepared bytes; no element tree is built.

A permit leaves byte for byte as it was sealed, so its signature stays valid. Source: wire contract,
sections 4 and 7.
"""

from collections.abc import Iterator
from functools import lru_cache

from gateway.domain.partner import OperationName
from gateway.exchange.permits.answer import CertificateAnswer
from gateway.exchange.permits.confirm import ConfirmationAnswer
from gateway.exchange.ports import Attachment
from gateway.exchange.stored_bytes import ComposedBytes, in_base64
from gateway.soap.escaping import escaped
from gateway.soap.mtom import PackageWriter
from gateway.soap.use_cases import Answer
from gateway.wire.soap_version import SoapVersion
from schemas import ContractVersion

_BEFORE_ATTACHMENT = b"<Attachments><AttachmentName>%b</AttachmentName><AttachmentContent>"
_AFTER_ATTACHMENT = b"</AttachmentContent></Attachments>"
_COMPOSITE = b"<Composite>false</Composite>"
_BODY = b"<soap:Body>"
_HEADER = b"<soap:Header>%b</soap:Header>"


class AnswerWriter:
    """Writes the answers of one contract version."""

    def __init__(self, version: ContractVersion) -> None:
        self._frames = {
            (soap, operation): _frame(soap, version.namespace, f"{operation}Response")
            for soap in SoapVersion
            for operation in OperationName
        }

    def write(
        self,
        answer: Answer,
        operation: OperationName,
        soap: SoapVersion,
        *,
        empty: bool,
        package: PackageWriter | None,
        block: bytes = b"",
    ) -> bytes:
        """The envelope in UTF-8.

        empty: leave out the children that the contract makes optional (setting of the partner).
        package: takes the attachments as parts of their own; None: they stand inline in base64.
        block: of the header; empty: there is no header.
        """
        before, after = self._frames[soap, operation]
        if block:
            start, body, rest = before.partition(_BODY)
            before = b"".join((start, _HEADER % block, body, rest))
        return ComposedBytes((before, *self._content(answer, empty, package), after))

    def _content(
        self, answer: Answer, empty: bool, package: PackageWriter | None
    ) -> tuple[bytes, ...]:
        if isinstance(answer, CertificateAnswer):
            attachments = (
                part for each in answer.attachments for part in _attachment(each, package)
            )
            return (answer.document, *attachments, _COMPOSITE)
        if empty:
            return ()
        if isinstance(answer, ConfirmationAnswer):
            return _element("State", answer.state), _element(
                "ConfirmationId", answer.confirmation_id
            )
        time = answer.time.isoformat(timespec="seconds")
        return (
            _element("State", answer.state),
            _element("Version", answer.version),
            _element("Time", time),
        )


def _frame(soap: SoapVersion, namespace: str, response: str) -> tuple[bytes, bytes]:
    before = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope'
        f' xmlns:soap="{soap.value}"><soap:Body><epix:{response} xmlns:epix="{namespace}">'
    )
    return before.encode(), f"</epix:{response}></soap:Body></soap:Envelope>".encode()


def _attachment(attachment: Attachment, package: PackageWriter | None) -> Iterator[bytes]:
    yield _before(attachment.name)
    yield package.include(attachment.content) if package else in_base64(attachment.content)
    yield _AFTER_ATTACHMENT


@lru_cache(maxsize=256)
def _before(name: str) -> bytes:
    return _BEFORE_ATTACHMENT % escaped(name)


def _element(name: str, text: str) -> bytes:
    return b"<%b>%b</%b>" % (name.encode(), escaped(text), name.encode())
