"""MTOM packages at the SOAP endpoint: the envelope out of a request, attachments into an answer.

Requests of this contract have nothing binary in them, so a package that is taken holds its root
part and no other. Answers carry each attachment as a part of its own.

Source: XOP 1.0; MTOM; RFC 2387; wire contract, section 7.
"""

from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest, MessageTooLarge
from gateway.exchange.stored_bytes import ComposedBytes, parts_of
from gateway.soap.reading.limits import MessageLimits
from gateway.wire.media_type import MediaType
from gateway.wire.mtom import (
    PLAIN_ENCODINGS,
    PackageDamaged,
    PackageLimits,
    PackageTooLarge,
    root_of,
    split_package,
)
from gateway.wire.namespaces import XOP
from gateway.wire.soap_version import SoapVersion


def root_part(body: bytes, package: MediaType, limits: MessageLimits) -> tuple[bytes, MediaType]:
    """The envelope of a package, and the envelope's own media type as the root part names it.

    Raises InvalidRequest, MessageTooLarge.
    """
    try:
        return _root_part(body, package, limits)
    except PackageTooLarge as error:
        raise MessageTooLarge(error.text) from None
    except PackageDamaged as error:
        raise InvalidRequest(error.text) from None


def _root_part(body: bytes, package: MediaType, limits: MessageLimits) -> tuple[bytes, MediaType]:
    bounds = PackageLimits(limits.package_parts, limits.part_head_bytes)
    parts = split_package(body, package.parameters.get("boundary", ""), bounds)
    if len(parts) != 1:
        raise PackageDamaged(
            "A request has nothing to include: its package holds the root part alone."
        )
    root = root_of(parts, package.parameters.get("start"))
    content = root.decoded(PLAIN_ENCODINGS)
    if content is None:
        raise PackageDamaged(
            "The root part of the package has a transfer encoding other than 7bit, 8bit and binary."
        )
    declared = MediaType.parse(root.headers.get("content-type", ""))
    media = declared and declared.of_root
    if media is None:
        raise PackageDamaged(
            "The root part of the package is not application/xop+xml around a SOAP envelope."
        )
    info = MediaType.parse(package.parameters.get("start-info", media.name))
    if info is None or info.name != media.name:
        raise PackageDamaged("start-info of the package names another type than its root part.")
    return content, media


@dataclass(frozen=True, slots=True)
class PackageWriter:
    """Writes the package of one answer.

    id: of the exchange. It is unguessable beforehand, so that no attachment can hold the boundary.
    contents: the attachments taken in so far.
    """

    id: str
    contents: list[bytes]

    def include(self, content: bytes) -> bytes:
        """Take in a part; returns the element that stands for it in the envelope."""
        self.contents.append(content)
        reference = f"cid:{len(self.contents)}.{self.id}@epix"
        return f'<xop:Include xmlns:xop="{XOP}" href="{reference}"/>'.encode()

    def write(self, envelope: bytes, soap: SoapVersion) -> tuple[str, bytes]:
        """Content-Type and bytes of the whole package."""
        boundary = f"epix-{self.id}"
        root = f'application/xop+xml; charset=UTF-8; type="{soap.media_type}"'
        delimiter = f"--{boundary}\r\n"
        parts = [_head(delimiter, root, "8bit", f"root.{self.id}@epix"), *parts_of(envelope)]
        for count, content in enumerate(self.contents, 1):
            head = _head(
                f"\r\n{delimiter}", "application/octet-stream", "binary", f"{count}.{self.id}@epix"
            )
            parts += (head, content)
        body = ComposedBytes((*parts, f"\r\n--{boundary}--\r\n".encode()))
        media = (
            f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
            f'start="<root.{self.id}@epix>"; start-info="{soap.media_type}"'
        )
        return media, body


def _head(delimiter: str, media: str, transfer_encoding: str, content_id: str) -> bytes:
    """The bytes before the content of a part."""
    return (
        f"{delimiter}Content-Type: {media}\r\nContent-Transfer-Encoding: {transfer_encoding}\r\n"
        f"Content-ID: <{content_id}>\r\n\r\n"
    ).encode()
