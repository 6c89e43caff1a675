"""Drill: the seal key is stolen, or lost. docs/keys.md has the same steps for an operator.

Real gateways over mutual TLS: Mozambique issues and loses its key, South Africa asks.
"""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli.demo.two_gateways import TwoGateways, make
from gateway.cli.main import app
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.permit_seal.sign import PermitSealer
from tests.forked.commands import running
from tests.programs import program

pytestmark = pytest.mark.slow

NUMBER = "MZ26EX000101"
WHO = ("--person", "A. Machel", "--reason", "the laptop of the system room was stolen")


class Drill:
    """The commands that are typed on both sides."""

    def __init__(self, gateways: TwoGateways, folder: Path) -> None:
        self.mozambique = gateways.mozambique.directory
        self.south_africa = gateways.south_africa.directory
        self._folder = folder
        examples = resources.files("adapters.national.examples")
        with resources.as_file(examples / "mozambique.json") as file:
            self.call("publish", file, "--dir", self.mozambique)
            records = json.loads(file.read_text(encoding="utf-8"))
        self.permits = len(records)
        self._token = folder / "token"
        token = next(record["token"] for record in records if record["number"] == NUMBER)
        self._token.write_text(token + "\n")
        partners = self.south_africa / "conf/partners.toml"
        text = partners.read_text(encoding="utf-8").replace("must_seal = true", "must_seal = false")
        partners.write_text(text, encoding="utf-8")

    def call(self, *words: object, status: int | None = 0) -> Any:
        """Call a command; gives its JSON, or its text."""
        done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
        assert status is None or done.exit_code == status, done.stdout + done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout

    def ask(self) -> dict[str, Any]:
        """South Africa asks for the permit."""
        answer = self.call(
            *("ask", "MZ", NUMBER, "--token-file", self._token, "--dir", self.south_africa),
            "--json",
            status=None,
        )
        assert "seal" in answer, answer
        return answer

    def new_key(self) -> None:
        """From a new key to its use; the old key stays under keys/seal/dev."""
        for words in (
            ("new", "seal", "--no-passphrase"),
            ("request", "seal", "--development"),
            ("import", "seal", self.mozambique / "keys/seal/next/issued.pem"),
            ("rotate", "seal"),
        ):
            self.call("keys", *words, "--dir", self.mozambique)

    def revoke(self, cause: str) -> None:
        """Mozambique revokes; South Africa fetches the list of the CA."""
        words = ("revoke", "seal", "dev", "--cause", cause, *WHO)
        self.call("keys", *words, "--dir", self.mozambique)
        shutil.copy(self.mozambique / "keys/dev-ca.crl.pem", self.south_africa / "keys/mz.crl.pem")
        partners = self.south_africa / "conf/partners.toml"
        if "seal_revocation_list_file = " not in partners.read_text().rpartition("[[partner]]")[2]:
            with partners.open("a", encoding="utf-8") as file:
                file.write('seal_revocation_list_file = "keys/mz.crl.pem"\n')

    def seal_again(self) -> dict[str, int]:
        words = ("seal", "again", "dev", *WHO, "--dir", self.mozambique, "--json")
        answer: dict[str, int] = self.call(*words)
        return answer

    def verify_journal(self) -> None:
        self.call("journal", "verify", "--dir", self.mozambique)

    def verify_seal(self, permit: Path, seal: Path, status: int) -> None:
        anchors = self.south_africa / "keys/dev-ca.pem"
        crl = self.south_africa / "keys/mz.crl.pem"
        more = ("--crl", crl) if crl.exists() else ()
        words = ("--seal", seal, "--anchors", anchors, "--country", "MZ", *more)
        self.call("seal", "verify", permit, *words, status=status)

    def forge(self, document: str, at: datetime) -> tuple[Path, Path]:
        """A thief raises a quantity and seals it with the stolen key, dated as is useful."""
        stolen = self.mozambique / "keys/seal/dev"
        key = load_private_key(stolen / "key.pem", None)
        forged = document.replace("MZ26EX000101", "MZ26EX000999")
        assert forged != document
        thief = PermitSealer(key, load_chain(stolen / "certificate.pem"), lambda: at)
        files = self._folder / "forged.xml", self._folder / "forged-seal.xml"
        files[0].write_text(forged, encoding="utf-8")
        files[1].write_bytes(thief.seal(forged.encode()))
        return files


@contextmanager
def serving(drill: Drill) -> Iterator[None]:
    directory = str(drill.mozambique)
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", directory]
    with running(command, ready_seconds=120):
        yield


@pytest.fixture
def drill(tmp_path: Path) -> Drill:
    return Drill(make(tmp_path), tmp_path)


def test_a_stolen_key_is_shut_out_and_every_true_permit_is_good_again(drill: Drill) -> None:
    with serving(drill):
        before = drill.ask()
        assert before["seal"]["verdict"] == "sealed-valid"
        yesterday = datetime.now(UTC) - timedelta(minutes=4)
        forged = drill.forge(before["document"], yesterday)
        drill.verify_seal(*forged, status=0)  # nobody knows yet
        drill.new_key()
    with serving(drill):  # the new key is in use
        drill.revoke("stolen")
        drill.verify_seal(*forged, status=56)
        assert drill.ask()["seal"]["verdict"] == "revoked"
        assert drill.seal_again() == {"sealed": drill.permits, "left": 0}
        after = drill.ask()
        assert after["seal"]["verdict"] == "sealed-valid"
        assert after["document"] == before["document"]
        drill.verify_seal(*forged, status=56)
        assert drill.seal_again() == {"sealed": 0, "left": 0}
    drill.verify_journal()
    records = drill.call(
        *("journal", "search", "--operation", "PermitSealedAnew", "--dir", drill.mozambique),
        *("--limit", 1000, "--json"),
    )
    assert len(records) == drill.permits


@pytest.mark.long_haul  # in the short form the key is stolen, which the other tests tell
def test_a_lost_key_leaves_old_seals_true_until_they_are_replaced(drill: Drill) -> None:
    drill.new_key()
    with serving(drill):
        drill.revoke("lost")
        assert drill.ask()["seal"]["verdict"] == "expired"
        assert drill.seal_again()["sealed"] == drill.permits
        assert drill.ask()["seal"]["verdict"] == "sealed-valid"
    drill.verify_journal()


def test_partners_get_a_signed_notice_and_the_permits_that_they_may_see(
    drill: Drill, tmp_path: Path
) -> None:
    openssl = program("openssl")
    drill.new_key()
    drill.revoke("stolen")
    drill.seal_again()
    out = tmp_path / "notices"
    drill.call("seal", "notice", "dev", "--out", out, "--dir", drill.mozambique)
    folder = out / "za"
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
    command += ["-in", folder / "notice.txt.p7s", "-content", folder / "notice.txt"]
    command += ["-CAfile", drill.south_africa / "keys/dev-ca.pem"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Take no seal of this certificate any more" in done.stdout
    with (folder / "permits.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["number"]: row["state"] for row in csv.DictReader(file)}
    assert listed[NUMBER] == "sealed anew"
    changed = (folder / "notice.txt").read_bytes().replace(b"stolen", b"lost")
    (folder / "notice.txt").write_bytes(changed)
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode != 0, "a notice that was changed must not verify"
    drill.call(*("seal", "notice", "dev", "--out", out, "--dir", drill.mozambique), status=1)
