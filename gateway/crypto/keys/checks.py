"""Key checks: whether a key and its certificate chain can serve their purpose today.

The checks run before any port is opened, so that a wrong file is reported at start and not at the
first call of a partner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from gateway.crypto.keys.certificates import DEVELOPMENT_ORGANISATION
from gateway.crypto.keys.development import MARKER
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.keys.pkcs11 import InToken
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.policy import PrivateKey, is_p256
from gateway.crypto.trust import country_of, is_issued_by
from gateway.domain.errors import KeyUnusable


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Paths of a key and its certificate.

    passphrase: None for a key that is not encrypted.  countries: of the authorities that a seal is
    for; empty for other keys.
    """

    purpose: Purpose
    certificate: Path
    key: Path
    passphrase: Path | None = None
    countries: frozenset[str] = frozenset()


def check_key(files: KeyFiles, now: datetime, *, development: bool) -> tuple[x509.Certificate, ...]:
    """Check everything that can be known before the first call of a partner; gives the chain.

    now: aware.  development: whether the working directory is marked as one for development.
    A chain that has ended is refused for the server alone: partners could not connect at all. The
    other keys may have ended, and the gateway still answers (DEGRADED).
    Raises KeyUnusable naming the file, the reason and the command that is the remedy.
    """
    key = load_private_key(files.key, files.passphrase)
    chain = load_chain(files.certificate)
    purpose, file = files.purpose, files.certificate
    if isinstance(key, InToken) and purpose.is_tls:
        raise KeyUnusable(
            f"{files.key} names a key in a token, and keys for TLS are kept in files. Make one:"
            f" `epix-gateway keys new {purpose}`."
        )
    require_key_kind(purpose, key, files.key)
    if not fits(key, chain[0]):
        raise KeyUnusable(
            f"{file} does not belong to the key in {files.key}. Put the certificate issued for this"
            f" key there: `epix-gateway keys import {purpose} FILE`."
        )
    require_key_usage(purpose, chain[0], file)
    if files.countries:
        require_country(chain[0], files.countries, file)
    _require_order(purpose, chain, file)
    if not development and any(is_development(certificate) for certificate in chain):
        raise KeyUnusable(
            f"{file} holds a development certificate, and this working directory is not marked for"
            f" development ({MARKER}). Get a real one: `epix-gateway keys new {purpose}`."
        )
    _require_started(chain, now, file)
    if purpose is Purpose.SERVER:
        require_not_ended(purpose, chain, now, file)
    return chain


def fits(key: PrivateKey, certificate: x509.Certificate) -> bool:
    """Whether a certificate was issued for a key."""
    return _public_bytes(key.public_key()) == _public_bytes(certificate.public_key())


def require_key_kind(purpose: Purpose, key: PrivateKey, file: Path) -> None:
    """Raises KeyUnusable for a paper key that is not on P-256."""
    if purpose is Purpose.PAPER and not is_p256(key):
        raise KeyUnusable(
            f"{file} holds no key on EC P-256, which permit codes are signed with. Make one:"
            " `epix-gateway keys new paper`."
        )


def is_development(certificate: x509.Certificate) -> bool:
    """Whether `init` or `keys request --development` made it."""
    organisations = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(attribute.value == DEVELOPMENT_ORGANISATION for attribute in organisations)


def require_key_usage(purpose: Purpose, certificate: x509.Certificate, file: Path) -> None:
    """Raises KeyUnusable for a certificate whose key usage does not allow the purpose."""
    unfit = why_unfit(purpose, certificate)
    if unfit:
        raise KeyUnusable(
            f"{file}: the certificate {unfit}. Ask the CA for one of the right kind with the"
            f" request of `epix-gateway keys request {purpose}`."
        )


def require_country(
    certificate: x509.Certificate, countries: frozenset[str], file: Path | str
) -> None:
    """Raises KeyUnusable for a seal of another country: no partner trusts it for our permits."""
    country = country_of(certificate)
    if country not in countries:
        raise KeyUnusable(
            f"{file}: the certificate is of {country or 'no country'}, and the authorities served"
            f" here are of {', '.join(sorted(countries))}: partners would trust none of its seals."
            " Get one whose subject names our country: `epix-gateway keys request seal`."
        )


def require_in_date(
    purpose: Purpose, chain: Sequence[x509.Certificate], now: datetime, file: Path
) -> None:
    """Raises KeyUnusable for a certificate that is not valid yet or has ended."""
    _require_started(chain, now, file)
    require_not_ended(purpose, chain, now, file)


def require_not_ended(
    purpose: Purpose, chain: Sequence[x509.Certificate], now: datetime, file: Path
) -> None:
    """Raises KeyUnusable where any of the chain is out of date."""
    for certificate in chain:
        if now > certificate.not_valid_after_utc:
            raise KeyUnusable(
                f"{file}: the certificate of {_named(certificate)} ended on"
                f" {certificate.not_valid_after_utc:%Y-%m-%d}, and the clock of this machine says"
                f" {now:%Y-%m-%d %H:%M} UTC. Get a new one: `epix-gateway keys new {purpose}`;"
                " where the clock is wrong: `timedatectl set-ntp true`."
            )


def _require_started(chain: Sequence[x509.Certificate], now: datetime, file: Path) -> None:
    for certificate in chain:
        if now < certificate.not_valid_before_utc:
            raise KeyUnusable(
                f"{file}: the certificate of {_named(certificate)} is valid from"
                f" {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC only, and the clock of"
                f" this machine says {now:%Y-%m-%d %H:%M} UTC. Where the clock is wrong:"
                " `timedatectl set-ntp true`."
            )


def _require_order(purpose: Purpose, chain: Sequence[x509.Certificate], file: Path) -> None:
    for certificate, authority in pairwise(chain):
        if not is_issued_by(certificate, authority):
            raise KeyUnusable(
                f"{file}: its chain is broken, {_named(authority)} did not issue"
                f" {_named(certificate)}. Put it in order: `epix-gateway keys import {purpose}"
                " FILE` with our certificate and all those above it."
            )


def _named(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "a subject without a name"


def _public_bytes(key: object) -> bytes:
    """SubjectPublicKeyInfo, DER: equal for two objects of the same key, in a file or in a token."""
    public_bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return bytes(public_bytes)
