"""XML of messages in recordings: hardened parsing, comments kept."""

from lxml import etree

from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error


def parsed(message: bytes) -> etree._Element | None:
    """The root of a message, comments included; None where it is not read as a partner's answer."""
    parser = hardened_parser(keep_comments=True, collect_ids=False)
    try:
        root = etree.fromstring(message, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):
        return None
    return None if has_namespace_error(parser) or has_doctype(root) else root


def leaves(message: bytes) -> dict[str, str]:
    """Texts of the elements without children, by local name; the first of each name."""
    found: dict[str, str] = {}
    root = parsed(message)
    for element in () if root is None else root.iter("*"):
        if len(element) == 0:
            found.setdefault(etree.QName(element).localname, element.text or "")
    return found
