"""Media type of a request, and whether the answer may be an MTOM package.

Taken: `text/xml` (SOAP 1.1), `application/soap+xml` (SOAP 1.2), and `multipart/related;
type="application/xop+xml"` (MTOM) around either. The media type only says how to read; the envelope
alone decides the version of SOAP. Compressed requests are not taken: they save nothing at this
size, and a small body could expand without bound. Source: wire contract, sections 2 and 7.
"""

import re
from collections.abc import Mapping

from gateway.soap.reading.errors import UnsupportedMedia
from gateway.wire.media_type import MULTIPART, MediaType


def media_type(headers: Mapping[str, str]) -> MediaType:
    """The media type of a request.

    Raises UnsupportedMedia for any other than the three, and for a compressed request.
    """
    if headers.get("content-encoding", "identity").strip(" \t").lower() not in ("", "identity"):
        raise UnsupportedMedia(
            "Compressed requests are not taken here.", ("Accept-Encoding", "identity")
        )
    text = headers.get("content-type", "")
    media = _USUAL.get(text) or MediaType.parse(text)
    if media is None or not (media.soap or media.is_package):
        raise UnsupportedMedia(
            "A request is text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2), or either in an"
            " MTOM package (multipart/related with type application/xop+xml).",
            ("Accept", "text/xml, application/soap+xml, multipart/related"),
        )
    return media


_USUAL = {
    text: MediaType.parse(text)
    for text in (
        "text/xml",
        "text/xml; charset=utf-8",
        "text/xml;charset=UTF-8",
        "text/xml; charset=UTF-8",
        "application/soap+xml",
        "application/soap+xml; charset=utf-8",
    )
}
"""What most libraries send, parsed beforehand."""


def wants_package(headers: Mapping[str, str], request: MediaType) -> bool:
    """Whether the answer may be an MTOM package.

    It may where the request was one, or where Accept names multipart/related.
    """
    if request.is_package:
        return True
    accept = headers.get("accept", "")
    if "multipart" not in accept.lower():
        return False
    for choice in accept.split(","):
        media = MediaType.parse(choice)
        if media and media.name == MULTIPART:
            return not re.fullmatch(r"0(\.0*)?", media.parameters.get("q", "1"))
    return False
