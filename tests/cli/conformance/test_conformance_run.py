"""`conformance` for real: a sandbox under test with a signed report, and a client under test."""

import hashlib
import http.client
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.bootstrap.simulator import Simulator, SimulatorOptions
from gateway.exchange.sandbox.cases import SandboxCase, sandbox_cases
from gateway.settings.dialects.load import load_dialect
from tests import programs
from tests.cli.conftest import Call, call, made_directory  # noqa: F401  # fixtures
from tests.forked.commands import heard
from tests.interop.sandbox import a_sandbox
from tests.sandbox.conftest import envelope

pytestmark = pytest.mark.slow


@pytest.mark.long_haul  # the short form tests a client
def test_a_service_under_test_gets_a_signed_report(
    call: Call,  # noqa: F811
    made_directory: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    out = tmp_path / "report"
    with a_sandbox() as sandbox:
        addresses = [sandbox.endpoint("v2"), sandbox.endpoint("v1")]
        words = ("--country", "mz", "--confirm", "--per-second", "50", "--out", out, "--json")
        answer = call("conformance", *addresses, *words, "--dir", made_directory)
    assert answer.status == 0, answer.err
    assert (answer.json["percent"], answer.json["not_tried"]) == (100, 0)
    report = json.loads((out / "report.json").read_text())
    assert report["addresses"] == addresses
    assert "MZ permit seal" in report["signer"]
    assert {file.name for file in out.iterdir()} == {
        *("report.html", "report.json", "junit.xml"),
        *("SHA256SUMS", "SHA256SUMS.p7s"),
    }
    assert verifies(out, made_directory / "keys" / "dev-ca.pem")
    with (out / "SHA256SUMS").open("a") as sums:
        sums.write(f"{hashlib.sha256(b'').hexdigest()}  more.txt\n")
    assert not verifies(out, made_directory / "keys" / "dev-ca.pem")
    again = call("conformance", *addresses, "--country", "MZ", "--contract", "v2", "--out", out)
    assert (again.status, "exists already" in again.err) == (1, True)


def verifies(folder: Path, ca: Path) -> bool:
    """Whether the signature over the digests and the digests themselves are right."""
    sums = (folder / "SHA256SUMS").read_text().splitlines()
    for line in sums[:3]:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    openssl = programs.program("openssl")
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", "SHA256SUMS.p7s"]
    command += ["-content", "SHA256SUMS", "-CAfile", str(ca), "-purpose", "any"]
    return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0


def test_a_service_of_a_dialect_under_test(
    call: Call,  # noqa: F811
    tmp_path: Path,
) -> None:
    password = tmp_path / "password"
    password.write_text("pass-of-the-kit-7731\n")
    password.chmod(0o600)
    login = {"username": "epix-kit", "password": "pass-of-the-kit-7731"}
    options = SimulatorOptions(login=login)
    with Simulator(load_dialect("czech"), options=options) as service:
        words = ("--country", "MZ", "--dialect", "czech", "--namespace", service.namespace)
        log_in = ("--user", "epix-kit", "--passphrase-file", password)
        output = ("--per-second", "50", "--out", tmp_path / "report", "--json")
        answer = call("conformance", service.address, *words, *log_in, *output)
    assert answer.status == 0, answer.out + answer.err
    assert answer.json["percent"] == 100
    assert answer.json["passed"] > 40
    page = (tmp_path / "report" / "report.html").read_text()
    assert "epix-kit" in page and "(token)" in page
    assert "pass-of-the-kit" not in page


CALLS = (
    ("MZ26EX000001", "GetNonFinalCitesCertificate", "Permit"),
    ("MZ26EX000008", "GetNonFinalCitesCertificate", "Permit"),
    ("MZ26EX000003", "GetFinalCertificate", "Permit"),
    ("MZ26EX000009", "GetNonFinalCitesCertificate", "Permit"),
    ("MZ26EX000001", "GetNonFinalCitesCertificate", "CertificateNotFound"),
    ("MZ26EX000001", "GetFinalCertificate", "CertificateNotFinal"),
    ("MZ26EX000004", "GetNonFinalCitesCertificate", "CertificateCancelled"),
    ("MZ26EX000005", "GetNonFinalCitesCertificate", "CertificateReplaced"),
    ("MZ26EX000002", "ConfirmQuantities", "CONFIRMED"),
    ("MZ26EX000002", "ConfirmQuantities", "CONFIRMED"),
)
"""What the list wants, but for ServiceState and the permit that was confirmed."""


def test_a_client_under_test_gets_the_list_ticked(tmp_path: Path) -> None:
    out = tmp_path / "report"
    command = [sys.executable, "-m", "gateway", "conformance", "serve", "--bind", "127.0.0.1:0"]
    command += ["--out", str(out), "--minutes", "2"]
    with heard(command) as (server, said):
        beginning = said.readline()
        address = beginning.split()[5].removesuffix("/epix/v2")
        final = next(case for case in sandbox_cases() if case.number == "MZ26EX000003")
        for number, operation, outcome in CALLS:
            post(address, envelope(the_case(number, operation, outcome), "v2"))
        confirmed = the_case("MZ26EX000002", "ConfirmQuantities", "CONFIRMED")
        asked = envelope(final, "v2").replace(final.number, confirmed.number)
        post(address, asked.replace(final.token, confirmed.token))
        state = envelope(final, "v2").partition("<e:Body>")[0] + STATE
        post(address, state)
        rest = said.read()
        assert server.wait(30) == 0
    assert rest.count("✓") == 12
    assert "100 %. Conformant, with full marks." in rest
    report = json.loads((out / "report.json").read_text())
    assert (report["subject"], report["score"]["passed"]) == ("client", 13)
    assert final.token not in (out / "report.html").read_text()


STATE = '<e:Body><v:ServiceStateRequest xmlns:v="urn:CitesDataExchange/v2/"/></e:Body></e:Envelope>'


def the_case(number: str, operation: str, outcome: str) -> SandboxCase:
    return next(
        case
        for case in sandbox_cases()
        if (case.number, case.operation, case.outcome) == (number, operation, outcome)
    )


def post(address: str, message: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        connection.request("POST", "/epix/v2", message.encode(), headers)
        connection.getresponse().read()
    finally:
        connection.close()
