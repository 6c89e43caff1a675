"""Expiry dates: our certificates, the CAs that we rely on, partners' signers, revocation lists."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from gateway.crypto.keys.configured import configured
from gateway.crypto.keys.files import load_chain
from gateway.crypto.keys.purposes import USES, Purpose
from gateway.crypto.x509_reading import crl_of_der, crl_of_pem
from gateway.domain.errors import KeyUnusable
from gateway.domain.people.sentence import Sentence
from gateway.exchange.ports import ShownCertificate
from gateway.settings import Settings

WARNING_DAYS = (60, 30, 14, 7, 1)
URGENT_DAYS = 7
"""From this many days on, a certificate of ours makes ServiceState DEGRADED."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """The end of a certificate or revocation list.

    use: `server`, `client`, `seal`, `message`, with ` chain` for a CA above it; or the use of
    another file.  not_after: aware.  days_left: whole days, negative once it has ended.
    lifetime_days: of its whole life.  ours: a certificate of our own or one above it.
    partner: key, empty where it concerns none.
    """

    use: Sentence
    subject: str
    not_after: datetime
    days_left: int
    lifetime_days: int
    ours: bool = False
    partner: str = ""

    @property
    def whole_use(self) -> Sentence:
        """The use, with the partner where there is one."""
        if not self.partner:
            return self.use
        return Sentence("partner {partner}, {use}", {"partner": self.partner, "use": self.use})

    @property
    def purpose(self) -> str:
        """The same in English, as commands and metrics have it."""
        return str(self.whole_use)

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
    def step(self) -> int:
        """The threshold that was passed last; within URGENT_DAYS, and after the end, each day."""
        if self.days_left <= URGENT_DAYS:
            return self.days_left
        return min(days for days in WARNING_DAYS if self.days_left <= days)

    @property
    def sentence(self) -> Sentence:
        """The sentence for log, terminal and pages."""
        values = {
            "use": self.whole_use,
            "subject": self.subject,
            "days": self.days_left,
            "day": f"{self.not_after:%Y-%m-%d}",
        }
        if self.days_left < 0:
            return Sentence("{use}: {subject} ended on {day}", values)
        if self.days_left == 0:
            return Sentence("{use}: {subject} ends today, on {day}", values)
        if self.days_left == 1:
            return Sentence("{use}: {subject} ends tomorrow, on {day}", values)
        return Sentence("{use}: {subject} ends in {days} days, on {day}", values)


def expiries(settings: Settings, now: datetime | None = None) -> list[Expiry]:
    """Every expiry, the soonest first. Unreadable files are left out; `key_problems` reports them.

    now: aware; None: the present moment. Client certificates of partners are known by
    `certificates_file`; of those pinned by fingerprint alone `client_expiries` has the others, once
    they have called.
    """
    moment = now or datetime.now(UTC)
    return sorted(
        {*_certificates(settings, moment), *_revocation_lists(settings, moment)},
        key=lambda expiry: expiry.not_after,
    )


def client_expiries(
    shown: Iterable[ShownCertificate], partners: Container[str], now: datetime
) -> Iterator[Expiry]:
    """The end of partners' client certificates that were shown; of a subject the last one.

    partners: keys of those that are registered.  now: aware.
    """
    last: dict[tuple[str, str], ShownCertificate] = {}
    for certificate in shown:
        key = certificate.partner, certificate.subject
        if certificate.partner in partners and (
            key not in last or certificate.not_after > last[key].not_after
        ):
            last[key] = certificate
    for (partner, subject), certificate in last.items():
        begin, end = certificate.not_before, certificate.not_after
        yield _expiry(USES[Purpose.CLIENT], subject, begin, end, now, partner=partner)


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
            use = USES[purpose]
            whole = Sentence("{use} chain", {"use": use}) if number else use
            yield _of(certificate, whole, now, ours=True)
    for use, partner, file in _relied_on(settings):
        for certificate in _chain(file):
            yield _of(certificate, use, now, partner=partner)


def _relied_on(settings: Settings) -> Iterator[tuple[Sentence, str, Path]]:
    """Files with certificates of others: (use, partner or empty, path)."""
    files: list[tuple[Sentence, str, Path | None]] = [
        (Sentence("CA of callers"), "", settings.server.client_ca_file),
        (Sentence("CA of partners' servers"), "", settings.client.ca_file),
        (Sentence("CA of time-stamps"), "", settings.journal.timestamp_ca_file),
        (Sentence("CA of the mail server"), "", settings.mail.ca_file if settings.mail else None),
    ]
    for partner in settings.partners:
        key, of_certificates = partner.key, Sentence("CA of its certificates")
        files += [(Sentence("CA of its server"), key, partner.ca_file)]
        files += [(of_certificates, key, rule.ca_file) for rule in partner.certificate]
        files += [(of_certificates, key, partner.client_ca_file)]
        files += [(Sentence("its certificate"), key, partner.certificates_file)]
        files += [(Sentence("seals"), key, partner.seal_anchors_file)]
        security = partner.security
        files += [
            (Sentence("signs messages"), key, security.signer_certificates_file),
            (Sentence("CA of its message signer"), key, security.signer_ca_file),
        ]
    files += [(Sentence("CA with revocation"), "", each.ca_file) for each in settings.revocation]
    yield from ((use, partner, file) for use, partner, file in files if file is not None)


def _revocation_lists(settings: Settings, now: datetime) -> Iterator[Expiry]:
    files = [check.list_file for check in settings.revocation]
    files += [partner.seal_revocation_list_file for partner in settings.partners]
    for file in files:
        crl = _revocation_list(file) if file else None
        if crl and crl.next_update_utc:
            common_names = crl.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
            name = str(common_names[0].value) if common_names else crl.issuer.rfc4514_string()
            begin, end = crl.last_update_utc, crl.next_update_utc
            yield _expiry(Sentence("revocation list"), name, begin, end, now)


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
    certificate: x509.Certificate,
    use: Sentence,
    now: datetime,
    *,
    ours: bool = False,
    partner: str = "",
) -> Expiry:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    subject = certificate.subject.rfc4514_string()
    return _expiry(use, subject, begin, end, now, ours=ours, partner=partner)


def _expiry(
    use: Sentence,
    subject: str,
    begin: datetime,
    end: datetime,
    now: datetime,
    *,
    ours: bool = False,
    partner: str = "",
) -> Expiry:
    day = timedelta(days=1)
    left, lifetime = (end - now) // day, (end - begin) // day
    return Expiry(use, subject, end, left, lifetime, ours, partner)
