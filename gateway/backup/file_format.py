"""Backup file format: lines of JSON (header, files, tables row by row, end mark).

{"epix-gateway backup": 1, "software": ..., "revision": ..., "made_at": ...}
{"file": "conf/gateway.toml", "mode": 384, "content": base64}
{"link": "keys/seal/current", "to": "2026-11-21"}
{"table": "permit", "columns": {"id": "integer", ...}, "rows": 2}
[1, ...]                           one line for each row; bytes in base64
{"end": "permit", "sha256": ...}   of the lines of its rows, each with its line feed
{"end": "backup", "tables": 20}
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from gateway.domain.errors import BackupInvalid
from gateway.exchange.ports import ColumnType, TableRow, Value

FORMAT = "epix-gateway backup"
VERSION = 1

_TYPES: dict[ColumnType, type] = {
    ColumnType.INTEGER: int,
    ColumnType.TEXT: str,
    ColumnType.TRUTH: bool,
    ColumnType.BYTES: str,
}
_LARGEST = 2**63
"""Integers of both databases have 64 bits."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file of the working directory.

    path: relative to the directory, with `/`.  mode: permission bits.
    """

    path: str
    mode: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ArchivedLink:
    """A relative symbolic link of the working directory, to something else in it."""

    path: str
    to: str


def line(value: object) -> bytes:
    """A line of the file, with its line feed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_line(text: bytes) -> object:
    """The inverse of `line`. Raises BackupInvalid."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise BackupInvalid("The backup has a line that is not JSON.") from None
    return value


def file_line(entry: ArchivedFile | ArchivedLink) -> bytes:
    """The line of a file or link."""
    if isinstance(entry, ArchivedLink):
        return line({"link": entry.path, "to": entry.to})
    return line(
        {
            "file": entry.path,
            "mode": entry.mode,
            "content": b64encode(entry.content).decode("ascii"),
        }
    )


def row_line(row: TableRow) -> bytes:
    """The line of a row; bytes in base64."""
    return line(
        [b64encode(value).decode("ascii") if isinstance(value, bytes) else value for value in row]
    )


def read_row(text: bytes, kinds: tuple[ColumnType, ...]) -> TableRow:
    """The inverse of `row_line`.

    kinds: of the table's columns, in order.  Raises BackupInvalid for a row that does not fit.
    """
    values = read_line(text)
    if not isinstance(values, list) or len(values) != len(kinds):
        raise BackupInvalid("The backup has a row that is not of its table.")
    return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _value(value: object, kind: ColumnType) -> Value:
    if value is None:
        return None
    try:
        # `type() is`, not isinstance: a bool is an int in Python.
        if type(value) is not _TYPES[kind]:
            raise ValueError
        if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            raise ValueError
        if isinstance(value, str):
            content = value.encode()  # raises for half a surrogate pair
            return b64decode(content, validate=True) if kind is ColumnType.BYTES else value
    except (ValueError, NotBase64):
        raise BackupInvalid("The backup has a value that is not of its column.") from None
    assert isinstance(value, int)  # noqa: S101  # the two types that are left: int and bool
    return value
