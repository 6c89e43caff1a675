"""Does the stand-alone script take what is genuine, and nothing else? Bundles of records."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import cryptography
import pytest

from gateway.evidence import verify
from gateway.signatures.timestamps import time_stamping_authority
from tests.evidence.sealed_journal import SealedJournal, at, record
from tests.pki import Authority
from tests.time_stamper import needs_openssl, time_stamper


@pytest.fixture
def journal(tmp_path: Path) -> SealedJournal:
    return SealedJournal(tmp_path, [[record(n) for n in range(1, 8)], [record(8)], [record(9), record(10)]])


@pytest.fixture
def bundle(journal: SealedJournal, tmp_path: Path) -> Path:
    return journal.write_records(tmp_path / "bundle.zip", (1, 4), (3, 0))


def verdict(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = verify.main([str(argument) for argument in arguments])
    return status, capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    status, said = verdict(capsys, *arguments)
    assert status == 1, said
    assert said.endswith("RESULT: the evidence does not hold.\n")
    return said


def repacked(bundle: Path, **change: bytes | None) -> Path:
    """A copy in which files have other bytes, or are left out."""
    copy = bundle.with_name("copy.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return copy


def test_a_genuine_bundle_holds(bundle: Path, journal: SealedJournal, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verdict(capsys, bundle, "--trust", journal.authority.pem)
    assert status == 0
    assert (
        f"Record {record(5)['id']} is no. 5 of the 7 of batch 1: ConfirmQuantities, permit MZ26EX000005, za to MZ"
        in said
    )
    assert "3 signed heads follow each other without a gap" in said
    assert "leads to the one that you trust" in said
    assert "No head is time-stamped" in said


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31])
def test_every_record_of_a_batch_of_any_size_can_be_proved(
    tmp_path: Path, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = SealedJournal(tmp_path, [[record(n) for n in range(1, size + 1)]])
    file = journal.write_records(tmp_path / "all.zip", *((1, place) for place in range(size)))
    assert verdict(capsys, file)[0] == 0


def test_without_an_anchor_it_says_where_the_certificate_came_from(
    bundle: Path, journal: SealedJournal, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = verdict(capsys, bundle)
    assert status == 0
    assert "The signer's certificate was taken from the bundle." in said
    assert journal.key.of.sha256 in said


def test_the_certificate_itself_is_an_anchor(
    bundle: Path, journal: SealedJournal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(capsys, bundle, "--trust", journal.key.of.certificate_file)[0] == 0


def test_an_anchor_of_somebody_else_does_not_count(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "journal-ca")
    assert "Nothing leads from the certificate" in refused(capsys, bundle, "--trust", other.pem)


def test_the_unpacked_folder_verifies_too(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert verdict(capsys, tmp_path / "unpacked")[0] == 0


NAMES = [
    "README.txt", "verify.py", "bundle.json", "bundle.sig", "heads.jsonl", "certificates/", "record.json", "proof.json",
    "request.bin", "answer.bin", "parts/",
]  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
def test_any_changed_byte_of_any_file_is_found(bundle: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert {name for name in archive.namelist() if not any(one in name for one in NAMES)} == set()
        name = next(name for name in archive.namelist() if kind in name)
        content = archive.read(name)
    step = max(1, len(content) // 40)
    for place in [*range(0, len(content), step), len(content) - 1]:
        changed = bytearray(content)
        changed[place] ^= 0x01
        refused(capsys, repacked(bundle, **{name: bytes(changed)}))


@pytest.mark.parametrize("kind", NAMES)
def test_a_file_that_is_missing_or_cut_short_is_found(
    bundle: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(bundle) as archive:
        name = next(name for name in archive.namelist() if kind in name)
        content = archive.read(name)
    refused(capsys, repacked(bundle, **{name: None}))
    refused(capsys, repacked(bundle, **{name: content[:-1]}))
    refused(capsys, repacked(bundle, **{name: b""}))


def test_a_byte_changed_in_the_zip_itself_never_changes_what_is_said(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genuine, content = verdict(capsys, bundle)[1], bundle.read_bytes()
    for place in range(0, len(content), 97):
        changed = bytearray(content)
        changed[place] ^= 0x20
        bundle.write_bytes(changed)
        status, said = verdict(capsys, bundle)
        assert status == 1 or said == genuine


def test_bodies_may_be_left_out_and_it_says_so(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = verdict(capsys, journal.write_records(tmp_path / "small.zip", (1, 0), bodies=False))
    assert status == 0
    assert "Requests and answers were left out" in said


def test_a_bundle_that_nobody_signed_proves_nothing(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unsigned = [head | {"certificate": None, "signature": ""} for head in journal.heads()]
    said = refused(capsys, journal.write_records(tmp_path / "unsigned.zip", (1, 0), heads=unsigned))
    assert "Head 1 is not signed" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({2: {"previous": "00" * 32}}, "Head 2 does not name the head before it"),
        ({2: {"previous": None}}, "Head 2 does not name the head before it"),
        ({1: {"previous": "00" * 32}}, "Head 1 does not name the head before it"),
        ({2: {"batch": 3}}, "Head 3 does not follow"),
        ({3: {"total": 99}}, "Head 3 does not follow"),
        ({1: {"total": 8}}, "Head 1 counts wrongly"),
        ({2: {"journal": "another"}}, "Head 2 is not of this journal"),
        ({3: {"root": "00" * 32}}, "is not in batch 3"),
        ({3: {"records": 3, "total": 11}}, "shorter than its tree"),
        ({3: {"records": 1, "total": 9}}, "is longer than its tree"),
        ({2: {"records": "1"}}, "records is not what it should be"),
        ({2: {"sealed_at": "yesterday"}}, "moment in the bundle cannot be read"),
        ({2: {"sealed_at": at(-60 * 24 * 400)}}, "when the certificate of its signer was not valid"),
        ({2: {"extra": 1}}, "has not the fields"),
        ({2: {"total": 10**30}}, "larger than any"),
        ({2: {"total": True}}, "total is not what it should be"),
    ],
)
def test_a_signed_head_that_does_not_fit_is_refused(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[int, dict[str, object]],
    sentence: str,
) -> None:  # fmt: skip
    journal.change = change
    assert sentence in refused(capsys, journal.write_records(tmp_path / "bad.zip", (1, 0), (3, 0)))


def test_a_head_left_out_is_found(journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, third = journal.heads()
    said = refused(capsys, journal.write_records(tmp_path / "gap.zip", (1, 0), heads=[first, third]))
    assert "does not follow the head before it" in said


def test_heads_that_stop_early_are_said(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = verdict(capsys, journal.write_records(tmp_path / "b.zip", (1, 0), heads=journal.heads(last=2)))
    assert (status, "went on up to head 3" in said) == (0, True)


def test_a_record_of_a_batch_without_head_is_refused(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_records(tmp_path / "b.zip", (3, 0), heads=journal.heads(last=2))
    assert "lacks the head of a record" in refused(capsys, file)


@needs_openssl
def test_time_stamps_are_verified_and_told(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tsa").mkdir()
    with time_stamper(tmp_path / "tsa") as tsa:
        authority = time_stamping_authority(tsa.address, tsa.authority.pem, 5.0, lambda: datetime.now(UTC))
        journal.change = {2: {"sealed_at": at(-1)}}
        journal.stamps[2] = authority.stamp(journal.statements()[1])
        file = journal.write_records(tmp_path / "stamped.zip", (1, 0))
        status, said = verdict(capsys, file, "--tsa", tsa.authority.pem)
        assert status == 0, said
        assert "Everything up to head 2 was there at" in said
        assert "was taken from the bundle; give its own with --tsa" in verdict(capsys, file)[1]
        assert "Nothing leads" in refused(capsys, file, "--tsa", journal.authority.pem)
        journal.stamps = {3: journal.stamps[2]}
        said = refused(capsys, journal.write_records(tmp_path / "moved.zip", (1, 0)))
        assert "The time-stamp of head 3 is of something else" in said
        journal.stamps, journal.change = {2: authority.stamp(journal.statements()[1])}, {}
        journal.change = {2: {"sealed_at": at(60 * 5)}}
        journal.stamps = {2: authority.stamp(journal.statements()[1])}
        said = refused(capsys, journal.write_records(tmp_path / "future.zip", (1, 0)))
        assert "before it says that it was made" in said


def test_it_runs_on_another_machine_with_nothing_but_cryptography(
    journal: SealedJournal, bundle: Path, tmp_path: Path
) -> None:
    """A fresh virtual environment that sees no library of ours but cryptography and what that needs."""
    elsewhere = tmp_path / "elsewhere"
    venv.create(elsewhere / "venv", with_pip=False)
    (library,) = (elsewhere / "venv" / "lib").glob("python*/site-packages")
    installed = Path(cryptography.__file__).parents[1]
    for pattern in ("cryptography", "_cffi_backend*", "cffi", "typing_extensions*"):
        for part in installed.glob(pattern):
            (library / part.name).symlink_to(part)
    shutil.copy(bundle, elsewhere / "bundle.zip")
    shutil.copy(journal.authority.pem, elsewhere / "authority.pem")
    with zipfile.ZipFile(bundle) as archive:
        archive.extract("verify.py", elsewhere)
    python = elsewhere / "venv" / "bin" / "python"
    quiet = {"PATH": os.environ["PATH"], "HOME": str(elsewhere)}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([python, *command], cwd=elsewhere, env=quiet, capture_output=True, text=True, check=False)

    assert run("-c", "import gateway").returncode == 1
    done = run("verify.py", "bundle.zip", "--trust", "authority.pem")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("RESULT: the evidence holds.\n")
    (elsewhere / "bundle.zip").write_bytes(repacked(bundle, **{"README.txt": b"Trust me."}).read_bytes())
    assert run("verify.py", "bundle.zip").returncode == 1
    assert run("verify.py", "bundle.zip", "--trust", "missing.pem").returncode == 2


def test_it_needs_nothing_of_ours_and_no_new_python() -> None:
    text = Path(verify.__file__).read_text()
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported - sys.stdlib_module_names == {"cryptography"}
    ast.parse(text, feature_version=(3, 9))


def test_the_bundle_brings_the_script_that_was_shipped(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        shipped = hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest()
        assert hashlib.sha256(archive.read("verify.py")).hexdigest() == shipped
        assert b"MZ26" not in archive.read("README.txt")
    assert bundle.stat().st_mode & 0o777 == 0o600
