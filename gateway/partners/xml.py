"""Is it XML we dare to read? Answers are input: no DTD, no entities, no network, every size bounded while parsing.

Encoding: a byte order mark or the XML declaration decides, else the charset of the media type, else UTF-8.
"""

import codecs
import re

from lxml import etree

from gateway.partners.faults import Unreadable

_PIECE = 16 * 1024
_DEEPEST = 100
_MOST_ELEMENTS = 200_000
_MOST_ATTRIBUTES = 100
_ENCODINGS = {
    *("ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be"),
    *("iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1252"),
}
"""As Python names its codecs: what European and African systems write."""
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARES_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=")

NOT_XML = "answered with something that is not an XML message."


def parsed(body: bytes, charset: str | None) -> etree._Element:
    """The root of a message. Raises Unreadable.

    The first piece must reach the root element and show no DOCTYPE, so that nothing a DTD declares is ever expanded.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"), encoding=_encoding(body, charset), resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, recover=False,
    )  # fmt: skip
    bounds = _Bounds()
    try:
        for begin in range(0, len(body), _PIECE):
            parser.feed(body[begin : begin + _PIECE])
            bounds.check(parser)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(NOT_XML) from error
    if not isinstance(root, etree._Element):
        raise Unreadable(NOT_XML)
    _require_known(root.getroottree().docinfo.encoding or "utf-8")
    return root


class _Bounds:
    """Depth, number of elements and absence of a DOCTYPE, followed while a message is parsed."""

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0

    def check(self, parser: etree.XMLPullParser) -> None:
        """Raises Unreadable for what was fed since the last time."""
        for event, element in parser.read_events():
            if event == "end":
                self._depth -= 1
                continue
            if self._elements == 0 and _has_doctype(element):
                raise Unreadable("answered with a DOCTYPE, which is not accepted.")
            if isinstance(element, etree._Element) and len(element.attrib) > _MOST_ATTRIBUTES:
                raise Unreadable("answered with more attributes than a permit has.")
            self._depth += 1
            self._elements += 1
            if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
                raise Unreadable("answered with more or deeper elements than a permit has.")
        if self._elements == 0:
            raise Unreadable(NOT_XML)


def _has_doctype(root: object) -> bool:
    return isinstance(root, etree._Element) and root.getroottree().docinfo.internalDTD is not None


def _encoding(body: bytes, charset: str | None) -> str | None:
    """What the parser is told; None where the bytes say it themselves."""
    if not charset or body.startswith(_MARKS) or _DECLARES_ENCODING.match(body):
        return None
    _require_known(charset)
    return charset


def _require_known(name: str) -> None:
    try:
        known = codecs.lookup(name).name in _ENCODINGS
    except LookupError:
        known = False
    if not known:
        raise Unreadable("answered in an encoding that is not accepted.")


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str | None = None) -> list[etree._Element]:
    """Child elements, of that local name where one is given: partners differ in namespaces, not in words."""
    return [child for child in element.iterchildren("*") if name in (None, local_name(child))]


def text(element: etree._Element | None) -> str:
    """The whole text, comments left out, outer white space trimmed; empty for no element."""
    return "" if element is None else str(element.xpath("string()")).strip()
