"""Permit formats: documents of others as they are read."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gateway.domain.permit.permit import UNSTATED
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import leaf, read
from tests.builders import (
    ISSUED,
    MAPUTO,
    a_permit,
)


def test_moments_keep_the_offset_they_were_written_with(
    permit_formats: dict[str, PermitFormat],
) -> None:
    permit = read("zone-less-dates", permit_formats)
    assert permit.valid_until is not None
    assert permit.valid_until.tzname() == UNSTATED.tzname(None)
    assert permit.valid_from == datetime(2026, 3, 2, tzinfo=UTC)
    origin = permit.positions[0].origin
    assert origin is not None and origin.permit is not None and origin.permit.issued is not None
    assert origin.permit.issued.utcoffset() == -timedelta(hours=3, minutes=30)
    assert origin.permit.issued.microsecond == 123456
    written = permit_formats["v2"].write(permit)
    assert (
        leaf(written, "HeaderExchangedDocument/EffectiveSpecifiedPeriod/EndDateTime")
        == "2026-09-01T00:00:00"
    )


def test_a_zone_that_happens_to_be_utc_is_not_an_unstated_one(permit_format: PermitFormat) -> None:
    written = permit_format.write(a_permit(issued_at=ISSUED.astimezone(timezone(timedelta(0)))))
    assert leaf(written, "HeaderExchangedDocument/IssueDateTime") == "2026-03-02T07:30:00+00:00"


def test_boxes_12_and_12a_are_told_apart_by_the_kind_of_document(
    permit_formats: dict[str, PermitFormat],
) -> None:
    (line,) = read("several-documents", permit_formats).positions
    assert line.origin is not None and line.origin.permit is not None
    assert line.origin.permit.number == "ZW25EX0907"
    assert line.last_reexport is not None and line.last_reexport.certificate is not None
    assert line.last_reexport.certificate.number == "ZA25RX0012"


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        ("other-type-in-french", "OWNERSHIP", "Certificat de propriété"),
        ("other-type-unknown", "OTHER", "Bescheinigung besonderer Art"),
        ("full", "EXPORT", None),
    ],
)
def test_box_1_is_understood_in_any_language_of_the_convention(
    document: str, kind: str, words: str | None, permit_formats: dict[str, PermitFormat]
) -> None:
    permit = read(document, permit_formats)
    assert (permit.type, permit.type_name) == (kind, words)


def test_of_two_validities_the_first_counts_and_the_other_is_kept(
    permit_formats: dict[str, PermitFormat],
) -> None:
    permit = read("two-validities", permit_formats, "v1")
    assert permit.valid_until == datetime(2026, 9, 1, tzinfo=MAPUTO)
    assert {one.text for one in permit.carried} == {"2027-01-01T00:00:00+02:00", "BW", "Botswana"}


def test_validity_in_the_second_place_counts_where_the_first_is_empty(
    permit_format: PermitFormat,
) -> None:
    permit = read(
        "validity-in-second-place", {permit_format.version: permit_format}, permit_format.version
    )
    assert permit.valid_until == datetime(2027, 1, 1, tzinfo=MAPUTO)


def test_marks_of_all_blocks_are_box_9(permit_formats: dict[str, PermitFormat]) -> None:
    assert read("attributes", permit_formats).positions[0].marks == ("M1", "M2", "M3")


def test_what_form_generators_leave_empty_is_absent(permit_format: PermitFormat) -> None:
    permit = read("empty-elements", {permit_format.version: permit_format}, permit_format.version)
    (line,) = permit.positions
    assert str(permit.number) == "XA000002"
    assert permit.special_conditions == ("Only <with> tags & seals",)
    assert (permit.examiner, permit.issued_at, line.examination) == (None, None, None)
    assert (line.quantity, line.common_names) == (Quantity(Decimal(5)), ("Nile crocodile",))
