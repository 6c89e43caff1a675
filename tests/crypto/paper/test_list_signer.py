"""Signer of a key list: by seal anchors, for one country, and by no revocation list revoked."""

from datetime import datetime
from pathlib import Path

import pytest

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.crypto.keys.purposes import DOCUMENT_SIGNING
from gateway.crypto.paper.list_signer import KeyListVerifier
from gateway.crypto.trust import certification_path
from gateway.domain.errors import SignatureInvalid, SignerNotTrusted
from gateway.domain.identifiers import IsoCountryCode
from tests.pki import NOW, Authority, Identity

MESSAGE = b"a list"
MZ, ZA = IsoCountryCode("MZ"), IsoCountryCode("ZA")


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "seals")


def judged(
    ca: Authority,
    signer: Identity,
    *,
    country: IsoCountryCode = MZ,
    lists: Path | None = None,
    message: bytes = MESSAGE,
) -> str:
    made = JournalSigner(signer.key, (signer.certificate,))
    verifier = KeyListVerifier(
        (ca.certificate,), country, RevocationLists(lists) if lists else None, lambda: NOW
    )
    return verifier.signer(message, made.sign(MESSAGE), made.certificates, NOW)


def test_the_seal_of_the_country_signs(ca: Authority) -> None:
    signer = ca.issue("seal", DOCUMENT_SIGNING, country="MZ")
    assert "CN=seal" in judged(ca, signer)
    with pytest.raises(SignerNotTrusted, match="does not seal for the partner"):
        judged(ca, signer, country=ZA)
    with pytest.raises(SignatureInvalid):
        judged(ca, signer, message=b"another list")


def test_a_moment_before_the_calendar_is_none_of_a_valid_certificate(ca: Authority) -> None:
    signer = ca.issue("seal", DOCUMENT_SIGNING, country="MZ")
    at = datetime.fromisoformat("0001-01-01T00:00:00+14:00")
    assert not certification_path((ca.certificate,), signer.certificate, (), at)
    assert certification_path((ca.certificate,), signer.certificate, (), NOW)


def test_another_ca_does_not_count(ca: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other").issue("seal", DOCUMENT_SIGNING, country="MZ")
    with pytest.raises(SignerNotTrusted, match="does not vouch for"):
        judged(ca, other)


def test_a_revoked_seal_vouches_for_no_list(ca: Authority, tmp_path: Path) -> None:
    signer = ca.issue("seal", DOCUMENT_SIGNING, country="MZ")
    other = ca.issue("other", DOCUMENT_SIGNING, country="MZ")
    file = tmp_path / "seals.crl.pem"
    file.write_bytes(ca.revocation_list(other))
    assert judged(ca, signer, lists=file)
    file.write_bytes(ca.revocation_list(signer))
    with pytest.raises(SignerNotTrusted, match="was revoked"):
        judged(ca, signer, lists=file)
