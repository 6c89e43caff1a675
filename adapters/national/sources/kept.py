"""Kept records: refused permits of a source with their reasons, and permits of national species.

Both are tables for a clerk, written anew with each publication: a permit that was mended is gone
from the first. Cells are protected against formula injection; values of tokens are not in them.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters.spreadsheets.formula_escape import escape_formula
from gateway.exchange.ports import LocatedProblem, MappedRecord

_REFUSED = (
    "number", "file", "sheet", "row", "column", "value", "field", "line", "box", "rule", "reason",
    "expected",
)  # fmt: skip
_NATIONAL = ("number", "row", "line", "field", "value")


def write_refused_table(file: Path, refused: Iterable[tuple[str, LocatedProblem]]) -> bool:
    """Write a row for each problem; each stands with the number of its permit.

    The file appears whole or not at all, for its owner alone. Returns whether there is one: where
    nothing is refused an earlier one is removed. Raises OSError.
    """
    return _write(file, _REFUSED, map(_problem, refused))


def write_national_table(file: Path, records: Iterable[MappedRecord]) -> bool:
    """Write a row for each value of the permits of national species; likewise."""
    rows = (
        [record.number, str(record.row), str(value.line or ""), value.field, value.value or ""]
        for record in records
        for value in record.values
        if value.value is not None
    )
    return _write(file, _NATIONAL, rows)


def _problem(refused: tuple[str, LocatedProblem]) -> list[str]:
    number, located = refused
    problem, cell = located.problem, located.cell
    return [
        number,
        problem.file,
        located.sheet or "",
        str(cell.row if cell else problem.row),
        cell.column if cell else "",
        (cell.text or "") if cell else "",
        problem.field or "",
        problem.position or "",
        problem.box or "",
        problem.finding.rule if problem.finding else "",
        problem.sentence(),
        problem.expected or "",
    ]


def _write(file: Path, columns: Iterable[str], rows: Iterator[list[str]]) -> bool:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=file.parent, delete=False
    ) as handle:
        new = Path(handle.name)
        try:
            writer = csv.writer(handle, lineterminator="\r\n")
            writer.writerow(columns)
            count = 0
            for count, row in enumerate(rows, 1):  # noqa: B007  # the last one is the count
                writer.writerow([escape_formula(_writable(cell)) for cell in row])
            handle.flush()
            os.fsync(handle.fileno())
            if count:
                new.replace(file)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    if not count:
        new.unlink()
        file.unlink(missing_ok=True)
    return count > 0


def _writable(cell: str) -> str:
    return cell.encode("utf-8", "backslashreplace").decode()
