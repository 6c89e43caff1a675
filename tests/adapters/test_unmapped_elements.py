"""Permit formats: elements that no box holds are carried along."""

from dataclasses import replace

import pytest

from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import Carried
from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import read
from tests.builders import (
    a_permit,
    a_position,
)

OWNERSHIP = a_permit("MZ26CP000003", type="OWNERSHIP", importer=None)


OF_A_LINE = "SpecifiedSupplyChainConsignment[0]/IncludedSupplyChainConsignmentItem[ID={}]/ID[1]"


def test_what_one_version_carries_goes_into_the_other_where_it_has_the_place(
    permit_formats: dict[str, PermitFormat],
) -> None:
    carried = (
        Carried("v1", "HeaderExchangedDocument[0]/Name[1]", "A special kind"),
        Carried("v1", "SpecifiedSupplyChainConsignment[0]/ImportTradeCountry[0]/ID[1]", "XA"),
    )
    written = permit_formats["v2"].write(
        a_permit(type="OTHER", type_name="Besondere Art", carried=carried)
    )
    assert permit_formats["v2"].read(written).carried == (replace(carried[0], version="v2"),)


def test_what_a_lost_line_carried_goes_with_it(permit_format: PermitFormat) -> None:
    carried = tuple(
        Carried(permit_format.version, OF_A_LINE.format(letter), f"own {letter}") for letter in "AZ"
    )
    written = permit_format.write(a_permit(carried=carried))
    assert [one.text for one in permit_format.read(written).carried] == ["own A"]


@pytest.mark.parametrize(
    "carried",
    [
        Carried("v2", "HeaderExchangedDocument[0]/Novelty[0]", "x"),
        Carried("v2", "HeaderExchangedDocument[0]", "x"),
        Carried("v2", "not a place", "x"),
        Carried("v2", "HeaderExchangedDocument[0]/ID[0]", None, (("colour", "red"),)),
        Carried("v2", "HeaderExchangedDocument[0]/ID[1]", "second number"),
        Carried(
            "v2",
            "HeaderExchangedDocument[0]/ReferenceReferencedDocument[1]/IssueDateTime[0]",
            "last week",
        ),
    ],
    ids=["element", "branch", "place", "attribute", "repetition", "type"],
)
def test_nothing_carried_makes_an_invalid_document(
    carried: Carried, permit_formats: dict[str, PermitFormat]
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        permit_formats["v2"].write(a_permit(carried=(carried,)))
    assert refused.value.path


def test_no_box_of_a_full_form_is_unknown(permit_format: PermitFormat) -> None:
    permit = read("full", {permit_format.version: permit_format}, permit_format.version)
    assert permit.carried == ()
    assert permit.positions[0].marks == ("MZ RES 0001", "MZ RES 0002")


def test_an_element_that_no_schema_knows_is_carried(permit_format: PermitFormat) -> None:
    document = permit_format.write(a_permit())
    extended = document.replace(
        b"</rsm:HeaderExchangedDocument>", b"<Novelty>x</Novelty></rsm:HeaderExchangedDocument>"
    )
    (carried,) = permit_format.read(extended).carried
    assert (carried.place, carried.text) == ("HeaderExchangedDocument[0]/Novelty[0]", "x")


def test_a_description_of_a_no_break_space_is_a_description_before_marks(
    permit_formats: dict[str, PermitFormat],
) -> None:
    """White space is that of XML, where a no-break space is a character like any other."""
    permit = a_permit(positions=(a_position("A", description="\xa0", marks=("M1",)),))
    assert permit_formats["v1"].read(permit_formats["v1"].write(permit)) == permit
