"""A gateway, made again from its backup: read and checked once, on the way into a place that nobody uses yet.

The restored service is closed for maintenance. What was confirmed after the backup is not in it, so a permit may look
unused that is not: somebody has to see to that before partners are answered.
"""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.backup.folder import put, require_inside
from gateway.backup.form import KeptFile, KeptLink
from gateway.backup.making import Told
from gateway.backup.reading import NEWER, About, ReadBackup
from gateway.domain.errors import BackupInvalid, RestoreRefused
from gateway.exchange.ports import Clock, EmptyDatabase, Row, ServiceMode, TableForm

PERSON = "epix-gateway restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was read, or restored."""

    about: About
    files: int
    rows: int


@dataclass(frozen=True, slots=True)
class RestoreBackup:
    """decrypting: of a file, with a passphrase.  names: as with MakeBackup.  knows: whether we know a revision.

    restoring: an empty database to fill, by its address and revision, with the mode that the service is to be in.
    """

    decrypting: Callable[[BinaryIO, bytes], io.RawIOBase]
    names: Sequence[str]
    knows: Callable[[str], bool]
    restoring: Callable[[str, str, ServiceMode], AbstractContextManager[EmptyDatabase]]
    clock: Clock

    def verify(self, backup: Path, passphrase: bytes, told: Told) -> Restored:
        """Read all of it, put nothing anywhere. Raises BackupInvalid."""
        with self._opened(backup, passphrase) as read:
            files = sum(1 for _ in self._files(read))
            rows = sum(1 for table, found in read.tables() for _ in _told(table, found, told))
        return Restored(read.about, files, rows)

    def restore(
        self, backup: Path, passphrase: bytes, directory: Path, address_of: Callable[[Path], str], told: Told
    ) -> Restored:
        """Put it into a directory that is new or empty, and a database that is.

        address_of: of the database, by the directory with the restored configuration.
        Raises BackupInvalid, RestoreRefused, SettingsInvalid, ServiceUnavailable; then nothing is there.
        """
        directory = directory.absolute()
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise RestoreRefused(f"{directory} exists already and is not an empty folder; it is left as it is.")
        with self._opened(backup, passphrase) as read:
            about = read.about
            reason = f"Restored from the backup of {about.made_at:%Y-%m-%d %H:%M} UTC."
            closed = ServiceMode(True, self.clock(), PERSON, reason)
            rows = 0
            with _new_folder(directory) as new:
                files = list(self._files(read))
                put(files, new)
                (new / "data").mkdir(mode=0o700)
                with self.restoring(address_of(new), about.revision, closed) as database:
                    for table, found in read.tables():
                        database.fill(table, _told(table, found, told))
                        rows += table.rows
        new.replace(directory)
        return Restored(about, len(files), rows)

    @contextmanager
    def _opened(self, backup: Path, passphrase: bytes) -> Iterator[ReadBackup]:
        with backup.open("rb") as file:
            read = ReadBackup(io.BufferedReader(self.decrypting(file, passphrase)))
            if not self.knows(read.about.revision):
                raise BackupInvalid(NEWER)
            yield read

    def _files(self, read: ReadBackup) -> Iterator[KeptFile | KeptLink]:
        for entry in read.files():
            require_inside(entry, self.names)
            yield entry


@contextmanager
def _new_folder(directory: Path) -> Iterator[Path]:
    """A folder beside it, for its owner alone, which goes again where the block fails."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _told(table: TableForm, rows: Iterator[Row], told: Told) -> Iterator[Row]:
    for done, row in enumerate(rows, 1):
        yield row
        told(table.name, done, table.rows)
