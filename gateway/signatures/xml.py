"""Is it XML we dare to verify? No DTD, no entities, no network, bounded, in UTF-8."""

from lxml import etree

from gateway.domain.errors import SignatureInvalid


def parsed(document: bytes, most_bytes: int, what: str) -> etree._Element:
    """The root element, with comments and instructions where they stand. Raises SignatureInvalid.

    what: the document's name in a sentence, such as `The seal`.
    """
    if len(document) > most_bytes:
        raise SignatureInvalid(f"{what} is larger than {most_bytes} bytes.")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False, collect_ids=False
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):
        raise SignatureInvalid(f"{what} is not well-formed XML.") from None
    about = root.getroottree().docinfo
    if about.internalDTD is not None:
        raise SignatureInvalid(f"{what} has a DOCTYPE; none is accepted.")
    if (about.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise SignatureInvalid(f"{what} is not in UTF-8.")
    return root
