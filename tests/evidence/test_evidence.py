"""Evidence is verified elsewhere: by the script in the file, in a Python that knows nothing of this gateway."""

import json
import subprocess
import venv
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import cryptography
import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build, new_id
from gateway.cli.main import app
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings

REQUEST, ANSWER = b"<request>\xff\x00</request>", b"<answer/>"
RECORDS = 7


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of another machine: the standard library and `cryptography`, and nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere") / "check"
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    own = Path(cryptography.__file__).parent.parent
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        for found in own.glob(f"{name}*"):
            if found.suffix != ".dist-info":
                (site / found.name).symlink_to(found)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway with two batches of exchanges."""
    directory = tmp_path_factory.mktemp("house") / "mz"
    made = CliRunner().invoke(app, ["init", "--country", "MZ", "--authority", "ANAC", str(directory)])
    assert made.exit_code == 0, made.stderr
    with build(load_settings(directory)) as gateway:
        for count in (RECORDS, 2):
            for place in range(count):
                at = gateway.clock() - timedelta(hours=1)
                number = f"MZ26EX{place:06d}"
                gateway.store.journal.record(
                    Exchange(new_id(), Direction.IN, at, at, "GetFinalCertificate", "za", "MZ", None, number, "ok",
                             REQUEST, ANSWER)
                )  # fmt: skip
            assert gateway.seal_journal.seal() == count
    return directory


def exported(house: Path, *words: str) -> Path:
    out = house.parent / f"{new_id()}.zip"
    made = CliRunner().invoke(app, ["journal", "export", *words, "--out", str(out), "--dir", str(house)])
    assert made.exit_code == 0, made.stderr
    return out


def ids(house: Path) -> list[str]:
    found = CliRunner().invoke(app, ["journal", "search", "--json", "--dir", str(house)])
    return [exchange["id"] for exchange in reversed(json.loads(found.stdout))]


@pytest.fixture(scope="module")
def of_record(house: Path) -> Path:
    return exported(house, ids(house)[RECORDS - 1])


@pytest.fixture(scope="module")
def of_period(house: Path) -> Path:
    return exported(house, "--from", "2020-01-01", "--to", "2100-01-01")


@pytest.fixture
def check(elsewhere: Path, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run the script that came with the evidence."""

    def run(evidence: Path, *words: str) -> tuple[int, str]:
        with zipfile.ZipFile(evidence) as bundle:
            (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
        command = [elsewhere, "-I", "verify.py", evidence, *words]
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return run


def changed(evidence: Path, out: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The same evidence with one file changed, or without it."""
    with zipfile.ZipFile(evidence) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            content = old.read(each)
            altered = change(content) if each == name else content
            if altered is not None:
                new.writestr(each, altered)
    return out


def flip(place: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        altered = bytearray(content)
        altered[place % len(altered)] ^= 1
        return bytes(altered)

    return change


def test_the_gateway_is_not_there(elsewhere: Path) -> None:
    asked = subprocess.run([elsewhere, "-I", "-c", "import gateway"], capture_output=True, check=False, env={})
    assert asked.returncode != 0


def test_one_exchange_is_proved_elsewhere(of_record: Path, house: Path, check) -> None:
    status, said = check(of_record)
    assert status == 0, said
    assert f"Record {ids(house)[RECORDS - 1]}, sealed in batch 1" in said
    assert "permit MZ26EX000006, partner za, outcome ok" in said
    with zipfile.ZipFile(of_record) as bundle:
        folder = f"records/{ids(house)[RECORDS - 1]}/"
        assert bundle.read(f"{folder}request.bin") == REQUEST
        assert bundle.read(f"{folder}answer.bin") == ANSWER


@pytest.mark.parametrize("place", range(RECORDS + 2))
def test_every_place_of_a_tree_has_its_proof(house: Path, check, place: int) -> None:
    assert check(exported(house, ids(house)[place]))[0] == 0


def test_the_signer_is_the_one_the_authority_names(of_record: Path, check) -> None:
    fingerprint = check(of_record)[1].split("certificate ")[1].split()[0]
    assert check(of_record, "--signer", fingerprint.upper())[0] == 0
    status, said = check(of_record, "--signer", "00" * 32)
    assert status == 1
    assert "--signer" in said


def test_all_records_of_a_period_are_there_and_none_names_another_permit(of_period: Path, check) -> None:
    status, said = check(of_period, "--permit", "MZ26EX999999")
    assert status == 0, said
    assert f"All {RECORDS + 2} records of batches 1 to 2" in said
    assert "None of them names permit MZ26EX999999." in said
    assert check(of_period, "--permit", "MZ26EX000001")[1].count("names permit MZ26EX000001") == 2


def test_a_period_holds_no_message(of_period: Path) -> None:
    with zipfile.ZipFile(of_period) as bundle:
        assert not any(REQUEST in bundle.read(name) or ANSWER in bundle.read(name) for name in bundle.namelist())


FILES = ("record.json", "request.bin", "answer.bin", "proof.json", "heads.jsonl")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("place", [0, 3, 17, 40, 101, -2])
def test_one_byte_changed_anywhere_is_found(of_record: Path, house: Path, tmp_path: Path, check, file, place) -> None:
    name = file if file == "heads.jsonl" else f"records/{ids(house)[RECORDS - 1]}/{file}"
    status, said = check(changed(of_record, tmp_path / "changed.zip", name, flip(place)))
    assert (status, "DOES NOT HOLD" in said) == (1, True)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_gone_is_found(of_record: Path, house: Path, tmp_path: Path, check, file: str) -> None:
    name = file if file == "heads.jsonl" else f"records/{ids(house)[RECORDS - 1]}/{file}"
    assert check(changed(of_record, tmp_path / "changed.zip", name, lambda _: None))[0] == 1


def test_a_record_left_out_of_a_period_is_found(of_period: Path, tmp_path: Path, check) -> None:
    def without_one(content: bytes) -> bytes:
        first, *others = content.splitlines(keepends=True)
        batch = json.loads(first)
        del batch["records"][2]
        return json.dumps(batch).encode() + b"\n" + b"".join(others)

    status, said = check(changed(of_period, tmp_path / "changed.zip", "batches.jsonl", without_one))
    assert status == 1
    assert "not those of its head" in said


def test_a_head_left_out_is_found(house: Path, of_record: Path, tmp_path: Path, check) -> None:
    def without_first(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[1:])

    assert check(changed(of_record, tmp_path / "changed.zip", "heads.jsonl", without_first))[0] == 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_evidence_is_said_so(of_record: Path, tmp_path: Path, elsewhere: Path, content: bytes) -> None:
    (tmp_path / "other.zip").write_bytes(content)
    with zipfile.ZipFile(of_record) as bundle:
        (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
    done = subprocess.run(
        [elsewhere, "-I", "verify.py", "other.zip"], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "DOES NOT HOLD" in done.stdout) == (1, True)


def test_a_file_twice_in_it_is_refused(of_record: Path, tmp_path: Path, check) -> None:
    copy = tmp_path / "twice.zip"
    copy.write_bytes(of_record.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(copy, "a") as bundle:
        bundle.writestr("heads.jsonl", "")
    assert "in it twice" in check(copy)[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no-such-id",), "not sealed, or not in the journal"),
        ((), "Name one exchange, or a period"),
        (("--from", "2020-01-01"), "Name one exchange, or a period"),
        (("--from", "2000-01-01", "--to", "2000-01-02"), "Nothing was sealed of this period"),
    ],
)
def test_what_cannot_be_exported_leaves_no_file(house: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    out = tmp_path / "none.zip"
    made = CliRunner().invoke(app, ["journal", "export", *words, "--out", str(out), "--dir", str(house)])
    assert made.exit_code != 0
    assert said in made.stderr
    assert not out.exists()


def test_nothing_is_written_over(house: Path, of_record: Path) -> None:
    words = ["journal", "export", ids(house)[0], "--out", str(of_record), "--dir", str(house)]
    made = CliRunner().invoke(app, words)
    assert (made.exit_code, "exists already" in made.stderr) == (1, True)
    assert zipfile.is_zipfile(BytesIO(of_record.read_bytes()))
