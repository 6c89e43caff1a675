"""Evidence is verified elsewhere: by the script in the file, in a Python that knows nothing of this gateway."""

import json
import re
import subprocess
import venv
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import cryptography
import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build, new_id
from gateway.cli.main import app
from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.seal_journal import SealJournal
from gateway.settings import load_settings
from gateway.signatures.head_signing import JournalSigner
from tests.pki import DAY, NOW, Authority
from tests.time_stamper import needs_openssl, time_stamper

HOUR = timedelta(hours=1)
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
            assert gateway.journal.sealing.seal() == count
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


PERIOD = ("--from", "2020-01-01", "--to", f"{datetime.now(UTC) - timedelta(minutes=30):%Y-%m-%dT%H:%M:%S}")


@pytest.fixture(scope="module")
def of_period(house: Path) -> Path:
    return exported(house, *PERIOD)


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
    told = CliRunner().invoke(app, ["journal", "verify", "--dir", str(house)]).stdout
    assert re.findall("newest head: 2 [0-9a-f]{64}", said) == re.findall("newest head: 2 [0-9a-f]{64}", told) != []
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
    status, said = check(of_period, *PERIOD, "--permit", "MZ26EX999999", "--caller", "ch")
    assert status == 0, said
    assert f"All {RECORDS + 2} records that began from 2020-01-01" in said
    assert "None of them names permit MZ26EX999999." in said
    assert "None of them names caller ch." in said
    assert check(of_period, *PERIOD, "--permit", "MZ26EX000001")[1].count("names permit MZ26EX000001") == 2


def test_of_a_period_the_reader_says_which(of_period: Path, of_record: Path, check) -> None:
    assert check(of_period)[0] == 2
    assert check(of_record, *PERIOD)[0] == 2
    assert check(of_record, "--permit", "MZ26EX000001")[0] == 2


def test_a_period_that_is_not_covered_proves_nothing(of_period: Path, check) -> None:
    status, said = check(of_period, "--from", "2020-01-01", "--to", "2100-01-01", "--permit", "MZ26EX999999")
    assert (status, "before the period ends" in said, "None of them" in said) == (1, True, False)


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

    status, said = check(changed(of_period, tmp_path / "changed.zip", "batches.jsonl", without_one), *PERIOD)
    assert status == 1
    assert "not those of its head" in said


