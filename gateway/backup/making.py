"""Making a backup: the whole gateway in one encrypted file, while the service runs.

The file gets its name only once it is complete and on the disk.
"""

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

from gateway.backup import file_format
from gateway.backup.folder import collect
from gateway.exchange.ports import Clock, Snapshot, TableSchema

Progress = Callable[[str, int, int], None]
"""Called with a table's name, the number of its rows that are done, and the number of all."""

_COMPRESSION_LEVEL = 6
_GZIP = 31
"""wbits of zlib for a gzip stream."""


class EncryptingWriter(Protocol):
    """Encrypts a stream."""

    def write(self, content: bytes) -> None:
        """Encrypt more of the content."""

    def finish(self) -> None:
        """Encrypt the rest, after the last `write`."""


@dataclass(frozen=True, slots=True)
class MakeBackup:
    """Use case: make a backup.

    snapshot: opens a snapshot of the database.  encrypting: opens a writer on a file, with a
    passphrase.  names: files and folders of the working directory that belong in a backup.
    """

    snapshot: Callable[[], AbstractContextManager[Snapshot]]
    encrypting: Callable[[BinaryIO, bytes], EncryptingWriter]
    names: Sequence[str]
    software: str
    clock: Clock

    def make(
        self, directory: Path, out: Path, passphrase: bytes, progress: Progress
    ) -> tuple[int, int]:
        """Write a backup of the database and the working directory into the new file `out`.

        Returns the number of files and of rows in it.

        Raises ServiceUnavailable, and OSError naming `out` where that cannot be written; then no
        file is left.
        """
        with _new_file(out) as file, self.snapshot() as snapshot:
            lines = _Lines(self.encrypting(file, passphrase))
            made_at = self.clock().isoformat(timespec="seconds")
            header = {"software": self.software, "revision": snapshot.revision, "made_at": made_at}
            lines.write(file_format.line({file_format.FORMAT: file_format.VERSION, **header}))
            files = rows = 0
            for entry in collect(directory, self.names):
                lines.write(file_format.file_line(entry))
                files += 1
            for table in snapshot.tables:
                _write_table(lines, table, snapshot, progress)
                rows += table.rows
            lines.write(file_format.line({"end": "backup", "tables": len(snapshot.tables)}))
            lines.finish()
        return files, rows


class _Lines:
    """Lines of the backup, compressed and encrypted as they are written."""

    def __init__(self, encrypting: EncryptingWriter) -> None:
        self._encrypting = encrypting
        self._compressing = zlib.compressobj(_COMPRESSION_LEVEL, wbits=_GZIP)

    def write(self, line: bytes) -> None:
        self._encrypting.write(self._compressing.compress(line))

    def finish(self) -> None:
        self._encrypting.write(self._compressing.flush())
        self._encrypting.finish()


def _write_table(lines: _Lines, table: TableSchema, snapshot: Snapshot, progress: Progress) -> None:
    columns = {name: kind.value for name, kind in table.columns.items()}
    lines.write(file_format.line({"table": table.name, "columns": columns, "rows": table.rows}))
    digest = sha256()
    for done, row in enumerate(snapshot.rows(table), 1):
        line = file_format.row_line(row)
        digest.update(line)
        lines.write(line)
        progress(table.name, done, table.rows)
    lines.write(file_format.line({"end": table.name, "sha256": digest.hexdigest()}))


@contextmanager
def _new_file(out: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, which gets its name after the block, once it is on the disk."""
    _require_absent(out)
    new = out.with_name(f".{out.name}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _require_absent(out)
        new.rename(out)
        _sync_folder(out.absolute().parent)
    except OSError as error:
        # An error of another file that the block reads or writes keeps the name of that file.
        of_other_file = error.filename not in (None, str(new))
        name = error.filename if of_other_file else str(out)
        raise OSError(error.errno, error.strerror, name) from None
    finally:
        new.unlink(missing_ok=True)


def _require_absent(out: Path) -> None:
    if out.exists():
        raise FileExistsError(errno.EEXIST, "A file of this name exists already", str(out))


def _sync_folder(folder: Path) -> None:
    """Make the new name in a folder survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
