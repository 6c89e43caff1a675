"""Paper keys: ours from the key folder, and certificates of key lists as keys that may sign codes.

A paper key is on P-256, as COSE's ES256 asks. Its certificate says that the key may sign, as that
of a seal does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.crypto.keys.checks import fits, require_key_kind, require_key_usage
from gateway.crypto.keys.configured import configured
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.keys.folder import KeyFolder, StoredKey
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.keys.revoked import revocation_of
from gateway.crypto.paper.cose import PaperSigner, key_id
from gateway.crypto.policy import is_p256
from gateway.crypto.x509_reading import certificate_of_der
from gateway.domain.errors import KeyUnusable
from gateway.domain.paper.key_list import PaperKey, PaperKeyRevocation
from gateway.settings import Settings


def open_signer(
    certificate_file: Path, key_file: Path, passphrase_file: Path | None
) -> PaperSigner:
    """The signer with the configured key and certificate. Parameters and errors as `open_key`."""
    return PaperSigner(*open_key(certificate_file, key_file, passphrase_file))


def open_key(
    certificate_file: Path, key_file: Path, passphrase_file: Path | None
) -> tuple[ec.EllipticCurvePrivateKey, Sequence[x509.Certificate]]:
    """The configured key, and its certificate with the chain.

    certificate_file: our paper certificate with its chain, PEM.  key_file: PEM, or a PKCS #11 URI.
    passphrase_file: passphrase of the key, or PIN of the token.
    Raises KeyUnusable naming the file.
    """
    chain = load_chain(certificate_file)
    key = load_private_key(key_file, passphrase_file)
    require_key_kind(Purpose.PAPER, key, key_file)
    if not fits(key, chain[0]):
        raise KeyUnusable(
            f"{key_file} is not the key to the first certificate of {certificate_file}. Name a pair"
            " in [paper] of conf/gateway.toml."
        )
    require_key_usage(Purpose.PAPER, chain[0], certificate_file)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  # it is on P-256
    return key, chain


def key_facts(der: bytes) -> PaperKey:
    """A certificate as a paper key in force. Raises ValueError for one that may not sign codes."""
    certificate = certificate_of_der(der)
    key = certificate.public_key()
    if not is_p256(key):
        raise ValueError("is not on EC P-256")
    if unfit := why_unfit(Purpose.PAPER, certificate):
        raise ValueError(unfit)
    return PaperKey(
        key_id(der),
        der,
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def our_paper_keys(settings: Settings) -> tuple[PaperKey, ...]:
    """Our paper keys: the configured one, those in `keys/paper`, and retired ones.

    The key in preparation is among them once it has a certificate, so that partners know it before
    it is used. Raises KeyUnusable for a certificate that cannot be read.
    """
    return tuple(sorted(_found(settings), key=lambda key: (key.valid_from, key.id)))


def _found(settings: Settings) -> Iterator[PaperKey]:
    folder = KeyFolder(settings.directory / "keys", Purpose.PAPER)
    files = {stored.certificate: revocation_of(stored) for stored in _stored(folder)}
    if used := configured(settings).get(Purpose.PAPER):
        files.setdefault(used.certificate.resolve(), None)
    seen: set[bytes] = set()
    for file, mark in files.items():
        key = _key(file)
        if key and key.id not in seen:
            seen.add(key.id)
            yield replace(key, revocation=PaperKeyRevocation(mark.at, mark.cause) if mark else None)


def _stored(folder: KeyFolder) -> Iterator[StoredKey]:
    for stored in (*folder.every(), *folder.retired()):
        if stored.certificate.is_file():
            yield stored


def _key(file: Path) -> PaperKey | None:
    """None for a certificate that may not sign codes: it never signed one."""
    try:
        return key_facts(load_chain(file)[0].public_bytes(Encoding.DER))
    except ValueError:
        return None
