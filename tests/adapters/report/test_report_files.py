"""Files of the annual report: CSV and Excel hold the same, no formula, and all or nothing."""

import csv
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from adapters.report.csv_files import CsvReport
from adapters.report.workbook import ExcelReport
from gateway.domain.report.query import ILLEGAL_TRADE, MANUFACTURED, SavedQuery
from gateway.domain.report.reported import ReportedRow, RowBasis
from gateway.domain.report.summary import LeftOut, ReportSummary
from gateway.domain.rules.finding import info
from gateway.domain.rules.report.row import Side
from gateway.exchange.ports.report.files import OpenReportFiles

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example")', "＝1"]
CELLS = dict.fromkeys(Side.EXPORTER.columns, "") | {
    "SpeciesName": "Crocodylus niloticus", "TermCode": "SKI", "Quantity": "12.5",
    "TradingPartner": "ZA", "Appendix": "II", "SourceCode": "I", "Year": "2026",
}  # fmt: skip
ROW = ReportedRow(
    Side.EXPORTER, CELLS, RowBasis.COUNTED, "MZ", "MZ1", "A", "20 KGM", "raw", "mark 1"
)


def write(opened: OpenReportFiles, queries: tuple[SavedQuery, ...] = ()) -> list[Path]:
    summary = ReportSummary("MZ", 2026)
    with opened("MZ-2026", queries) as files:
        for number, evil in enumerate(EVIL, 2):
            cells = {**CELLS, "SpeciesName": evil, "ExportPermit": evil}
            row = replace(ROW, cells=cells, description=evil, remarks=evil, number=evil)
            files.row(number, row)
            files.query_row(queries[0], [evil] * len(queries[0].columns)) if queries else None
        files.row(number + 1, ROW)
        summary.sides[Side.EXPORTER].rows[RowBasis.COUNTED] = 1
        summary.sides[Side.EXPORTER].groups["TradingPartner"]["ZA"] = 1
        files.finding(Side.EXPORTER, info("R05", "code-respelled", box="TermCode", value="=1"))
        files.left_out(LeftOut("ZA", "=1", "=1"))
        return list(files.finish(summary))


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """Name of each sheet -> its rows. A formula fails."""
    with zipfile.ZipFile(path) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in book.iter(f"{SHEET}sheet")]
        found = {}
        for place, name in enumerate(names, 1):
            tree = etree.fromstring(archive.read(f"xl/worksheets/sheet{place}.xml"))
            assert not list(tree.iter(f"{SHEET}f")), name
            assert not list(tree.iter(f"{SHEET}hyperlink")), name
            found[name] = [
                ["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{SHEET}row")
            ]
        return found


def test_no_cell_of_a_csv_file_begins_as_a_formula(tmp_path: Path) -> None:
    paths = write(CsvReport(tmp_path, "english"), (ILLEGAL_TRADE, MANUFACTURED))
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "＝")]
    with (tmp_path / "MZ-2026-exports.csv").open(encoding="utf-8", newline="") as lines:
        found = list(csv.reader(lines))
    assert tuple(found[0]) == Side.EXPORTER.columns
    assert found[-1] == list(CELLS.values())
    assert found[1][1] == "'=1+1"


def test_a_workbook_has_a_sheet_for_each_table_charts_and_no_formula(tmp_path: Path) -> None:
    (path,) = write(ExcelReport(tmp_path, "english"), (ILLEGAL_TRADE,))
    found = sheets(path)
    assert list(found)[:4] == ["exports", "exports-basis", "imports", "imports-basis"]
    assert {"findings", "left-out", "query-illegal-trade", "summary", "charts"} <= set(found)
    assert found["exports"][0] == list(Side.EXPORTER.columns)
    assert "12.5" in found["exports"][-1]
    assert found["exports"][1][1] == "'=1+1"
    with zipfile.ZipFile(path) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", [CsvReport, ExcelReport])
def test_nothing_is_left_of_a_report_that_fails_and_none_is_replaced(
    kind: type[CsvReport] | type[ExcelReport], tmp_path: Path
) -> None:
    opened = kind(tmp_path, "english")
    with pytest.raises(ZeroDivisionError), opened("MZ-2026", ()) as files:
        files.row(2, ROW)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    write(opened)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FileExistsError):
        write(opened)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
