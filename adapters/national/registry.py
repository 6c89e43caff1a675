"""Registry of national sources, by the ending of the file name."""

from pathlib import Path

from adapters.national.csv_records import CsvRecords
from adapters.national.json_records import JsonRecords, json_elements, jsonl_elements
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalSource

_SOURCES: dict[str, NationalSource] = {
    ".json": JsonRecords(json_elements),
    ".jsonl": JsonRecords(jsonl_elements),
    ".csv": CsvRecords(),
}


def national_source(file: Path) -> NationalSource:
    """The source for a file of national records.

    Raises RecordInvalid for an unknown ending.
    """
    source = _SOURCES.get(file.suffix.lower())
    if source is None:
        expected = f"a file that ends in {', '.join(_SOURCES)}"
        raise RecordInvalid(
            "No national source reads this kind of file.", file=file.name, row=1, expected=expected
        )
    return source
