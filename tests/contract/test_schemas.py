"""Published XSDs: element by element as the evidence, and fit for answers really exchanged."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import schemas
import wsdl
from tests.programs import unavailable

XSD = "{http://www.w3.org/2001/XMLSchema}"
VERSIONS = {"v1": "CBFShip", "v2": "CITESEPermit"}
FILES = [
    *(
        f"{version}/{name}.xsd"
        for version, root in VERSIONS.items()
        for name in (root, "RABIE", "document")
    )
]
FILES += ["fault.xsd", "journal-heads.xsd"]
EVIDENCE = Path(__file__).parents[3] / "shared" / "epix"

Row = tuple[str, ...]


@pytest.fixture
def evidence() -> Callable[[str], Path]:
    """Finds a file of the collected evidence, which is not part of this repository."""

    def find(name: str) -> Path:
        if not (EVIDENCE / name).exists():
            unavailable(f"the evidence {name} is not beside this checkout")
        return EVIDENCE / name

    return find


def service_schema(version: str) -> etree._Element:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    schema = etree.parse(wsdl.directory() / f"epix-{version}.wsdl", parser).find(
        f"{{*}}types/{XSD}schema"
    )
    assert schema is not None
    return schema


def modelled(version: str) -> xmlschema.XMLSchema:
    """The service schema, document schemas included, as xmlschema understands it."""
    return xmlschema.XMLSchema(
        etree.tostring(service_schema(version), encoding="unicode"),
        base_url=str(wsdl.directory()),
        allow="local",
    )


# Loading


@pytest.mark.parametrize("name", FILES)
def test_a_published_schema_loads_from_disk_alone_in_lxml_and_in_xmlschema(name: str) -> None:
    path = schemas.directory() / name
    etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))
    assert xmlschema.XMLSchema(path, allow="local").validity == "valid"


def test_every_schema_on_disk_is_known_to_these_tests() -> None:
    found = sorted(
        str(path.relative_to(schemas.directory())) for path in schemas.directory().rglob("*.xsd")
    )
    assert found == sorted(FILES)


@pytest.mark.parametrize("name", [name for name in FILES if "document" not in name])
def test_a_schema_with_a_namespace_qualifies_its_elements_and_not_its_attributes(name: str) -> None:
    root = etree.parse(schemas.directory() / name).getroot()
    assert (root.get("elementFormDefault"), root.get("attributeFormDefault")) == (
        "qualified",
        "unqualified",
    )


@pytest.mark.parametrize("name", FILES)
def test_no_schema_gives_a_reader_values_that_nobody_sent(name: str) -> None:
    assert etree.parse(schemas.directory() / name).xpath("//*[@default or @fixed]") == []


# Against the evidence, row by row


_OURS = {"DateTimeType": "dateTime"}
"""Types that have no name in our schemas: suds, soap4r and node read a restriction as text."""


def evidence_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            leaf = row["kind"] == "simple"
            type_name = _OURS.get(row["ccts_type"], row["ccts_type"])
            if "qualified" in row["ccts_type"]:
                type_name = "QualifiedCodeType"
            named = row["qualified"] == "yes"
            yield (
                row["path"],
                row["namespace"],
                row["min"],
                row["max"],
                row["kind"],
                type_name if named else "",
                row["xsd_type"] if leaf else "",
            )


def schema_rows(parent: xmlschema.XsdElement, path: str = "") -> Iterator[Row]:
    for element in parent.type.content.iter_elements():
        here = f"{path}/{element.local_name}"
        leaf = element.type.is_simple() or element.type.has_simple_content()
        yield (
            here,
            element.target_namespace if element.qualified else "",
            str(element.min_occurs),
            "unbounded" if element.max_occurs is None else str(element.max_occurs),
            "simple" if leaf else "complex",
            element.type.local_name if element.qualified else "",
            spelled(element) if leaf else "",
        )
        if not leaf:
            yield from schema_rows(element, here)


def spelled(element: xmlschema.XsdElement) -> str:
    """A leaf's type as the evidence spells it: `xs:token + @schemeID @schemeAgencyID`."""
    base = element.type
    while not base.name or not base.name.startswith(XSD):
        base = base.base_type
    attributes = " ".join(f"@{name}" for name in element.attributes)
    return f"xs:{base.local_name} + {attributes}" if attributes else f"xs:{base.local_name}"


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_answer_has_every_element_of_the_evidence_in_order_and_no_other(
    version: str, evidence: Callable[[str], Path]
) -> None:
    answer = modelled(version).elements["GetNonFinalCitesCertificateResponse"]
    assert list(schema_rows(answer)) == list(evidence_rows(evidence(f"elements-{version}.csv")))


@pytest.mark.slow
@pytest.mark.parametrize(("version", "root"), VERSIONS.items())
def test_a_document_alone_has_the_same_elements_as_in_the_answer(version: str, root: str) -> None:
    answer = modelled(version).elements["GetNonFinalCitesCertificateResponse"]
    alone = xmlschema.XMLSchema(schemas.directory() / version / "document.xsd", allow="local")
    inside = [row for row in schema_rows(answer) if row[0].startswith(f"/{root}/")]
    assert list(alone.elements) == [root]
    assert list(schema_rows(alone.elements[root], f"/{root}")) == inside


