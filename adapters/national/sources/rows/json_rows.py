"""JSON rows: records below a path, and their lines; keys of a path are joined by `.`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.national.json_records import DECODER, JsonObject, unreadable
from adapters.national.values import JsonNumber
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import Cell, SourceRow, UnreadableCell

MAX_FILE_BYTES = 256 * 1024 * 1024
_LIST = UnreadableCell("one value; a list or an object stands here")
_NO_NUMBER = UnreadableCell("a number of at most 15 digits")
_MAX_EXPONENT = 30
"""Of a number that is written out in digits."""
_REPEATED = UnreadableCell("one value; the key stands twice")


@dataclass(frozen=True, slots=True)
class JsonRows:
    """SourceRows of a JSON file. permit, line: paths that the mapping names.

    records: path of the list of records, `.` for the whole file.  lines: path of the list of lines
    in a record; None where a record is one line.
    """

    file: Path
    records: str
    lines: str | None
    permit: Sequence[str]
    line: Sequence[str]
    sheet: None = None

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    def rows(self) -> Iterator[SourceRow]:
        """Yield each line as a row. `row` counts the lines of the file; `record` its records.

        Raises RecordInvalid for a file that is no JSON, or has no list at the path.
        """
        found = _at(self._content(), self.records)
        if not isinstance(found, list):
            text = f"There is no list at {self.records}."
            raise self._refused(text, "the path of the records")
        row = 0
        for record, whole in enumerate(found, 1):
            lines = [whole] if self.lines is None else _at(whole, self.lines)
            if not isinstance(lines, list) or not lines:
                lines = [JsonObject([])]
            shared = _cells(whole, self.permit)
            for line in lines:
                row += 1
                own = _cells(line, self.line)
                yield SourceRow(row, {**shared, **own}, record)

    def _content(self) -> object:
        try:
            if self.file.stat().st_size > MAX_FILE_BYTES:
                raise self._refused("The file is too large.", f"{MAX_FILE_BYTES // 1024**2} MB")
            text = self.file.read_bytes().decode("utf-8-sig")
            return DECODER.decode(text)
        except OSError as problem:
            raise unreadable(self.file, problem) from None
        except UnicodeDecodeError:
            raise self._refused("The file is not UTF-8.", "JSON in UTF-8") from None
        except (ValueError, RecursionError) as problem:
            raise self._refused(f"The file is not JSON: {problem}.", "JSON") from None

    def _refused(self, text: str, expected: str) -> RecordInvalid:
        return RecordInvalid(text, file=self.name, row=1, expected=expected)


def _at(value: object, path: str) -> object:
    for key in path.split(".") if path != "." else ():
        if not isinstance(value, JsonObject):
            return None
        if key in value.repeated:
            return _REPEATED
        value = value.get(key)
    return value


def _cells(value: object, paths: Sequence[str]) -> dict[str, Cell]:
    found = {path: _cell(_at(value, path)) for path in paths}
    return {path: cell for path, cell in found.items() if cell is not None}


def _cell(value: object) -> Cell | None:
    if value is None or isinstance(value, UnreadableCell | bool):
        return value
    if isinstance(value, JsonNumber):
        try:
            number = Decimal(str(value))
        except ArithmeticError:  # Infinity and NaN, or an exponent past all bounds
            return _NO_NUMBER
        in_bounds = number.is_finite() and abs(number.adjusted()) <= _MAX_EXPONENT
        return number if in_bounds else _NO_NUMBER
    return value if isinstance(value, str) else _LIST
