"""Variants of a permit on the form and as JSON, in three languages."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console

from gateway.cli.views.permit import as_json, view
from gateway.domain.codes import Language
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
from tests.builders import MAPUTO, a_permit, a_position, an_examination

DAY = datetime(2026, 8, 14, tzinfo=MAPUTO)
LINE = a_position(
    annotation="#4",
    quota=Quota(text="Tusks of 2 animals"),
    operation=RegisteredOperation(acquired_before=DAY, acquired_statement="Day not known"),
    examination=an_examination(
        "3",
        dead_on_arrival=Quantity(Decimal(1), "NAR"),
        seized=Quantity(Decimal(2), "NAR"),
    ),
)
PERMIT = a_permit(
    copy=True,
    replacement=Replacement("MZ26EX000098", DAY, "Lost by the courier"),
    retrospective=Retrospective("DFFE 2026/118", DAY, "No form at the airport"),
    partially_completed=PartiallyCompleted(("3", "11a"), 100),
    import_permit=ImportPermit("ZA26IM000731", DAY, "ZA"),
    carnet=Carnet("CH/26/118", DAY),
    annex=Annex(4),
    positions=(LINE,),
)
ROWS: dict[Language, list[tuple[str, str, str]]] = {
    "english": [
        ("5", "Replacement of", "MZ26EX000098, 2026-08-14\nLost by the courier"),
        (
            "5",
            "Issued retrospectively: agreement, reason",
            "DFFE 2026/118, 2026-08-14\nNo form at the airport",
        ),
        ("5", "Partially completed: boxes that the holder fills in", "3, 11a"),
        ("5", "Number of shipments", "100"),
        (
            "5",
            "Import permit that this document rests on",
            "ZA26IM000731, 2026-08-14, South Africa (ZA)",
        ),
        ("5", "ATA carnet no.", "CH/26/118"),
        ("5", "ATA carnet valid until", "2026-08-14"),
        ("5", "Pages of the annex", "4"),
        ("10", "Annotation", "#4"),
        ("11a", "Text of the quota", "Tusks of 2 animals"),
        ("12b", "Acquired before", "2026-08-14"),
        ("12b", "Statement of the Management Authority", "Day not known"),
        ("14", "Dead on arrival, Block A", "1 NAR (number of specimens)"),
        ("14", "Seized at inspection, Block A", "2 NAR (number of specimens)"),
    ],
    "french": [
        ("5", "Remplace le document", "MZ26EX000098, 2026-08-14\nLost by the courier"),
        ("5", "Nombre d'envois", "100"),
        ("10", "Annotation", "#4"),
        ("12b", "Acquis avant le", "2026-08-14"),
        ("14", "Morts à l'arrivée, Bloc A", "1 NAR (nombre de spécimens)"),
    ],
    "spanish": [
        ("5", "Sustituye al documento", "MZ26EX000098, 2026-08-14\nLost by the courier"),
        ("5", "Número de envíos", "100"),
        ("10", "Anotación", "#4"),
        ("12b", "Adquirido antes del", "2026-08-14"),
        ("14", "Decomisados en la inspección, Bloque A", "2 NAR (número de especímenes)"),
    ],
}


def rows(permit: Permit, language: Language) -> list[tuple[str, str, str]]:
    found = as_json(permit, language)
    (line,) = found["lines"]  # type: ignore[misc]
    boxes = [*found["boxes"], *line["boxes"]]  # type: ignore[misc, index]
    return [(row["box"], row["label"], row["value"]) for row in boxes]


@pytest.mark.parametrize("language", ROWS)
def test_each_variant_has_a_row_in_each_language(language: Language) -> None:
    found = rows(PERMIT, language)
    assert [row for row in ROWS[language] if row not in found] == []


def test_a_permit_without_variants_has_no_row_for_them() -> None:
    labels = {label for _, label, _ in ROWS["english"]}
    plain = a_permit(positions=(a_position(),))
    assert labels.isdisjoint(label for _, label, _ in rows(plain, "english"))
    assert as_json(plain)["variants"] == {}


def test_a_variant_without_values_is_shown_as_a_blank_box() -> None:
    named = ("5", "Replacement of", "")
    assert named in rows(replace(PERMIT, replacement=Replacement()), "english")


def test_a_person_sees_them_beside_their_boxes() -> None:
    console = Console(file=StringIO(), width=140)
    console.print(view(PERMIT))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    places = [text.index(label) for _, label, _ in ROWS["english"]]
    assert places == sorted(places)


def test_a_program_reads_them_by_the_names_of_the_record() -> None:
    found = as_json(PERMIT)
    day = "2026-08-14T00:00:00+02:00"
    assert found["variants"] == {
        "copy": True,
        "replacement": {"number": "MZ26EX000098", "issued": day, "reason": "Lost by the courier"},
        "retrospective": {
            "agreement": "DFFE 2026/118",
            "agreed_at": day,
            "reason": "No form at the airport",
        },
        "partially_completed": {"boxes": ["3", "11a"], "shipments": 100},
        "import_permit": {"number": "ZA26IM000731", "issued": day, "country": "ZA"},
        "carnet": {"number": "CH/26/118", "valid_until": day},
        "annex": {"pages": 4},
    }
    (line,) = found["lines"]  # type: ignore[misc]
    assert line["variants"] == {  # type: ignore[index]
        "annotation": "#4",
        "quota_text": "Tusks of 2 animals",
        "acquired_before": day,
        "acquired_statement": "Day not known",
        "dead_on_arrival": "1 NAR",
        "seized": "2 NAR",
    }
