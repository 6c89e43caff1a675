"""Key usage: the purposes that a certificate may serve, for our keys and for those of partners."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.cli.workdir import Plan, make
from gateway.crypto.journal_seal.heads import JournalSigner, JournalVerifier
from gateway.crypto.keys.checks import KeyFiles, check_key
from gateway.crypto.keys.configured import our_seals
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.folder import KeyFolder
from gateway.crypto.keys.purposes import DOCUMENT_SIGNING, REQUESTED_USES, Purpose, why_unfit
from gateway.crypto.permit_seal.sign import PermitSealer, open_sealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.sign import MessageKey
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.domain.errors import KeyUnusable, SignerNotTrusted
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import Settings, load_settings
from tests.crypto.ws_security.message_forging import (
    DAY,
    NOW,
    ReplayCacheInMemory,
    Signer,
    signed,
)

SERVER, CLIENT, SEAL, MESSAGE, PAPER = Purpose

TLS_SERVER, TLS_CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
DIGITAL_SIGNATURE = ("digital_signature",)
NON_REPUDIATION = ("content_commitment",)
BOTH = (*DIGITAL_SIGNATURE, *NON_REPUDIATION)
ENCRYPTION = ("key_encipherment",)

# key usage (None: no extension), extended key usage -> the purposes that it may serve
CASES = [
    (DIGITAL_SIGNATURE, (), {SEAL, PAPER, MESSAGE}),
    (NON_REPUDIATION, (), {SEAL, PAPER, MESSAGE}),
    (BOTH, (), {SEAL, PAPER, MESSAGE}),
    (ENCRYPTION, (), set()),
    (None, (), {MESSAGE}),
    (DIGITAL_SIGNATURE, (TLS_SERVER,), {SERVER, MESSAGE}),
    (DIGITAL_SIGNATURE, (TLS_CLIENT,), {CLIENT, MESSAGE}),
    (DIGITAL_SIGNATURE, (TLS_SERVER, TLS_CLIENT), {SERVER, CLIENT, MESSAGE}),
    (NON_REPUDIATION, (TLS_SERVER, TLS_CLIENT), {MESSAGE}),
    (BOTH, (TLS_SERVER, TLS_CLIENT), {SERVER, CLIENT, MESSAGE}),
    (ENCRYPTION, (TLS_SERVER, TLS_CLIENT), set()),
    (None, (TLS_SERVER, TLS_CLIENT), {SERVER, CLIENT, MESSAGE}),
    (DIGITAL_SIGNATURE, (DOCUMENT_SIGNING,), {SEAL, PAPER, MESSAGE}),
    (NON_REPUDIATION, (DOCUMENT_SIGNING,), {SEAL, PAPER, MESSAGE}),
    (BOTH, (DOCUMENT_SIGNING, TLS_CLIENT), {CLIENT, SEAL, PAPER, MESSAGE}),
    (ENCRYPTION, (DOCUMENT_SIGNING,), set()),
    (None, (DOCUMENT_SIGNING,), {MESSAGE}),
]  # fmt: skip
NAMES = [
    "+".join(usage or ("no key usage",)) + "".join(f", {use._name}" for use in extended)
    for usage, extended, _ in CASES
]
each_case = pytest.mark.parametrize(("usage", "extended", "purposes"), CASES, ids=NAMES)

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def signer_with(usage: tuple[str, ...] | None, extended: tuple[x509.ObjectIdentifier, ...]):
    """A signer whose certificate, issued by itself, has these uses; valid around NOW."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "ZA"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "signer"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if usage is not None:
        key_usage = x509.KeyUsage(**{name: name in usage for name in USAGES})
        builder = builder.add_extension(key_usage, critical=True)
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
    return Signer(key, builder.sign(key, hashes.SHA256()))


