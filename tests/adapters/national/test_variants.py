"""Variants of a permit in national records: fields of JSON and columns of CSV alike."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Quota
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)
from gateway.exchange.ports import NationalRecord

LINE: dict[str, Any] = {
    "id": "A",
    "scientific_name": "Crocodylus niloticus",
    "term": "LIV",
    "appendix": "II",
    "sources": ["R"],
    "quantity": "10",
    "unit": "NAR",
}
RECORD: dict[str, Any] = {
    "number": "MZ26EX000700",
    "type": "EXPORT",
    "valid_until": "2027-03-31",
    "issued_at": "2026-10-05",
    "positions": [LINE],
}


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(record: dict[str, Any], folder: Path) -> NationalRecord | RecordInvalid:
    file = folder / "one.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    (only,) = national_source(file).records(file)
    return only


def read_csv(record: dict[str, Any], folder: Path) -> NationalRecord | RecordInvalid:
    cells = dict(_cells(record))
    text = io.StringIO()
    csv.writer(text).writerows([cells.keys(), cells.values()])
    file = folder / "one.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    (only,) = national_source(file).records(file)
    return only


def _cells(value: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        pairs = [(f"{name}.{key}" if name else key, inner) for key, inner in value.items()]
        return [cell for key, inner in pairs for cell in _cells(inner, key)]
    if name == "positions" and isinstance(value, list):
        return [cell for line in value for cell in _cells(line, "position")]
    return [(name, "|".join(map(str, value)) if isinstance(value, list) else str(value))]


VARIANTS: dict[str, tuple[dict[str, Any], object]] = {
    "replacement": (
        {"number": "MZ26EX000098", "issued": "2026-08-14", "reason": "Lost by the courier"},
        Replacement("MZ26EX000098", day("2026-08-14"), "Lost by the courier"),
    ),
    "retrospective": (
        {"agreement": "DFFE 2026/118", "agreed_at": "2026-09-28", "reason": "No form there"},
        Retrospective("DFFE 2026/118", day("2026-09-28"), "No form there"),
    ),
    "partially_completed": (
        {"boxes": ["3", "11a"], "shipments": 100},
        PartiallyCompleted(("3", "11a"), 100),
    ),
    "import_permit": (
        {"number": "ZA26IM000731", "issued": "2026-09-01", "country": "ZA"},
        ImportPermit("ZA26IM000731", day("2026-09-01"), "ZA"),
    ),
    "carnet": (
        {"number": "CH/26/118", "valid_until": "2027-03-31"},
        Carnet("CH/26/118", day("2027-03-31")),
    ),
    "annex": ({"pages": 4}, Annex(4)),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_a_field_in_json_and_in_csv(name: str, tmp_path: Path) -> None:
    fields, expected = VARIANTS[name]
    for reader in (read, read_csv):
        record = reader({**RECORD, name: fields}, tmp_path)
        assert isinstance(record, NationalRecord)
        assert getattr(record.permit, name) == expected
        others = VARIANTS.keys() - {name}
        assert [getattr(record.permit, other) for other in others] == [None] * len(others)


def test_a_line_has_its_annotation_and_what_the_inspection_found(tmp_path: Path) -> None:
    line = LINE | {
        "annotation": "#4",
        "quota": {"used": "2", "annual": "100", "unit": "NAR", "text": "Tusks of 2 animals"},
        "operation": {"acquired_before": "1975-07-01", "acquired_statement": "Day not known"},
        "examination": {"quantity": "7", "dead_on_arrival": "2", "seized": "1"},
    }
    for reader in (read, read_csv):
        record = reader({**RECORD, "positions": [line]}, tmp_path)
        assert isinstance(record, NationalRecord)
        (position,) = record.permit.positions
        assert position.annotation == "#4"
        figures = (Quantity(Decimal(2), "NAR"), Quantity(Decimal(100), "NAR"))
        assert position.quota == Quota(*figures, "Tusks of 2 animals")
        assert position.operation and position.examination
        assert position.operation.acquired_before == day("1975-07-01")
        assert position.operation.acquired_statement == "Day not known"
        found = (position.examination.dead_on_arrival, position.examination.seized)
        assert found == (Quantity(Decimal(2), "NAR"), Quantity(Decimal(1), "NAR"))


def test_box_2_may_be_without_a_last_day(tmp_path: Path) -> None:
    record = read({name: RECORD[name] for name in RECORD if name != "valid_until"}, tmp_path)
    assert isinstance(record, NationalRecord)
    assert record.permit.valid_until is None


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"partially_completed": {"boxes": ["importer"]}}, "partially_completed.boxes", "box of"),
        ({"partially_completed": {"boxes": ["16"]}}, "partially_completed.boxes", "box of"),
        ({"partially_completed": {"shipments": 0}}, "partially_completed.shipments", "1 to 99999"),
        ({"partially_completed": {"shipments": "many"}}, "partially_completed.shipments", "whole"),
        ({"annex": {"pages": "2.5"}}, "annex.pages", "whole number"),
        ({"import_permit": {"country": "South Africa"}}, "import_permit.country", "capital"),
        ({"carnet": {"valid_until": "31.03.2027"}}, "carnet.valid_until", "date"),
        ({"replacement": "yes"}, "replacement", "field of the record format"),
        ({"valid_until": "1799-12-31"}, "valid_until", "1800 to 2200"),
        ({"positions": [LINE | {"annotation": "4"}]}, "positions[1].annotation", "#4"),
        ({"positions": [LINE | {"annotation": "#0"}]}, "positions[1].annotation", "#4"),
        (
            {"positions": [LINE | {"examination": {"seized": "-1"}}]},
            "positions[1].examination.seized",
            "plain digits",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_field(
    changes: dict[str, Any], field: str, expected: str, tmp_path: Path
) -> None:
    refused = read({**RECORD, **changes}, tmp_path)
    assert isinstance(refused, RecordInvalid)
    assert refused.field == field
    assert expected in (refused.expected or "")


@pytest.mark.parametrize(
    ("boxes", "box", "blank"),
    [(("3",), "3", True), (("3",), "3a", True), (("3a",), "3", False), (("1",), "11a", False)],
)
def test_a_box_is_left_to_the_holder_by_its_number(
    boxes: tuple[str, ...], box: str, *, blank: bool
) -> None:
    assert PartiallyCompleted(boxes).leaves(box) is blank


def test_words_of_box_5_declare_nothing(tmp_path: Path) -> None:
    words = ["REPLACEMENT", "Partially completed; box 3 by the holder", "Retrospective"]
    record = read({**RECORD, "special_conditions": words}, tmp_path)
    assert isinstance(record, NationalRecord)
    permit: Permit = record.permit
    assert permit.special_conditions == tuple(words)
    assert (permit.replacement, permit.retrospective) == (None, None)
    assert not permit.left_to_holder("3")
