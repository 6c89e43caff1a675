"""Reading a backup: once, from begin to end, with every check on the way."""

import gzip
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

from gateway.backup import file_format
from gateway.backup.file_format import ArchivedFile, ArchivedLink
from gateway.domain.errors import BackupInvalid
from gateway.exchange.ports import ColumnType, TableRow, TableSchema

NEWER = (
    "The backup is of a newer version of epix-gateway: install that version, or a later one, and"
    " restore with it."
)
_LONGEST_LINE = 512 * 1024 * 1024
"""In bytes; longer than any row."""
_NO_BACKUP = "This file is encrypted as a backup is, but it is no backup of epix-gateway."
_DAMAGED = (
    "The backup does not say what a backup says at this place: it was not written by epix-gateway."
)


@dataclass(frozen=True, slots=True)
class About:
    """Header of a backup. software: version that made it.  revision: of the database's tables."""

    software: str
    revision: str
    made_at: datetime


class BackupReader:
    """A backup, to be read in this order: about, files, tables with all their rows.

    stream: decrypted.  Each method raises BackupInvalid.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = gzip.GzipFile(fileobj=stream)
        try:
            line = self._object()
        except BackupInvalid:
            raise BackupInvalid(_NO_BACKUP) from None
        if file_format.FORMAT not in line:
            raise BackupInvalid(_NO_BACKUP)
        if line[file_format.FORMAT] != file_format.VERSION:
            raise BackupInvalid(NEWER)
        try:
            made_at = datetime.fromisoformat(line["made_at"])
            self.about = About(_text(line["software"]), _text(line["revision"]), made_at)
        except (KeyError, TypeError, ValueError):
            raise BackupInvalid(_DAMAGED) from None
        self._next = self._object()

    def files(self) -> Iterator[ArchivedFile | ArchivedLink]:
        """Files and links of the working directory."""
        while "file" in self._next or "link" in self._next:
            yield _file(self._next)
            self._next = self._object()

    def tables(self) -> Iterator[tuple[TableSchema, Iterator[TableRow]]]:
        """Each table with its rows, which must be read before the next table.

        After the last table the end mark was verified, so the backup is complete.
        """
        count = 0
        while "table" in self._next:
            table = _table(self._next)
            yield table, self._rows(table)
            if self._next:
                raise AssertionError("the rows of a table were not read to their end")
            count += 1
            self._next = self._object()
        if self._next != {"end": "backup", "tables": count} or self._line():
            raise BackupInvalid(_DAMAGED)

    def _rows(self, table: TableSchema) -> Iterator[TableRow]:
        kinds = tuple(table.columns.values())
        digest = sha256()
        for _ in range(table.rows):
            line = self._line()
            digest.update(line)
            yield file_format.read_row(line, kinds)
        if self._object() != {"end": table.name, "sha256": digest.hexdigest()}:
            raise BackupInvalid(
                f"The rows of the table {table.name} are not those that were written."
            )
        self._next = {}

    def _object(self) -> dict[str, Any]:
        """The next line, which must be a JSON object."""
        line = file_format.read_line(self._line())
        if not isinstance(line, dict):
            raise BackupInvalid(_DAMAGED)
        return line

    def _line(self) -> bytes:
        try:
            line = self._lines.readline(_LONGEST_LINE)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BackupInvalid(_NO_BACKUP) from None
        if len(line) == _LONGEST_LINE:
            raise BackupInvalid("The backup has a line of absurd length.")
        return line


def _file(line: dict[str, Any]) -> ArchivedFile | ArchivedLink:
    try:
        if "link" in line:
            return ArchivedLink(_text(line["link"]), _text(line["to"]))
        mode = line["mode"]
        if type(mode) is not int:
            raise TypeError
        return ArchivedFile(
            _text(line["file"]), mode, b64decode(_text(line["content"]), validate=True)
        )
    except (KeyError, TypeError, ValueError):
        raise BackupInvalid(_DAMAGED) from None


def _table(line: dict[str, Any]) -> TableSchema:
    try:
        columns = {_text(name): ColumnType(kind) for name, kind in line["columns"].items()}
        rows = line["rows"]
        if type(rows) is not int or rows < 0:
            raise TypeError
        return TableSchema(_text(line["table"]), columns, rows)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BackupInvalid(_DAMAGED) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
