"""`keys revoke`: what it records, refuses and asks for, and what the journal makes of the key."""

import json
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import create_engine, text

from gateway.bootstrap import build
from gateway.settings import load_settings
from tests.cli.conftest import Answer, Call

pytestmark = pytest.mark.slow

WHO = ("--person", "A. Machel", "--reason", "the laptop was stolen")


@pytest.fixture
def rotated(published_directory: Path, tmp_path: Path, call: Call) -> Path:
    """A gateway of Mozambique whose first seal key was put out of use by a second."""
    directory = tmp_path / "mz"
    shutil.copytree(published_directory, directory, symlinks=True)
    rotate(directory, call)
    return directory


def rotate(directory: Path, call: Call) -> None:
    here = ("--dir", directory)
    issued = directory / "keys/seal/next/issued.pem"
    for words in (
        ("new", "seal", "--no-passphrase"),
        ("request", "seal", "--development"),
        ("import", "seal", issued),
        ("rotate", "seal"),
    ):
        done = call("keys", *words, *here)
        assert done.status == 0, done.err


def revoke(directory: Path, call: Call, *more: str, which: str = "dev") -> Answer:
    return call("keys", "revoke", "seal", which, *WHO, *more, "--dir", directory)


def crl(directory: Path) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl((directory / "keys/dev-ca.crl.pem").read_bytes())


def test_the_key_in_use_is_not_revoked(made_directory: Path, call: Call) -> None:
    answer = revoke(made_directory, call, "--cause", "stolen")
    assert answer.status == 1
    assert "is in use" in answer.err
    assert "Ask the CA to revoke this one at once" in answer.err
    assert not (made_directory / "keys/dev-ca.crl.pem").exists()


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("stolen", x509.ReasonFlags.key_compromise),
        ("lost", x509.ReasonFlags.cessation_of_operation),
        ("replaced", x509.ReasonFlags.superseded),
    ],
)
def test_the_development_authority_lists_it_and_the_journal_says_who_and_why(
    rotated: Path, call: Call, cause: str, reason: x509.ReasonFlags
) -> None:
    answer = revoke(rotated, call, "--cause", cause, "--json")
    assert answer.status == 0, answer.err
    certificate = x509.load_pem_x509_certificate(
        (rotated / "keys/seal/dev/certificate.pem").read_bytes()
    )
    (entry,) = crl(rotated)
    assert entry.serial_number == certificate.serial_number
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is reason
    found = call("journal", "search", "--operation", "KeyRevoked", "--dir", rotated, "--json")
    (record,) = found.json
    with build(load_settings(rotated, {})) as gateway:
        written = json.loads(gateway.journal.read.find(record["id"]).request)
    assert (written["person"], written["reason"]) == ("A. Machel", "the laptop was stolen")
    assert (written["sha256"], written["cause"]) == (answer.json["sha256"], cause)


def test_repeated_it_changes_nothing_and_a_second_key_is_listed_beside(
    rotated: Path, call: Call
) -> None:
    assert revoke(rotated, call, "--cause", "stolen").status == 0
    mark = (rotated / "keys/seal/dev/revoked.json").read_bytes()
    again = revoke(rotated, call, "--cause", "lost")
    assert "already" in again.out
    assert (rotated / "keys/seal/dev/revoked.json").read_bytes() == mark
    assert len(list(crl(rotated))) == 1
    current = (rotated / "keys/seal/current").readlink().name
    rotate(rotated, call)
    assert revoke(rotated, call, "--cause", "replaced", which=current).status == 0
    assert len(list(crl(rotated))) == 2
    found = call("journal", "search", "--operation", "KeyRevoked", "--dir", rotated, "--json")
    assert len(found.json) == 2


def test_of_another_authority_it_says_what_to_ask_for(rotated: Path, call: Call) -> None:
    (rotated / "DEVELOPMENT-ONLY").unlink()
    answer = revoke(rotated, call, "--cause", "stolen", "--since", "2026-01-02")
    assert "reason keyCompromise, invalid since 2026-01-02 00:00 UTC" in answer.out
    assert not (rotated / "keys/dev-ca.crl.pem").exists()


@pytest.mark.parametrize(
    "more",
    [("--cause", "stolen", "--since", "2999-01-01"), ("--cause", "lost", "--since", "2026-01-01")],
)
def test_a_moment_that_cannot_be_is_refused(rotated: Path, call: Call, more: tuple) -> None:
    assert revoke(rotated, call, *more).status == 1
    assert not (rotated / "keys/seal/dev/revoked.json").exists()


def verified(directory: Path, call: Call) -> tuple[int, str]:
    answer = call("journal", "verify", "--dir", directory)
    return answer.status, answer.out + answer.err


def test_the_journal_verifies_after_a_revocation(rotated: Path, call: Call) -> None:
    assert revoke(rotated, call, "--cause", "stolen").status == 0
    assert verified(rotated, call)[0] == 0


class Thief:
    """Has the old seal key and may write the database."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._database = create_engine(load_settings(directory, {}).database.address)

    def take_the_newest_head_away(self) -> None:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'jour%'"
        with self._database.begin() as connection:
            for (trigger,) in connection.execute(text(triggers)).all():
                connection.execute(text(f"DROP TRIGGER {trigger}"))
            newest = connection.execute(text("SELECT max(batch) FROM journal_head")).scalar()
            for table in ("journal_leaf", "journal_head"):
                connection.execute(text(f"DELETE FROM {table} WHERE batch = {newest}"))
        self._database.dispose()

    def seal_with_the_old_key(self) -> None:
        link = self._directory / "keys/seal/current"
        now = link.readlink()
        link.unlink()
        link.symlink_to("dev")
        with build(load_settings(self._directory, {})) as gateway:
            gateway.journal.seal.seal_up_to(gateway.clock())
        link.unlink()
        link.symlink_to(now)


def test_heads_that_a_thief_adds_with_the_old_key_are_found(rotated: Path, call: Call) -> None:
    assert revoke(rotated, call, "--cause", "stolen").status == 0
    Thief(rotated).seal_with_the_old_key()
    status, said = verified(rotated, call)
    assert status != 0
    assert "was revoked on" in said
    assert "stands after heads of later keys: it was forged" in " ".join(said.split())


def test_heads_of_the_new_key_that_a_thief_replaces_are_missed(rotated: Path, call: Call) -> None:
    thief = Thief(rotated)
    thief.seal_with_the_old_key()  # an honest head of the time before
    assert revoke(rotated, call, "--cause", "stolen").status == 0
    thief.take_the_newest_head_away()
    status, said = verified(rotated, call)
    assert status != 0
    assert "those of the new key after it were removed" in " ".join(said.split())


def test_a_damaged_mark_is_an_error_and_no_key_in_force(rotated: Path, call: Call) -> None:
    assert revoke(rotated, call, "--cause", "stolen").status == 0
    (rotated / "keys/seal/dev/revoked.json").write_text(json.dumps({"at": "never"}))
    answer = call("journal", "verify", "--dir", rotated)
    assert answer.status == 63
    assert "since when the key is revoked" in answer.err
