"""Two gateways for all of the tests of WS-Security."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.bootstrap import build
from gateway.cli.demo.two_gateways import make
from gateway.domain.errors import RecordInvalid
from gateway.settings import load_settings
from tests.crypto.ws_security.message_forging import a_signer, an_rsa_key
from tests.interop.ws_security.world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    gateways = make(folder)
    now = datetime.now(UTC)
    signer = a_signer(
        "za-signer", an_rsa_key(), begins=now - timedelta(days=1), ends=now + timedelta(days=1)
    )
    certificate, key = folder / "signer.pem", folder / "signer.key"
    certificate.write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for name in ("za-password", "our-password"):
        for country in gateways.both:
            secret = country.directory / "keys" / name
            secret.write_text("s3cret-Ünïcode\n", encoding="utf-8")
            secret.chmod(0o600)
    key.chmod(0o600)
    permit: dict[str, str] = {}
    records = resources.files("adapters.national.examples") / "mozambique.json"
    with (
        build(load_settings(gateways.mozambique.directory, {})) as issuer,
        resources.as_file(records) as file,
    ):
        for record in issuer.permits.source_of(file).records(file):
            assert not isinstance(record, RecordInvalid)
            issuer.permits.publish.publish(record)
            importer = record.permit.importer
            if record.token and importer and importer.country and importer.country.code == "ZA":
                permit = {
                    "CertificateNumber": record.permit.number.text,
                    "TokenId": record.token.text,
                }
    with ExitStack() as stack:
        files = (certificate, key)
        yield World(gateways.mozambique, gateways.south_africa, permit, signer, files, stack)
