"""Do this key and this certificate do for what they are meant for, today? Asked before any port is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from gateway.domain.errors import KeyUnusable
from gateway.signatures.development import MARKER
from gateway.signatures.key_files import load_chain, load_private_key
from gateway.signatures.key_purposes import Purpose, why_unfit
from gateway.signatures.names import DEVELOPMENT_ORGANISATION
from gateway.signatures.pkcs11 import InToken
from gateway.signatures.policy import PrivateKey


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a key and its certificate lie. passphrase: None for a key that is not encrypted."""

    purpose: Purpose
    certificate: Path
    key: Path
    passphrase: Path | None = None


def check_key(files: KeyFiles, now: datetime, *, development: bool) -> tuple[x509.Certificate, ...]:
    """Everything that can be known to be wrong before a partner knocks; gives the chain.

    now: aware.  development: whether the working directory is marked as one for development.
    Raises KeyUnusable naming the file, the reason and the command that mends it.
    """
    key = load_private_key(files.key, files.passphrase)
    chain = load_chain(files.certificate)
    purpose, file = files.purpose, files.certificate
    if isinstance(key, InToken) and purpose in (Purpose.SERVER, Purpose.CLIENT):
        raise KeyUnusable(
            f"{files.key} names a key in a token, and keys for TLS are kept in files. Make one: `epix-gateway keys new "
            f"{purpose}`."
        )
    if not fits(key, chain[0]):
        raise KeyUnusable(
            f"{file} does not belong to the key in {files.key}. Put the certificate issued for this key there: "
            f"`epix-gateway keys import {purpose} FILE`."
        )
    require_right_uses(purpose, chain[0], file)
    _require_order(purpose, chain, file)
    if not development and any(is_development(certificate) for certificate in chain):
        raise KeyUnusable(
            f"{file} holds a development certificate, and this working directory is not marked for development "
            f"({MARKER}). Get a real one: `epix-gateway keys new {purpose}`."
        )
    _require_begun(chain, now, file)
    if purpose is Purpose.SERVER:
        require_not_ended(purpose, chain, now, file)
    return chain


def fits(key: PrivateKey, certificate: x509.Certificate) -> bool:
    """Whether a certificate was issued for a key."""
    return _plain(key.public_key()) == _plain(certificate.public_key())


def is_development(certificate: x509.Certificate) -> bool:
    """Whether `init` or `keys request --development` made it."""
    organisations = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(attribute.value == DEVELOPMENT_ORGANISATION for attribute in organisations)


def issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key signed the certificate, and the names agree."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def require_right_uses(purpose: Purpose, certificate: x509.Certificate, file: Path) -> None:
    """Raises KeyUnusable for a certificate whose uses are not those of the purpose."""
    unfit = why_unfit(purpose, certificate)
    if unfit:
        raise KeyUnusable(
            f"{file}: the certificate {unfit}. Ask the CA for one of the right kind with the request of "
            f"`epix-gateway keys request {purpose}`."
        )


def require_in_date(purpose: Purpose, chain: Sequence[x509.Certificate], now: datetime, file: Path) -> None:
    """Raises KeyUnusable for a certificate that has not begun or has ended."""
    _require_begun(chain, now, file)
    require_not_ended(purpose, chain, now, file)


def require_not_ended(purpose: Purpose, chain: Sequence[x509.Certificate], now: datetime, file: Path) -> None:
    """Raises KeyUnusable where any of the chain is out of date."""
    for certificate in chain:
        if now > certificate.not_valid_after_utc:
            raise KeyUnusable(
                f"{file}: the certificate of {_named(certificate)} ended on {certificate.not_valid_after_utc:%Y-%m-%d}"
                f", and the clock of this machine says {now:%Y-%m-%d %H:%M} UTC. Get a new one: `epix-gateway keys new "
                f"{purpose}`; where the clock is wrong: `timedatectl set-ntp true`."
            )


def _require_begun(chain: Sequence[x509.Certificate], now: datetime, file: Path) -> None:
    for certificate in chain:
        if now < certificate.not_valid_before_utc:
            raise KeyUnusable(
                f"{file}: the certificate of {_named(certificate)} is valid from "
                f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC only, and the clock of this machine says "
                f"{now:%Y-%m-%d %H:%M} UTC. Where the clock is wrong: `timedatectl set-ntp true`."
            )


def _require_order(purpose: Purpose, chain: Sequence[x509.Certificate], file: Path) -> None:
    for certificate, authority in pairwise(chain):
        if not issued(certificate, authority):
            raise KeyUnusable(
                f"{file}: its chain is broken, {_named(authority)} did not issue {_named(certificate)}. Put it in "
                f"order: `epix-gateway keys import {purpose} FILE` with our certificate and all those above it."
            )


def _named(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "a subject without a name"


def _plain(key: object) -> bytes:
    public_bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return bytes(public_bytes)
