"""Key overview: every key with its certificate, as `keys list` shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.keys.certificates import fingerprint
from gateway.crypto.keys.checks import is_development
from gateway.crypto.keys.configured import configured
from gateway.crypto.keys.files import load_chain
from gateway.crypto.keys.folder import KeyFolder, StoredKey
from gateway.crypto.keys.purposes import Purpose
from gateway.domain.errors import KeyUnusable
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate for display.

    subject, issuer: RFC 4514.  serial, sha256: lower-case hex.  valid_from, valid_until: aware.
    days_left: whole days, negative once it has ended.  lifetime_days: of its whole life.
    """

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
    """A key for display.

    role: `current`, `next` or `previous`.  where: folder or file.
    used: whether the configuration names it.
    certificate: None where it is missing or cannot be read; problem says which.
    """

    purpose: Purpose
    role: str
    where: Path
    used: bool
    certificate: CertificateView | None
    problem: str = ""


def overview(settings: Settings, now: datetime) -> tuple[KeyView, ...]:
    """Every key below `keys`, and those that the configuration names elsewhere, by purpose.

    now: aware.
    """
    return tuple(view for purpose in Purpose for view in _of_purpose(settings, purpose, now))


def view_of(certificate: x509.Certificate, now: datetime) -> CertificateView:
    """A certificate for display. now: aware."""
    begin, end, day = (
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        timedelta(days=1),
    )
    return CertificateView(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        fingerprint(certificate.public_bytes(Encoding.DER)),
        begin,
        end,
        (end - now) // day,
        (end - begin) // day,
        is_development(certificate),
    )


def _of_purpose(settings: Settings, purpose: Purpose, now: datetime) -> Iterator[KeyView]:
    files = configured(settings).get(purpose)
    seen = False
    for stored in KeyFolder(settings.directory / "keys", purpose).every():
        used = files is not None and files.certificate.resolve() == stored.certificate.resolve()
        seen = seen or used
        yield _view(
            purpose, stored.role, stored.folder, stored.certificate, now, used=used, stored=stored
        )
    if files and not seen:
        yield _view(purpose, "current", files.certificate, files.certificate, now, used=True)


def _view(
    purpose: Purpose,
    role: str,
    where: Path,
    file: Path,
    now: datetime,
    *,
    used: bool,
    stored: StoredKey | None = None,
) -> KeyView:
    if stored and not file.exists():
        step = (
            f"requested, not imported: keys import {purpose} FILE"
            if stored.request.exists()
            else f"new: keys request {purpose}"
        )
        return KeyView(purpose, role, where, used, None, step)
    try:
        return KeyView(purpose, role, where, used, view_of(load_chain(file)[0], now))
    except KeyUnusable as problem:
        return KeyView(purpose, role, where, used, None, problem.text)
