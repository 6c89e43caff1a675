"""MTOM packages from partners: the message, and the parts that its attachments refer to.

A package is read fully right or refused: content ids are unique, each reference is resolved within
the package and only once. Parts without a reference to them are left alone.

Wider than for requests, because partners' libraries write so or the contract says so: parts may be
in base64; the root part may have any media type (the envelope alone decides, section 11.1).
Source: wire contract, sections 7 and 11; XOP 1.0; RFC 2387.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from gateway.partners.faults import Unreadable
from gateway.wire.media_type import MULTIPART, MediaType
from gateway.wire.mtom import (
    BASE64,
    PLAIN_ENCODINGS,
    PackageDamaged,
    PackageLimits,
    Part,
    root_of,
    split_package,
)

_LIMITS = PackageLimits(parts=100, head_bytes=8_192)
_TRANSFER_ENCODINGS = PLAIN_ENCODINGS | {BASE64}
_FIRST_DELIMITER = re.compile(rb"--(?P<boundary>[0-9A-Za-z'()+_,./:=?-]{1,70})\r\n")
_DAMAGED = "answered with a damaged multipart package."


@dataclass(slots=True)
class ReceivedPackage:
    """An answer divided into its parts.

    root: bytes of the message.  charset: of the root's media type.  parts: bytes by content id,
    without the root; each may be taken once.
    """

    root: bytes
    charset: str | None
    parts: dict[str, bytes] = field(default_factory=dict)

    def take(self, reference: str) -> bytes | None:
        """The part behind `cid:...` (RFC 2392), once; None where there is none any more.

        Some stacks escape the Content-ID itself as they escape the reference to it.
        """
        scheme, _, identifier = reference.partition(":")
        if scheme.lower() != "cid":
            return None
        plain = unquote(identifier)
        return self.parts.pop(plain if plain in self.parts else identifier, None)


def media_type_of(body: bytes) -> str:
    """The media type of an answer whose head was not kept, as in the journal.

    A body that begins with a delimiter is a package whose root is the first part: RFC 2387 takes it
    where no `start` says otherwise, and no stack is known that puts it elsewhere.
    """
    delimiter = _FIRST_DELIMITER.match(body)
    if delimiter is None:
        return "application/xml"
    return f'{MULTIPART}; boundary="{delimiter["boundary"].decode("ascii")}"'


def unpack(content_type: str, body: bytes) -> ReceivedPackage:
    """The parts of an answer; an answer that is not multipart is its own root. Raises Unreadable.

    A Content-Type that cannot be parsed counts as none, unless it says multipart.
    """
    declared = "".join(content_type.splitlines()).strip(" \t")
    media = MediaType.parse(declared)
    if not declared.lower().startswith("multipart/"):
        return ReceivedPackage(body, media.parameters.get("charset") if media else None)
    if media is None or media.name != MULTIPART:
        raise Unreadable(_DAMAGED)
    try:
        parts = split_package(body, media.parameters.get("boundary", ""), _LIMITS)
        root = root_of(parts, media.parameters.get("start"))
        return _received(root, parts)
    except PackageDamaged as error:
        raise Unreadable(_DAMAGED) from error


def _received(root: Part, parts: list[Part]) -> ReceivedPackage:
    media = MediaType.parse(root.headers.get("content-type", ""))
    package = ReceivedPackage(_content(root), media.parameters.get("charset") if media else None)
    for part in parts:
        if part is root or part.content_id is None:
            continue
        identifier = part.content_id[1:-1]
        if identifier in package.parts or part.content_id == root.content_id:
            raise Unreadable("answered with a multipart package that uses a content id twice.")
        package.parts[identifier] = _content(part)
    return package


def _content(part: Part) -> bytes:
    content = part.decoded(_TRANSFER_ENCODINGS)
    if content is None or part.headers.get("content-type", "").lower().startswith("multipart/"):
        raise Unreadable(_DAMAGED)
    return content
