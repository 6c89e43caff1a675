"""Statements of box 5: what is read as a field, and what stays text."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from adapters.fitting import statements
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Quota, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)
from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import leaves
from tests.builders import MAPUTO, a_permit, a_position, an_examination

DAY = datetime(2026, 8, 14, tzinfo=MAPUTO)
EVERY_VARIANT = a_permit(
    replacement=Replacement("MZ26EX000098", DAY, "Lost by the courier.\nReported on the same day."),
    retrospective=Retrospective("DFFE 2026/118", DAY, "No form at the airport"),
    partially_completed=PartiallyCompleted(("3", "11a"), 100),
    import_permit=ImportPermit("ZA26IM000731", DAY, "ZA"),
    carnet=Carnet("CH/26/118", DAY),
    annex=Annex(4),
    positions=(
        a_position(
            "A",
            annotation="#4",
            quota=Quota(
                Quantity(Decimal(2), "NAR"), Quantity(Decimal(100), "NAR"), "Tusks of 2 animals"
            ),
            operation=RegisteredOperation(acquired_before=DAY, acquired_statement="Day not known"),
            examination=an_examination(
                "3",
                dead_on_arrival=Quantity(Decimal(1), "NAR"),
                seized=Quantity(Decimal("0.5"), "KGM"),
            ),
        ),
        a_position("B", annotation="#10"),
    ),
)
WRITTEN = (
    "REPLACEMENT\nReplaced document: MZ26EX000098\nDate of issue: 2026-08-14+02:00\n"
    "Reason: Lost by the courier.\nReported on the same day.",
    "ISSUED RETROSPECTIVELY\nAgreement of the other Management Authority: DFFE 2026/118\n"
    "Date of the agreement: 2026-08-14+02:00\nReason: No form at the airport",
    "PARTIALLY COMPLETED\nBoxes for the holder: 3, 11a\nNumber of shipments: 100",
    "IMPORT PERMIT\nNumber: ZA26IM000731\nDate of issue: 2026-08-14+02:00\nCountry: ZA",
    "ATA CARNET\nNumber: CH/26/118\nValid until: 2026-08-14+02:00",
    "ANNEX\nPages: 4",
    "LINE A: ANNOTATION\nNumber: #4",
    "LINE A: QUOTA\nText: Tusks of 2 animals",
    "LINE A: PRE-CONVENTION\nAcquired before: 2026-08-14+02:00\n"
    "Statement of the Management Authority: Day not known",
    "LINE A: INSPECTION\nDead on arrival: 1 NAR\nSeized: 0.5 KGM",
    "LINE B: ANNOTATION\nNumber: #10",
)


def with_box_5(*texts: str) -> Permit:
    return a_permit(special_conditions=texts)


def test_each_variant_is_a_paragraph() -> None:
    assert statements.written(EVERY_VARIANT) == WRITTEN


def test_every_variant_comes_back_in_both_versions(
    permit_format: PermitFormat, validate: Callable[[str, bytes], None]
) -> None:
    written = permit_format.write(EVERY_VARIANT)
    validate(permit_format.version, written)
    assert permit_format.read(written) == EVERY_VARIANT
    assert permit_format.read_foreign(written) == EVERY_VARIANT
    again = permit_format.write(permit_format.read_foreign(written))
    assert leaves(again) == leaves(written)


@pytest.mark.parametrize(
    ("text", "attribute", "part"),
    [
        ("REPLACEMENT", "replacement", Replacement()),
        ("ANNEX\nPages: 12", "annex", Annex(12)),
        ("IMPORT PERMIT\nCountry: ZA", "import_permit", ImportPermit(country="ZA")),
        (
            "REPLACEMENT\nReason: a: b\nPages: 3",
            "replacement",
            Replacement(reason="a: b\nPages: 3"),
        ),
    ],
)
def test_a_statement_may_lack_values(text: str, attribute: str, part: object) -> None:
    read = statements.read(with_box_5("Tags stay on.", text))
    assert getattr(read, attribute) == part
    assert read.special_conditions == ("Tags stay on.",)


@pytest.mark.parametrize(
    "text",
    [
        "This is not a replacement",
        "replacement",
        "REPLACEMENT.",
        "REPLACEMENT\nof MZ26EX000098",
        "REPLACEMENT\nDate of issue: 14 August",
        "REPLACEMENT\nDate of issue: 2026-08-14T00:00:00+02:00",
        "REPLACEMENT\nReason: lost \n",
        "REPLACEMENT\nDate of issue: 2026-08-14+02:00\nReplaced document: MZ26EX000098",
        "ANNEX\nPages: 0",
        "ANNEX\nPages: 04",
        "ANNEX\nPages: 4\nPages: 5",
        "PARTIALLY COMPLETED\nBoxes for the holder: ",
        "LINE A: ANNOTATION",
        "LINE Z: ANNOTATION\nNumber: #4",
        "LINE A: INSPECTION\nSeized: two",
        "LINE A: INSPECTION\nSeized: 2.0 NAR",
        "LINE A: INSPECTION\nSeized: -2 NAR",
    ],
)
def test_another_text_stays_a_special_condition(text: str) -> None:
    permit = with_box_5(text)
    assert statements.read(permit) == permit


def test_a_statement_before_another_text_stays_a_special_condition() -> None:
    permit = with_box_5("ANNEX\nPages: 4", "Tags stay on.")
    assert statements.read(permit) == permit


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("ANNEX\nPages: 4", "ANNEX\nPages: 5"), ("ANNEX\nPages: 4",)),
        (("ANNEX\nPages: 4", "REPLACEMENT"), ("ANNEX\nPages: 4",)),
        (
            ("LINE B: ANNOTATION\nNumber: #4", "LINE A: ANNOTATION\nNumber: #4"),
            ("LINE B: ANNOTATION\nNumber: #4",),
        ),
    ],
)
def test_statements_in_another_order_are_read_from_the_end(
    texts: tuple[str, ...], left: tuple[str, ...]
) -> None:
    read = statements.read(with_box_5(*texts))
    assert read.special_conditions == left
    assert (*read.special_conditions, *statements.written(read)) == texts


def test_many_statements_are_read_in_time_that_grows_with_their_number() -> None:
    permit = with_box_5(*["ANNEX\nPages: 4"] * 100_000)
    began = time.perf_counter()
    assert len(statements.read(permit).special_conditions) == 99_999
    assert time.perf_counter() - began < 2


def test_a_permit_without_variants_has_no_statement() -> None:
    assert statements.written(a_permit()) == ()
    assert statements.read(replace(a_permit(), special_conditions=())).special_conditions == ()


def test_a_document_without_a_last_day_carries_the_period_with_its_start(
    permit_format: PermitFormat, validate: Callable[[str, bytes], None]
) -> None:
    for start in (None, DAY):
        permit = a_permit(type="PRECONV", valid_until=None, valid_from=start)
        written = permit_format.write(permit)
        validate(permit_format.version, written)
        first = start or permit.issued_at
        assert first is not None
        assert f"StartDateTime>{first.isoformat()}<".encode() in written
        assert b"EndDateTime" not in written
        assert permit_format.read(written) == permit


def test_blank_boxes_are_written_where_the_holder_fills_them_in(
    permit_format: PermitFormat, validate: Callable[[str, bytes], None]
) -> None:
    permit = a_permit(importer=None, partially_completed=PartiallyCompleted(("3",), 100))
    written = permit_format.write(permit)
    validate(permit_format.version, written)
    assert permit_format.read(written) == permit
