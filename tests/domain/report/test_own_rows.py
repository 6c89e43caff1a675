"""Rows of permits of ours: which quantity, in which year, under which numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import (
    Confirmation,
    Declaration,
    Reversal,
    Role,
    SeenQuantity,
)
from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.position import LastReexport, Origin
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.report.foreign_permits import Count, rows_of_foreign
from gateway.domain.report.own_permits import ReportYear, export_permits_of, rows_of_own
from gateway.domain.report.reported import ReportedRow, RowBasis
from gateway.domain.rules.report.row import Side
from tests.builders import EXPORTER, IMPORTER, a_permit, a_position, an_examination

MZ = Authority(IsoCountryCode("MZ"), "ANAC")
YEAR = ReportYear("MZ", 2026, UTC)
LINE = a_position(origin=None)
NEXT = replace(YEAR, year=2027)


def counted(
    amount: str, role: Role = Role.EXPORT, at: str = "2026-05-01", key: str = "1"
) -> Confirmation:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    quantities = (("A", Quantity(Decimal(amount), "NAR")),)
    return Confirmation(key, "x", role, moment, quantities, "ab" * 32)


def published(*events: Confirmation, line=LINE, **changes) -> PublishedPermit:
    known = {name: changes.pop(name) for name in ("status", "reversals", "declarations")
             if name in changes}  # fmt: skip
    permit = a_permit(positions=(line,), **changes)
    return PublishedPermit(MZ, permit, confirmations=events, **known)


def rows(permit: PublishedPermit, year: ReportYear = YEAR) -> list[ReportedRow]:
    return list(rows_of_own(permit, year))


def said(permit: PublishedPermit, year: ReportYear = YEAR) -> list[tuple[str, RowBasis]]:
    return [(row.cells["Quantity"], row.basis) for row in rows(permit, year)]


def test_box_11_is_reported_where_nothing_was_counted() -> None:
    (row,) = rows(published())
    assert row.side is Side.EXPORTER
    assert row.cells == {
        "Appendix": "II", "SpeciesName": "Crocodylus niloticus", "TermCode": "SKI",
        "Quantity": "5", "UnitCode": "", "TradingPartner": "ZA", "CountryOfOrigin": "",
        "ExportPermit": "MZ26EX000001", "OriginPermit": "", "IFSPermit": "", "PurposeCode": "T",
        "SourceCode": "R", "Year": "2026",
    }  # fmt: skip
    assert (row.basis, row.permitted) == (RowBasis.PERMITTED, "5 NAR")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([counted("4")], [("4", RowBasis.COUNTED)]),
        ([counted("4"), counted("3", Role.IMPORT, key="2")], [("4", RowBasis.COUNTED)]),
        ([counted("3", Role.IMPORT)], [("3", RowBasis.COUNTED_BY_PARTNER)]),
        ([counted("2"), counted("3", key="2")], [("5", RowBasis.COUNTED)]),
        ([counted("0")], []),
    ],
)
def test_a_count_goes_before_box_11_and_ours_before_that_of_the_partner(
    events: list[Confirmation], expected: list[tuple[str, RowBasis]]
) -> None:
    assert said(published(*events)) == expected


def test_a_reversed_count_does_not_count() -> None:
    taken_back = Reversal("9", "1", datetime(2026, 5, 2, tzinfo=UTC), "A. Cossa", "wrong")
    assert said(published(counted("4"), reversals=(taken_back,))) == [("5", RowBasis.PERMITTED)]


def test_box_14_as_issued_goes_before_box_11() -> None:
    line = replace(LINE, examination=an_examination("4"))
    assert said(published(line=line)) == [("4", RowBasis.BOX_14)]


def test_a_count_is_of_the_year_in_which_it_was_made() -> None:
    permit = published(counted("4", at="2027-01-02"), counted("1", at="2026-12-31", key="2"))
    assert said(permit) == [("1", RowBasis.COUNTED)]
    assert said(permit, NEXT) == [("4", RowBasis.COUNTED)]


def test_the_border_of_the_year_is_that_of_the_authority() -> None:
    maputo = timezone(timedelta(hours=2))
    permit = published(counted("4", at="2026-12-31T23:00:00"))
    assert said(permit, replace(NEXT, zone=maputo)) == [("4", RowBasis.COUNTED)]
    assert said(permit, NEXT) == []


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.REPLACED])
def test_of_a_document_that_is_no_longer_in_force_only_counts_are_reported(status: Status) -> None:
    assert said(published(status=status)) == []
    assert said(published(counted("4"), status=status)) == [("4", RowBasis.COUNTED)]


def test_nothing_is_left_to_report_on_a_line_once_the_document_is_used_up() -> None:
    closed = Declaration("9", datetime(2026, 5, 2, tzinfo=UTC), "A. Cossa", "done", used_up=True)
    assert said(published(declarations=(closed,))) == []


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({"sources": ("I", "W")}, "SourceCode", "I"),
        ({"sources": ("W", "I")}, "SourceCode", "I"),
        ({"sources": ("O", "C")}, "SourceCode", "O"),
        ({"origin": Origin(Country("MZ"))}, "CountryOfOrigin", ""),
        ({"origin": Origin(Country(None, "Simbabwe"))}, "CountryOfOrigin", "XX"),
        ({"quantity": Quantity(Decimal("2.50"), "KIL")}, "UnitCode", "KGM"),
        ({"quantity": Quantity(Decimal("2.50"), "KIL")}, "Quantity", "2.5"),
        ({"sources": ("X",), "origin": Origin(Country("ZZ"), ReferencedDocument(number="IFS1"))},
         "IFSPermit", "IFS1"),
    ],
)  # fmt: skip
def test_cells_of_a_line(change: dict[str, object], column: str, expected: str) -> None:
    (row,) = rows(published(line=replace(LINE, **change)))
    assert row.cells[column] == expected


def test_an_import_permit_is_a_row_of_the_importer_and_names_what_it_rests_on() -> None:
    line = replace(
        LINE,
        origin=Origin(Country("ZW"), ReferencedDocument(number="ZW1")),
        last_reexport=LastReexport(Country("ZA"), ReferencedDocument(number="ZA1")),
    )
    permit = published(line=line, type="IMPORT", exporter=IMPORTER, importer=EXPORTER)
    (row,) = rows(permit)
    assert row.side is Side.IMPORTER
    named = [row.cells[name] for name in ("TradingPartner", "ImportPermit", "ExportPermit")]
    assert named == ["ZA", "MZ26EX000001", "ZA1"]
    assert (row.cells["CountryOfOrigin"], row.cells["OriginPermit"]) == ("ZW", "ZW1")
    assert list(export_permits_of(permit.permit)) == [("ZA", "ZA1")]


def test_a_foreign_permit_is_reported_as_our_customs_counted_it_the_same_twice_as_once() -> None:
    def count(amount: str, day: int, year: int = 2026) -> Count:
        return Count(datetime(year, 5, day, tzinfo=UTC), (SeenQuantity("A", amount),))

    permit = a_permit(positions=(LINE,), exporter=IMPORTER, importer=EXPORTER)
    found = list(rows_of_foreign("ZA", permit, [count("2", 1), count("2", 2), count("1", 3)], YEAR))
    (row,) = found
    assert (row.cells["Quantity"], row.cells["TradingPartner"]) == ("3", "ZA")
    assert row.basis is RowBasis.COUNTED
    assert list(rows_of_foreign("ZA", permit, [count("2", 1, 2025), count("2", 1)], YEAR)) == []
    imported = replace(permit, type="IMPORT")
    assert list(rows_of_foreign("ZA", imported, [count("2", 1)], YEAR)) == []
