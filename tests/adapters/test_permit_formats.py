"""Permit formats: documents as written, values without an element, documents as read."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.party import Country, Location, ReferencedDocument, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Origin, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import leaf
from tests.builders import (
    AUTHORITY,
    ISSUED,
    MAPUTO,
    a_permit,
    a_position,
    a_reexport,
    an_examination,
)

ENDORSED = a_permit(
    examination=an_examination(None),
    examiner=Signatory("D", stamp="MZ-CUST-9", party=AUTHORITY),
    applicant=Signatory("B", statement="I apply.", party=a_permit().exporter),
    positions=(a_position("A", examination=an_examination("4")),),
)
OWNERSHIP = a_permit("MZ26CP000003", type="OWNERSHIP", importer=None)


@pytest.mark.parametrize(
    "permit", [a_permit(), a_reexport(), ENDORSED, OWNERSHIP], ids=lambda p: p.type
)
def test_a_permit_is_read_back_as_it_was_written(
    permit: Permit, permit_format: PermitFormat, validate: Callable[[str, bytes], None]
) -> None:
    written = permit_format.write(permit)
    validate(permit_format.version, written)
    assert permit_format.read(written) == permit


def test_a_permit_is_written_the_same_every_time(permit_format: PermitFormat) -> None:
    assert permit_format.write(a_permit()) == permit_format.write(a_permit())


def test_the_bytes_fit_into_any_soap_body(permit_format: PermitFormat) -> None:
    written = permit_format.write(a_permit())
    assert not written.startswith(b"<?xml")
    assert b"xmlns=" not in written
    envelope = (
        b'<s:Envelope xmlns:s="urn:s" xmlns:ram="urn:else"><s:Body>'
        + written
        + b"</s:Body></s:Envelope>"
    )
    root = etree.fromstring(envelope)[0][0]
    assert etree.tostring(root, method="c14n", exclusive=True) == etree.tostring(
        etree.fromstring(written), method="c14n", exclusive=True
    )


def test_a_v1_document_becomes_a_v2_document_that_says_the_same(
    permit_formats: dict[str, PermitFormat],
) -> None:
    permit = permit_formats["v1"].read(permit_formats["v1"].write(ENDORSED))
    assert permit_formats["v2"].read(permit_formats["v2"].write(permit)) == ENDORSED


# -- what a writer must always include (wire contract, section 11.3)
# ---------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "box"),
    [
        ({"valid_until": None}, "2"),
        ({"importer": None}, "3"),
        ({"exporter": None}, "4"),
        ({"management_authority": None}, "6"),
        ({"management_authority": Signatory("A", stamp="1")}, "6"),
        ({"positions": (a_position(quantity=None),)}, "11"),
        ({"positions": (a_position("A"), a_position("A"))}, "7"),
        ({"positions": (a_position("A 1"),)}, "7"),
        ({"positions": (a_position(""),)}, "7"),
    ],
)
def test_a_permit_without_what_partners_need_is_not_written(
    changes: dict[str, object], box: str, permit_format: PermitFormat
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        permit_format.write(a_permit(**changes))
    assert refused.value.box == box


def test_both_periods_show_box_2(permit_format: PermitFormat) -> None:
    written = permit_format.write(a_permit())
    for period in (
        "EffectiveSpecifiedPeriod",
        "ReferenceReferencedDocument/EffectiveSpecifiedPeriod",
    ):
        assert (
            leaf(written, f"HeaderExchangedDocument/{period}/EndDateTime")
            == "2026-09-01T00:00:00+02:00"
        )


def test_v1_shows_the_country_of_import_twice(permit_formats: dict[str, PermitFormat]) -> None:
    written = permit_formats["v1"].write(a_permit())
    consignment = "SpecifiedSupplyChainConsignment"
    address = (
        f"{consignment}/ConsigneeTradeParty/PostalTradeAddress/CountryIdentificationTradeCountry"
    )
    assert (
        leaf(written, f"{consignment}/ImportTradeCountry/ID")
        == leaf(written, f"{address}/ID")
        == "ZA"
    )


def test_a_certificate_of_ownership_has_an_importer_without_a_name(
    permit_format: PermitFormat,
) -> None:
    written = permit_format.write(OWNERSHIP)
    assert leaf(written, "SpecifiedSupplyChainConsignment/ConsigneeTradeParty/Name") == ""
    assert leaf(written, "HeaderExchangedDocument/TypeCode") == "O"
    assert leaf(written, "HeaderExchangedDocument/Name") == OWNERSHIP.document_type.english


def test_a_block_of_box_13_without_a_party_still_has_the_element(
    permit_format: PermitFormat,
) -> None:
    permit = a_permit(issuer=Signatory("C", stamp="7"))
    written = permit_format.write(permit)
    assert (
        leaf(
            written,
            "HeaderExchangedDocument/ThirdSignatoryDocumentAuthentication/ProviderTradeParty/Name",
        )
        == ""
    )
    assert permit_format.read(written) == permit


@pytest.mark.parametrize(
    "registration", [ReferencedDocument(number="A-ZW-501"), ReferencedDocument(name="A farm")]
)
def test_box_12b_has_number_and_name_if_an_empty_one(
    registration: ReferencedDocument,
    permit_format: PermitFormat,
    validate: Callable[[str, bytes], None],
) -> None:
    permit = a_permit(
        positions=(a_position(operation=RegisteredOperation(registration=registration)),)
    )
    written = permit_format.write(permit)
    validate(permit_format.version, written)
    (document,) = etree.fromstring(written).iter("{*}PreviousReferencedDocument")
    assert [etree.QName(child).localname for child in document] == ["ID", "Name"]
    assert permit_format.read(written) == permit


def test_box_11_always_names_its_unit(permit_format: PermitFormat) -> None:
    written = permit_format.write(
        a_permit(positions=(a_position(quantity=Quantity(Decimal("5.0"))),))
    )
    (quantity,) = etree.fromstring(written).iter("{*}ItemQuantity")
    assert (quantity.text, dict(quantity.attrib)) == ("5", {"unitCode": "NAR"})


def test_two_sources_stand_in_one_element(permit_format: PermitFormat) -> None:
    written = permit_format.write(a_permit(positions=(a_position(sources=("O", "W")),)))
    (source,) = etree.fromstring(written).iter("{*}TypeExtensionCode")
    assert source.text == "O W"
    assert permit_format.read(written).positions[0].sources == ("O", "W")


# -- what a version cannot say
# -----------------------------------------------------------------------------------------

CATEGORY = a_permit(
    positions=(a_position(operation=RegisteredOperation(category_code="BREEDING")),)
)
PROVINCE = a_permit(
    positions=(a_position(origin=Origin(Country("ZW", "Zimbabwe", "Matabeleland"))),)
)
SIGNED = a_permit(
    applicant=Signatory("B", signed_at=datetime(2026, 1, 5, tzinfo=MAPUTO), party=AUTHORITY)
)
SIGNED_ELSEWHERE = a_permit(issuer=Signatory("C", place=Location(name="Beira"), party=AUTHORITY))
MARKS_ALONE = a_permit(positions=(a_position(description=None),))
UNDESCRIBED = a_permit(positions=(a_position(description=None, term=None),))


@pytest.mark.parametrize(
    ("version", "permit", "note", "shown"),
    [
        (
            "v1",
            CATEGORY,
            ("12b", "operation.category_code", "BREEDING", "A"),
            "category BREEDING",
        ),
        ("v2", PROVINCE, ("12", "origin.subdivision", "Matabeleland", "A"), "Matabeleland"),
        (
            "v1",
            SIGNED,
            ("4", "applicant.signed_at", "2026-01-05+02:00", None),
            "Signed on: 2026-01-05+02:00",
        ),
        ("v1", SIGNED_ELSEWHERE, ("13", "issuer.place.name", "Beira", None), "Signed at: Beira"),
    ],
    ids=["category", "province", "date of signature", "place of signature"],
)
def test_what_a_version_has_no_element_for_is_written_near_and_noted(
    version: str,
    permit: Permit,
    note: tuple[str, str, str, str | None],
    shown: str,
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
) -> None:
    written = permit_formats[version].write(permit)
    validate(version, written)
    (loss,) = permit_formats[version].losses(permit)
    assert (loss.box, loss.field, loss.value, loss.position) == note
    names = re.sub(r"\[.*?\]", "", loss.path)
    assert shown in (leaf(written, names) or "")
    assert permit_formats[version].read(written) == permit
    other = permit_formats["v1" if version == "v2" else "v2"]
    assert other.losses(permit) == ()
    assert other.read(other.write(permit)) == permit


def test_v1_describes_a_line_by_its_term_before_its_marks(
    permit_formats: dict[str, PermitFormat],
) -> None:
    v1 = permit_formats["v1"]
    (line,) = v1.read(v1.write(MARKS_ALONE)).positions
    assert (line.description, line.marks) == ("skins", MARKS_ALONE.positions[0].marks)
    assert v1.losses(MARKS_ALONE) == ()


def test_v1_does_not_show_a_mark_as_the_description(
    permit_formats: dict[str, PermitFormat],
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        permit_formats["v1"].write(UNDESCRIBED)
    assert (refused.value.box, refused.value.position) == ("9", "A")
    assert permit_formats["v2"].write(UNDESCRIBED)


def test_v1_leaves_out_the_date_of_a_signature_that_box_13_shows(
    permit_formats: dict[str, PermitFormat],
) -> None:
    permit = a_permit(
        issuer=Signatory("C", signed_at=ISSUED, place=Location(name="Maputo"), party=AUTHORITY)
    )
    v1 = permit_formats["v1"]
    assert v1.read(v1.write(permit)) == replace(permit, issuer=Signatory("C", party=AUTHORITY))


def test_the_permit_of_origin_is_of_no_other_kind(permit_format: PermitFormat) -> None:
    origin = Origin(Country("ZW"), ReferencedDocument("ZW25EX0907", type_code="811"))
    with pytest.raises(DocumentInvalid) as refused:
        permit_format.write(a_permit(positions=(a_position(origin=origin),)))
    assert (refused.value.box, refused.value.position) == ("12", "A")


@pytest.mark.parametrize(
    ("changes", "box"),
    [
        ({"special_conditions": ("bell \x07",)}, "5"),
        ({"issued_at": datetime(2026, 3, 2)}, "13"),  # noqa: DTZ001  the very thing that is refused
        ({"issued_at": datetime(1890, 3, 2, tzinfo=ZoneInfo("Europe/Paris"))}, "13"),
        ({"positions": (a_position(quantity=Quantity(Decimal("NaN"), "KGM")),)}, "11"),
        ({"positions": (a_position(quantity=Quantity(Decimal(-1), "KGM")),)}, "11"),
    ],
    ids=["control character", "no zone", "zone with seconds", "not a number", "negative"],
)
def test_a_value_that_no_document_can_hold_is_refused_by_its_box(
    changes: dict[str, object], box: str, permit_format: PermitFormat
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        permit_format.write(a_permit(**changes))
    assert refused.value.box == box
