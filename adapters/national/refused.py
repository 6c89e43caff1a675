"""Refused records: a copy beside their file, with the reasons, to be corrected and read again.

It is the dead letter file of a national export.
"""

import csv
import filecmp
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from adapters.national.csv_records import open_csv
from adapters.national.fields import REASONS
from adapters.national.json_records import (
    DECODER,
    Element,
    JsonObject,
    json_elements,
    jsonl_elements,
)
from adapters.national.token_guard import Encrypt, guarded_cells, guarded_json
from adapters.spreadsheets.formula_escape import escape_formula, unescape_formula
from gateway.domain.errors import RecordInvalid

Reasons = Mapping[int, Sequence[str]]
"""Reasons of refusal, in sentences for a clerk, by the row of the record."""

_TOKEN = "token"  # noqa: S105  # the name of a field
_JSON = {".json": json_elements, ".jsonl": jsonl_elements}


def write_refused(file: Path, refused: Iterable[RecordInvalid], encrypt: Encrypt) -> Path:
    """Copy the refused records of a file into `<name>.refused.csv` or `<name>.refused.jsonl`.

    refused: an error for each record, from reading or publishing it; its row identifies the record.
    encrypt: for the tokens of the records; the gateway that has the key reads them again.
    The copy stands next to the file. It appears whole or not at all, and never replaces an earlier
    one; where an earlier one holds the same, none is made. Only its owner can read it. Bytes that
    are no UTF-8 are written as `\\udc..`. In CSV, cells are protected against formula injection;
    reading undoes it.
    Returns the path of the copy.
    Raises RecordInvalid for an unreadable file, OSError where the copy cannot be written.
    """
    reasons: dict[int, list[str]] = defaultdict(list)
    for error in refused:
        reasons[error.row] += map(_reason, error.problems)
    ending = ".csv" if file.suffix.lower() == ".csv" else ".jsonl"
    with NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", newline="", dir=file.parent, delete=False
    ) as handle:
        try:
            if ending == ".csv":
                _copy_csv(file, reasons, handle, encrypt)
            else:
                handle.writelines(_json_lines(file, reasons, encrypt))
            handle.flush()
            os.fsync(handle.fileno())
            target = _name(file, ending, Path(handle.name))
            Path(handle.name).replace(target)
        except BaseException:
            Path(handle.name).unlink(missing_ok=True)
            raise
    return target


def _name(file: Path, ending: str, content: Path) -> Path:
    """The first name that is free, or whose file holds the same."""
    target, count = file.with_name(f"{file.stem}.refused{ending}"), 1
    while target.exists() and not filecmp.cmp(target, content, shallow=False):
        count += 1
        target = file.with_name(f"{file.stem}.refused-{count}{ending}")
    return target


def _copy_csv(file: Path, reasons: Reasons, handle: IO[str], encrypt: Encrypt) -> None:
    with open_csv(file) as table:
        token = table.columns.index(_TOKEN) if _TOKEN in table.columns else None
        earlier = table.columns.index(REASONS) if REASONS in table.columns else None
        # With this line end a carriage return inside a cell is quoted as a line feed is, on every
        # Python; unquoted, it would begin a row, whose first cell is anything.
        writer = csv.writer(handle, delimiter=table.separator, lineterminator="\r\n")
        writer.writerow([*(name for name in table.columns if name != REASONS), REASONS])
        for group in table.groups():
            why = " | ".join(reason for row in group.rows for reason in reasons.get(row.line, ()))
            for row in group.rows if why else ():
                # A row with too few or too many cells is copied as it is: with the right number
                # of cells it would be accepted without a correction.
                safe = guarded_cells(row.cells, token, len(table.columns), encrypt)
                cells = [cell for index, cell in enumerate(safe) if index != earlier]
                writer.writerow([*(escape_formula(unescape_formula(cell)) for cell in cells), why])


def _reason(problem: RecordInvalid) -> str:
    where = [f"row {problem.row}"]
    where += [problem.field] if problem.field else []
    where += [f"box {problem.box}"] if problem.box else []
    expected = f" Expected: {problem.expected}." if problem.expected else ""
    return f"{', '.join(where)}: {problem.text}{expected}"


def _json_lines(file: Path, reasons: Reasons, encrypt: Encrypt) -> Iterator[str]:
    for element in _JSON[file.suffix.lower()](file):
        if element.row in reasons:
            members = [
                (REASONS, json.dumps(reasons[element.row], ensure_ascii=False)),
                *_members(replace(element, text=guarded_json(element.text, encrypt))),
            ]
            pairs = [f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in members]
            yield "{" + ", ".join(pairs) + "}\n"


def _members(element: Element) -> Iterator[tuple[str, str]]:
    """Keys and values of a record as written, repeated keys included.

    An element that is no JSON object becomes one member, `unreadable`, with its text.
    """
    if not isinstance(element.value, JsonObject):
        yield "unreadable", json.dumps(element.text, ensure_ascii=False)
        return
    text, at = element.text, _next(element.text, 1)
    while text[at] != "}":
        name, end = DECODER.raw_decode(text, at)
        begin = _next(text, _next(text, end) + 1)
        _, at = DECODER.raw_decode(text, begin)
        if name != REASONS:
            yield name, text[begin:at].replace("\r", " ").replace("\n", " ")
        at = _next(text, at)
        at = _next(text, at + 1) if text[at] == "," else at


def _next(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
