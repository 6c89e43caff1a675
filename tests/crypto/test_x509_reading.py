"""Certificates of a version that X.509 does not know: refused as any that cannot be read."""

import base64
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import gateway
from gateway.crypto import x509_reading
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.domain.errors import SignatureInvalid
from tests.crypto.ws_security.message_forging import (
    BASE64,
    DAY,
    NOW,
    X509_V3,
    ReplayCacheInMemory,
    a_signer,
    signed,
)
from tests.soap.endpoint import ADDRESS, Endpoint

ROOT = Path(gateway.__file__).parent
READS = {"crypto/x509_reading.py", "evidence/verify.py"}
"""evidence/verify.py is handed to others and imports nothing of ours."""


def of_another_version(version: int = 7) -> bytes:
    der = a_signer().certificate.public_bytes(Encoding.DER)
    explicit = b"\xa0\x03\x02\x01"
    assert der.count(explicit + b"\x02") == 1
    return der.replace(explicit + b"\x02", explicit + bytes([version]))


@pytest.mark.parametrize("version", [3, 7, 127])
def test_another_version_is_a_value_error(version: int) -> None:
    der = of_another_version(version)
    pem = b"-----BEGIN CERTIFICATE-----\n%b-----END CERTIFICATE-----\n" % base64.encodebytes(der)
    for read, data in (
        (x509_reading.certificate_of_der, der),
        (x509_reading.certificate_of_pem, pem),
        (x509_reading.certificates_of_pem, pem),
    ):
        with pytest.raises(ValueError, match="version"):
            read(data)


def test_a_token_of_another_version_is_no_certificate() -> None:
    signer = a_signer()
    content = base64.b64encode(of_another_version()).decode()
    token = (
        f'<wsse:BinarySecurityToken wsu:Id="token" ValueType="{X509_V3}" EncodingType="{BASE64}">'
        f"{content}</wsse:BinarySecurityToken>"
    )
    message = signed(Endpoint().plain(), signer, token=token)
    freshness = Freshness("za", DAY, DAY, lambda: NOW, ReplayCacheInMemory())
    verifier = SignedMessageVerifier(TrustedSigners((signer.certificate,)), freshness)
    with pytest.raises(SignatureInvalid, match="holds no certificate"):
        verifier.verified(message, ADDRESS)


@pytest.mark.slow
def test_certificates_are_read_in_one_place() -> None:
    reading = {
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        if re.search(r"\bload_(?:der|pem)_x509_", file.read_text(encoding="utf-8"))
    }
    assert reading == READS
