"""CSV rows: a file in its declared encoding and with its declared separator.

Bytes that the encoding does not have are refused with their row; nothing is replaced.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.national.json_records import unreadable
from adapters.national.sources.rows.headers import header
from adapters.national.values import cleaned
from adapters.spreadsheets.formula_escape import unescape_formula
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import SourceRow

_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CsvRows:
    """SourceRows of a CSV file. columns: named by the mapping."""

    file: Path
    encoding: str
    separator: str
    header_row: int
    columns: Sequence[str]
    sheet: None = None

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    def rows(self) -> Iterator[SourceRow]:
        """Yield each row. Raises RecordInvalid for a file that cannot be read to its end."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        number = 0
        try:
            if not encoding.startswith("utf") and _is_utf_8(self.file):
                text = f"The file is UTF-8, not {self.encoding} as its description declares."
                raise self._refused(1, text, 'source.encoding = "utf-8"')
            with self.file.open(encoding=encoding, newline="") as handle:
                reader = csv.reader(handle, delimiter=self.separator, strict=True)
                names: dict[int, str] | None = None
                width = 0
                for cells in reader:
                    number, end = number + 1, reader.line_num
                    if names is None:
                        if number < self.header_row:
                            number = end
                            continue
                        names, width = header(self.name, number, cells, self.columns), len(cells)
                    elif any(map(cleaned, cells)):
                        yield _row(number, names, width, cells)
                    number = end
                if names is None:
                    raise self._refused(1, "The file has no row with names of columns.", "one")
        except OSError as problem:
            raise unreadable(self.file, problem) from None
        except UnicodeError:
            text = f"The file is not in the encoding {self.encoding} that its description declares."
            expected = "source.encoding as the file is, such as utf-8 or windows-1252"
            raise self._refused(number + 1, text, expected) from None
        except csv.Error as problem:
            text = f"The file stops being CSV: {problem}."
            expected = "quotation marks closed and doubled inside a cell"
            raise self._refused(number + 1, text, expected) from None

    def _refused(self, row: int, text: str, expected: str) -> RecordInvalid:
        return RecordInvalid(text, file=self.name, row=row, expected=expected)


def _is_utf_8(file: Path) -> bool:
    """Whether a file has letters beyond ASCII and is UTF-8; text of another encoding never is.

    Read in an encoding of one byte a letter, such a file gives wrong letters without an error.
    """
    decoder, is_ascii = codecs.getincrementaldecoder("utf-8")(), True
    with file.open("rb") as handle:
        try:
            while piece := handle.read(_PIECE_BYTES):
                decoder.decode(piece)
                is_ascii = is_ascii and piece.isascii()
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return not is_ascii


def _row(number: int, names: dict[int, str], width: int, cells: Sequence[str]) -> SourceRow:
    named = {
        name: unescape_formula(cells[place]) for place, name in names.items() if place < len(cells)
    }
    extra = [cell for cell in cells[width:] if cleaned(cell)]
    if len(cells) < width or extra:
        return SourceRow(number, named, problem=f"The row has {len(cells)} cells, not {width}.")
    return SourceRow(number, named)
