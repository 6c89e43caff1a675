"""Plain XML: well-formed documents without document type, entities, style sheets and scripts.

The number of tags is bounded before the document is parsed, since each element takes some 300 bytes
of memory. Its namespaces are those of data: XHTML and SVG can hold scripts.
"""

from lxml import etree

from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error

MOST_TAGS = 200_000
"""Of one document, comments counted as well."""
_MAY_ACT = etree.XPath(
    "boolean(//*[namespace-uri() = 'http://www.w3.org/1999/xhtml'"
    " or namespace-uri() = 'http://www.w3.org/2000/svg'"
    " or namespace-uri() = 'http://www.w3.org/1999/XSL/Transform'"
    " or translate(local-name(), 'HTML', 'html') = 'html']"
    " | //processing-instruction('xml-stylesheet'))"
)


def is_plain_xml(content: bytes) -> bool:
    """Whether bytes are such a document."""
    if content.count(b"<") > MOST_TAGS:
        return False
    parser = hardened_parser(keep_comments=True, collect_ids=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return False
    return not (has_doctype(root) or has_namespace_error(parser) or _MAY_ACT(root))
