"""Evidence of an exchange: verified by the script in the file, in a Python without the gateway."""

import re
import subprocess
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.main import app
from gateway.settings import load_settings
from tests.evidence.evidence_files import (
    ANSWER,
    RECORDS,
    REQUEST,
    SIGNER_NOT_CHECKED,
    Keys,
    Pruned,
    changed,
    exported,
    flip,
    ids,
)
from tests.pki import DAY, NOW
from tests.time_stamper import needs_openssl, time_stamper

pytestmark = pytest.mark.slow


def test_the_gateway_is_not_there(elsewhere: Path) -> None:
    asked = subprocess.run(
        [elsewhere, "-I", "-c", "import gateway"], capture_output=True, check=False, env={}
    )
    assert asked.returncode != 0


def test_one_exchange_is_proved_elsewhere(of_record: Path, workdir: Path, check) -> None:
    status, said = check(of_record)
    assert status == SIGNER_NOT_CHECKED, said
    assert f"Record {ids(workdir)[RECORDS - 1]}, sealed in batch 1" in said
    assert "permit MZ26EX000006, partner za, outcome ok" in said
    told = CliRunner().invoke(app, ["journal", "verify", "--dir", str(workdir)]).stdout
    assert (
        re.findall("newest head: 2 [0-9a-f]{64}", said)
        == re.findall("newest head: 2 [0-9a-f]{64}", told)
        != []
    )
    with zipfile.ZipFile(of_record) as bundle:
        folder = f"records/{ids(workdir)[RECORDS - 1]}/"
        assert bundle.read(f"{folder}request.bin") == REQUEST
        assert bundle.read(f"{folder}answer.bin") == ANSWER


@pytest.mark.long_haul  # the short form verifies one record
@pytest.mark.parametrize("place", range(RECORDS + 2))
def test_every_place_of_a_tree_has_its_proof(workdir: Path, check, place: int) -> None:
    assert check(exported(workdir, ids(workdir)[place]))[0] == SIGNER_NOT_CHECKED


def test_the_signer_is_the_one_the_authority_names(of_record: Path, check) -> None:
    fingerprint = check(of_record)[1].split("certificate ")[1].split()[0]
    assert check(of_record, "--signer", fingerprint.upper())[0] == 0
    status, said = check(of_record, "--signer", "00" * 32)
    assert status == 1
    assert "--signer" in said


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


def test_a_journal_that_got_its_key_later_is_vouched_for_by_the_first_signed_head(
    tmp_path: Path, check
) -> None:
    keys = Keys(tmp_path)
    first = keys.seal(None)
    out = tmp_path / "unsigned.zip"
    words = ["journal", "export", first, "--out", str(out), "--dir", str(keys.directory)]
    refused = CliRunner().invoke(app, words)
    assert "Nobody signs this journal" in refused.stderr
    assert not out.exists()
    keys.seal(keys.signer("seal")[0])
    status, said = check(exported(keys.directory, first))
    assert (status, "Heads 1 to 1 are not signed; head 2 is, and vouches for them" in said) == (
        SIGNER_NOT_CHECKED,
        True,
    )
    keys.seal(None)
    assert CliRunner().invoke(app, words).exit_code != 0


def test_of_a_record_that_was_removed_one_sentence_says_when_and_why(
    pruned: Pruned, tmp_path: Path
) -> None:
    words = [
        "journal",
        "export",
        pruned.old[0],
        "--out",
        str(tmp_path / "none.zip"),
        "--dir",
        str(pruned.directory),
    ]
    said = " ".join(CliRunner().invoke(app, words).stderr.split())
    assert (
        f"This exchange was removed on {datetime.now(UTC):%Y-%m-%d} by A. Cossa: their time is over"
        in said
    )


def test_a_neighbour_of_what_was_removed_is_still_proved(pruned: Pruned, check) -> None:
    status, said = check(exported(pruned.directory, pruned.young))
    assert (status, f"Record {pruned.young}, sealed in batch 1" in said) == (
        SIGNER_NOT_CHECKED,
        True,
    )


@needs_openssl
def test_a_time_stamp_goes_along_and_openssl_verifies_it(
    tmp_path: Path, check, monkeypatch
) -> None:
    keys = Keys(tmp_path)
    first = keys.seal(keys.signer("seal")[0])
    with time_stamper(tmp_path) as authority:
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_ADDRESS", authority.address)
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_CA_FILE", str(authority.authority.pem))
        with build(load_settings(keys.directory)) as gateway:
            assert gateway.journal.timestamp.timestamp() == 1
    evidence = exported(keys.directory, first)
    status, said = check(evidence)
    assert (status, "Time-stamp stamps/1.tsr names head 1" in said) == (
        SIGNER_NOT_CHECKED,
        True,
    )
    command = re.search(r"openssl ts -verify .*", said)[0].replace(
        "CA-OF-THE-TIME-STAMPS.pem", str(authority.authority.pem)
    )
    with zipfile.ZipFile(evidence) as bundle:
        bundle.extractall(tmp_path / "unpacked")
    asked = subprocess.run(
        command.split(), cwd=tmp_path / "unpacked", capture_output=True, text=True, check=False
    )
    assert "Verification: OK" in asked.stdout
    for name in ("stamps/1.tsr", "stamps/1.json"):
        for place in range(0, 400, 57):
            spoilt = changed(evidence, tmp_path / "changed.zip", name, flip(place))
            with zipfile.ZipFile(spoilt) as bundle:
                bundle.extractall(tmp_path / "unpacked")
            asked = subprocess.run(
                command.split(), cwd=tmp_path / "unpacked", capture_output=True, check=False
            )
            assert asked.returncode != 0 or (
                check(spoilt)[0] == SIGNER_NOT_CHECKED and name.endswith("tsr")
            )
        assert check(changed(evidence, tmp_path / "changed.zip", name, lambda _: b"{}"))[0] == 1


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
def test_what_cannot_be_exported_leaves_no_file(
    workdir: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "none.zip"
    made = CliRunner().invoke(
        app, ["journal", "export", *words, "--out", str(out), "--dir", str(workdir)]
    )
    assert made.exit_code != 0
    assert said in made.stderr
    assert not out.exists()


def test_nothing_is_written_over(workdir: Path, of_record: Path) -> None:
    words = ["journal", "export", ids(workdir)[0], "--out", str(of_record), "--dir", str(workdir)]
    made = CliRunner().invoke(app, words)
    assert (made.exit_code, "exists already" in made.stderr) == (1, True)
    assert zipfile.is_zipfile(BytesIO(of_record.read_bytes()))
