"""Evidence that was changed, cut or invented: the script refuses it and does not crash."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.evidence import verify
from tests.evidence.evidence_files import (
    PERIOD,
    RECORDS,
    THEN,
    Pruned,
    changed,
    exported,
    flip,
    ids,
)
from tests.long_haul import thinned

pytestmark = pytest.mark.slow

FILES = ("record.json", "request.bin", "answer.bin", "proof.json", "heads.jsonl")


@pytest.fixture
def check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the script in this process, many times faster than in a Python of its own.

    That it runs alone is shown by the other tests of evidence.
    """

    def run(evidence: Path, *words: str) -> tuple[int, str]:
        with zipfile.ZipFile(evidence) as bundle:
            assert bundle.read("verify.py") == Path(verify.__file__).read_bytes()
        monkeypatch.setattr(sys, "argv", ["verify.py", str(evidence), *map(str, words)])
        status = verify.main()
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("place", thinned([0, 3, 17, 40, 101, -2], [3, -2]))
def test_one_byte_changed_anywhere_is_found(
    of_record: Path, workdir: Path, tmp_path: Path, check, file, place
) -> None:
    name = file if file == "heads.jsonl" else f"records/{ids(workdir)[RECORDS - 1]}/{file}"
    status, said = check(changed(of_record, tmp_path / "changed.zip", name, flip(place)))
    assert (status, "DOES NOT HOLD" in said) == (1, True)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_gone_is_found(
    of_record: Path, workdir: Path, tmp_path: Path, check, file: str
) -> None:
    name = file if file == "heads.jsonl" else f"records/{ids(workdir)[RECORDS - 1]}/{file}"
    assert check(changed(of_record, tmp_path / "changed.zip", name, lambda _: None))[0] == 1


def test_a_signature_taken_away_is_found(of_record: Path, tmp_path: Path, check) -> None:
    def unsigned(content: bytes) -> bytes:
        first, second = content.splitlines(keepends=True)
        return first + json.dumps(json.loads(second) | {"signature": ""}).encode() + b"\n"

    status, said = check(changed(of_record, tmp_path / "changed.zip", "heads.jsonl", unsigned))
    assert (status, "is not signed, although one before it is" in said) == (1, True)


def test_a_head_left_out_is_found(workdir: Path, of_record: Path, tmp_path: Path, check) -> None:
    def without_first(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[1:])

    assert check(changed(of_record, tmp_path / "changed.zip", "heads.jsonl", without_first))[0] == 1


def test_a_record_left_out_of_a_period_is_found(of_period: Path, tmp_path: Path, check) -> None:
    def without_one(content: bytes) -> bytes:
        first, *others = content.splitlines(keepends=True)
        batch = json.loads(first)
        del batch["records"][2]
        return json.dumps(batch).encode() + b"\n" + b"".join(others)

    status, said = check(
        changed(of_period, tmp_path / "changed.zip", "batches.jsonl", without_one), *PERIOD
    )
    assert status == 1
    assert "not those of its head" in said


