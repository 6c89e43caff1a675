"""How is an envelope carried in an MTOM package?

Requests of this contract have nothing binary in them, so a package we take holds its root part and no other.
Answers carry each attachment as a part of its own. Source: XOP 1.0; MTOM; RFC 2387; wire contract, section 7.
"""

import re
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest, MessageTooLarge
from gateway.exchange.spliced import Spliced, parts_of
from gateway.soap.limits import Limits
from gateway.soap.media import MediaType
from gateway.soap.names import XOP, Soap

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*)")
_TRANSFERS = ("7bit", "8bit", "binary")


def root_part(body: bytes, package: MediaType, limits: Limits) -> tuple[bytes, MediaType]:
    """The envelope of a package and its own media type (charset and action as the root part says them).

    Raises InvalidRequest, MessageTooLarge.
    """
    parts = _parts(body, package.parameters.get("boundary", ""), limits)
    if len(parts) != 1:
        raise InvalidRequest("A request has nothing to include: its package holds the root part alone.")
    head, content = parts[0]
    _require_start(head.get("content-id"), package.parameters.get("start"))
    if head.get("content-transfer-encoding", "binary").lower() not in _TRANSFERS:
        raise InvalidRequest("The root part of the package has a transfer encoding other than 7bit, 8bit and binary.")
    declared = MediaType.parse(head.get("content-type", ""))
    media = declared and declared.of_root
    if media is None:
        raise InvalidRequest("The root part of the package is not application/xop+xml around a SOAP envelope.")
    info = MediaType.parse(package.parameters.get("start-info", media.name))
    if info is None or info.name != media.name:
        raise InvalidRequest("start-info of the package names another type than its root part.")
    return content, media


def _require_start(content_id: str | None, start: str | None) -> None:
    if content_id is not None and not re.fullmatch(r"<[^<>\s]+>", content_id):
        raise InvalidRequest("The Content-ID of the root part is damaged.")
    if start is not None and start != content_id:
        raise InvalidRequest("start of the package names no part of it.")


def _parts(body: bytes, boundary: str, limits: Limits) -> list[tuple[dict[str, str], bytes]]:
    if not _BOUNDARY.fullmatch(boundary):
        raise InvalidRequest("The package has no valid boundary.")
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter, limits.package_parts + 2)
    if len(pieces) > limits.package_parts + 2:
        raise MessageTooLarge(f"The package holds more than {limits.package_parts} parts.")
    if len(pieces) < 3 or pieces[0].strip(b"\r\n") or not re.fullmatch(rb"--[ \t]*(\r\n)*", pieces[-1]):
        raise InvalidRequest("The package is cut short, or holds something outside its parts.")
    return [_part(piece, limits) for piece in pieces[1:-1]]


def _part(piece: bytes, limits: Limits) -> tuple[dict[str, str], bytes]:
    delimiter_end = re.match(rb"[ \t]*\r\n", piece)
    head, gap, content = piece[delimiter_end.end() if delimiter_end else 0 :].partition(b"\r\n\r\n")
    if not delimiter_end or not gap:
        raise InvalidRequest("A part of the package has no head, or a line that ends otherwise than in CR LF.")
    if len(head) > limits.part_head_bytes:
        raise MessageTooLarge(f"A part of the package has a head of more than {limits.part_head_bytes} bytes.")
    fields: dict[str, str] = {}
    unfolded = re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1"))
    for line in unfolded.split("\r\n"):
        field = _FIELD.fullmatch(line)
        if not field or field[1].lower() in fields:
            raise InvalidRequest("The head of a part of the package is damaged, or names a field twice.")
        fields[field[1].lower()] = field[2].strip(" \t")
    return fields, content


@dataclass(frozen=True, slots=True)
class Package:
    """An answer on its way into a package.

    id: of the exchange; unguessable beforehand, so that no attachment can hold the boundary.
    """

    id: str
    contents: list[bytes]

    def include(self, content: bytes) -> bytes:
        """Take a part in; gives the element that stands for it in the envelope."""
        self.contents.append(content)
        return f'<xop:Include xmlns:xop="{XOP}" href="cid:{len(self.contents)}.{self.id}@epix"/>'.encode()

    def write(self, envelope: bytes, soap: Soap) -> tuple[str, bytes]:
        """Content-Type and bytes of the whole package."""
        boundary = f"epix-{self.id}"
        root = f'application/xop+xml; charset=UTF-8; type="{soap.media_type}"'
        mark = f"--{boundary}\r\n"
        parts = [_head(mark, root, "8bit", f"root.{self.id}@epix"), *parts_of(envelope)]
        for count, content in enumerate(self.contents, 1):
            head = _head(f"\r\n{mark}", "application/octet-stream", "binary", f"{count}.{self.id}@epix")
            parts += (head, content)
        body = Spliced((*parts, f"\r\n--{boundary}--\r\n".encode()))
        media = (
            f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
            f'start="<root.{self.id}@epix>"; start-info="{soap.media_type}"'
        )
        return media, body


def _head(mark: str, media: str, transfer: str, content_id: str) -> bytes:
    """What stands before the content of a part."""
    fields = f"Content-Type: {media}\r\nContent-Transfer-Encoding: {transfer}\r\nContent-ID: <{content_id}>\r\n\r\n"
    return f"{mark}{fields}".encode()
