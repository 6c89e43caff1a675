"""How do bytes become a tree of places, and a tree bytes? Hardened parsing, building, validation; lxml ends here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from adapters.shape import Shape
from adapters.tree import WHITE, Node, Step, collapse
from gateway.domain.errors import DocumentInvalid

MOST_BYTES = 4 * 1024 * 1024
"""A line takes about 10 KB with every element of the schema filled, so this holds some 400 lines."""
MOST_ELEMENTS = 100_000
"""Twice what 400 full lines hold."""
MOST_ATTRIBUTES = 24
"""The schemas allow two; listing the attributes of an element takes time by the square of their number."""
DEEPEST = 32
"""The schemas go 9 deep."""
_LONGEST_SENTENCE = 300

_ENCODINGS = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"})
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Key:
    """Repeated elements that are told apart by a leaf of theirs, not by their order.

    leaf: the name of that leaf (`TypeCode`).  only: the values that tell apart, None for any.
    """

    leaf: str
    only: tuple[str, ...] | None = None


def read_tree(document: bytes, root: str, keys: Mapping[str, Key]) -> Node:
    """Parse a document whose root has this local name, leaving out all that is absent.

    Absent is what wire contract 11.2 calls so: empty leaves, branches with nothing in them, attributes that say `?`.
    Attributes of XML Schema itself (xsi:type, xsi:nil ...) say nothing about a permit and are left out too.
    Raises DocumentInvalid: too large, not well-formed, a DOCTYPE, another root, text between elements.
    """
    if len(document) > MOST_BYTES:
        raise DocumentInvalid(f"The document is larger than {MOST_BYTES} bytes.")
    element = _parse(document)
    name = _local(element)
    if name != root:
        raise DocumentInvalid(f"The root element is {name}, not {root}.", path=f"/{name}", line=_line(element))
    return _node(element, f"/{name}", keys, 1) or Node(path=f"/{name}", line=_line(element))


def _parse(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        element = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as broken:
        raise DocumentInvalid("The document is not well-formed XML.", line=broken.lineno or None) from None
    except (LookupError, ValueError):
        raise DocumentInvalid("The document is in an encoding that is not accepted.", line=1) from None
    about = element.getroottree().docinfo
    if about.internalDTD is not None:
        raise DocumentInvalid("The document has a DOCTYPE; none is accepted.", line=1)
    if about.encoding and about.encoding.upper() not in _ENCODINGS:
        raise DocumentInvalid("The document is in an encoding that is not accepted.", line=1)
    if sum(1 for _ in element.iter()) > MOST_ELEMENTS:
        raise DocumentInvalid(f"The document has more than {MOST_ELEMENTS} elements.")
    return element


def _line(element: etree._Element) -> int | None:
    return cast(int | None, element.sourceline)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _node(element: etree._Element, path: str, keys: Mapping[str, Key], depth: int) -> Node | None:
    if depth > DEEPEST:
        raise DocumentInvalid(f"The document is more than {DEEPEST} elements deep.", line=_line(element))
    if len(element.attrib) > MOST_ATTRIBUTES:
        text = f"An element has more than {MOST_ATTRIBUTES} attributes."
        raise DocumentInvalid(text, path=path, line=_line(element))
    node = Node(path=path, line=_line(element), attributes=_attributes(element))
    if len(element) == 0:
        node.text = element.text or ""
        return node if node.text.strip(WHITE) else None
    if any((text or "").strip(WHITE) for text in (element.text, *(child.tail for child in element))):
        raise DocumentInvalid("Text stands between elements.", path=path, line=_line(element))
    seen: dict[str, int] = {}
    kept: dict[str, int] = {}
    for child in element:
        name = _local(child)
        seen[name] = seen.get(name, 0) + 1
        nth = f"[{seen[name]}]" if seen[name] > 1 else ""
        below = _node(child, f"{path}/{name}{nth}", keys, depth + 1)
        if below:
            step = _keyed(name, below, keys.get(name))
            if step is None or step in node.children:
                kept[name] = kept.get(name, -1) + 1
                step = (name, kept[name])
            else:
                below.children[(keys[name].leaf, 0)].text = None  # the key says it from here on
            node.children[step] = below
    return node if node.children else None


def _attributes(element: etree._Element) -> dict[str, str]:
    return {
        str(name): str(value)
        for name, value in element.attrib.items()
        if not str(name).startswith(_XSI) and str(value).strip(WHITE) not in ("", "?")
    }


def _keyed(name: str, node: Node, key: Key | None) -> Step | None:
    """The step by which a node is told apart from its like-named siblings, None where only the order tells."""
    leaf = node.children.get((key.leaf, 0)) if key else None
    value = collapse(leaf.text or "") if leaf else ""
    if key is None or not value or (key.only is not None and value not in key.only):
        return None
    return name, f"{key.leaf}={value}"


class Writer:
    """Builds documents of one version and proves each against its XSD. Reusable, one per version."""

    def __init__(self, shape: Shape, schema: Path, prefixes: Mapping[str, str]) -> None:
        """prefixes: prefix -> namespace, declared on the root so that the bytes fit unchanged into any SOAP body."""
        self._shape = shape
        self._schema = etree.XMLSchema(etree.parse(str(schema)))
        self._prefixes = dict(prefixes)

    def write(self, tree: Node) -> bytes:
        """UTF-8 without XML declaration, children in the order of the schema. Raises DocumentInvalid (path)."""
        root = etree.Element(self._shape.tag, nsmap=self._prefixes)
        _fill(root, tree, self._shape)
        if not self._schema.validate(root):
            first = next(iter(cast(Iterable[etree._LogEntry], self._schema.error_log)))
            raise DocumentInvalid(
                f"The document would not be valid against the schema of its version: {_plain(first.message)}",
                path=_without_prefixes(first.path),
            )
        return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _fill(element: etree._Element, node: Node, shape: Shape) -> None:
    element.text = node.text
    for name, value in sorted(node.attributes.items()):
        element.set(name, value)
    if not node.children:
        return
    children = node.by_name()
    for name, below in shape.children.items():
        for child in children.get(name, ()):
            _fill(etree.SubElement(element, below.tag), child, below)


def _plain(message: str) -> str:
    """The validator's sentence without its namespaces, cut: it may quote a value of any length."""
    start, *rest = message.split("{")
    whole = start + "".join(part.partition("}")[2] for part in rest)
    return whole if len(whole) <= _LONGEST_SENTENCE else f"{whole[:_LONGEST_SENTENCE]}..."


def _without_prefixes(path: str | None) -> str | None:
    return "/".join(step.rpartition(":")[2] for step in path.split("/")) if path else None
