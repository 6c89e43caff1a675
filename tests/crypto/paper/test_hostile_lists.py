"""Key lists as a hostile server gives them: each is refused, and stops no fetching of others."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.crypto.keys.purposes import DOCUMENT_SIGNING
from gateway.crypto.paper.keys import key_facts
from gateway.crypto.paper.list_signer import KeyListVerifier
from gateway.domain.errors import TrustRefused
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.paper.key_list_file import PURPOSE, fields_of, read
from gateway.exchange.permits.paper.key_lists import ListTrust
from tests.crypto.paper.papers import a_paper
from tests.pki import NOW, Authority, Identity

MZ = IsoCountryCode("MZ")


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "seals")


@pytest.fixture
def seal(ca: Authority) -> Identity:
    return ca.issue("seal", DOCUMENT_SIGNING, country="MZ")


def a_file(seal: Identity, text: bytes, certificates: bytes | None = None) -> bytes:
    signer = JournalSigner(seal.key, (seal.certificate,))
    fields = {
        "text": b64encode(text).decode(),
        "signature": b64encode(signer.sign(PURPOSE + text)).decode(),
        "certificates": (certificates or signer.certificates).decode(),
    }
    return json.dumps(fields).encode()


def a_text(**changed: Any) -> bytes:
    made_at = NOW.isoformat(timespec="microseconds")
    return json.dumps({**fields_of(a_paper().list), "made_at": made_at, **changed}).encode()


def taken(ca: Authority, content: bytes) -> object:
    verifier = KeyListVerifier((ca.certificate,), MZ, None, lambda: NOW)
    return read(content, ListTrust("mz", MZ, verifier).verifier_of, key_facts, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"withdrawn": {"salt": "00" * 16, "count": float("inf"), "coded": ""}},
        {"next_at": "9999-12-31T23:59:59.000000-14:00"},
        {"keys": [[]]},
        {"authorities": [{}]},
        {"made_at": "0001-01-01T00:00:00.000000+14:00"},
        {"made_at": "0001-01-01T00:00:00.000000+00:00"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_signed_list_that_cannot_be_read_is_refused(
    ca: Authority, seal: Identity, changed: dict[str, Any]
) -> None:
    with pytest.raises(TrustRefused):
        taken(ca, a_file(seal, a_text(**changed)))


@pytest.mark.parametrize("part", ["key", "subject"])
def test_a_certificate_with_a_broken_part_is_refused(
    ca: Authority, seal: Identity, part: str
) -> None:
    der = seal.certificate.public_bytes(Encoding.DER)
    point = seal.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    broken = der.replace(
        *((point, b"\x04" + b"\xff" * 64) if part == "key" else (b"MZ", b"\xff\xfe"))
    )
    assert broken != der
    pem = b"-----BEGIN CERTIFICATE-----\n" + b64encode(broken) + b"\n-----END CERTIFICATE-----\n"
    with pytest.raises(TrustRefused):
        taken(ca, a_file(seal, a_text(), pem))
