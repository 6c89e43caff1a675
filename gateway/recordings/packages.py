"""MTOM packages in recordings: division into parts, and writing with names of our own.

Boundary and content ids of a package may hold the id of its exchange, so none of them is kept.
"""

import re
from dataclasses import dataclass

from gateway.wire.media_type import MULTIPART, MediaType
from gateway.wire.mtom import (
    BASE64,
    PLAIN_ENCODINGS,
    PackageDamaged,
    PackageLimits,
    root_of,
    split_package,
)

_LIMITS = PackageLimits(parts=100, head_bytes=8_192)
_ENCODINGS = PLAIN_ENCODINGS | {BASE64}
_FIRST_DELIMITER = re.compile(rb"--(?P<boundary>[0-9A-Za-z'()+_,./:=?-]{1,70})\r\n")
BOUNDARY = "epix-recording"
_ROOT_ID = "root@recording"


@dataclass(slots=True)
class Package:
    """A package. root: bytes of the envelope.  root_type: its media type.  parts: by content id."""

    root: bytes
    root_type: str
    parts: dict[str, bytes]


def divided(body: bytes, content_type: str) -> Package | None:
    """The package that a body is; None for anything else, and for a damaged package.

    content_type: of HTTP; empty where unknown, as in the journal: then the first line decides.
    """
    media = MediaType.parse(content_type)
    first = _FIRST_DELIMITER.match(body)
    if media is None and first:
        media = MediaType(MULTIPART, {"boundary": first["boundary"].decode("ascii")})
    if media is None or media.name != MULTIPART:
        return None
    try:
        parts = split_package(body, media.parameters.get("boundary", ""), _LIMITS)
        root = root_of(parts, media.parameters.get("start"))
        contents = {
            (part.content_id or "").strip("<>") or f"part-{place}": part.decoded(_ENCODINGS) or b""
            for place, part in enumerate(parts)
            if part is not root
        }
        envelope = root.decoded(_ENCODINGS)
    except PackageDamaged:
        return None
    inner = MediaType.parse(root.headers.get("content-type", ""))
    soap = inner.of_root if inner else None
    return Package(envelope or b"", soap.name if soap else "text/xml", contents)


def written(package: Package) -> tuple[str, bytes]:
    """Content-Type and bytes of a package. The ids in its root are changed with those of parts."""
    names = {old: f"{place}@recording" for place, old in enumerate(package.parts, 1)}
    root = package.root
    for old, new in names.items():
        root = root.replace(f"cid:{old}".encode(), f"cid:{new}".encode())
    heads = [(f'application/xop+xml; charset=UTF-8; type="{package.root_type}"', _ROOT_ID, root)]
    heads += [
        ("application/octet-stream", names[old], content) for old, content in package.parts.items()
    ]
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Type: {media}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{identity}>\r\n\r\n".encode()
        + content
        + b"\r\n"
        for media, identity, content in heads
    )
    media = (
        f'{MULTIPART}; type="application/xop+xml"; boundary="{BOUNDARY}"; start="<{_ROOT_ID}>";'
        f' start-info="{package.root_type}"'
    )
    return media, body + f"--{BOUNDARY}--\r\n".encode()