def saved(folder: Path, signer: Signer) -> tuple[Path, Path]:
    """The files of certificate and key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key.chmod(0o600)
    return certificate, key


@each_case
def test_the_uses_of_a_certificate_decide_for_each_purpose(usage, extended, purposes) -> None:
    certificate = signer_with(usage, extended).certificate
    assert {purpose for purpose in Purpose if not why_unfit(purpose, certificate)} == purposes


@pytest.mark.parametrize("purpose", Purpose)
def test_a_certificate_that_is_issued_as_we_request_it_is_fit(purpose) -> None:
    uses = REQUESTED_USES[purpose]
    usage = BOTH if uses.non_repudiation else DIGITAL_SIGNATURE
    extended = (uses.extended,) if uses.extended else ()
    assert why_unfit(purpose, signer_with(usage, extended).certificate) is None


@each_case
@pytest.mark.parametrize("purpose", Purpose)
def test_a_configured_key_is_refused_for_its_uses(
    tmp_path: Path, usage, extended, purposes, purpose: Purpose
) -> None:
    certificate, key = saved(tmp_path, signer_with(usage, extended))
    files = KeyFiles(purpose, certificate, key)
    if purpose in purposes:
        assert check_key(files, NOW, development=False)
    else:
        with pytest.raises(KeyUnusable, match="key usage"):
            check_key(files, NOW, development=False)


@each_case
def test_we_sign_messages_with_a_fit_certificate_only(usage, extended, purposes) -> None:
    signer = signer_with(usage, extended)
    if MESSAGE in purposes:
        assert MessageKey(signer.key, signer.certificate)
    else:
        with pytest.raises(KeyUnusable, match="its key usage does not allow signatures"):
            MessageKey(signer.key, signer.certificate)


@each_case
def test_a_message_is_accepted_from_a_fit_certificate_only(usage, extended, purposes) -> None:
    signer = signer_with(usage, extended)
    envelope = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soap:Body><request/></soap:Body></soap:Envelope>"
    )
    freshness = Freshness("za", DAY, DAY, lambda: NOW, ReplayCacheInMemory())
    verifier = SignedMessageVerifier(TrustedSigners((signer.certificate,)), freshness)
    message = signed(envelope, signer)
    if MESSAGE in purposes:
        assert b"<request" in verifier.verified(message, "")
    else:
        with pytest.raises(SignerNotTrusted, match="not one for signatures"):
            verifier.verified(message, "")


@each_case
def test_we_seal_permits_with_a_fit_certificate_only(
    tmp_path: Path, usage, extended, purposes
) -> None:
    certificate, key = saved(tmp_path, signer_with(usage, extended))
    if SEAL in purposes:
        assert open_sealer(certificate, key, None, lambda: NOW)
    else:
        with pytest.raises(KeyUnusable, match="does not allow signing documents"):
            open_sealer(certificate, key, None, lambda: NOW)


@each_case
def test_a_seal_is_trusted_from_a_fit_certificate_only(usage, extended, purposes) -> None:
    signer = signer_with(usage, extended)
    document = b'<CITESEPermit xmlns="urn:CitesDataExchange/v2/"/>'
    seal = PermitSealer(signer.key, (signer.certificate,), lambda: NOW).seal(document)
    verifier = PermitSealVerifier((signer.certificate,), IsoCountryCode("ZA"), lambda: NOW)
    verdict = verifier.judge(document, [seal]).verdict
    assert verdict.is_trusted == (SEAL in purposes), verdict.reason


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("key-usage") / "za"
    make(directory, Plan(IsoCountryCode("ZA")), DevelopmentCa())
    return load_settings(directory, {})


@each_case
def test_a_head_of_the_journal_is_ours_with_a_sealing_certificate_only(
    settings: Settings, usage, extended, purposes
) -> None:
    signer = signer_with(usage, extended)
    stored = KeyFolder(settings.directory / "keys", Purpose.SEAL).prepare("2026-03-02")
    saved(stored.folder, signer)
    head = JournalSigner(signer.key, [signer.certificate])
    verifier = JournalVerifier(our_seals(settings))
    arguments = (b"head", head.sign(b"head"), head.certificates, NOW)
    if SEAL in purposes:
        assert verifier.signer(*arguments) == "CN=signer,C=ZA"
    else:
        with pytest.raises(SignerNotTrusted, match="none of ours"):
            verifier.signer(*arguments)
