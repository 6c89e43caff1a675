"""A small gateway, its backup, and the lines that are in it."""

import gzip
import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway.backup import MakeBackup, RestoreBackup
from gateway.crypto.encryption.age import AgeReader, AgeWriter
from gateway.exchange.ports import ColumnType, TableRow, TableSchema

PASSPHRASE = b"a long sentence that nobody guesses"
NAMES = ("conf", "keys", "DEVELOPMENT-ONLY")
PERMIT = TableSchema(
    "permit",
    {
        "id": ColumnType.INTEGER,
        "number": ColumnType.TEXT,
        "final": ColumnType.TRUTH,
        "seal": ColumnType.BYTES,
    },
    2,
)
ROWS: list[TableRow] = [(1, 'MZ26"é\n', True, b"\x00\xff"), (-(2**63), "", None, None)]
FAST = partial(AgeWriter, work_factor=4)


def clock() -> datetime:
    return datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


class FixedSnapshot:
    """The port `Snapshot`."""

    revision = "0008"
    tables = (PERMIT, TableSchema("nothing", {"id": ColumnType.INTEGER}, 0))

    def rows(self, table: TableSchema) -> list[TableRow]:
        return ROWS if table is PERMIT else []


@dataclass
class Database:
    """The port `EmptyDatabase`. whole: whether the block ended well."""

    filled: dict[str, list[TableRow]] = field(default_factory=dict)
    whole: bool = False

    def fill(self, table: TableSchema, rows) -> None:
        self.filled[table.name] = [tuple(row) for row in rows]


@dataclass
class SmallGateway:
    """A working directory, its backup and its restoration.

    folder: of all three.  database: target of the restoration.
    """

    folder: Path
    database: Database = field(default_factory=Database)

    @property
    def directory(self) -> Path:
        return self.folder / "gateway"

    @property
    def backup(self) -> Path:
        return self.folder / "backup.age"

    @property
    def restored(self) -> Path:
        return self.folder / "restored"

    def make(self, out: Path | None = None, encrypting=FAST) -> tuple[int, int]:
        @contextmanager
        def snapshot():
            yield FixedSnapshot()

        made = MakeBackup(snapshot, encrypting, NAMES, "0.1.0", clock)
        return made.make(self.directory, out or self.backup, PASSPHRASE, lambda *_: None)

    def _restoring(self) -> RestoreBackup:
        @contextmanager
        def restoring(address, revision, mode, inside):
            assert inside.parent == self.restored.parent
            assert (address, revision, mode.maintenance) == ("sqlite:///x", "0008", True)
            yield self.database
            self.database.whole = True

        return RestoreBackup(AgeReader, NAMES, {"0007", "0008"}.__contains__, restoring, clock)

    def restore(self, passphrase: bytes = PASSPHRASE):
        return self._restoring().restore(
            self.backup, passphrase, self.restored, lambda _: "sqlite:///x", lambda *_: None
        )

    def verify(self, passphrase: bytes = PASSPHRASE):
        return self._restoring().verify(self.backup, passphrase, lambda *_: None)

    def lines(self) -> list[bytes]:
        with self.backup.open("rb") as file:
            return gzip.decompress(
                io.BufferedReader(AgeReader(file, PASSPHRASE)).read()
            ).splitlines(keepends=True)

    def put_lines(self, content: bytes) -> None:
        """Encrypt any content as a backup, with the right passphrase."""
        with self.backup.open("wb") as file:
            writer = FAST(file, PASSPHRASE)
            writer.write(content)
            writer.finish()
