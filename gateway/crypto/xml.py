"""XML parser for signed documents: no DTD, no entities, no network, bounded in size, UTF-8 only.

A signature is verified over the tree that this parser builds. So nothing may enter the tree that is
not in the bytes (external entities, default attributes of a DTD), and no input may use up memory
(entity expansion).
"""

from lxml import etree

from gateway.domain.errors import SignatureInvalid
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error


def parsed(document: bytes, most_bytes: int, what: str) -> etree._Element:
    """The root element; comments and processing instructions stay in the tree.

    most_bytes: upper limit of the document.  `what`: its name in error texts, such as `The seal`.
    Raises SignatureInvalid.
    """
    if len(document) > most_bytes:
        raise SignatureInvalid(f"{what} is larger than {most_bytes} bytes.")
    parser = hardened_parser(keep_comments=True, collect_ids=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):
        raise SignatureInvalid(f"{what} is not well-formed XML.") from None
    if has_namespace_error(parser):
        raise SignatureInvalid(f"{what} is not well-formed XML with namespaces.")
    if has_doctype(root):
        raise SignatureInvalid(f"{what} has a DOCTYPE; none is accepted.")
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in (
        "UTF-8",
        "US-ASCII",
        "ASCII",
    ):
        raise SignatureInvalid(f"{what} is not in UTF-8.")
    return root
