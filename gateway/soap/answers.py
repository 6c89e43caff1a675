"""What does an answer look like on the wire? Stored bytes between prepared bytes; no tree is built.

Source: wire contract, sections 4 and 7.
"""

from collections.abc import Iterator
from functools import lru_cache

from gateway.domain.partner import OperationName
from gateway.exchange.answer_certificate import CertificateAnswer
from gateway.exchange.confirm_quantities import ConfirmationAnswer
from gateway.exchange.ports import Attachment
from gateway.exchange.spliced import Spliced, in_base64
from gateway.soap.names import ContractVersion, Soap
from gateway.soap.package import Package
from gateway.soap.service import Answer
from gateway.soap.writing import escaped

_BEFORE_ATTACHMENT = b"<Attachments><AttachmentName>%b</AttachmentName><AttachmentContent>"
_AFTER_ATTACHMENT = b"</AttachmentContent></Attachments>"
_COMPOSITE = b"<Composite>false</Composite>"


class AnswerWriter:
    """Writes the answers of one contract version."""

    def __init__(self, version: ContractVersion) -> None:
        self._frames = {
            (soap, operation): _frame(soap, version.namespace, f"{operation}Response")
            for soap in Soap
            for operation in OperationName
        }

    def write(
        self, answer: Answer, operation: OperationName, soap: Soap, *, empty: bool, package: Package | None
    ) -> bytes:
        """The envelope in UTF-8.

        empty: the partner wants answers without children where the contract leaves them open.
        package: takes the attachments where the answer travels as one; else they stand inline as base64.
        """
        before, after = self._frames[soap, operation]
        return Spliced((before, *self._content(answer, empty, package), after))

    def _content(self, answer: Answer, empty: bool, package: Package | None) -> tuple[bytes, ...]:
        if isinstance(answer, CertificateAnswer):
            attachments = (part for each in answer.attachments for part in _attachment(each, package))
            return (answer.document, *attachments, _COMPOSITE)
        if empty:
            return ()
        if isinstance(answer, ConfirmationAnswer):
            return _element("State", answer.state), _element("ConfirmationId", answer.confirmation_id)
        time = answer.time.isoformat(timespec="seconds")
        return _element("State", answer.state), _element("Version", answer.version), _element("Time", time)


def _frame(soap: Soap, namespace: str, response: str) -> tuple[bytes, bytes]:
    before = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{soap.value}"><soap:Body>'
        f'<epix:{response} xmlns:epix="{namespace}">'
    )
    return before.encode(), f"</epix:{response}></soap:Body></soap:Envelope>".encode()


def _attachment(attachment: Attachment, package: Package | None) -> Iterator[bytes]:
    yield _before(attachment.name)
    yield package.include(attachment.content) if package else in_base64(attachment.content)
    yield _AFTER_ATTACHMENT


@lru_cache(maxsize=256)
def _before(name: str) -> bytes:
    return _BEFORE_ATTACHMENT % escaped(name)


def _element(name: str, text: str) -> bytes:
    return b"<%b>%b</%b>" % (name.encode(), escaped(text), name.encode())
