"""Where do refused records go? Beside their file, as they were, with the reasons, to be mended and read again."""

import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from adapters.national.csv_records import guarded, opened, unguarded
from adapters.national.fields import REASONS
from adapters.national.json_records import DECODER, Element, JsonObject, lines, listed
from gateway.domain.errors import RecordInvalid

Reasons = Mapping[int, Sequence[str]]
"""What is wrong with a record, in sentences for a clerk, by the row where the record is found."""

_JSON = {".json": listed, ".jsonl": lines}


def write_refused(file: Path, refused: Iterable[RecordInvalid]) -> Path:
    """Copy the refused records of a file into `<name>.refused.csv` or `<name>.refused.jsonl` next to it.

    refused: why, one error for each record (reading it, or publishing it); its row says which record is meant.
    The copy appears whole or not at all, never in place of an earlier one, and only its owner can read it: records hold
    tokens. Bytes that are no UTF-8 are written as `\\udc..`. In CSV, cells that a spreadsheet would take for a formula
    get an apostrophe, which reading takes off again.
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
                _copy_csv(file, reasons, handle)
            else:
                handle.writelines(_json_lines(file, reasons))
            handle.flush()
            os.fsync(handle.fileno())
            target = _free(file, ending)
            Path(handle.name).replace(target)
        except BaseException:
            Path(handle.name).unlink(missing_ok=True)
            raise
    return target


def _free(file: Path, ending: str) -> Path:
    target, count = file.with_name(f"{file.stem}.refused{ending}"), 1
    while target.exists():
        count += 1
        target = file.with_name(f"{file.stem}.refused-{count}{ending}")
    return target


def _copy_csv(file: Path, reasons: Reasons, handle: IO[str]) -> None:
    with opened(file) as sheet:
        earlier = sheet.columns.index(REASONS) if REASONS in sheet.columns else None
        writer = csv.writer(handle, delimiter=sheet.separator, lineterminator="\n")
        writer.writerow([*(name for name in sheet.columns if name != REASONS), REASONS])
        for group in sheet.groups():
            why = " | ".join(reason for row in group.rows for reason in reasons.get(row.line, ()))
            for row in group.rows if why else ():
                # A row with too few or too many cells stays so, lest it pass unmended the next time.
                cells = [cell for index, cell in enumerate(row.cells) if index != earlier]
                writer.writerow([*(guarded(unguarded(cell)) for cell in cells), why])


def _reason(problem: RecordInvalid) -> str:
    where = [f"row {problem.row}"]
    where += [problem.field] if problem.field else []
    where += [f"box {problem.box}"] if problem.box else []
    expected = f" Expected: {problem.expected}." if problem.expected else ""
    return f"{', '.join(where)}: {problem.text}{expected}"


def _json_lines(file: Path, reasons: Reasons) -> Iterator[str]:
    for element in _JSON[file.suffix.lower()](file):
        if element.row in reasons:
            members = [(REASONS, json.dumps(reasons[element.row], ensure_ascii=False)), *_members(element)]
            kept = [f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in members]
            yield "{" + ", ".join(kept) + "}\n"


def _members(element: Element) -> Iterator[tuple[str, str]]:
    """Keys and values of a record as they are written, keys that stand twice included; what is no record, as a text."""
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
