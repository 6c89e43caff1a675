"""Time-stamping authority (RFC 3161): OpenSSL behind an HTTP server on loopback."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.pki import Authority
from tests.programs import CI

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(
    OPENSSL is None and not CI,
    reason="needs the openssl command, the authority of this test",
)

_SETTINGS = """
[tsa]
serial = {folder}/serial
signer_cert = {certificate}
signer_key = {key}
certs = {ca}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


class TimeStamper(ThreadingHTTPServer):
    """The server.

    asked: number of requests.  status: HTTP status of each response.  spoil: changes each response.
    """

    daemon_threads = True

    def __init__(self, folder: Path, ess: str = "sha256") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.authority = Authority(folder, "tsa-root")
        certificate = stamping_certificate(self.authority)
        self.certificate_file = certificate
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            _SETTINGS.format(
                folder=folder,
                certificate=certificate,
                key=folder / "stamper.key.pem",
                ca=self.authority.pem,
                ess=ess,
            )
        )
        self.asked = 0
        self.status = 200
        self.spoil = bytes

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/tsa"

    def reply(self, request: bytes) -> bytes:
        """The response of OpenSSL, DER."""
        query, reply = self.folder / f"{self.asked}.tsq", self.folder / f"{self.asked}.tsr"
        query.write_bytes(request)
        command = [
            OPENSSL,
            "ts",
            "-reply",
            "-queryfile",
            query,
            "-config",
            self.folder / "tsa.cnf",
            "-section",
            "tsa",
        ]
        subprocess.run([*command, "-out", reply], check=True, capture_output=True)
        return reply.read_bytes()


def stamping_certificate(authority: Authority, *, critical: bool = True) -> Path:
    """A certificate for nothing but time-stamping; its key lies beside it."""
    identity = authority.issue("stamper", use=None)
    builder = x509.CertificateBuilder(
        issuer_name=identity.certificate.issuer,
        subject_name=identity.certificate.subject,
        public_key=identity.certificate.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=identity.certificate.not_valid_before_utc,
        not_valid_after=identity.certificate.not_valid_after_utc,
    )
    for extension in identity.certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical
    )
    certificate = builder.sign(authority.key, hashes.SHA256())
    identity.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return identity.certificate_file


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, TimeStamper)
        server.asked += 1
        assert self.headers["Content-Type"] == "application/timestamp-query"
        answer = server.spoil(server.reply(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(server.status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def time_stamper(folder: Path, ess: str = "sha256") -> Iterator[TimeStamper]:
    """A running server."""
    server = TimeStamper(folder, ess)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    yield server
    server.shutdown()
    server.server_close()