@pytest.mark.parametrize("file", ["batches.jsonl", "heads.jsonl"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_batch_or_head_cut_off_at_either_end_is_found(
    of_period: Path, tmp_path: Path, check, file, place
) -> None:
    def without(content: bytes) -> bytes:
        return b"".join(
            line for at, line in enumerate(content.splitlines(keepends=True)) if at != place
        )

    assert check(changed(of_period, tmp_path / "changed.zip", file, without), *PERIOD)[0] == 1


def test_the_newest_batch_cut_off_head_and_all_is_found(
    of_period: Path, tmp_path: Path, check
) -> None:
    def without_last(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[:-1])

    cut = changed(of_period, tmp_path / "1.zip", "batches.jsonl", without_last)
    cut = changed(cut, tmp_path / "2.zip", "heads.jsonl", without_last)
    with zipfile.ZipFile(cut) as bundle:
        sealed_at = json.loads(json.loads(bundle.read("heads.jsonl"))["statement"])["sealed_at"]
    later = datetime.fromisoformat(sealed_at) + timedelta(seconds=1)
    assert check(cut, "--from", "2020-01-01", "--to", later.isoformat())[0] == 1


def test_the_first_batch_cut_off_head_and_all_is_found(
    of_period: Path, tmp_path: Path, check
) -> None:
    def without_first(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[1:])

    cut = changed(of_period, tmp_path / "1.zip", "batches.jsonl", without_first)
    cut = changed(cut, tmp_path / "2.zip", "heads.jsonl", without_first)
    status, said = check(cut, *PERIOD)
    assert (status, "batches before may be missing" in said) == (1, True)


@pytest.mark.parametrize("file", ["record.json", "request.bin", "answer.bin", "proof.json"])
def test_a_removal_that_nothing_vouches_for_is_found(
    pruned: Pruned, tmp_path: Path, check, file: str
) -> None:
    evidence = exported(pruned.directory, *THEN)
    with zipfile.ZipFile(evidence) as bundle:
        (name,) = [each for each in bundle.namelist() if each.endswith(file)]
    for change in (flip(60), lambda _: None):
        assert check(changed(evidence, tmp_path / "changed.zip", name, change), *THEN)[0] == 1


def test_a_record_that_the_file_calls_removed_and_nothing_else_does_is_found(
    pruned: Pruned, tmp_path: Path, check
) -> None:
    def hide(content: bytes) -> bytes:
        batch = json.loads(content)
        (text,) = [each for each in batch["records"] if isinstance(each, str)]
        leaf = sha256(b"\x00" + text.encode()).hexdigest()
        batch["records"][batch["records"].index(text)] = {
            "id": json.loads(text)["id"],
            "leaf": leaf,
        }
        return json.dumps(batch).encode() + b"\n"

    hidden = changed(
        exported(pruned.directory, *THEN), tmp_path / "hidden.zip", "batches.jsonl", hide
    )
    status, said = check(hidden, *THEN)
    assert (status, "nothing signed says that it was removed" in said) == (1, True)


def test_bytes_of_a_stranger_are_damage_and_not_a_crash(
    of_period: Path, tmp_path: Path, check
) -> None:
    for content in (
        b"[1]\n",
        b"null\n",
        b'{"batch":1,"records":[1]}\n',
        b'{"batch":1,"records":[]}\n',
        b"\xff\n",
    ):
        for file in ("batches.jsonl", "heads.jsonl"):
            bad = changed(of_period, tmp_path / "bad.zip", file, lambda _, content=content: content)
            assert check(bad, *PERIOD)[0] == 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_evidence_is_said_so(
    of_record: Path, tmp_path: Path, elsewhere: Path, content: bytes
) -> None:
    (tmp_path / "other.zip").write_bytes(content)
    with zipfile.ZipFile(of_record) as bundle:
        (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
    done = subprocess.run(
        [elsewhere, "-I", "verify.py", "other.zip"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "DOES NOT HOLD" in done.stdout) == (1, True)


@pytest.mark.parametrize("name", thinned(["heads.jsonl", "records/x/request.bin"], ["heads.jsonl"]))
def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    of_record: Path, tmp_path: Path, check, name: str
) -> None:
    bomb = changed(of_record, tmp_path / "bomb.zip", name, lambda _: None)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(name, bytes(200 << 20))
    assert bomb.stat().st_size < 1 << 20
    status, said = check(bomb)
    assert (status, "unpacks to" in said) == (1, True)


def test_a_file_twice_in_it_is_refused(of_record: Path, tmp_path: Path, check) -> None:
    copy = tmp_path / "twice.zip"
    copy.write_bytes(of_record.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(copy, "a") as bundle:
        bundle.writestr("heads.jsonl", "")
    assert "in it twice" in check(copy)[1]
