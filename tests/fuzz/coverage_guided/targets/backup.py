"""Backups: decryption (age), decompression, lines, files and rows, up to the restored folder.

The first byte chooses where an input goes in: an encrypted file, what was encrypted, or the lines
of it. Refused is refused whole: nothing is left behind, and never anything outside of the folder.
"""

import gzip
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from unittest import mock

from gateway.backup.restoring import RestoreBackup
from gateway.crypto.encryption import age
from gateway.domain.errors import BackupInvalid
from gateway.exchange.ports import TableRow, TableSchema
from tests.backup.small_gateway import NAMES, PASSPHRASE, SmallGateway, clock
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.refusals import only

_ENCRYPTED, _COMPRESSED, _LINES = range(3)
_MOST_WORK = 5
"""In place of age's 20, for which scrypt takes a gigabyte and seconds, as it should."""


class _Database:
    """The port `EmptyDatabase`: keeps the rows."""

    def __init__(self) -> None:
        self.tables: dict[str, list[TableRow]] = {}

    def fill(self, table: TableSchema, rows: Iterator[TableRow]) -> None:
        self.tables[table.name] = [list(row) for row in rows]


def make(folder: Path) -> Target:
    """Restoring into a folder that is new for every input."""
    seeds = _seeds(folder)
    place = folder / "place"
    file = folder / "input"

    def attempt(data: bytes) -> str:
        with mock.patch.object(age, "_MAX_WORK_FACTOR", _MOST_WORK):
            return restored(data)

    def restored(data: bytes) -> str:
        way, content = chosen(data, (_ENCRYPTED, _COMPRESSED, _LINES))
        file.write_bytes(gzip.compress(content, 1) if way == _LINES else content)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        target = place / "restored"
        database = _Database()
        restoring = _restoring(way, database)
        with only(BackupInvalid, data) as refused:
            counted = restoring.verify(file, PASSPHRASE, lambda *_: None)
        with only(BackupInvalid, data) as refused_again:
            done = restoring.restore(
                file, PASSPHRASE, target, lambda _: "sqlite:///x", lambda *_: None
            )
            if refused.outcome != "read" or done != counted:
                raise Broken("what is restored was not verified", data)
            _look_at(target, data)
        if refused_again.outcome != "read" and list(place.iterdir()):
            raise Broken("a refused backup left something behind", data)
        if set(place.iterdir()) - {target}:
            raise Broken("something was written outside of the folder", data)
        return f"{way} {refused_again.outcome}"

    return Target(
        attempt,
        seeds,
        ("gateway/crypto/encryption/age.py", "gateway/backup/reading.py",
         "gateway/backup/file_format.py", "gateway/backup/folder.py",
         "gateway/backup/restoring.py"),
    )  # fmt: skip


def _restoring(way: int, database: _Database) -> RestoreBackup:
    @contextmanager
    def opened(*_: object) -> Iterator[_Database]:
        yield database

    decrypting = age.AgeReader if way == _ENCRYPTED else _plain
    return RestoreBackup(decrypting, NAMES, {"0007", "0008"}.__contains__, opened, clock)  # type: ignore[arg-type]


def _plain(stream: BinaryIO, _: bytes) -> BinaryIO:
    return io.BytesIO(stream.read())


def _look_at(restored: Path, data: bytes) -> None:
    for path in restored.rglob("*"):
        if not path.resolve().is_relative_to(restored.resolve()):
            raise Broken("a link leads out of the folder", data)
        if path.is_file() and path.stat().st_mode & 0o077:
            raise Broken("a restored file can be read by others", data)


def _seeds(folder: Path) -> list[bytes]:
    gateway = SmallGateway(folder / "seed")
    (gateway.directory / "conf").mkdir(parents=True)
    (gateway.directory / "keys" / "seal").mkdir(parents=True)
    (gateway.directory / "conf" / "gateway.toml").write_text('country = "MZ"\n')
    (gateway.directory / "keys" / "seal" / "2026.pem").write_bytes(b"-----BEGIN\x00")
    (gateway.directory / "keys" / "seal" / "current").symlink_to("2026.pem")
    gateway.make()
    lines = b"".join(gateway.lines())
    encrypted = gateway.backup.read_bytes()
    return [
        bytes([_ENCRYPTED]) + encrypted,
        bytes([_COMPRESSED]) + gzip.compress(lines, 1, mtime=0),
        bytes([_LINES]) + lines,
    ]
