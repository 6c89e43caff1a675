"""Element schemas: names, namespaces, order, repetition and attributes, read from an XSD.

Our XSDs are written in few words: global types, sequences of local elements, leaves that extend a
simple type by attributes. So they are read as they stand, in milliseconds; a library that knows all
of XML Schema took 0.4 s of each start. Another construct is refused, never passed over; the tests
compare the result with that library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from lxml import etree

from gateway.domain.white_space import collapsed
from gateway.wire.namespaces import XSD
from gateway.wire.xml_parser import hardened_parser

_XSD = f"{{{XSD}}}"


@dataclass(frozen=True, slots=True)
class ElementSchema:
    """The declaration of an element, with the declarations of its children.

    tag: name in Clark notation (`{namespace}name`).
    kind: local name of its type.
    meaning: documentation of the element, or else of its type; empty where there is none.
    least: how often it must stand.
    most: how often the element may be repeated; None for any number of times.
    attributes: names of allowed attributes.
    children: by local name, in the order of the schema; empty for a leaf.
    is_leaf: whether the element holds text and no children.
    """

    tag: str
    kind: str
    meaning: str
    least: int
    most: int | None
    attributes: frozenset[str]
    children: Mapping[str, "ElementSchema"]
    is_leaf: bool

    def at(self, names: tuple[str, ...]) -> "ElementSchema | None":
        """The element at a path of local names below this one; None where the schema has none."""
        schema: ElementSchema | None = self
        for name in names:
            schema = schema.children.get(name) if schema else None
        return schema


def element_schema(xsd: Path, root: str) -> ElementSchema:
    """The schema of the global element `root`, which the XSD declares.

    Raises ValueError for a construct of XML Schema that is not read here.
    """
    document = _parse(xsd)
    types: dict[str, etree._Element] = {}
    _collect_types(xsd, document, types, set())
    declared = document.find(f"{_XSD}element[@name='{root}']")
    if declared is None:
        raise ValueError(f"{xsd} declares no element {root}")
    return _element(declared, types)


def _parse(xsd: Path) -> etree._Element:
    return etree.parse(xsd, hardened_parser(keep_comments=False, collect_ids=False)).getroot()


def _collect_types(
    xsd: Path, schema: etree._Element, types: dict[str, etree._Element], read: set[Path]
) -> None:
    """Collect global types of a schema and of those it imports, by name in Clark notation."""
    read.add(xsd)
    namespace = schema.get("targetNamespace", "")
    for child in schema:
        name = _word(child)
        if name in ("complexType", "simpleType"):
            types[f"{{{namespace}}}{child.get('name')}"] = child
        elif name == "import":
            imported = xsd.parent / child.get("schemaLocation", "")
            if imported not in read:
                _collect_types(imported, _parse(imported), types, read)
        elif name not in ("annotation", "element"):
            _refuse(child)


def _element(declared: etree._Element, types: Mapping[str, etree._Element]) -> ElementSchema:
    name = declared.get("type")
    if _word(declared) != "element" or name is None:
        _refuse(declared)  # a group, a reference, or a type of its own
    kind = _type(declared, name, types)
    content = _content(kind) if kind is not None and _word(kind) == "complexType" else None
    is_leaf = content is None or _word(content) != "sequence"
    inside = [] if content is None or is_leaf else _inside(content)
    children = [_element(child, types) for child in inside]
    most = declared.get("maxOccurs", "1")
    return ElementSchema(
        tag=_tag(declared),
        kind=name.rpartition(":")[2],
        meaning=_meaning(declared) or (_meaning(kind) if kind is not None else ""),
        least=int(declared.get("minOccurs", "1")),
        most=None if most == "unbounded" else int(most),
        attributes=_attributes(content, types) if is_leaf else frozenset(),
        children={child.tag.rpartition("}")[2]: child for child in children},
        is_leaf=is_leaf,
    )


def _content(kind: etree._Element) -> etree._Element:
    """What a complex type holds; attributes of other namespaces apart, as they hold no box."""
    inside = _inside(kind)
    if len(inside) == 2 and _word(inside[0]) == "sequence" and _word(inside[1]) == "anyAttribute":
        return inside[0]
    return _only(kind)


def _attributes(
    content: etree._Element | None, types: Mapping[str, etree._Element]
) -> frozenset[str]:
    """Names of the attributes that a leaf adds to a simple type."""
    if content is None:
        return frozenset()
    extension = _only(content) if _word(content) == "simpleContent" else content
    base = _type(extension, extension.get("base", ""), types)
    if _word(extension) != "extension" or (base is not None and _word(base) != "simpleType"):
        _refuse(extension)
    for each in _inside(extension):
        if _word(each) != "attribute" or each.get("name") is None:
            _refuse(each)
    return frozenset(str(each.get("name")) for each in _inside(extension))


def _type(
    declared: etree._Element, name: str, types: Mapping[str, etree._Element]
) -> etree._Element | None:
    """The global type of a name; None for a simple type of XML Schema itself."""
    prefix, _, local = name.rpartition(":")
    namespace = declared.nsmap.get(prefix or None, "")
    if namespace == XSD:
        return None
    kind = types.get(f"{{{namespace}}}{local}")
    if kind is None:
        _refuse(declared)
    return kind


def _tag(declared: etree._Element) -> str:
    schema = declared.getroottree().getroot()
    namespace = schema.get("targetNamespace", "")
    is_global = declared.getparent() is schema
    is_qualified = is_global or schema.get("elementFormDefault") == "qualified"
    name = str(declared.get("name"))
    return f"{{{namespace}}}{name}" if namespace and is_qualified else name


def _meaning(declared: etree._Element) -> str:
    found = declared.find(f"{_XSD}annotation/{_XSD}documentation")
    return "" if found is None else collapsed("".join(map(str, found.itertext())))


def _only(declared: etree._Element) -> etree._Element:
    inside = _inside(declared)
    if len(inside) != 1:
        _refuse(declared)
    return inside[0]


def _inside(declared: etree._Element) -> list[etree._Element]:
    return [child for child in declared if _word(child) != "annotation"]


def _word(declared: etree._Element) -> str:
    return str(declared.tag).removeprefix(_XSD)


def _refuse(declared: etree._Element) -> Never:
    place = f"{declared.base}, line {declared.sourceline}"
    raise ValueError(f"{place}: {_word(declared)} is not read here as it stands")
