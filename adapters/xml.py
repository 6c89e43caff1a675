"""XML of permit documents: hardened parsing into a tree, and building of valid documents from one.

No element of lxml leaves this module.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from adapters.schema import ElementSchema
from adapters.tree import WHITESPACE, Node, Step, collapse
from gateway.domain.errors import DocumentInvalid
from gateway.wire.namespaces import XSI
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error

MOST_BYTES = 4 * 1024 * 1024
"""Of a document. A line with every element filled takes about 10 KB, so it holds 400 lines."""
MOST_ELEMENTS = 100_000
"""Of a document: twice the number in 400 full lines."""
MOST_ATTRIBUTES = 24
"""Of an element. The schemas allow two; listing them takes time by the square of their number."""
DEEPEST = 32
"""Levels of elements. The schemas have 9."""
_LONGEST_SENTENCE = 300

_ENCODINGS = frozenset(
    {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"}
)
_XSI = f"{{{XSI}}}"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of repeated elements: a leaf distinguishes them, not their order.

    leaf: name of that leaf (`TypeCode`).  only: values of it that are keys; None for any value.
    """

    leaf: str
    only: tuple[str, ...] | None = None


def read_tree(document: bytes, root: str, keys: Mapping[str, Key]) -> Node:
    """Parse a document into a tree, without absent elements and attributes.

    root: local name of the root.  keys: keys of repeated elements, by name of the element.
    Absent are empty leaves, branches without content, and attributes with the text `?`.
    Attributes of XML Schema itself (xsi:type, xsi:nil ...) say nothing about a permit and are left
    out, too.
    Raises DocumentInvalid: too large, not well-formed, a DOCTYPE, another root, text between
    elements.
    Source: wire contract, section 11.2.
    """
    if len(document) > MOST_BYTES:
        raise DocumentInvalid(f"The document is larger than {MOST_BYTES} bytes.")
    element = _parse(document)
    name = _local(element)
    if name != root:
        raise DocumentInvalid(
            f"The root element is {name}, not {root}.", path=f"/{name}", line=_line(element)
        )
    return _node(element, f"/{name}", keys, 1) or Node(path=f"/{name}", line=_line(element))


def _parse(document: bytes) -> etree._Element:
    parser = hardened_parser(keep_comments=False, collect_ids=False)
    try:
        element = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as broken:
        raise DocumentInvalid(
            "The document is not well-formed XML.", line=broken.lineno or None
        ) from None
    except (LookupError, ValueError):
        raise DocumentInvalid(
            "The document is in an encoding that is not accepted.", line=1
        ) from None
    if has_namespace_error(parser):
        raise DocumentInvalid("The document is not well-formed XML with namespaces.")
    if has_doctype(element):
        raise DocumentInvalid("The document has a DOCTYPE; none is accepted.", line=1)
    encoding = element.getroottree().docinfo.encoding
    if encoding and encoding.upper() not in _ENCODINGS:
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
        raise DocumentInvalid(
            f"The document is more than {DEEPEST} elements deep.", line=_line(element)
        )
    if len(element.attrib) > MOST_ATTRIBUTES:
        text = f"An element has more than {MOST_ATTRIBUTES} attributes."
        raise DocumentInvalid(text, path=path, line=_line(element))
    node = Node(path=path, line=_line(element), attributes=_attributes(element))
    if len(element) == 0:
        node.text = element.text or ""
        return node if node.text.strip(WHITESPACE) else None
    if any(
        (text or "").strip(WHITESPACE)
        for text in (element.text, *(child.tail for child in element))
    ):
        raise DocumentInvalid("Text stands between elements.", path=path, line=_line(element))
    seen: dict[str, int] = {}
    indexes: dict[str, int] = {}
    for child in element:
        name = _local(child)
        seen[name] = seen.get(name, 0) + 1
        nth = f"[{seen[name]}]" if seen[name] > 1 else ""
        below = _node(child, f"{path}/{name}{nth}", keys, depth + 1)
        if below:
            step = _keyed(name, below, keys.get(name))
            if step is None or step in node.children:
                indexes[name] = indexes.get(name, -1) + 1
                step = (name, indexes[name])
            else:
                below.children[(keys[name].leaf, 0)].text = None  # the key holds it from here on
            node.children[step] = below
    return node if node.children else None


def _attributes(element: etree._Element) -> dict[str, str]:
    return {
        str(name): str(value)
        for name, value in element.attrib.items()
        if not str(name).startswith(_XSI) and str(value).strip(WHITESPACE) not in ("", "?")
    }


def _keyed(name: str, node: Node, key: Key | None) -> Step | None:
    """The step with the key of a node; None where only the order distinguishes it."""
    leaf = node.children.get((key.leaf, 0)) if key else None
    value = collapse(leaf.text or "") if leaf else ""
    if key is None or not value or (key.only is not None and value not in key.only):
        return None
    return name, f"{key.leaf}={value}"


class DocumentWriter:
    """Builds documents of a schema version and validates each against the XSD. Reusable."""

    def __init__(self, root: ElementSchema, xsd: Path, prefixes: Mapping[str, str]) -> None:
        """Read the XSD.

        root: schema of the root element.
        prefixes: prefix -> namespace. They are declared on the root, so that the bytes fit
        unchanged into any SOAP body.
        """
        self._root = root
        self._schema = etree.XMLSchema(etree.parse(str(xsd)))
        self._prefixes = dict(prefixes)

    def write(self, tree: Node) -> bytes:
        """The document in UTF-8 without XML declaration, children in the order of the schema.

        Raises DocumentInvalid (path).
        """
        root = etree.Element(self._root.tag, nsmap=self._prefixes)
        _fill(root, tree, self._root)
        if not self._schema.validate(root):
            first = next(iter(cast(Iterable[etree._LogEntry], self._schema.error_log)))
            raise DocumentInvalid(
                "The document would not be valid against the schema of its version:"
                f" {_plain(first.message)}",
                path=_without_prefixes(first.path),
            )
        return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _fill(element: etree._Element, node: Node, schema: ElementSchema) -> None:
    """Write a node into its element. Most nodes are leaves; only branches are called again."""
    _write_leaf(element, node)
    children = node.by_name()
    for name, below in schema.children.items():
        for child in children.get(name, ()):
            made = etree.SubElement(element, below.tag)
            if child.children:
                _fill(made, child, below)
            else:
                _write_leaf(made, child)


def _write_leaf(element: etree._Element, node: Node) -> None:
    if node.text is not None:
        element.text = node.text
    if node.attributes:
        for name, value in sorted(node.attributes.items()):
            element.set(name, value)


def _plain(message: str) -> str:
    """The validator's sentence without namespaces, cut off: it may quote a value of any length."""
    start, *rest = message.split("{")
    whole = start + "".join(part.partition("}")[2] for part in rest)
    return whole if len(whole) <= _LONGEST_SENTENCE else f"{whole[:_LONGEST_SENTENCE]}..."


def _without_prefixes(path: str | None) -> str | None:
    return "/".join(step.rpartition(":")[2] for step in path.split("/")) if path else None
