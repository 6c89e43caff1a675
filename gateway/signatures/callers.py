"""May this certificate speak for a caller? Judged here whichever end took the TLS connection, and kept for a minute."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from gateway.domain.errors import CertificateMissing, SettingsInvalid
from gateway.exchange.ports import Clock, ShownCertificate
from gateway.signatures.authorities import KnownAuthorities, authorities_in
from gateway.signatures.client_certificate import read_certificate, require_client_use, require_in_date
from gateway.signatures.ocsp import OcspResponder
from gateway.signatures.revocation import RevocationCheck, RevocationChecks, RevocationSource
from gateway.signatures.revocation_list import RevocationLists

ACCEPTED_FOR = timedelta(seconds=60)
"""How long a certificate that was found in order is not looked at again: a revocation is noticed this much later."""
REFUSED_FOR = timedelta(seconds=5)
"""How long one that was found revoked or could not be checked is not looked at again."""
_MOST_KEPT = 1024

_SPELLINGS = {
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "title": NameOID.TITLE,
    "SN": NameOID.SURNAME,
    "GN": NameOID.GIVEN_NAME,
}
"""Attributes that OpenSSL writes by name and RFC 4514 leaves to their number."""


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """A certificate from ca_file (PEM) with exactly this subject (RFC 4514), and one of the serials if any is given."""

    partner: str
    ca_file: Path
    subject: str
    serials: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RevocationSetting:
    """How certificates of the authorities in ca_file (PEM) are checked.

    list_file: PEM or DER.  ocsp_address: `http://...`.  accept_silence: whether a certificate is taken of which neither
    can say anything.
    """

    ca_file: Path
    list_file: Path | None = None
    ocsp_address: str | None = None
    ocsp_timeout_seconds: float = 3.0
    accept_silence: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    partner: str
    authorities: frozenset[x509.Certificate]
    subject: x509.Name
    serials: frozenset[int]

    def is_met(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        return (
            issuer in self.authorities
            and certificate.subject == self.subject
            and (not self.serials or certificate.serial_number in self.serials)
        )


@dataclass(frozen=True, slots=True)
class _Judgement:
    until: datetime
    shown: ShownCertificate | None
    refusal: str = ""


class CallerJudge:
    """The port CertificateJudge. Only certificates of known authorities are kept: strangers cannot fill the memory."""

    def __init__(
        self,
        ca_file: Path,
        rules: Sequence[CertificateRule],
        revocation: Sequence[RevocationSetting],
        clock: Clock,
    ) -> None:
        """ca_file: authorities besides those of the rules, PEM. Raises SettingsInvalid for a file or subject."""
        self._rules = tuple(_read(rule) for rule in rules)
        self._authorities = KnownAuthorities(
            [*authorities_in(ca_file), *(authority for rule in self._rules for authority in rule.authorities)]
        )
        self._revocation = RevocationChecks(
            {
                authority: RevocationCheck(_sources(setting, clock), setting.accept_silence)
                for setting in revocation
                for authority in authorities_in(setting.ca_file)
            }
        )
        self._clock = clock
        self._kept: dict[bytes, _Judgement] = {}
        self._lock = threading.Lock()

    def judge(self, certificate: bytes) -> ShownCertificate:
        """See the port. Raises CertificateMissing."""
        now = self._clock()
        judgement = self._kept.get(certificate)
        if judgement is None or now >= judgement.until:
            judgement = self._anew(certificate, now)
        if judgement.shown is None:
            raise CertificateMissing(judgement.refusal)
        return judgement.shown

    def _anew(self, der: bytes, now: datetime) -> _Judgement:
        certificate = read_certificate(der)
        require_in_date(certificate, now)
        require_client_use(certificate)
        issuer = self._authorities.issuer(certificate, now)
        try:
            self._revocation.require_not_revoked(certificate, issuer, now)
        except CertificateMissing as refused:
            judgement = _Judgement(now + REFUSED_FOR, None, refused.text)
        else:
            until = min(now + ACCEPTED_FOR, certificate.not_valid_after_utc)
            judgement = _Judgement(until, self._shown(certificate, issuer))
        with self._lock:
            self._kept[der] = judgement
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return judgement

    def _shown(self, certificate: x509.Certificate, issuer: x509.Certificate) -> ShownCertificate:
        countries = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        return ShownCertificate(
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            countries=tuple(str(attribute.value) for attribute in countries),
            partners=frozenset(rule.partner for rule in self._rules if rule.is_met(certificate, issuer)),
        )


def _read(rule: CertificateRule) -> _Rule:
    try:
        subject = x509.Name.from_rfc4514_string(rule.subject, _SPELLINGS)
    except ValueError:
        subject = x509.Name([])
    if not subject.rdns:
        raise SettingsInvalid(
            f"partner {rule.partner}: certificate subject must be a name as RFC 4514 writes it, such as "
            "CN=epix.example.za,O=DFFE,C=ZA.",
            file="conf/partners.toml",
            key="partner.certificate.subject",
        )
    return _Rule(rule.partner, frozenset(authorities_in(rule.ca_file)), subject, rule.serials)


def _sources(setting: RevocationSetting, clock: Clock) -> tuple[RevocationSource, ...]:
    sources: list[RevocationSource] = []
    if setting.list_file is not None:
        sources.append(RevocationLists(setting.list_file))
    if setting.ocsp_address is not None:
        sources.append(OcspResponder(setting.ocsp_address, setting.ocsp_timeout_seconds, clock))
    return tuple(sources)
