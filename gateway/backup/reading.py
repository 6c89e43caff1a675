"""What is in a backup? Read from begin to end, once, and whatever does not fit is found on the way."""

import gzip
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

from gateway.backup import form
from gateway.backup.form import KeptFile, KeptLink
from gateway.domain.errors import BackupInvalid
from gateway.exchange.ports import Kind, Row, TableForm

NEWER = "The backup is of a newer version of epix-gateway: install that version, or a later one, and restore with it."
_LONGEST_LINE = 512 * 1024 * 1024
_NO_BACKUP = "This file is encrypted as a backup is, but it is no backup of epix-gateway."
_DAMAGED = "The backup does not say what a backup says at this place: it was not written by epix-gateway."


@dataclass(frozen=True, slots=True)
class About:
    """software: version that has made it.  revision: of the database's tables."""

    software: str
    revision: str
    made_at: datetime


class ReadBackup:
    """Its parts are to be read in this order: about, files, tables with all their rows. Each raises BackupInvalid.

    stream: decrypted already.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = gzip.GzipFile(fileobj=stream)
        try:
            said = self._said()
        except BackupInvalid:
            raise BackupInvalid(_NO_BACKUP) from None
        if form.FORM not in said:
            raise BackupInvalid(_NO_BACKUP)
        if said[form.FORM] != form.VERSION:
            raise BackupInvalid(NEWER)
        try:
            made_at = datetime.fromisoformat(said["made_at"])
            self.about = About(_text(said["software"]), _text(said["revision"]), made_at)
        except (KeyError, TypeError, ValueError):
            raise BackupInvalid(_DAMAGED) from None
        self._ahead = self._said()

    def files(self) -> Iterator[KeptFile | KeptLink]:
        """Of the working directory."""
        while "file" in self._ahead or "link" in self._ahead:
            yield _file(self._ahead)
            self._ahead = self._said()

    def tables(self) -> Iterator[tuple[TableForm, Iterator[Row]]]:
        """Each table with its rows, which must be read before the next; after the last one the backup is whole."""
        count = 0
        while "table" in self._ahead:
            table = _table(self._ahead)
            yield table, self._rows(table)
            if self._ahead:
                raise AssertionError("the rows of a table were not read to their end")
            count += 1
            self._ahead = self._said()
        if self._ahead != {"end": "backup", "tables": count} or self._line():
            raise BackupInvalid(_DAMAGED)

    def _rows(self, table: TableForm) -> Iterator[Row]:
        kinds = tuple(table.columns.values())
        digest = sha256()
        for _ in range(table.rows):
            line = self._line()
            digest.update(line)
            yield form.read_row(line, kinds)
        if self._said() != {"end": table.name, "sha256": digest.hexdigest()}:
            raise BackupInvalid(f"The rows of the table {table.name} are not those that were written.")
        self._ahead = {}

    def _said(self) -> dict[str, Any]:
        said = form.read_line(self._line())
        if not isinstance(said, dict):
            raise BackupInvalid(_DAMAGED)
        return said

    def _line(self) -> bytes:
        try:
            line = self._lines.readline(_LONGEST_LINE)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BackupInvalid(_NO_BACKUP) from None
        if len(line) == _LONGEST_LINE:
            raise BackupInvalid("The backup has a line of absurd length.")
        return line


def _file(said: dict[str, Any]) -> KeptFile | KeptLink:
    try:
        if "link" in said:
            return KeptLink(_text(said["link"]), _text(said["to"]))
        mode = said["mode"]
        if type(mode) is not int:
            raise TypeError
        return KeptFile(_text(said["file"]), mode, b64decode(_text(said["content"]), validate=True))
    except (KeyError, TypeError, ValueError):
        raise BackupInvalid(_DAMAGED) from None


def _table(said: dict[str, Any]) -> TableForm:
    try:
        columns = {_text(name): Kind(kind) for name, kind in said["columns"].items()}
        rows = said["rows"]
        if type(rows) is not int or rows < 0:
            raise TypeError
        return TableForm(_text(said["table"]), columns, rows)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BackupInvalid(_DAMAGED) from None


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said
