"""Seals made and verified, for every accepted type of key and chain, at issue and today."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from lxml import etree

from adapters.registry import formats
from gateway.crypto.permit_seal.sign import PermitSealer, open_sealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus, Verdict
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, Holder, Key, a_ca, ec_key

FORMATS = formats()
MZ = IsoCountryCode("MZ")
ISSUED_BEFORE = Path(__file__).parent / "issued_before"
PERMIT = FORMATS["v2"].write(a_permit())


def sealed(signer: Holder, *between: Holder, document: bytes = PERMIT, at=NOON) -> bytes:
    chain = (signer.certificate, *(holder.certificate for holder in between))
    return PermitSealer(signer.key, chain, lambda: at).seal(document)


def verdict(seal: bytes, *anchors: Holder, at=NOON, document: bytes = PERMIT) -> Verdict:
    trusted = tuple(holder.certificate for holder in anchors)
    return PermitSealVerifier(trusted, MZ, lambda: at).judge(document, [seal]).verdict


def pem(key: Key, encryption: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


@pytest.mark.parametrize("version", FORMATS)
def test_a_sealed_permit_is_read_from_the_verified_bytes_and_says_the_same(version: str) -> None:
    ca = a_ca()
    document = FORMATS[version].write(a_permit())
    seal = sealed(ca.issue("MZ"), document=document)
    judged = PermitSealVerifier((ca.certificate,), MZ, lambda: NOON).judge(document, [seal])
    assert judged.verdict.worth is SealStatus.SEALED_VALID
    assert judged.document is not None
    assert FORMATS[version].read(judged.document) == a_permit()
    assert judged.verdict.signer == "CN=permit seal,C=MZ"
    assert judged.verdict.sealed_at == NOON


def test_a_seal_holds_wherever_the_permit_stood() -> None:
    """Cut out of a SOAP Body it carries the namespaces of the envelope; comments do not matter."""
    ca = a_ca()
    seal = sealed(ca.issue("MZ"))
    moved = PERMIT.replace(
        b" xmlns:", b' xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:', 1
    )
    moved = moved.replace(b">5<", b">5<!-- a comment --><", 1)
    judged = PermitSealVerifier((ca.certificate,), MZ, lambda: NOON).judge(moved, [seal])
    assert judged.verdict.is_trusted
    assert judged.document is not None
    assert b"a comment" not in judged.document


@pytest.mark.parametrize(
    "key",
    [
        ec_key,
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: ec.generate_private_key(ec.SECP521R1()),
        lambda: rsa.generate_private_key(65537, 3072),
    ],
    ids=["P-256", "P-384", "P-521", "RSA-3072"],
)
def test_every_accepted_kind_of_key_seals(key: Callable[[], Key]) -> None:
    ca = a_ca()
    assert verdict(sealed(ca.issue("MZ", key=key())), ca).worth is SealStatus.SEALED_VALID


def ids_of(seal: bytes) -> list[str]:
    return [str(value) for value in etree.fromstring(seal).xpath("//@Id")]


def test_the_ids_of_a_seal_are_its_own_and_do_not_name_the_library() -> None:
    signer = a_ca().issue("MZ")
    first, second = sealed(signer), sealed(signer)
    assert all(name.startswith("seal-") for name in ids_of(first))
    assert len(ids_of(first)) == 4
    assert not set(ids_of(first)) & set(ids_of(second))
    assert b"signxml" not in first.lower()


def test_a_seal_that_was_issued_with_the_ids_of_the_library_still_holds() -> None:
    """Files as an earlier version of this gateway wrote them."""
    permit, seal = (ISSUED_BEFORE / "permit.xml").read_bytes(), ISSUED_BEFORE / "seal.xml"
    assert all(name.startswith("SignXML") for name in ids_of(seal.read_bytes()))
    judged = PermitSealVerifier(read_anchors(ISSUED_BEFORE / "anchor.pem"), MZ, lambda: NOON).judge(
        permit, [seal.read_bytes()]
    )
    assert judged.verdict.worth is SealStatus.SEALED_VALID
    changed = permit.replace(b">5<", b">500<", 1)
    assert changed != permit
    assert (
        PermitSealVerifier((), MZ, lambda: NOON).judge(changed, [seal.read_bytes()]).verdict.worth
        is SealStatus.SEALED_BROKEN
    )


def test_a_chain_leads_over_a_ca_in_between() -> None:
    root = a_ca()
    issuing = root.issue("MZ", "Issuing CA", is_ca=True, signs=False)
    signer = issuing.issue("MZ")
    assert verdict(sealed(signer, issuing), root).worth is SealStatus.SEALED_VALID
    assert verdict(sealed(signer), root).worth is SealStatus.SIGNER_UNKNOWN
    assert verdict(sealed(signer), issuing).worth is SealStatus.SEALED_VALID


def test_a_sealing_certificate_may_itself_be_the_anchor_and_no_other_of_its_ca_counts() -> None:
    ca = a_ca()
    signer = ca.issue("MZ")
    assert verdict(sealed(signer), signer).worth is SealStatus.SEALED_VALID
    assert verdict(sealed(ca.issue("MZ")), signer).worth is SealStatus.SIGNER_UNKNOWN
    after = NOON + timedelta(days=60)
    assert verdict(sealed(signer), signer, at=after).worth is SealStatus.EXPIRED


def test_without_anchors_no_signer_is_known() -> None:
    found = verdict(sealed(a_ca().issue("MZ")))
    assert found.worth is SealStatus.SIGNER_UNKNOWN
    assert found.signer == "CN=permit seal,C=MZ"


def test_a_seal_whose_certificate_ended_since_is_expired_and_still_vouched_for() -> None:
    ca = a_ca()
    found = verdict(sealed(ca.issue("MZ")), ca, at=NOON + timedelta(days=60))
    assert (found.at_issue, found.now, found.worth) == (
        SealStatus.SEALED_VALID,
        SealStatus.EXPIRED,
        SealStatus.EXPIRED,
    )
    assert found.is_trusted


def test_a_seal_whose_ca_ended_since_is_expired() -> None:
    ca = a_ca(end=NOON + timedelta(days=10))
    found = verdict(sealed(ca.issue("MZ")), ca, at=NOON + timedelta(days=20))
    assert (found.at_issue, found.now) == (SealStatus.SEALED_VALID, SealStatus.EXPIRED)


def test_a_seal_of_a_ca_that_was_over_when_it_was_made_is_of_an_unknown_signer() -> None:
    ca = a_ca(end=NOON - timedelta(days=10))
    assert verdict(sealed(ca.issue("MZ")), ca).worth is SealStatus.SIGNER_UNKNOWN


def test_a_permit_without_seal_is_unsealed() -> None:
    judged = PermitSealVerifier((), MZ, lambda: NOON).judge(PERMIT, [])
    assert (judged.verdict.worth, judged.document) == (SealStatus.UNSEALED, None)


@pytest.mark.parametrize(
    ("days", "text"),
    [(-40, "is valid from 2026-03-02 only"), (40, "ended on 2026-05-01")],
    ids=["too early", "too late"],
)
def test_nothing_is_sealed_while_the_certificate_is_not_in_date(days: int, text: str) -> None:
    with pytest.raises(KeyUnusable, match=text):
        sealed(a_ca().issue("MZ"), at=NOON + timedelta(days=days))


def test_no_permit_reaches_the_log_however_talkative_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ca = a_ca()
    with caplog.at_level(logging.DEBUG):
        verdict(sealed(ca.issue("MZ")), ca)
    assert "MZ26EX000001" not in caplog.text


# Our key


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A sealing certificate with its CA, the key to it, and the key encrypted."""
    ca = a_ca()
    holder = ca.issue("MZ")
    chain = holder.certificate.public_bytes(Encoding.PEM) + ca.certificate.public_bytes(
        Encoding.PEM
    )
    (tmp_path / "seal.pem").write_bytes(chain)
    (tmp_path / "tls.pem").write_bytes(
        ca.issue("MZ", key=holder.key, uses=("1.3.6.1.5.5.7.3.1",)).certificate.public_bytes(
            Encoding.PEM
        )
    )
    secrets = {
        "seal.key.pem": pem(holder.key),
        "another.key.pem": pem(ec_key()),
        "encrypted.key.pem": pem(holder.key, BestAvailableEncryption(b"correct horse")),
        "passphrase": b"correct horse\n",
        "wrong-passphrase": b"battery staple\n",
    }
    for name, content in secrets.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    return tmp_path


