"""Which keys does this gateway have, as a person wants to see them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.domain.errors import KeyUnusable
from gateway.settings import Settings
from gateway.signatures.certificates import fingerprint
from gateway.signatures.key_checks import is_development
from gateway.signatures.key_files import load_chain
from gateway.signatures.key_purposes import Purpose
from gateway.signatures.key_settings import configured
from gateway.signatures.keys import KeyFolder, StoredKey


@dataclass(frozen=True, slots=True)
class CertificateView:
    """subject, issuer: RFC 4514.  serial, sha256: lower-case hex.  valid_from, valid_until: aware."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    valid_from: datetime
    valid_until: datetime
    days_left: int
    lifetime_days: int
    development: bool


@dataclass(frozen=True, slots=True)
class KeyView:
    """role: `current`, `next` or `previous`.  where: folder or file.  used: the configuration names it.

    certificate: None where there is none yet, or none that can be read; trouble says which.
    """

    purpose: Purpose
    role: str
    where: Path
    used: bool
    certificate: CertificateView | None
    trouble: str = ""


def overview(settings: Settings, now: datetime) -> tuple[KeyView, ...]:
    """Every key below `keys`, and those the configuration names elsewhere, by purpose."""
    return tuple(view for purpose in Purpose for view in _of_purpose(settings, purpose, now))


def view_of(certificate: x509.Certificate, now: datetime) -> CertificateView:
    """What a person wants to know of a certificate."""
    begin, end, day = certificate.not_valid_before_utc, certificate.not_valid_after_utc, timedelta(days=1)
    return CertificateView(
        certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string(), f"{certificate.serial_number:x}",
        fingerprint(certificate.public_bytes(Encoding.DER)), begin, end, (end - now) // day, (end - begin) // day,
        is_development(certificate),
    )  # fmt: skip


def _of_purpose(settings: Settings, purpose: Purpose, now: datetime) -> Iterator[KeyView]:
    files = configured(settings).get(purpose)
    seen = False
    for stored in KeyFolder(settings.directory / "keys", purpose).every():
        used = files is not None and files.certificate.resolve() == stored.certificate.resolve()
        seen = seen or used
        yield _view(purpose, stored.role, stored.folder, stored.certificate, now, used=used, stored=stored)
    if files and not seen:
        yield _view(purpose, "current", files.certificate, files.certificate, now, used=True)


def _view(
    purpose: Purpose, role: str, where: Path, file: Path, now: datetime, *, used: bool, stored: StoredKey | None = None
) -> KeyView:
    if stored and not file.exists():
        asked = stored.request.exists()
        step = f"requested, not imported: keys import {purpose} FILE" if asked else f"new: keys request {purpose}"
        return KeyView(purpose, role, where, used, None, step)
    try:
        return KeyView(purpose, role, where, used, view_of(load_chain(file)[0], now))
    except KeyUnusable as problem:
        return KeyView(purpose, role, where, used, None, problem.text)
