"""Restoring a gateway from its backup: verified while it is read, into a directory that is new.

The restored service is closed for maintenance. Confirmations that came after the backup are lost,
so a used permit may look unused: a person has to settle that before partners are answered
(docs/backup.md).
"""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.backup import folder
from gateway.backup.file_format import ArchivedFile, ArchivedLink
from gateway.backup.making import Progress
from gateway.backup.reading import NEWER, About, BackupReader
from gateway.domain.errors import BackupInvalid, RestoreRefused
from gateway.exchange.ports import Clock, EmptyDatabase, ServiceMode, TableRow, TableSchema

PERSON = "epix-gateway restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """Outcome of a verification or restoration: header, number of files, number of rows."""

    about: About
    files: int
    rows: int


@dataclass(frozen=True, slots=True)
class RestoreBackup:
    """Use case: verify or restore a backup.

    decrypting: opens a reader on a file, with a passphrase.  names: as with MakeBackup.
    knows: whether this gateway has that revision of the database.
    restoring: opens an empty database to fill, by its address, its revision, the service mode that
    it is to have, and the only folder where an SQLite file may be made (None: anywhere).
    """

    decrypting: Callable[[BinaryIO, bytes], io.RawIOBase]
    names: Sequence[str]
    knows: Callable[[str], bool]
    restoring: Callable[[str, str, ServiceMode, Path | None], AbstractContextManager[EmptyDatabase]]
    clock: Clock

    def verify(self, backup: Path, passphrase: bytes, progress: Progress) -> Restored:
        """Read and verify a whole backup; write nothing. Raises BackupInvalid."""
        with self._opened(backup, passphrase) as reader:
            files = sum(1 for _ in self._files(reader))
            rows = sum(
                1 for table, found in reader.tables() for _ in _reported(table, found, progress)
            )
        return Restored(reader.about, files, rows)

    def restore(
        self,
        backup: Path,
        passphrase: bytes,
        directory: Path,
        address_of: Callable[[Path], str],
        progress: Progress,
        *,
        database_anywhere: bool = False,
    ) -> Restored:
        """Restore a backup into a new or empty directory, and an empty database.

        address_of: the address of the database, by the directory with the restored configuration.
        database_anywhere: the address is the word of the person who restores. Otherwise it is that
        of the backup, which may have been made by anybody, and an SQLite file is made inside of the
        directory or not at all.

        Raises BackupInvalid, RestoreRefused, SettingsInvalid, ServiceUnavailable; then nothing is
        left.
        """
        directory = directory.absolute()
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise RestoreRefused(
                f"{directory} exists already and is not an empty folder; it is left as it is."
            )
        with self._opened(backup, passphrase) as reader:
            about = reader.about
            reason = f"Restored from the backup of {about.made_at:%Y-%m-%d %H:%M} UTC."
            closed = ServiceMode(True, self.clock(), PERSON, reason)
            rows = 0
            with _new_folder(directory) as new:
                files = list(self._files(reader))
                folder.write(files, new)
                (new / "data").mkdir(mode=0o700)
                inside = None if database_anywhere else new
                with self.restoring(address_of(new), about.revision, closed, inside) as database:
                    for table, found in reader.tables():
                        database.fill(table, _reported(table, found, progress))
                        rows += table.rows
        new.replace(directory)
        return Restored(about, len(files), rows)

    @contextmanager
    def _opened(self, backup: Path, passphrase: bytes) -> Iterator[BackupReader]:
        with backup.open("rb") as file:
            reader = BackupReader(io.BufferedReader(self.decrypting(file, passphrase)))
            if not self.knows(reader.about.revision):
                raise BackupInvalid(NEWER)
            yield reader

    def _files(self, reader: BackupReader) -> Iterator[ArchivedFile | ArchivedLink]:
        for entry in reader.files():
            folder.require_inside(entry, self.names)
            yield entry


@contextmanager
def _new_folder(directory: Path) -> Iterator[Path]:
    """A folder beside it, for its owner alone, which is removed where the block fails."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _reported(
    table: TableSchema, rows: Iterator[TableRow], progress: Progress
) -> Iterator[TableRow]:
    """The rows, each reported to `progress` once it was used."""
    for done, row in enumerate(rows, 1):
        yield row
        progress(table.name, done, table.rows)