@pytest.mark.parametrize(
    ("key", "passphrase"), [("seal.key.pem", None), ("encrypted.key.pem", "passphrase")]
)
def test_a_sealing_key_is_read_from_its_files(
    files: Path, key: str, passphrase: str | None
) -> None:
    opened = open_sealer(
        files / "seal.pem", files / key, files / passphrase if passphrase else None, lambda: NOON
    )
    assert opened.signer == "CN=permit seal,C=MZ"
    anchors = read_anchors(files / "seal.pem")
    judged = PermitSealVerifier(anchors, MZ, lambda: NOON).judge(PERMIT, [opened.seal(PERMIT)])
    assert judged.verdict.worth is SealStatus.SEALED_VALID
    assert "PRIVATE" not in repr(opened)


@pytest.mark.parametrize(
    ("certificate", "key", "passphrase", "text"),
    [
        (
            "seal.pem",
            "another.key.pem",
            None,
            "another.key.pem is not the key to the first certificate of .*seal.pem",
        ),
        ("tls.pem", "seal.key.pem", None, "tls.pem does not allow signing documents"),
        ("seal.key.pem", "seal.key.pem", None, "seal.key.pem holds no PEM certificate"),
        ("seal.pem", "seal.pem", None, "seal.pem"),
        ("seal.pem", "encrypted.key.pem", None, "encrypted.key.pem is encrypted"),
        (
            "seal.pem",
            "encrypted.key.pem",
            "wrong-passphrase",
            "cannot be opened with the passphrase",
        ),
    ],
)
def test_a_key_that_cannot_seal_is_refused_with_its_file_and_reason(
    files: Path, certificate: str, key: str, passphrase: str | None, text: str
) -> None:
    with pytest.raises(KeyUnusable, match=text):
        open_sealer(
            files / certificate,
            files / key,
            files / passphrase if passphrase else None,
            lambda: NOON,
        )


def test_anchors_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "anchors.pem").write_text("nothing")
    with pytest.raises(KeyUnusable, match=r"anchors\.pem"):
        read_anchors(tmp_path / "anchors.pem")


def test_a_seal_covers_the_whole_permit_and_nothing_outside_of_it() -> None:
    """An Id with the name that a seal gives the permit does not draw the digest to its element."""
    ca = a_ca()
    around = b"<?pi before?><!-- before -->" + PERMIT + b"<?pi after?>"
    assert verdict(sealed(ca.issue("MZ"), document=around), ca).worth is SealStatus.SEALED_VALID
    named = b'<permit><line Id="permit.xml">5</line><line>6</line></permit>'
    seal = sealed(ca.issue("MZ"), document=named)
    changed = named.replace(b"6", b"600")
    assert verdict(seal, ca, document=named).worth is SealStatus.SEALED_VALID
    assert verdict(seal, ca, document=changed).worth is SealStatus.SEALED_BROKEN


def test_a_document_with_a_doctype_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="DOCTYPE"):
        sealed(a_ca().issue("MZ"), document=b"<!DOCTYPE permit><permit/>")
