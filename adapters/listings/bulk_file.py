"""Bulk file of Species+: a line of JSON for each taxon or synonym, with all that is said of it.

It is compressed, so its size says little: lines and their sum are bounded while they are read.
Source: Species+/CITES Checklist API, version 1, `downloads`.
"""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator

from adapters.listings.reading import Reading
from adapters.listings.species_plus import SpeciesPlusReading, decimal_number, read_taxon
from gateway.domain.errors import ReferenceDataInvalid
from gateway.exchange.ports.listings.files import PlacedRow

_LONGEST_LINE = 32 * 1024 * 1024
_LARGEST_BYTES = 4 * 1024 * 1024 * 1024
_TOLD_ROWS = 5000
_EXPECTED = "the bulk file of Species+"


def read_bulk(name: str, content: bytes, advance: Callable[[int], None]) -> Reading:
    """Read a bulk file whole. advance: is called with the number of rows read since.

    Raises ReferenceDataInvalid where it is none, or was cut.
    """
    reading, told = SpeciesPlusReading(name), 0
    for at, line in enumerate(_lines(name, content), start=1):
        first_row, first_problem = len(reading.rows), len(reading.problems)
        read_taxon(reading, _taxon_of(name, at, line))
        placed = reading.rows[first_row:]
        reading.rows[first_row:] = (PlacedRow(row.row, at, row.taxon_name) for row in placed)
        for problem in reading.problems[first_problem:]:
            problem.row = at
        if reading.is_hopeless:
            break
        if len(reading.rows) - told >= _TOLD_ROWS:
            advance(len(reading.rows) - told)
            told = len(reading.rows)
    advance(len(reading.rows) - told)
    return reading


def _lines(name: str, content: bytes) -> Iterator[bytes]:
    """Lines that are not empty. Raises ReferenceDataInvalid."""
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while line := file.readline(_LONGEST_LINE + 1):
                size += len(line)
                if len(line) > _LONGEST_LINE or size > _LARGEST_BYTES:
                    raise _invalid(name, 1, "The file is too long when it is unpacked.")
                if line not in (b"\n", b"\r\n"):
                    yield line
    except (EOFError, OSError, zlib.error):
        raise _invalid(name, 1, "The file cannot be unpacked, or was cut.") from None


def _taxon_of(name: str, at: int, line: bytes) -> dict[str, object]:
    """The taxon of a line. Raises ReferenceDataInvalid."""
    try:
        found = json.loads(line, parse_float=decimal_number)
    except (ValueError, RecursionError):
        raise _invalid(name, at, "The line is no JSON that can be read.") from None
    taxon = found.get("taxon_concept", found) if isinstance(found, dict) else None
    if not isinstance(taxon, dict) or "full_name" not in taxon:
        raise _invalid(name, at, "The line is no taxon.")
    return taxon


def _invalid(name: str, row: int, text: str) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(text, file=name, row=row, expected=_EXPECTED)
