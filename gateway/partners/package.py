"""Which file belongs where? MTOM packages: multipart/related with xop:Include (wire contract, section 7).

A package is read fully right or refused: content ids unique, every Include resolved within the package and only once.
Parts that nothing refers to are left alone.
"""

import email
import email.errors
from dataclasses import dataclass, field
from email.message import Message as MimePart
from urllib.parse import unquote

from gateway.partners.faults import Unreadable

_MOST_PARTS = 100
_TRANSFER_ENCODINGS = {"7bit", "8bit", "binary", "base64", "quoted-printable"}
_DAMAGED = "answered with a damaged multipart package."


@dataclass(slots=True)
class Package:
    """An answer taken apart. parts: bytes by content id, without the root; each may be taken once."""

    root: bytes
    charset: str | None
    parts: dict[str, bytes] = field(default_factory=dict)

    def take(self, reference: str) -> bytes | None:
        """The part behind `cid:...`, once; None where there is none (any more)."""
        scheme, _, identifier = reference.partition(":")
        return self.parts.pop(unquote(identifier), None) if scheme.lower() == "cid" else None


def opened(content_type: str, body: bytes) -> Package:
    """Take an answer apart; one that is not multipart is its own root. Raises Unreadable."""
    head = MimePart()
    head["Content-Type"] = "".join(content_type.splitlines()) or "text/xml"
    if head.get_content_maintype() != "multipart":
        return Package(body, _charset(head))
    parts = _parts(head, body)
    start = _parameter(head, "start")
    root = parts[0] if start is None else next((part for part in parts if _identifier(part) == _bare(start)), None)
    if root is None:
        raise Unreadable(_DAMAGED)
    package = Package(_content(root), _charset(root))
    for part in parts:
        identifier = _identifier(part)
        if part is root or not identifier:
            continue
        if identifier in package.parts or identifier == _identifier(root):
            raise Unreadable("answered with a multipart package that uses a content id twice.")
        package.parts[identifier] = _content(part)
    return package


def _parts(head: MimePart, body: bytes) -> list[MimePart]:
    if head.get_content_type() != "multipart/related" or not head.get_boundary():
        raise Unreadable(_DAMAGED)
    package = email.message_from_bytes(f"Content-Type: {head['Content-Type']}\r\n\r\n".encode("latin-1") + body)
    parts = package.get_payload()
    if package.defects or not isinstance(parts, list) or not 0 < len(parts) <= _MOST_PARTS:
        raise Unreadable(_DAMAGED)
    return [part for part in parts if isinstance(part, MimePart)]


def _content(part: MimePart) -> bytes:
    encoding = str(part.get("Content-Transfer-Encoding", "binary")).strip().lower()
    if part.is_multipart() or encoding not in _TRANSFER_ENCODINGS:
        raise Unreadable(_DAMAGED)
    content = part.get_payload(decode=True)
    if part.defects or not isinstance(content, bytes):
        raise Unreadable(_DAMAGED)
    return content


def _identifier(part: MimePart) -> str:
    return _bare(str(part.get("Content-ID", "")))


def _bare(identifier: str) -> str:
    return identifier.strip().removeprefix("<").removesuffix(">")


def _charset(part: MimePart) -> str | None:
    return _parameter(part, "charset")


def _parameter(part: MimePart, name: str) -> str | None:
    value = part.get_param(name)
    return value if isinstance(value, str) else None
