"""Element schemas: our reading of the XSDs against a library that knows all of XML Schema."""

from pathlib import Path

import pytest
import xmlschema
from xmlschema.validators import XsdComponent, XsdElement

from adapters.schema import ElementSchema, element_schema
from schemas import VERSIONS

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x"
    targetNamespace="urn:x" elementFormDefault="qualified">
  <xs:element name="Permit" type="PermitType"/>
  <xs:complexType name="PermitType"><xs:sequence>
    <xs:element name="ID" type="IDType" maxOccurs="3"/>{more}
  </xs:sequence></xs:complexType>
  <xs:complexType name="IDType"><xs:simpleContent><xs:extension base="xs:token">
    <xs:attribute name="schemeID" type="xs:token"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  {types}
</xs:schema>"""
REFUSED = [
    ('<xs:choice><xs:element name="B" type="xs:token"/></xs:choice>', ""),
    ("<xs:any/>", ""),
    ('<xs:element ref="Permit"/>', ""),
    ('<xs:element name="B"><xs:simpleType><xs:restriction base="xs:token"/></xs:simpleType>'
     "</xs:element>", ""),
    ('<xs:element name="B" type="Unknown"/>', ""),
    ('<xs:element name="B" type="BType"/>',
     '<xs:complexType name="BType"><xs:choice/></xs:complexType>'),
    ('<xs:element name="B" type="BType"/>',
     '<xs:complexType name="BType"><xs:sequence/><xs:attribute name="a"/></xs:complexType>'),
    ('<xs:element name="B" type="BType"/>',
     '<xs:complexType name="BType"><xs:simpleContent><xs:extension base="IDType"/>'
     "</xs:simpleContent></xs:complexType>"),
    ('<xs:element name="B" type="BType"/>',
     '<xs:complexType name="BType"><xs:simpleContent><xs:extension base="xs:token">'
     '<xs:anyAttribute/></xs:extension></xs:simpleContent></xs:complexType>'),
    ("", '<xs:group name="G"><xs:sequence/></xs:group>'),
]  # fmt: skip


def as_the_library_reads(element: XsdElement) -> ElementSchema:
    inside = element.type.model_group
    children = [
        as_the_library_reads(child)
        for child in (inside.iter_elements() if inside is not None else ())
        if isinstance(child, XsdElement)
    ]
    return ElementSchema(
        tag=element.name,
        kind=element.type.local_name,
        meaning=meaning(element) or meaning(element.type),
        least=element.min_occurs,
        most=element.max_occurs,
        attributes=frozenset(name for name in element.attributes if name),
        children={child.tag.rpartition("}")[2]: child for child in children},
        is_leaf=element.type.has_simple_content(),
    )


def meaning(component: XsdComponent) -> str:
    """The documentation of an element or a type, on one line."""
    return " ".join(str(component.annotation or "").split())


def in_order(schema: ElementSchema) -> object:
    """For comparison: two mappings are equal in any order, children are not."""
    children = [(name, in_order(child)) for name, child in schema.children.items()]
    words = (schema.kind, schema.meaning, schema.least)
    return schema.tag, words, schema.most, schema.attributes, schema.is_leaf, children


def in_file(folder: Path, more: str = "", types: str = "") -> Path:
    file = folder / "permit.xsd"
    file.write_text(XSD.format(more=more, types=types))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("version", list(VERSIONS))
def test_each_published_schema_is_read_as_the_library_reads_it(version: str) -> None:
    contract = VERSIONS[version]
    library = xmlschema.XMLSchema(contract.document_schema).elements[contract.root]
    ours = element_schema(contract.document_schema, contract.root)
    assert in_order(ours) == in_order(as_the_library_reads(library))


def test_a_schema_of_the_known_constructs(tmp_path: Path) -> None:
    file = in_file(tmp_path, '<xs:element name="Note" type="xs:string" maxOccurs="unbounded"/>')
    root = element_schema(file, "Permit")
    identity, note = root.children["ID"], root.children["Note"]
    assert (root.tag, root.is_leaf) == ("{urn:x}Permit", False)
    assert (identity.most, identity.attributes) == (3, {"schemeID"})
    assert (note.most, note.is_leaf) == (None, True)


@pytest.mark.parametrize(("more", "types"), REFUSED)
def test_another_construct_is_refused_not_passed_over(
    more: str, types: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"permit\.xsd, line \d+: \w+ is not read here"):
        element_schema(in_file(tmp_path, more, types), "Permit")


def test_an_element_that_is_not_declared(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="declares no element Certificate"):
        element_schema(in_file(tmp_path), "Certificate")