@pytest.mark.parametrize("version", VERSIONS)
def test_an_attribute_is_optional_and_a_token(version: str) -> None:
    tree = etree.parse(schemas.directory() / version / "RABIE.xsd")
    attributes = list(tree.iter(f"{XSD}attribute"))
    assert attributes
    assert {(a.get("type"), a.get("use", "optional")) for a in attributes} == {
        ("xs:token", "optional")
    }


def test_v1_ids_texts_and_codes_are_plain_so_that_typed_clients_give_plain_values() -> None:
    schema = xmlschema.XMLSchema(schemas.directory() / "v1" / "RABIE.xsd", allow="local")
    assert all(schema.types[name].is_simple() for name in ("IDType", "TextType", "CodeType"))


# Documentation


@pytest.mark.parametrize("name", FILES)
def test_every_type_and_element_is_explained(name: str) -> None:
    tree = etree.parse(schemas.directory() / name)
    declared = [
        *tree.iter(f"{XSD}element"),
        *tree.iter(f"{XSD}complexType"),
        *tree.iter(f"{XSD}simpleType"),
    ]
    silent = [
        node.get("name")
        for node in declared
        if not node.findtext(f"{XSD}annotation/{XSD}documentation")
    ]
    assert silent == []


@pytest.mark.parametrize("version", VERSIONS)
def test_an_element_of_one_box_names_that_box(
    version: str, evidence: Callable[[str], Path]
) -> None:
    with evidence(f"elements-{version}.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["qualified"] == "yes"]
    type_of = {row["path"]: row["ccts_type"] for row in rows}
    boxes: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        parent, _, name = row["path"].rpartition("/")
        boxes.setdefault((type_of.get(parent, ""), name), set()).add(row["box"])
    tree = etree.parse(schemas.directory() / version / "RABIE.xsd")
    checked = 0
    for (type_name, name), numbers in boxes.items():
        if len(numbers) != 1 or not (box := numbers.pop())[:1].isdigit() or box.endswith("?"):
            continue
        element = tree.find(
            f"{XSD}complexType[@name='{type_name}']/{XSD}sequence/{XSD}element[@name='{name}']"
        )
        assert element is not None
        words = element.findtext(f"{XSD}annotation/{XSD}documentation")
        assert words is not None
        for number in box.replace(" / ", ", ").split(", "):
            assert number in words.replace(":", " ").replace(",", " ").replace(".", " ").split(), (
                type_name,
                name,
                box,
            )
        checked += 1
    assert checked > 40


# Against answers that were really exchanged

UNTOUCHED_ERRORS = {"v1": 32, "v2": 36}


def real_answer(version: str, evidence: Callable[[str], Path]) -> etree._Element:
    path = evidence(f"samples/{version}-get_non_final_cites_certificate.xml")
    answer = etree.parse(path, etree.XMLParser(no_network=True, remove_comments=True)).find(
        "{*}Body/*"
    )
    assert answer is not None
    return answer


def drop_what_means_absent(node: etree._Element) -> None:
    """Empty leaf, empty branch and `?` attribute all mean: absent."""
    for name in [name for name, value in node.attrib.items() if value == "?"]:
        del node.attrib[name]
    for child in list(node):
        drop_what_means_absent(child)
        if len(child) == 0 and not (child.text or "").strip():
            node.remove(child)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_answer_fails_the_strict_schema_only_where_a_value_is_empty_or_a_placeholder(
    version: str, evidence: Callable[[str], Path]
) -> None:
    answer = real_answer(version, evidence)
    errors = list(modelled(version).iter_errors(etree.tostring(answer, encoding="unicode")))
    assert len(errors) == UNTOUCHED_ERRORS[version]
    assert all(
        (error.elem.text or "") == "" or error.elem.text.startswith("cid:") for error in errors
    )
    assert not etree.XMLSchema(service_schema(version)).validate(answer)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_answer_is_valid_once_what_means_absent_is_gone(
    version: str, evidence: Callable[[str], Path]
) -> None:
    answer = real_answer(version, evidence)
    permit, attachment = answer[0], answer.find("Attachments")
    assert attachment is not None
    drop_what_means_absent(permit)
    attachment[1].text = "UERG"
    strict = etree.XMLSchema(service_schema(version))
    assert strict.validate(answer), strict.error_log
    assert modelled(version).is_valid(etree.tostring(answer, encoding="unicode"))
    alone = etree.XMLSchema(etree.parse(schemas.directory() / version / "document.xsd"))
    assert alone.validate(permit), alone.error_log


@pytest.mark.parametrize("version", VERSIONS)
def test_elements_in_another_order_are_refused(
    version: str, evidence: Callable[[str], Path]
) -> None:
    permit = real_answer(version, evidence)[0]
    drop_what_means_absent(permit)
    strict = etree.XMLSchema(etree.parse(schemas.directory() / version / "document.xsd"))
    assert strict.validate(permit)
    header = permit[1]
    header.append(header[0])
    assert not strict.validate(permit)
