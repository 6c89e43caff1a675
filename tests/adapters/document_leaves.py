"""What does a permit document say, leaf by leaf? Found without any code of the adapters, to measure round trips."""

import re
from collections import Counter
from decimal import Decimal

from lxml import etree

Leaf = tuple[str, ...]


def leaves(document: bytes) -> "Counter[Leaf]":
    """Path and value of every leaf that is not absent (wire contract, section 11.2), and each of its attributes."""
    root = etree.fromstring(document, etree.XMLParser(remove_comments=True))
    found: Counter[Leaf] = Counter()
    for element in root.iter(etree.Element):
        text = element.text or ""
        if len(element) == 0 and text.strip():
            leaf = (_path(element), _value(element, text))
            found[leaf] += 1
            found.update((*leaf, str(k), str(v)) for k, v in element.attrib.items() if v not in ("", "?"))
    return found


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname


def _path(element: "etree._Element") -> str:
    return "/".join([_name(above) for above in reversed(list(element.iterancestors()))] + [_name(element)])


def _value(element: "etree._Element", text: str) -> str:
    """The value, not its spelling: 12.50 is 12.5, a fraction of a second ends where its zeros begin."""
    if _name(element).endswith("Quantity"):
        return str(Decimal(text.strip()).normalize())
    if _name(element).endswith("DateTime"):
        return re.sub(
            r"Z$", "+00:00", re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", re.sub(r"\.0+(?=[Z+-]|$)", "", text.strip()))
        )
    return re.sub(r"[ \t\r\n]+", " ", text) if _name(element) in ("ID", "TypeExtensionCode") else text
