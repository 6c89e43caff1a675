"""Browser of the permit document: every element of the schema, with box, type and example."""

import pytest
from lxml import html

from adapters.registry import formats
from adapters.schema import ElementSchema, element_schema
from gateway.bootstrap.portal.document_elements import document_elements
from gateway.web.pages import ServicePages
from schemas import VERSIONS, VersionName
from tests.web.services import PRODUCTION, source_of

EACH_VERSION = pytest.mark.parametrize("version", VERSIONS)


def paths(schema: ElementSchema, above: str = "") -> list[str]:
    """Every element below one, in order."""
    found = []
    for name, child in schema.children.items():
        path = f"{above}/{name}".lstrip("/")
        found += [path, *paths(child, path)]
    return found


@pytest.mark.slow
@EACH_VERSION
def test_every_element_of_the_schema_stands_on_the_page_once(version: VersionName) -> None:
    contract = VERSIONS[version]
    wanted = paths(element_schema(contract.document_schema, contract.root))
    page = html.fromstring(source_of(ServicePages(PRODUCTION), f"/epix/{version}/document"))
    assert sorted(page.xpath("//*[@class='tree']//code/@title")) == sorted(wanted)


@pytest.mark.slow
@EACH_VERSION
def test_every_box_of_the_form_has_an_element(version: VersionName) -> None:
    boxes = {box for element in document_elements(version) for box in element.boxes}
    assert boxes >= {
        *(str(number) for number in range(1, 16)), "3a", "5a", "5b", "11a", "12a", "12b"
    }  # fmt: skip


@pytest.mark.slow
@EACH_VERSION
def test_examples_are_those_of_documents_that_were_written(version: VersionName) -> None:
    elements = {element.path: element for element in document_elements(version)}
    number = elements["HeaderExchangedDocument/ID"]
    assert (number.boxes, number.occurs, number.example) == (("1",), "0..1", "MZ26EX000001")
    # A branch has the boxes of all that is below it, in the order of the form.
    assert elements["HeaderExchangedDocument"].boxes[:6] == ("1", "2", "4", "5", "5a", "5b")
    line = "SpecifiedSupplyChainConsignment/IncludedSupplyChainConsignmentItem"
    quantity = elements[f"{line}/TransportLogisticsPackage/ItemQuantity"]
    assert quantity.attributes == ("unitCode",)
    assert (quantity.kind, quantity.boxes, quantity.example) == ("Quantity", ("11",), "5 NAR")
    leaves = [each for each in elements.values() if not each.is_branch]
    assert sum(bool(each.example) for each in leaves) > len(leaves) / 2
    assert all(each.meaning for each in elements.values())


def test_a_format_lists_its_elements_without_documents_too() -> None:
    for each in formats().values():
        listed = each.elements(())
        assert len(listed) > 200 and not any(element.example for element in listed)
