"""A bundle made to harm whoever verifies it."""

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest

from gateway.evidence import verify
from tests.evidence.sealed_journal import SealedJournal, canonical, record


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return SealedJournal(tmp_path, [[record(1)]]).write_records(tmp_path / "bundle.zip", (1, 0))


def refused(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert verify.main([str(file)]) == 1
    said = capsys.readouterr().out
    assert said.endswith("RESULT: the evidence does not hold.\n")
    assert "Traceback" not in said
    return said


def with_entry(bundle: Path, name: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr(name, content)
    return bundle


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt", "/etc/passwd", "records/../../x", "C:\\x", "heads.jsonl/", "verify.py\n", "cryptography.py",
        "records/0191a000-0000-7000-8000-000000000001/parts/x.xml", "json.py", "\u202egpj.exe", "\x1b[2J",
    ],
)  # fmt: skip
def test_a_name_that_does_not_belong_there_is_refused(
    bundle: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(with_entry(bundle, name), capsys)
    assert "does not belong there" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["bundle.json", "heads.jsonl", "README.txt"])
def test_two_files_of_one_name_are_refused(bundle: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "two files of one name" in refused(with_entry(bundle, name), capsys)


def test_a_zip_that_would_unpack_to_too_much_is_not_unpacked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", bytes(1000))
    content = file.read_bytes()
    claimed = content.rindex(b"PK\x01\x02") + 24
    file.write_bytes(content[:claimed] + struct.pack("<I", 0xFFFF_FFF0) + content[claimed + 4 :])
    refused(file, capsys)
    (tmp_path / "two.zip").write_bytes(_twice(0xFFFF_FFF0))
    assert "would unpack to more than" in refused(tmp_path / "two.zip", capsys)


def _twice(claimed: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("heads.jsonl", b"")
        archive.writestr("batches.jsonl", b"")
    content = bytearray(written.getvalue())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", claimed)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def test_a_small_file_that_is_huge_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", b" " * (9 << 20))
    assert "larger than it can be" in refused(file, capsys)


def test_too_many_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "many.zip"
    verify_most, verify.MOST_FILES = verify.MOST_FILES, 50
    try:
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(51):
                archive.writestr(f"certificates/{number:064x}.pem", b"")
        assert "more than 50 files" in refused(file, capsys)
    finally:
        verify.MOST_FILES = verify_most


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_strange_way_of_packing_is_refused(tmp_path: Path, method: int, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "strange.zip", "w", method) as archive:
        archive.writestr("bundle.json", b"{}" * 99)
    assert "packed in a way that no bundle is" in refused(tmp_path / "strange.zip", capsys)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"<html>", bytes(100_000)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rubbish.zip").write_bytes(content)
    refused(tmp_path / "rubbish.zip", capsys)


def test_a_bundle_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be read" in refused(tmp_path / "none.zip", capsys)


def test_a_link_out_of_the_folder_is_refused(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    (folder / "README.txt").unlink()
    (folder / "README.txt").symlink_to("/etc/passwd")
    assert "symbolic link" in refused(folder, capsys)


MANIFEST = {
    "v": 1, "kind": "records", "journal": "j", "made_at": "2026-01-01T00:00:00+00:00", "newest": 1, "bodies": True,
    "since": None, "until": None, "permit_number": None, "partner": None, "certificate": None, "files": {},
}  # fmt: skip


@pytest.mark.parametrize(
    "manifest",
    [
        b"", b"[]", b"null", b"{}", b"[" * 100_000, b'{"v":' * 50_000, b"\xff\xfe", b'{"v":NaN}', b"1" * 5000,
        canonical(MANIFEST | {"v": 10**14}), canonical(MANIFEST | {"v": "1"}), canonical(MANIFEST | {"v": True}),
        canonical(MANIFEST | {"newest": -1}), canonical(MANIFEST | {"newest": 1.5}),
        canonical(MANIFEST | {"files": []}),
        canonical(MANIFEST | {"newest": 10**4000}), canonical(MANIFEST | {"made_at": "0001-01-01T00:00:00+23:00"}),
        canonical(MANIFEST | {"made_at": 7}), canonical(MANIFEST | {"certificate": "../x"}),
        canonical(MANIFEST | {"kind": "other"}), canonical(MANIFEST | {"files": {"x": None}}), canonical(MANIFEST),
        json.dumps(MANIFEST).encode(), canonical(MANIFEST)[:-1] + b',"v":1}', b'{"v":"\\ud800"}',
    ],
)  # fmt: skip
def test_a_list_of_files_of_another_shape_is_refused(
    tmp_path: Path, manifest: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("bundle.json", manifest)
        archive.writestr("bundle.sig", b"")
    refused(tmp_path / "bundle.zip", capsys)
