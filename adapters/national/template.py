"""Templates of national records: every field by its name, with one invented permit filled in."""

import csv
import io
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from adapters.national.csv_records import LINE_PREFIX
from adapters.national.fields import PERMIT, POSITION, REASONS, RecordField

_EXAMPLES = "adapters.national.examples"
_NUMBER = "MZ26EX000001"


def template(ending: str) -> str:
    """A file of one record: `csv` with every column, `json` with every key; empty ones are absent.

    A field that may hold several values is a list in JSON, texts joined by `|` in CSV.
    """
    record = _example()
    lines = record["positions"]
    if ending == "json":
        whole = _nested(PERMIT, _flat(record))
        whole["positions"] = [_nested(POSITION, _flat(line)) for line in lines]
        return json.dumps([whole], ensure_ascii=False, indent=2) + "\n"
    text = io.StringIO()
    columns = [*_names(PERMIT), *(LINE_PREFIX + name for name in _names(POSITION))]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for line in lines:
        cells = _flat(record) | {LINE_PREFIX + name: value for name, value in _flat(line).items()}
        writer.writerow([_cell(cells.get(column)) for column in columns])
    return text.getvalue()


def _example() -> dict[str, Any]:
    text = (resources.files(_EXAMPLES) / "sandbox.json").read_text(encoding="utf-8")
    records: list[dict[str, Any]] = json.loads(text)
    return next(record for record in records if record["number"] == _NUMBER)


def _names(fields: Mapping[str, RecordField]) -> list[str]:
    return [name for name in fields if name != REASONS]


def _flat(branch: object, path: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in branch.items() if isinstance(branch, dict) else ():
        flat |= _flat(value, f"{path}{name}.") if isinstance(value, dict) else {path + name: value}
    return flat


def _nested(fields: Mapping[str, RecordField], values: Mapping[str, object]) -> dict[str, object]:
    whole: dict[str, Any] = {}
    for name in _names(fields):
        *branches, leaf = name.split(".")
        inner = whole
        for branch in branches:
            inner = inner.setdefault(branch, {})
        inner[leaf] = values.get(name, [] if fields[name].many else None)
    return whole


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(str, value))
    return "" if value is None else str(value)
