"""XML of an answer: answers are input too, so every size is bounded while it is parsed.

The message is fed in pieces, and its bounds are checked between them: an answer that is too deep or
too broad is refused before all of it is in memory. What a single tag may hold is bounded before
the parser sees it, as it reports a tag only when it has read the whole of it: each namespace
declaration costs as much as there are others in force.

Encoding: a byte order mark or the XML declaration decides; without them the charset of the media
type; without that it is UTF-8.
"""

import codecs
import re

from lxml import etree

from gateway.domain.white_space import trimmed
from gateway.partners.faults import Unreadable
from gateway.wire.xml_parser import hardened_pull_parser, has_doctype, has_namespace_error

_PIECE_BYTES = 16 * 1024
_MAX_DEPTH = 100
_MAX_ELEMENTS = 200_000
_MAX_ATTRIBUTES = 100
_MAX_NAMESPACES_IN_A_TAG = 50
_MAX_NAMESPACES_IN_UTF_16 = 5_000
_ENCODINGS = {
    *("ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be"),
    *("iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1252"),
}
"""Encodings that European and African systems write, as Python names its codecs."""
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARES_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=")

_TOO_MANY = "answered with more namespaces than a permit has."

NOT_XML = "answered with something that is not an XML message."


def parsed(body: bytes, charset: str | None) -> etree._Element:
    """The root of a message. Raises Unreadable.

    The first piece must reach the root element and show no DOCTYPE, so that nothing a DTD declares
    is ever expanded.
    """
    encoding = _encoding(body, charset)
    _require_bounded_tags(body)
    parser = hardened_pull_parser(encoding=encoding)
    bounds = _Bounds()
    try:
        for begin in range(0, len(body), _PIECE_BYTES):
            parser.feed(body[begin : begin + _PIECE_BYTES])
            bounds.check(parser)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(NOT_XML) from error
    if not isinstance(root, etree._Element) or has_namespace_error(parser):
        raise Unreadable(NOT_XML)
    _require_known(root.getroottree().docinfo.encoding or "utf-8")
    return root


class _Bounds:
    """Depth, number of elements and absence of a DOCTYPE, checked while a message is parsed."""

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0

    def check(self, parser: etree.XMLPullParser) -> None:
        """Check what was fed since the last check. Raises Unreadable."""
        for event, element in parser.read_events():
            if event == "end":
                self._depth -= 1
                continue
            if self._elements == 0 and isinstance(element, etree._Element) and has_doctype(element):
                raise Unreadable("answered with a DOCTYPE, which is not accepted.")
            if isinstance(element, etree._Element) and len(element.attrib) > _MAX_ATTRIBUTES:
                raise Unreadable("answered with more attributes than a permit has.")
            self._depth += 1
            self._elements += 1
            if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
                raise Unreadable("answered with more or deeper elements than a permit has.")
        if self._elements == 0:
            raise Unreadable(NOT_XML)


def _require_bounded_tags(body: bytes) -> None:
    """Bound the namespace declarations of each tag, in one pass over the bytes.

    A tag cannot hold a `<`, so it lies between two of them. That does not hold for UTF-16, where
    half of another character may look like one: there the whole message is bounded.
    Raises Unreadable.
    """
    if b"\0" in body:
        if body.replace(b"\0", b"").count(b"xmlns") > _MAX_NAMESPACES_IN_UTF_16:
            raise Unreadable(_TOO_MANY)
        return
    at = body.find(b"xmlns")
    while at >= 0:
        end = body.find(b"<", at)
        end = len(body) if end < 0 else end
        if body.count(b"xmlns", at, end) > _MAX_NAMESPACES_IN_A_TAG:
            raise Unreadable(_TOO_MANY)
        at = body.find(b"xmlns", end)


def _encoding(body: bytes, charset: str | None) -> str | None:
    """The encoding for the parser; None where the bytes themselves say it."""
    if not charset or body.startswith(_MARKS) or _DECLARES_ENCODING.match(body):
        return None
    _require_known(charset)
    return charset


def _require_known(name: str) -> None:
    try:
        known = codecs.lookup(name).name in _ENCODINGS
    except (LookupError, ValueError):  # ValueError: a NUL or a character of no charset's name
        known = False
    if not known:
        raise Unreadable("answered in an encoding that is not accepted.")


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str | None = None) -> list[etree._Element]:
    """Child elements, of that local name where it is given; partners differ in namespaces."""
    return [child for child in element.iterchildren("*") if name in (None, local_name(child))]


def text(element: etree._Element | None) -> str:
    """The whole text, comments left out, outer white space of XML trimmed; empty for no element."""
    return "" if element is None else trimmed(str(element.xpath("string()")))
