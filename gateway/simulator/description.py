"""Description of a dialect's service: its WSDL, as far as a stand-in needs it."""

from pathlib import Path

from lxml import etree

from gateway.wire.xml_parser import hardened_parser


def target_namespace(file: Path) -> str | None:
    """The namespace of a WSDL; None where the file is no WSDL."""
    try:
        root = etree.parse(file, hardened_parser(keep_comments=False, collect_ids=True)).getroot()
    except (OSError, etree.XMLSyntaxError):
        return None
    return root.get("targetNamespace")
