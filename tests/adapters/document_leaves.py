"""Documents of tests as permits, and their leaves, found without code of the adapters."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

from lxml import etree

from gateway.domain.permit.permit import Permit
from gateway.exchange.ports import PermitFormat

DOCUMENTS = Path(__file__).parents[1] / "documents"
Leaf = tuple[str, ...]


def read(name: str, permit_formats: dict[str, PermitFormat], version: str = "v2") -> Permit:
    return permit_formats[version].read((DOCUMENTS / version / f"{name}.xml").read_bytes())


def leaf(document: bytes, path: str) -> str | None:
    """Text at a path of local names from the root, None where nothing is."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    found = etree.fromstring(document).xpath(steps)
    return (
        (found[0].text or "")
        if isinstance(found, list) and found and isinstance(found[0], etree._Element)
        else None
    )


def leaves(document: bytes) -> "Counter[Leaf]":
    """Path and value of every leaf that is not absent, and each of its attributes.

    Source: wire contract, section 11.2.
    """
    root = etree.fromstring(document, etree.XMLParser(remove_comments=True))
    found: Counter[Leaf] = Counter()
    for element in root.iter(etree.Element):
        text = element.text or ""
        if len(element) == 0 and text.strip():
            leaf = (_path(element), _value(element, text))
            found[leaf] += 1
            found.update(
                (*leaf, str(k), str(v)) for k, v in element.attrib.items() if v not in ("", "?")
            )
    return found


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname


def _path(element: "etree._Element") -> str:
    return "/".join(
        [_name(above) for above in reversed(list(element.iterancestors()))] + [_name(element)]
    )


def _value(element: "etree._Element", text: str) -> str:
    """The value in a normal form: 12.50 is 12.5; trailing zeros of a second are cut off."""
    if _name(element).endswith("Quantity"):
        return str(Decimal(text.strip()).normalize())
    if _name(element).endswith("DateTime"):
        return re.sub(
            r"Z$",
            "+00:00",
            re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", re.sub(r"\.0+(?=[Z+-]|$)", "", text.strip())),
        )
    return (
        re.sub(r"[ \t\r\n]+", " ", text) if _name(element) in ("ID", "TypeExtensionCode") else text
    )
