"""A gateway, written into one encrypted file while it goes on serving; the file is there when it is whole."""

import errno
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from gateway.backup import form
from gateway.backup.folder import kept
from gateway.exchange.ports import Clock, Snapshot, TableForm

Told = Callable[[str, int, int], None]
"""Of a table, how many of its rows are done, and how many there are."""

_COMPRESSION = 6
_GZIP = 31


class Encrypting(Protocol):
    """Encrypts what is written to it."""

    def write(self, content: bytes) -> None:
        """More of the content."""

    def finish(self) -> None:
        """There is no more of it."""


@dataclass(frozen=True, slots=True)
class MakeBackup:
    """snapshot: of the database as it stands.  encrypting: into a file, with a passphrase.

    names: files and folders of the working directory that belong in it.
    """

    snapshot: Callable[[], AbstractContextManager[Snapshot]]
    encrypting: Callable[[BinaryIO, bytes], Encrypting]
    names: Sequence[str]
    software: str
    clock: Clock

    def make(self, directory: Path, out: Path, passphrase: bytes, told: Told) -> tuple[int, int]:
        """Write it; how many files and how many rows are in it.

        Raises ServiceUnavailable, and OSError naming `out` where that cannot be written; then nothing is there.
        """
        with _whole(out) as file, self.snapshot() as snapshot:
            lines = _Lines(self.encrypting(file, passphrase))
            made_at = self.clock().isoformat(timespec="seconds")
            about = {"software": self.software, "revision": snapshot.revision, "made_at": made_at}
            lines.write(form.line({form.FORM: form.VERSION, **about}))
            files = rows = 0
            for entry in kept(directory, self.names):
                lines.write(form.file_line(entry))
                files += 1
            for table in snapshot.tables:
                _write_table(lines, table, snapshot, told)
                rows += table.rows
            lines.write(form.line({"end": "backup", "tables": len(snapshot.tables)}))
            lines.finish()
        return files, rows


class _Lines:
    """Compressed and encrypted on their way."""

    def __init__(self, encrypting: Encrypting) -> None:
        self._encrypting = encrypting
        self._compressing = zlib.compressobj(_COMPRESSION, wbits=_GZIP)

    def write(self, line: bytes) -> None:
        self._encrypting.write(self._compressing.compress(line))

    def finish(self) -> None:
        self._encrypting.write(self._compressing.flush())
        self._encrypting.finish()


def _write_table(lines: _Lines, table: TableForm, snapshot: Snapshot, told: Told) -> None:
    columns = {name: kind.value for name, kind in table.columns.items()}
    lines.write(form.line({"table": table.name, "columns": columns, "rows": table.rows}))
    digest = sha256()
    for done, row in enumerate(snapshot.rows(table), 1):
        line = form.row_line(row)
        digest.update(line)
        lines.write(line)
        told(table.name, done, table.rows)
    lines.write(form.line({"end": table.name, "sha256": digest.hexdigest()}))


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when the block has ended, is on the disk by then, and is for its owner alone."""
    _require_absent(out)
    new = out.with_name(f".{out.name}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _require_absent(out)
        new.rename(out)
        _to_disk(out.absolute().parent)
    except OSError as error:
        named = error.filename not in (None, str(new))  # by whatever else was read or written in the block
        raise OSError(error.errno, error.strerror, error.filename if named else str(out)) from None
    finally:
        new.unlink(missing_ok=True)


def _require_absent(out: Path) -> None:
    if out.exists():
        raise FileExistsError(errno.EEXIST, "A file of this name exists already", str(out))


def _to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
