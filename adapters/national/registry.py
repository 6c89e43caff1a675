"""Registry of national sources, by the ending of the file name."""

from collections.abc import Callable
from pathlib import Path

from adapters.national.context import RecordContext
from adapters.national.csv_records import CsvRecords
from adapters.national.json_records import JsonRecords, json_elements, jsonl_elements
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalSource

_SOURCES: dict[str, Callable[[RecordContext], NationalSource]] = {
    ".json": lambda context: JsonRecords(json_elements, context),
    ".jsonl": lambda context: JsonRecords(jsonl_elements, context),
    ".csv": CsvRecords,
}


def national_source(file: Path, context: RecordContext | None = None) -> NationalSource:
    """The source for a file of national records.

    context: of the gateway that publishes them; left out, nothing is added to them.
    Raises RecordInvalid for an unknown ending.
    """
    made = _SOURCES.get(file.suffix.lower())
    if made is None:
        expected = f"a file that ends in {', '.join(_SOURCES)}"
        raise RecordInvalid(
            "No national source reads this kind of file.", file=file.name, row=1, expected=expected
        )
    return made(context or RecordContext())
