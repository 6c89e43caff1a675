"""Backup files: their content, and the directory and rows that a restoration returns."""

import json
from pathlib import Path

import pytest

from gateway.crypto.encryption.age import AgeWriter
from gateway.domain.errors import BackupInvalid, RestoreRefused
from tests.backup.small_gateway import ROWS, SmallGateway


def test_a_backup_is_lines_that_a_person_can_read(gateway: SmallGateway) -> None:
    lines = [json.loads(line) for line in gateway.lines()]
    assert lines[0] == {
        "epix-gateway backup": 1,
        "software": "0.1.0",
        "revision": "0008",
        "made_at": "2026-03-05T08:00:00+00:00",
    }
    assert [line.get("file") or line.get("link") for line in lines[1:4]] == [
        "conf/gateway.toml",
        "keys/seal/2026/key.pem",
        "keys/seal/current",
    ]
    assert lines[4]["table"] == "permit"
    assert lines[5] == [1, 'MZ26"é\n', True, "AP8="]
    assert lines[-1] == {"end": "backup", "tables": 2}


def test_files_links_permissions_and_rows_come_back_and_nothing_else(gateway: SmallGateway) -> None:
    read = gateway.restore()
    assert (read.files, read.rows, read.about.revision) == (3, 2, "0008")
    assert gateway.database.whole
    assert gateway.database.filled == {"permit": ROWS, "nothing": []}
    there = {
        path.relative_to(gateway.restored).as_posix()
        for path in gateway.restored.rglob("*")
        if not path.is_dir()
    }
    assert there == {"conf/gateway.toml", "keys/seal/2026/key.pem"}
    assert (gateway.restored / "keys/seal/current").readlink() == Path("2026")
    assert (gateway.restored / "keys/seal/current/key.pem").read_bytes() == b"key\x00"
    assert (gateway.restored / "keys/seal/2026/key.pem").stat().st_mode & 0o777 == 0o600
    assert gateway.restored.stat().st_mode & 0o777 == 0o700


def test_a_link_to_a_file_elsewhere_is_archived_as_that_file(
    gateway: SmallGateway, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.pem").write_bytes(b"certificate")
    (gateway.directory / "keys/partner.pem").symlink_to(tmp_path / "elsewhere.pem")
    gateway.backup.unlink()
    gateway.make()
    gateway.restore()
    assert not (gateway.restored / "keys/partner.pem").is_symlink()
    assert (gateway.restored / "keys/partner.pem").read_bytes() == b"certificate"


def test_a_link_to_a_folder_elsewhere_is_left_out(gateway: SmallGateway, tmp_path: Path) -> None:
    (gateway.directory / "keys/everything").symlink_to("/")
    gateway.backup.unlink()
    assert gateway.make() == (3, 2)


@pytest.mark.parametrize("to", ["../other/key.pem", "key.pem", "../../../conf/gateway.toml"])
def test_a_link_that_stays_inside_comes_back_as_a_link(gateway: SmallGateway, to: str) -> None:
    (gateway.directory / "keys/seal/2026/link").symlink_to(to)
    gateway.backup.unlink()
    gateway.make()
    gateway.restore()
    assert str((gateway.restored / "keys/seal/2026/link").readlink()) == to


def test_the_file_is_for_its_owner_alone_and_hides_what_is_in_it(gateway: SmallGateway) -> None:
    assert gateway.backup.stat().st_mode & 0o777 == 0o600
    assert b"gateway.toml" not in gateway.backup.read_bytes()


def test_a_verification_reads_everything_and_writes_nothing(gateway: SmallGateway) -> None:
    before = sorted(gateway.folder.rglob("*"))
    read = gateway.verify()
    assert (read.files, read.rows) == (3, 2)
    assert sorted(gateway.folder.rglob("*")) == before
    assert gateway.database.filled == {}


def test_a_file_of_that_name_is_never_replaced(gateway: SmallGateway) -> None:
    before = gateway.backup.read_bytes()
    with pytest.raises(FileExistsError, match="exists already"):
        gateway.make()
    assert gateway.backup.read_bytes() == before


class TornWriter(AgeWriter):
    """A disk that is full by the end."""

    def finish(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.mark.slow
@pytest.mark.parametrize("encrypting", [TornWriter, lambda *_: 1 / 0])
def test_an_incomplete_backup_leaves_no_file(gateway: SmallGateway, encrypting) -> None:
    other = gateway.folder / "other.age"
    with pytest.raises((OSError, ZeroDivisionError)) as failed:
        gateway.make(other, encrypting)
    assert list(gateway.folder.glob("*other*")) == []
    if isinstance(failed.value, OSError):
        assert failed.value.filename == str(other)


@pytest.mark.parametrize("there", ["file", "folder with something in it"])
def test_a_directory_that_is_there_is_left_alone(gateway: SmallGateway, there: str) -> None:
    if there == "file":
        gateway.restored.write_text("mine")
    else:
        (gateway.restored / "data").mkdir(parents=True)
    before = sorted(gateway.folder.rglob("*"))
    with pytest.raises(RestoreRefused, match="left as it is"):
        gateway.restore()
    assert sorted(gateway.folder.rglob("*")) == before
    assert gateway.database.filled == {}


def test_an_empty_directory_is_filled(gateway: SmallGateway) -> None:
    gateway.restored.mkdir()
    gateway.restore()
    assert (gateway.restored / "conf/gateway.toml").is_file()


def test_a_database_that_refuses_leaves_nothing(
    gateway: SmallGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BackupInvalid("It does not fit.")

    monkeypatch.setattr(gateway.database, "fill", refuse)
    with pytest.raises(BackupInvalid):
        gateway.restore()
    assert not gateway.database.whole
    assert list(gateway.folder.glob("*restored*")) == []
