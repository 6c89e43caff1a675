"""Development certificates work for TLS on this machine and are marked as such."""

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from gateway.crypto.keys.certificates import CertificateUnreadable, certificates, fingerprint
from gateway.crypto.keys.csr import Applicant, request
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import write_secret
from gateway.crypto.keys.purposes import Purpose
from gateway.domain.errors import KeyUnusable


@pytest.fixture(scope="module")
def ca() -> DevelopmentCa:
    return DevelopmentCa()


def handshake(
    server: ssl.SSLContext, client: ssl.SSLContext, name: str = "127.0.0.1"
) -> bytes | None:
    """Connect once over TLS; gives the client certificate (DER) the server saw."""
    seen: list[bytes | Exception | None] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            try:
                connection, _ = listener.accept()
                with server.wrap_socket(connection, server_side=True) as secure:
                    seen.append(secure.getpeercert(binary_form=True))
                    secure.sendall(b"ok")
            except (ssl.SSLError, OSError) as error:
                seen.append(error)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname=name) as secure,
            ):
                secure.recv(2)
        finally:
            thread.join(10)
    if isinstance(seen[0], Exception):
        raise seen[0]
    return seen[0]


def contexts(ca: DevelopmentCa, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    for name, pair in (("dev-server", ca.server("MZ")), ("dev-client", ca.client("ZA"))):
        (folder / f"{name}.pem").write_bytes(pair.certificate)
        (folder / f"{name}.key.pem").write_bytes(pair.key)
    (folder / "dev-ca.pem").write_bytes(ca.certificate)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "dev-ca.pem"))
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(folder / "dev-server.pem", folder / "dev-server.key.pem")
    client = ssl.create_default_context(cafile=str(folder / "dev-ca.pem"))
    client.load_cert_chain(folder / "dev-client.pem", folder / "dev-client.key.pem")
    return server, client


@pytest.mark.slow
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_two_gateways_of_one_ca_agree_on_mutual_tls(
    ca: DevelopmentCa, tmp_path: Path, name: str
) -> None:
    server, client = contexts(ca, tmp_path)
    seen = handshake(server, client, name)
    assert seen is not None
    (facts,) = certificates((tmp_path / "dev-client.pem").read_bytes())
    assert fingerprint(seen) == facts.sha256
    assert facts.country == "ZA"


@pytest.mark.slow
def test_a_server_of_another_ca_is_not_believed(ca: DevelopmentCa, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    server, _ = contexts(ca, tmp_path / "a")
    _, stranger = contexts(DevelopmentCa(), tmp_path / "b")
    with pytest.raises(ssl.SSLError):
        handshake(server, stranger)


def test_everything_is_marked_as_development_and_ends_soon(ca: DevelopmentCa) -> None:
    for pem in (ca.certificate, ca.server("MZ").certificate, ca.client("MZ").certificate):
        (facts,) = certificates(pem)
        assert "DEVELOPMENT ONLY - not for production" in facts.subject
        assert facts.development
        assert (facts.valid_until - datetime.now(UTC)).days < 91


@pytest.mark.parametrize("host", ["sandbox.example.mz", "192.0.2.7", "2001:db8::7", "a" * 200])
def test_a_server_certificate_names_its_host_and_this_machine(ca: DevelopmentCa, host: str) -> None:
    issued = x509.load_pem_x509_certificate(ca.server("MZ", host).certificate)
    names = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [host, "localhost", "127.0.0.1", "::1"]


def test_a_pkcs12_file_holds_certificate_key_and_ca(ca: DevelopmentCa) -> None:
    pair = ca.sandbox_caller("ZA")
    packed = pair.pkcs12("caller", "sandbox", ca.certificate)
    key, certificate, others = pkcs12.load_key_and_certificates(packed, b"sandbox")
    assert key and certificate and certificate.public_key() == key.public_key()
    assert certificate == x509.load_pem_x509_certificate(pair.certificate)
    assert others == [x509.load_pem_x509_certificate(ca.certificate)]
    assert "SANDBOX caller ZA" in certificate.subject.rfc4514_string()


def test_keys_are_for_their_owner_alone_and_never_overwritten(
    ca: DevelopmentCa, tmp_path: Path
) -> None:
    ca.save(tmp_path)
    assert stat.S_IMODE((tmp_path / "dev-ca.key.pem").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_secret(tmp_path / "dev-ca.key.pem", b"another")


@pytest.mark.slow
def test_a_ca_that_was_saved_goes_on_where_it_was_opened(ca: DevelopmentCa, tmp_path: Path) -> None:
    ca.save(tmp_path)
    opened = DevelopmentCa.open(tmp_path)
    assert opened.certificate == ca.certificate
    (tmp_path / "a").mkdir()
    server, _ = contexts(ca, tmp_path / "a")
    client = ssl.create_default_context(cafile=str(tmp_path / "dev-ca.pem"))
    pair = opened.client("ZA")
    (tmp_path / "both.pem").write_bytes(pair.certificate + pair.key)
    client.load_cert_chain(tmp_path / "both.pem")
    assert handshake(server, client) is not None


def test_a_ca_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable) as refused:
        DevelopmentCa.open(tmp_path)
    assert "dev-ca.key.pem" in refused.value.text


def test_it_certifies_what_a_request_asks_for_under_its_own_mark(ca: DevelopmentCa) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = request(Purpose.SERVER, Applicant("MZ", "ANAC", "Parques", "epix.example.mz"), key)
    issued = x509.load_pem_x509_certificate(ca.certify(asked))
    assert (
        issued.subject.rfc4514_string()
        == "CN=epix.example.mz,O=DEVELOPMENT ONLY - not for production,C=MZ"
    )
    names = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["epix.example.mz"]
    with pytest.raises(KeyUnusable):
        ca.certify(b"no request")


def test_a_key_pairs_fingerprint_is_that_of_its_certificate(ca: DevelopmentCa) -> None:
    pair = ca.client("MZ")
    assert pair.sha256 == certificates(pair.certificate)[0].sha256
    assert pair.sha256 != ca.client("MZ").sha256


@pytest.mark.parametrize(
    "content",
    [b"", b"not a certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
)
def test_what_is_no_certificate_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(CertificateUnreadable):
        certificates(content)
