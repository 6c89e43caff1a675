"""A described source in a folder: its description as TOML text, its data beside it."""

from pathlib import Path

from adapters.national.context import RecordContext
from adapters.national.sources.known_fields import known_fields
from adapters.national.sources.open_source import open_source
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import MappedRecord, NationalRecord, NationalSourceRecords, SourceRows
from gateway.settings.national import SourceSettings, read_description
from gateway.store.national.query import QueryRows

MAPPING = """
[permit]
number = "No"
type = { column = "Kind", words = "document_types" }
issued_at = "Issued"
valid_until = "Until"
exporter.name = "Exporter"
exporter.country = { constant = "LK" }
importer.name = "Importer"
importer.country = { column = "To", words = "countries" }
token = "Code"

[line]
scientific_name = "Species"
appendix = "App"
sources = "Source"
quantity = "Qty"
unit = { column = "Unit", words = "units" }
"""
COLUMNS = (
    "No", "Kind", "Issued", "Until", "Exporter", "Importer", "To", "Code",
    "Species", "App", "Source", "Qty", "Unit",
)  # fmt: skip
ROW = (
    "LK/26/1", "Export", "02/11/2026", "01/05/2027", "Example Orchids", "Jardim Exemplo",
    "Mozambique", "SECRET-7A4Q", "Vanda tessellata", "II", "A", "1,200.5", "kg",
)  # fmt: skip
CSV = """
[source]
kind = "csv"
file = "data.csv"
encoding = "utf-8"
separator = ";"
date = "dd/mm/yyyy"
decimal = "."
thousands = ","
"""


def row(**changed: str) -> tuple[str, ...]:
    """ROW with other cells, by column."""
    return tuple(changed.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True))


def csv_text(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> str:
    """A table without quotation marks, with its columns."""
    return "".join(";".join(cells) + "\n" for cells in (columns, *rows))


def opened(folder: Path, description: str) -> NationalSourceRecords:
    """The source of a description; its data lie in the folder."""
    (folder / "conf/national").mkdir(parents=True, exist_ok=True)
    (folder / "conf/national/source.toml").write_text(description, encoding="utf-8")
    found = read_description(folder, "source", known_fields())
    assert not found.problems, [problem.text for problem in found.problems]
    assert found.description is not None
    return open_source(found.description, RecordContext(), _query)


def _query(source: SourceSettings, columns: tuple[str, ...]) -> SourceRows:
    file, url_file = source.database_file, source.url_file
    return QueryRows(file, url_file, source.query or "", columns, source.answer_seconds)


def from_csv(
    folder: Path, *rows: tuple[str, ...], source: str = CSV, mapping: str = MAPPING
) -> list[MappedRecord]:
    """The permits of rows in a CSV file."""
    (folder / "data.csv").write_text(csv_text(*rows), encoding="utf-8")
    return list(opened(folder, source + mapping).records())


def taken(record: MappedRecord) -> NationalRecord:
    """The national record of a permit that is not refused."""
    assert isinstance(record.outcome, NationalRecord), problems(record)
    return record.outcome


def problems(record: MappedRecord) -> list[tuple[int, str | None, str | None, str]]:
    """Row, column, value and expected value of each problem of a permit."""
    assert isinstance(record.outcome, RecordInvalid)
    return [
        (
            each.cell.row if each.cell else each.problem.row,
            each.cell.column if each.cell else None,
            each.cell.text if each.cell else None,
            each.problem.expected or "",
        )
        for each in record.located(record.outcome)
    ]
