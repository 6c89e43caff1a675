"""What is in a backup, and what comes back out of it."""

import json
from pathlib import Path

import pytest
from small_house import ROWS, House

from gateway.domain.errors import BackupInvalid, RestoreRefused
from gateway.signatures.age import AgeWriter


def test_a_backup_is_lines_that_a_person_can_read(house: House) -> None:
    lines = [json.loads(line) for line in house.lines()]
    assert lines[0] == {
        "epix-gateway backup": 1, "software": "0.1.0", "revision": "0008", "made_at": "2026-03-05T08:00:00+00:00",
    }  # fmt: skip
    assert [line.get("file") or line.get("link") for line in lines[1:4]] == [
        "conf/gateway.toml", "keys/seal/2026/key.pem", "keys/seal/current",
    ]  # fmt: skip
    assert lines[4]["table"] == "permit"
    assert lines[5] == [1, 'MZ26"é\n', True, "AP8="]
    assert lines[-1] == {"end": "backup", "tables": 2}


def test_files_links_permissions_and_rows_come_back_and_nothing_else(house: House) -> None:
    read = house.restore()
    assert (read.files, read.rows, read.about.revision) == (3, 2, "0008")
    assert house.database.whole
    assert house.database.filled == {"permit": ROWS, "nothing": []}
    there = {path.relative_to(house.restored).as_posix() for path in house.restored.rglob("*") if not path.is_dir()}
    assert there == {"conf/gateway.toml", "keys/seal/2026/key.pem"}
    assert (house.restored / "keys/seal/current").readlink() == Path("2026")
    assert (house.restored / "keys/seal/current/key.pem").read_bytes() == b"key\x00"
    assert (house.restored / "keys/seal/2026/key.pem").stat().st_mode & 0o777 == 0o600
    assert house.restored.stat().st_mode & 0o777 == 0o700


def test_a_link_that_leads_elsewhere_is_kept_as_the_file_it_leads_to(house: House, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.pem").write_bytes(b"certificate")
    (house.directory / "keys/partner.pem").symlink_to(tmp_path / "elsewhere.pem")
    house.backup.unlink()
    house.make()
    house.restore()
    assert not (house.restored / "keys/partner.pem").is_symlink()
    assert (house.restored / "keys/partner.pem").read_bytes() == b"certificate"


def test_a_link_to_a_folder_elsewhere_is_left_out(house: House, tmp_path: Path) -> None:
    (house.directory / "keys/everything").symlink_to("/")
    house.backup.unlink()
    assert house.make() == (3, 2)


@pytest.mark.parametrize("to", ["../other/key.pem", "key.pem", "../../../conf/gateway.toml"])
def test_a_link_that_stays_inside_comes_back_as_a_link(house: House, to: str) -> None:
    (house.directory / "keys/seal/2026/link").symlink_to(to)
    house.backup.unlink()
    house.make()
    house.restore()
    assert str((house.restored / "keys/seal/2026/link").readlink()) == to


def test_the_file_is_for_its_owner_alone_and_hides_what_is_in_it(house: House) -> None:
    assert house.backup.stat().st_mode & 0o777 == 0o600
    assert b"gateway.toml" not in house.backup.read_bytes()


def test_to_verify_reads_everything_and_puts_nothing_anywhere(house: House) -> None:
    before = sorted(house.folder.rglob("*"))
    read = house.verify()
    assert (read.files, read.rows) == (3, 2)
    assert sorted(house.folder.rglob("*")) == before
    assert house.database.filled == {}


def test_a_file_of_that_name_is_never_replaced(house: House) -> None:
    before = house.backup.read_bytes()
    with pytest.raises(FileExistsError, match="exists already"):
        house.make()
    assert house.backup.read_bytes() == before


class TornWriter(AgeWriter):
    """A disk that is full by the end."""

    def finish(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("encrypting", [TornWriter, lambda *_: 1 / 0])
def test_what_is_not_whole_leaves_no_file(house: House, encrypting) -> None:
    other = house.folder / "other.age"
    with pytest.raises((OSError, ZeroDivisionError)) as failed:
        house.make(other, encrypting)
    assert list(house.folder.glob("*other*")) == []
    if isinstance(failed.value, OSError):
        assert failed.value.filename == str(other)


@pytest.mark.parametrize("there", ["file", "folder with something in it"])
def test_a_directory_that_is_there_is_left_alone(house: House, there: str) -> None:
    if there == "file":
        house.restored.write_text("mine")
    else:
        (house.restored / "data").mkdir(parents=True)
    before = sorted(house.folder.rglob("*"))
    with pytest.raises(RestoreRefused, match="left as it is"):
        house.restore()
    assert sorted(house.folder.rglob("*")) == before
    assert house.database.filled == {}


def test_an_empty_directory_is_filled(house: House) -> None:
    house.restored.mkdir()
    house.restore()
    assert (house.restored / "conf/gateway.toml").is_file()


def test_a_database_that_refuses_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BackupInvalid("It does not fit.")

    monkeypatch.setattr(house.database, "fill", refuse)
    with pytest.raises(BackupInvalid):
        house.restore()
    assert not house.database.whole
    assert list(house.folder.glob("*restored*")) == []
