"""Apache CXF over mutual TLS, its requests signed and our answers verified by WSS4J's defaults."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)

from gateway.bootstrap import build
from gateway.domain.identifiers import TokenId
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from tests.builders import a_permit
from tests.interop.cxf.building import WSDL, Cxf
from tests.interop.sandbox import FIRST, SECOND, SOAP_VERSIONS
from tests.interop.stacks import PERMITS, require_all_read
from tests.interop.ws_security.world import CLIENT, OUR_KEY, World

pytestmark = [pytest.mark.slow, pytest.mark.long_haul]

PASSWORD = "of-the-keystores"
PROTECTED = BestAvailableEncryption(PASSWORD.encode())


def published(world: World) -> None:
    """The two permits of the programs, issued today."""
    now = datetime.now(UTC)
    with build(load_settings(world.mozambique.directory, {})) as issuer:
        for key in (FIRST, SECOND):
            permit = replace(
                a_permit(key["CertificateNumber"]),
                issued_at=now,
                valid_from=None,
                valid_until=now + timedelta(days=90),
            )
            token = TokenId.parse(key["TokenId"])
            issuer.permits.publish.publish(NationalRecord("permits", 1, permit, token))


def with_key(file: Path, certificate: Path, key: Path) -> Path:
    """A keystore with a key, its certificate and the chain."""
    first, *chain = certificates(certificate)
    private = load_pem_private_key(key.read_bytes(), None)
    content = pkcs12.serialize_key_and_certificates(b"signer", private, first, chain, PROTECTED)  # type: ignore[arg-type]
    file.write_bytes(content)
    return file


def with_trust(file: Path, trusted: Sequence[x509.Certificate]) -> Path:
    """A keystore that trusts certificates."""
    entries = [
        pkcs12.PKCS12Certificate(each, f"trusted-{place}".encode())
        for place, each in enumerate(trusted)
    ]
    file.write_bytes(pkcs12.serialize_java_truststore(entries, PROTECTED))
    return file


def certificates(file: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(file.read_bytes())


def test_cxf_signs_and_verifies_every_operation_and_fault(
    world: World, cxf: Cxf, tmp_path: Path
) -> None:
    published(world)
    certificate, key, authority = map(Path, world.tls)
    ours = world.mozambique.directory / CLIENT / "certificate.pem"
    named = {
        "endpoint": world.address,
        "password": PASSWORD,
        "tls": with_key(tmp_path / "tls.p12", certificate, key),
        "ca": with_trust(tmp_path / "ca.p12", certificates(authority)),
        "signer": with_key(tmp_path / "signer.p12", *world.signer_files),
        "answers": with_trust(tmp_path / "answers.p12", certificates(ours)[:1]),
    }
    properties = tmp_path / "cxf.properties"
    properties.write_text("".join(f"{name}={value}\n" for name, value in named.items()))
    signers = f'signer_certificates_file = "{world.signer_files[0]}"'
    world.mozambique_serves(f'incoming = "x509"\nsign_answers = true\n{signers}', OUR_KEY)
    answers = cxf.printed(WSDL.as_uri(), *PERMITS, properties)
    assert len(answers) == len(SOAP_VERSIONS)
    assert len({require_all_read(facts) for facts in answers}) == 1
