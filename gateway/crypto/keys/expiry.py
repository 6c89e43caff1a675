"""Expiry dates: our certificates, the CAs that we rely on, partners' signers, revocation lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from gateway.crypto.keys.configured import configured
from gateway.crypto.keys.files import load_chain
from gateway.crypto.x509_reading import crl_of_der, crl_of_pem
from gateway.domain.errors import KeyUnusable
from gateway.settings import Settings

WARNING_DAYS = (60, 30, 14, 7, 1)
URGENT_DAYS = 7
"""From this many days on, a certificate of ours makes ServiceState DEGRADED."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """The end of a certificate or revocation list.

    purpose: `server`, `client`, `seal`, `message`, with ` chain` for a CA above it; or the use of
    another file.  not_after: aware.  days_left: whole days, negative once it has ended.
    lifetime_days: of its whole life.  ours: a certificate of our own or one above it.
    """

    purpose: str
    subject: str
    not_after: datetime
    days_left: int
    lifetime_days: int
    ours: bool = False

    @property
    def is_soon(self) -> bool:
        """Whether a person should act.

        A revocation list that lives for a week causes no warning from its first day on: only
        thresholds below its lifetime count.
        """
        return any(self.days_left <= days < self.lifetime_days for days in (*WARNING_DAYS, -1))

    @property
    def is_urgent(self) -> bool:
        """Whether it ends within URGENT_DAYS."""
        return self.is_soon and self.days_left <= URGENT_DAYS

    @property
    def is_due(self) -> bool:
        """Whether the daily warning names it today."""
        return self.is_soon and (self.days_left in WARNING_DAYS or self.days_left <= URGENT_DAYS)

    @property
    def sentence(self) -> str:
        """The sentence for log and terminal."""
        when = f"{self.not_after:%Y-%m-%d}"
        if self.days_left < 0:
            return f"{self.purpose}: {self.subject} ended on {when}"
        days = {0: "today", 1: "tomorrow"}.get(self.days_left, f"in {self.days_left} days")
        return f"{self.purpose}: {self.subject} ends {days}, on {when}"


def expiries(settings: Settings, now: datetime | None = None) -> list[Expiry]:
    """Every expiry, the soonest first. Unreadable files are left out; `key_problems` reports them.

    now: aware; None: the present moment. Certificates of partners that are pinned by a fingerprint
    alone are not known before they call, so they are not among these; those of `certificates_file`
    are.
    """
    moment = now or datetime.now(UTC)
    return sorted(
        {*_certificates(settings, moment), *_revocation_lists(settings, moment)},
        key=lambda expiry: expiry.not_after,
    )


def days_left(settings: Settings, now: datetime) -> list[tuple[str, float]]:
    """The soonest expiry of each purpose: (purpose, days with fraction, negative once ended)."""
    soonest = {expiry.purpose: expiry.not_after for expiry in reversed(expiries(settings, now))}
    return [(purpose, (end - now) / timedelta(days=1)) for purpose, end in soonest.items()]


def is_degraded(settings: Settings, now: datetime) -> bool:
    """Whether a certificate of ours ends within a week, or has ended. now: aware."""
    return any(expiry.ours and expiry.is_urgent for expiry in expiries(settings, now))


def _certificates(settings: Settings, now: datetime) -> Iterator[Expiry]:
    for purpose, files in configured(settings).items():
        for number, certificate in enumerate(_chain(files.certificate)):
            yield _of(certificate, f"{purpose} chain" if number else str(purpose), now, ours=True)
    for name, file in _relied_on(settings):
        for certificate in _chain(file):
            yield _of(certificate, name, now)


def _relied_on(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Files with certificates of others: (use, path)."""
    files: list[tuple[str, Path | None]] = [
        ("CA of callers", settings.server.client_ca_file),
        ("CA of partners' servers", settings.client.ca_file),
    ]
    for partner in settings.partners:
        name = f"partner {partner.key}"
        files += [(f"{name}, CA of its server", partner.ca_file)]
        files += [(f"{name}, CA of its certificates", rule.ca_file) for rule in partner.certificate]
        files += [(f"{name}, CA of its certificates", partner.client_ca_file)]
        files += [(f"{name}, its certificate", partner.certificates_file)]
        files += [(f"{name}, seals", partner.seal_anchors_file)]
        files += [
            (f"{name}, signs messages", partner.security.signer_certificates_file),
            (f"{name}, CA of its message signer", partner.security.signer_ca_file),
        ]
    files += [("CA with revocation", check.ca_file) for check in settings.revocation]
    yield from ((name, file) for name, file in files if file is not None)


def _revocation_lists(settings: Settings, now: datetime) -> Iterator[Expiry]:
    files = [check.list_file for check in settings.revocation]
    files += [partner.seal_revocation_list_file for partner in settings.partners]
    for file in files:
        crl = _revocation_list(file) if file else None
        if crl and crl.next_update_utc:
            common_names = crl.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
            name = str(common_names[0].value) if common_names else crl.issuer.rfc4514_string()
            yield _expiry(
                "revocation list",
                name,
                crl.last_update_utc,
                crl.next_update_utc,
                now,
                ours=False,
            )


def _chain(file: Path) -> tuple[x509.Certificate, ...]:
    try:
        return load_chain(file)
    except KeyUnusable:
        return ()


def _revocation_list(file: Path) -> x509.CertificateRevocationList | None:
    try:
        content = file.read_bytes()
        pem = b"-----BEGIN" in content
        return crl_of_pem(content) if pem else crl_of_der(content)
    except (OSError, ValueError):
        return None


def _of(
    certificate: x509.Certificate, purpose: str, now: datetime, *, ours: bool = False
) -> Expiry:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return _expiry(purpose, certificate.subject.rfc4514_string(), begin, end, now, ours=ours)


def _expiry(
    purpose: str, subject: str, begin: datetime, end: datetime, now: datetime, *, ours: bool
) -> Expiry:
    day = timedelta(days=1)
    return Expiry(purpose, subject, end, (end - now) // day, (end - begin) // day, ours)
