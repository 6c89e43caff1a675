"""A small gateway, its backup, and the lines that are in it."""

import gzip
import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway.backup import MakeBackup, RestoreBackup
from gateway.exchange.ports import Kind, Row, TableForm
from gateway.signatures.age import AgeReader, AgeWriter

PASSPHRASE = b"a long sentence that nobody guesses"
NAMES = ("conf", "keys", "DEVELOPMENT-ONLY")
PERMIT = TableForm("permit", {"id": Kind.INTEGER, "number": Kind.TEXT, "final": Kind.TRUTH, "seal": Kind.BYTES}, 2)
ROWS: list[Row] = [(1, 'MZ26"é\n', True, b"\x00\xff"), (-(2**63), "", None, None)]
FAST = partial(AgeWriter, work_factor=4)


def clock() -> datetime:
    return datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


class Taken:
    """The port `Snapshot`."""

    revision = "0008"
    tables = (PERMIT, TableForm("nothing", {"id": Kind.INTEGER}, 0))

    def rows(self, table: TableForm) -> list[Row]:
        return ROWS if table is PERMIT else []


@dataclass
class Database:
    """The port `EmptyDatabase`. whole: whether the block ended well."""

    filled: dict[str, list[Row]] = field(default_factory=dict)
    whole: bool = False

    def fill(self, table: TableForm, rows) -> None:
        self.filled[table.name] = [tuple(row) for row in rows]


@dataclass
class House:
    """folder: for everything.  database: the one that is restored into."""

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
            yield Taken()

        made = MakeBackup(snapshot, encrypting, NAMES, "0.1.0", clock)
        return made.make(self.directory, out or self.backup, PASSPHRASE, lambda *_: None)

    def _restoring(self) -> RestoreBackup:
        @contextmanager
        def restoring(address, revision, mode):
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
            return gzip.decompress(io.BufferedReader(AgeReader(file, PASSPHRASE)).read()).splitlines(keepends=True)

    def put_lines(self, content: bytes) -> None:
        """Shut with the right passphrase, whatever it is."""
        with self.backup.open("wb") as file:
            writer = FAST(file, PASSPHRASE)
            writer.write(content)
            writer.finish()