@pytest.mark.parametrize("file", ["batches.jsonl", "heads.jsonl"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_batch_or_head_cut_off_at_either_end_is_found(of_period: Path, tmp_path: Path, check, file, place) -> None:
    def without(content: bytes) -> bytes:
        return b"".join(line for at, line in enumerate(content.splitlines(keepends=True)) if at != place)

    assert check(changed(of_period, tmp_path / "changed.zip", file, without), *PERIOD)[0] == 1


def test_the_newest_batch_cut_off_head_and_all_is_found(of_period: Path, tmp_path: Path, check) -> None:
    def without_last(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[:-1])

    cut = changed(of_period, tmp_path / "1.zip", "batches.jsonl", without_last)
    cut = changed(cut, tmp_path / "2.zip", "heads.jsonl", without_last)
    with zipfile.ZipFile(cut) as bundle:
        sealed_at = json.loads(json.loads(bundle.read("heads.jsonl"))["statement"])["sealed_at"]
    later = datetime.fromisoformat(sealed_at) + timedelta(seconds=1)
    assert check(cut, "--from", "2020-01-01", "--to", later.isoformat())[0] == 1


def test_the_first_batch_cut_off_head_and_all_is_found(of_period: Path, tmp_path: Path, check) -> None:
    def without_first(content: bytes) -> bytes:
        return b"".join(content.splitlines(keepends=True)[1:])

    cut = changed(of_period, tmp_path / "1.zip", "batches.jsonl", without_first)
    cut = changed(cut, tmp_path / "2.zip", "heads.jsonl", without_first)
    status, said = check(cut, *PERIOD)
    assert (status, "batches before may be missing" in said) == (1, True)


def test_a_signature_taken_away_is_found(of_record: Path, tmp_path: Path, check) -> None:
    def unsigned(content: bytes) -> bytes:
        first, second = content.splitlines(keepends=True)
        return first + json.dumps(json.loads(second) | {"signature": ""}).encode() + b"\n"

    status, said = check(changed(of_record, tmp_path / "changed.zip", "heads.jsonl", unsigned))
    assert (status, "is not signed, although one before it is" in said) == (1, True)


def test_bytes_of_a_stranger_are_damage_and_not_a_crash(of_period: Path, tmp_path: Path, check) -> None:
    for content in (b"[1]\n", b"null\n", b'{"batch":1,"records":[1]}\n', b'{"batch":1,"records":[]}\n', b"\xff\n"):
        for file in ("batches.jsonl", "heads.jsonl"):
            bad = changed(of_period, tmp_path / "bad.zip", file, lambda _, content=content: content)
            assert check(bad, *PERIOD)[0] == 1


class Keys:
    """A journal whose key changes. seal: one record with that signer; its id."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "mz"
        self.pki = Authority(folder, "ca")
        assert (
            CliRunner().invoke(app, ["init", "--country", "MZ", "--authority", "A", str(self.directory)]).exit_code == 0
        )

    def seal(self, signer: JournalSigner | None) -> str:
        with build(load_settings(self.directory)) as gateway:
            at = gateway.clock() - timedelta(hours=1)
            record = Exchange(new_id(), Direction.IN, at, at, None, None, "MZ", None, None, "InvalidRequest", b"", b"")
            gateway.store.journal.record(record)
            assert SealJournal(gateway.store.sealed_journal, signer, gateway.clock, new_id, HOUR).seal() == 1
        return record.id

    def signer(self, name: str, **dates: datetime) -> tuple[JournalSigner, str]:
        made = self.pki.issue(name, **dates)
        return JournalSigner(made.key, (made.certificate,)), made.sha256


def test_evidence_outlives_the_key_it_began_with(tmp_path: Path, check) -> None:
    keys = Keys(tmp_path)
    (old, old_name), (new, new_name) = keys.signer("old"), keys.signer("new")
    first = keys.seal(old)
    keys.seal(new)
    evidence = exported(keys.directory, first)
    assert check(evidence, "--signer", old_name, "--signer", new_name)[0] == 0
    status, said = check(evidence, "--signer", old_name)
    assert (status, f"no --signer names: {new_name}" in said) == (1, True)


def test_a_head_sealed_when_its_certificate_was_over_is_refused(tmp_path: Path, check) -> None:
    keys = Keys(tmp_path)
    over, name = keys.signer("over", since=NOW - 9 * DAY, until=NOW - 2 * DAY)
    status, said = check(exported(keys.directory, keys.seal(over)), "--signer", name)
    assert (status, "when its certificate was not valid" in said) == (1, True)


def test_a_journal_that_got_its_key_later_is_vouched_for_by_the_first_signed_head(tmp_path: Path, check) -> None:
    keys = Keys(tmp_path)
    first = keys.seal(None)
    out = tmp_path / "unsigned.zip"
    words = ["journal", "export", first, "--out", str(out), "--dir", str(keys.directory)]
    refused = CliRunner().invoke(app, words)
    assert "Nobody signs this journal" in refused.stderr
    assert not out.exists()
    keys.seal(keys.signer("seal")[0])
    status, said = check(exported(keys.directory, first))
    assert (status, "Heads 1 to 1 are not signed; head 2 is, and vouches for them" in said) == (0, True)
    keys.seal(None)
    assert CliRunner().invoke(app, words).exit_code != 0


def test_up_to_now_is_sealed_for_the_occasion_silence_included(tmp_path: Path, check) -> None:
    keys = Keys(tmp_path)
    since = ("--from", "2020-01-01")
    exported(keys.directory, *since)  # nothing was ever exchanged: a first head says so
    with build(load_settings(keys.directory)) as gateway:
        record = an_exchange(gateway.clock())
        gateway.store.journal.record(record)
    exported(keys.directory, *since)
    now = datetime.now(UTC)
    evidence = exported(keys.directory, *since)
    status, said = check(evidence, *since, "--to", now.isoformat(), "--permit", "MZ26EX000001")
    assert (status, "All 1 records" in said, "None of them names permit" in said) == (0, True, True)
    assert "Heads 1 to 3" in said
    with zipfile.ZipFile(evidence) as bundle:
        silence = json.loads(json.loads(bundle.read("heads.jsonl").splitlines()[-1])["statement"])
    assert (silence["records"], silence["total"], silence["first"], silence["began"]) == (0, 1, None, None)


def an_exchange(at: datetime, identity: str | None = None) -> Exchange:
    return Exchange(
        identity or new_id(), Direction.IN, at, at, None, None, "MZ", None, None, "InvalidRequest", b"", b""
    )


class Pruned(Keys):
    """A journal out of which two of three records of 2019 were removed, as their time was over."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.old = [self.record(2019, place) for place in range(2)]
        self.young = self.record(2020, 9, number="ZA1")
        with build(load_settings(self.directory)) as gateway:
            assert gateway.journal.sealing.seal() == 3
        words = ["journal", "prune", "--person", "A. Cossa", "--reason", "their time is over"]
        done = CliRunner().invoke(app, [*words, "--dir", str(self.directory)])
        assert "2 records were removed" in done.stdout
        assert "1 old ones stay: its permit has not long enough expired" in done.stdout

    def record(self, year: int, place: int, number: str | None = None) -> str:
        at = datetime(year, 6, 1, tzinfo=UTC)
        digits = f"{int(at.timestamp() * 1000):012x}"
        record = an_exchange(at, f"{digits[:8]}-{digits[8:]}-7000-8000-{place:012d}")
        if number:
            record = replace(record, direction=Direction.OUT, permit_number=number)
        with build(load_settings(self.directory)) as gateway:
            gateway.store.journal.record(record)
        return record.id


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Pruned:
    return Pruned(tmp_path_factory.mktemp("pruned"))


THEN = ("--from", "2019-01-01", "--to", "2021-01-01")


def test_of_a_record_that_was_removed_one_sentence_says_when_and_why(pruned: Pruned, tmp_path: Path) -> None:
    words = ["journal", "export", pruned.old[0], "--out", str(tmp_path / "none.zip"), "--dir", str(pruned.directory)]
    said = " ".join(CliRunner().invoke(app, words).stderr.split())
    assert f"This exchange was removed on {datetime.now(UTC):%Y-%m-%d} by A. Cossa: their time is over" in said


def test_a_neighbour_of_what_was_removed_is_still_proved(pruned: Pruned, check) -> None:
    status, said = check(exported(pruned.directory, pruned.young))
    assert (status, f"Record {pruned.young}, sealed in batch 1" in said) == (0, True)


def test_absence_is_not_claimed_of_what_was_removed(pruned: Pruned, check) -> None:
    status, said = check(exported(pruned.directory, *THEN), *THEN, "--permit", "MZ26EX000001")
    assert status == 0, said
    assert "it says that 2 records were removed, by A. Cossa: their time is over" in said
    assert "All 1 records that began" in said
    assert "but for 2, of that time or just outside, that were removed: nobody can tell what they named." in said
    assert "None of those that are left names permit MZ26EX000001." in said


@pytest.mark.parametrize("file", ["record.json", "request.bin", "answer.bin", "proof.json"])
def test_a_removal_that_nothing_vouches_for_is_found(pruned: Pruned, tmp_path: Path, check, file: str) -> None:
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
        batch["records"][batch["records"].index(text)] = {"id": json.loads(text)["id"], "leaf": leaf}
        return json.dumps(batch).encode() + b"\n"

    hidden = changed(exported(pruned.directory, *THEN), tmp_path / "hidden.zip", "batches.jsonl", hide)
    status, said = check(hidden, *THEN)
    assert (status, "nothing signed says that it was removed" in said) == (1, True)


@needs_openssl
def test_a_time_stamp_goes_along_and_openssl_verifies_it(tmp_path: Path, check, monkeypatch) -> None:
    keys = Keys(tmp_path)
    first = keys.seal(keys.signer("seal")[0])
    with time_stamper(tmp_path) as authority:
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_ADDRESS", authority.address)
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_CA_FILE", str(authority.authority.pem))
        with build(load_settings(keys.directory)) as gateway:
            assert gateway.journal.stamping.stamp() == 1
    evidence = exported(keys.directory, first)
    status, said = check(evidence)
    assert (status, "Time-stamp stamps/1.tsr names head 1" in said) == (0, True)
    command = re.search(r"openssl ts -verify .*", said)[0].replace(
        "CA-OF-THE-TIME-STAMPS.pem", str(authority.authority.pem)
    )
    with zipfile.ZipFile(evidence) as bundle:
        bundle.extractall(tmp_path / "unpacked")
    asked = subprocess.run(command.split(), cwd=tmp_path / "unpacked", capture_output=True, text=True, check=False)
    assert "Verification: OK" in asked.stdout
    for name in ("stamps/1.tsr", "stamps/1.json"):
        for place in range(0, 400, 57):
            spoilt = changed(evidence, tmp_path / "changed.zip", name, flip(place))
            with zipfile.ZipFile(spoilt) as bundle:
                bundle.extractall(tmp_path / "unpacked")
            asked = subprocess.run(command.split(), cwd=tmp_path / "unpacked", capture_output=True, check=False)
            assert asked.returncode != 0 or (check(spoilt)[0] == 0 and name.endswith("tsr"))
        assert check(changed(evidence, tmp_path / "changed.zip", name, lambda _: b"{}"))[0] == 1


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
        (("an-id", "--to", "2020-01-01"), "Name one exchange, or a period"),
        (("--from", "2000-01-02", "--to", "2000-01-01"), "ends before it begins"),
        (("--from", "2000-01-01", "--to", "2100-01-01"), "must end before the newest seal"),
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
