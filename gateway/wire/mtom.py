"""MTOM packages (multipart/related): strict division into parts, for both directions.

A lenient reader and a strict one can see different parts in the same bytes, and an attacker lives
in that difference. So nothing is repaired: lines of a head end in CR LF, nothing but line ends
stands outside the parts, no field is repeated, the last delimiter is there. Every bound is checked
before the work it bounds is done.

Source: RFC 2046, section 5.1.1; RFC 2387; RFC 2392; XOP 1.0; wire contract, section 7.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~]*)")
_CONTENT_ID = re.compile(r"<[^<>\s]+>")
# Possessive, and without a group: the regular expression engine would remember each repetition of a
# group, which takes forty times the memory of the line ends.
_LAST_DELIMITER_END = re.compile(rb"--[ \t]*+(?:\r\n)*+")
_DELIMITER_END = re.compile(rb"[ \t]*+\r\n")
_WHITE_SPACE = b" \t\r\n"

PLAIN_ENCODINGS = frozenset({"7bit", "8bit", "binary"})
"""Transfer encodings that leave the bytes as they are."""
BASE64 = "base64"


class PackageDamaged(Exception):
    """The package is not as its specification says.

    text: a sentence without any value of the package.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class PackageTooLarge(PackageDamaged):
    """The package has more parts, or a larger head of a part, than its reader takes."""


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """Bounds on a package. parts: root included.  head_bytes: of the header fields of one part."""

    parts: int
    head_bytes: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a package.

    headers: values by lower-case name.  content: bytes as they travelled, not decoded.
    """

    headers: Mapping[str, str]
    content: bytes

    @property
    def content_id(self) -> str | None:
        """The Content-ID with its angle brackets; None where there is none."""
        return self.headers.get("content-id")

    def decoded(self, encodings: Collection[str]) -> bytes | None:
        """The content without its transfer encoding; None where that is none of `encodings`.

        encodings: PLAIN_ENCODINGS, and BASE64 where a reader takes it.  Raises PackageDamaged for
        damaged base64.
        """
        encoding = self.headers.get("content-transfer-encoding", "binary").lower()
        if encoding not in encodings:
            return None
        if encoding != BASE64:
            return self.content
        try:
            # Deleted in one pass: a list of the pieces would take many times the memory.
            return base64.b64decode(self.content.translate(None, _WHITE_SPACE), validate=True)
        except binascii.Error:
            raise PackageDamaged("A part of the package is not the base64 it says it is.") from None


def split_package(body: bytes, boundary: str, limits: PackageLimits) -> list[Part]:
    """The parts of a package, in their order; at least one.

    boundary: the parameter of the package's media type.  Raises PackageDamaged, PackageTooLarge.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise PackageDamaged("The package has no valid boundary.")
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter, limits.parts + 2)
    if len(pieces) > limits.parts + 2:
        raise PackageTooLarge(f"The package holds more than {limits.parts} parts.")
    if len(pieces) < 3 or pieces[0].strip(b"\r\n") or not _LAST_DELIMITER_END.fullmatch(pieces[-1]):
        raise PackageDamaged("The package is cut short, or holds something outside its parts.")
    return [_part(piece, limits) for piece in pieces[1:-1]]


def root_of(parts: Sequence[Part], start: str | None) -> Part:
    """The root part: the one that `start` names; the first where the package names none.

    start: the parameter of the package's media type.  Raises PackageDamaged.
    """
    if not all(part.content_id is None or _CONTENT_ID.fullmatch(part.content_id) for part in parts):
        subject = "the root part" if len(parts) == 1 else "a part"
        raise PackageDamaged(f"The Content-ID of {subject} is damaged.")
    if start is None:
        return parts[0]
    for part in parts:
        if part.content_id == start:
            return part
    raise PackageDamaged("start of the package names no part of it.")


def _part(piece: bytes, limits: PackageLimits) -> Part:
    delimiter_end = _DELIMITER_END.match(piece)
    head, gap, content = piece[delimiter_end.end() if delimiter_end else 0 :].partition(b"\r\n\r\n")
    if not delimiter_end or not gap:
        raise PackageDamaged(
            "A part of the package has no head, or a line that ends otherwise than in CR LF."
        )
    if len(head) > limits.head_bytes:
        raise PackageTooLarge(
            f"A part of the package has a head of more than {limits.head_bytes} bytes."
        )
    headers: dict[str, str] = {}
    unfolded = re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1"))
    for line in unfolded.split("\r\n"):
        header = _HEADER.fullmatch(line)
        if not header or header[1].lower() in headers:
            raise PackageDamaged(
                "The head of a part of the package is damaged, or names a field twice."
            )
        headers[header[1].lower()] = header[2].strip(" \t")
    return Part(headers, content)
