"""Client certificate validation: a certificate is accepted for a caller or refused with the reason.

The gateway judges every certificate itself, whether it ends TLS or a reverse proxy does. The order:
decode, dates, key usage, issuing CA, revocation. Verdicts are cached for a minute, so that a call
costs a microsecond and not a signature check.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from gateway.crypto.callers.authorities import AuthorityId, KnownAuthorities, authorities_in
from gateway.crypto.callers.certificate import read_certificate, require_client_use, require_in_date
from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.callers.ocsp import OcspResponder
from gateway.crypto.callers.revocation import RevocationCheck, RevocationChecks, RevocationSource
from gateway.domain.errors import CertificateMissing, SettingsInvalid
from gateway.exchange.ports import AcceptedCertificate, Clock

ACCEPTED_FOR = timedelta(seconds=60)
"""How long an accepted certificate stays in the cache; a revocation takes effect this late."""
REFUSED_FOR = timedelta(seconds=5)
"""How long a refusal for revocation, or for want of a status, stays in the cache."""
_CACHE_SIZE = 1024

_ATTRIBUTE_NAMES = {
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "title": NameOID.TITLE,
    "SN": NameOID.SURNAME,
    "GN": NameOID.GIVEN_NAME,
}
"""Attribute types that OpenSSL writes by name, and RFC 4514 only by object identifier."""


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """Rule by which certificates belong to a partner.

    partner: its key.  ca_file: the CA that issues them, PEM.  subject: the whole subject, RFC 4514.
    serials: if not empty, the serial number must be one of them.
    """

    partner: str
    ca_file: Path
    subject: str
    serials: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RevocationSetting:
    """How certificates of the CAs in ca_file (PEM) are checked for revocation.

    list_file: PEM or DER.  ocsp_address: `http://...`.
    soft_fail: whether a certificate is accepted while neither source has its status.
    """

    ca_file: Path
    list_file: Path | None = None
    ocsp_address: str | None = None
    ocsp_timeout_seconds: float = 3.0
    soft_fail: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    partner: str
    authorities: tuple[x509.Certificate, ...]
    issuers: frozenset[AuthorityId]
    subject: x509.Name
    serials: frozenset[int]

    def is_met(self, certificate: x509.Certificate, issuer: AuthorityId) -> bool:
        return (
            issuer in self.issuers
            and certificate.subject == self.subject
            and (not self.serials or certificate.serial_number in self.serials)
        )


@dataclass(frozen=True, slots=True)
class _CachedVerdict:
    """certificate: None where it is refused.  refusal: why."""

    until: datetime
    certificate: AcceptedCertificate | None
    refusal: str = ""


class CallerJudge:
    """The port CertificateJudge.

    Only certificates that a known CA has issued enter the cache, so strangers cannot fill the
    memory. The cache drops the oldest entry first (FIFO). It needs no LRU order: it holds far more
    entries than there are partners.
    """

    def __init__(
        self,
        ca_file: Path,
        rules: Sequence[CertificateRule],
        revocation: Sequence[RevocationSetting],
        clock: Clock,
        further_ca_files: Sequence[Path] = (),
    ) -> None:
        """ca_file, further_ca_files: CAs beside those of the rules, PEM.

        Raises SettingsInvalid for a file or subject.
        """
        self._rules = tuple(_read(rule) for rule in rules)
        self._authorities = KnownAuthorities(
            [
                *(
                    authority
                    for file in (ca_file, *further_ca_files)
                    for authority in authorities_in(file)
                ),
                *(authority for rule in self._rules for authority in rule.authorities),
            ]
        )
        self._revocation = RevocationChecks(_checks(revocation, clock))
        self._clock = clock
        self._cache: dict[bytes, _CachedVerdict] = {}
        self._lock = threading.Lock()

    @property
    def without_revocation(self) -> Sequence[str]:
        """Subjects of the known CAs whose certificates are not checked for revocation, sorted."""
        unchecked = self._authorities.ids - self._revocation.by_authority.keys()
        return sorted({authority.name.rfc4514_string() for authority in unchecked})

    @property
    def unknown_in_revocation(self) -> Sequence[str]:
        """Subjects of CAs that revocation is configured for and that issue to no caller, sorted."""
        unknown = self._revocation.by_authority.keys() - self._authorities.ids
        return sorted({authority.name.rfc4514_string() for authority in unknown})

    def judge(self, certificate: bytes) -> AcceptedCertificate:
        """See the port. Raises CertificateMissing."""
        now = self._clock()
        verdict = self._cache.get(certificate)
        if verdict is None or now >= verdict.until:
            verdict = self._validate(certificate, now)
        if verdict.certificate is None:
            raise CertificateMissing(verdict.refusal)
        return verdict.certificate

    def _validate(self, der: bytes, now: datetime) -> _CachedVerdict:
        certificate = read_certificate(der)
        require_in_date(certificate, now)
        require_client_use(certificate)
        issuer = self._authorities.issuer(certificate, now)
        try:
            self._revocation.require_not_revoked(certificate, issuer, now)
        except CertificateMissing as refused:
            verdict = _CachedVerdict(now + REFUSED_FOR, None, refused.text)
        else:
            until = min(now + ACCEPTED_FOR, certificate.not_valid_after_utc)
            verdict = _CachedVerdict(until, self._described(certificate, issuer))
        with self._lock:
            self._cache[der] = verdict
            if len(self._cache) > _CACHE_SIZE:
                del self._cache[next(iter(self._cache))]
        return verdict

    def _described(
        self, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> AcceptedCertificate:
        countries = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        return AcceptedCertificate(
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            countries=tuple(str(attribute.value) for attribute in countries),
            partners=frozenset(
                rule.partner
                for rule in self._rules
                if rule.is_met(certificate, AuthorityId.of(issuer))
            ),
        )


def _read(rule: CertificateRule) -> _Rule:
    try:
        subject = x509.Name.from_rfc4514_string(rule.subject, _ATTRIBUTE_NAMES)
    except ValueError:
        subject = x509.Name([])
    if not subject.rdns:
        raise SettingsInvalid(
            f"partner {rule.partner}: certificate subject must be a name as RFC 4514 writes it,"
            " such as CN=epix.example.za,O=DFFE,C=ZA.",
            file="conf/partners.toml",
            key="partner.certificate.subject",
        )
    authorities = authorities_in(rule.ca_file)
    issuers = frozenset(map(AuthorityId.of, authorities))
    return _Rule(rule.partner, authorities, issuers, subject, rule.serials)


def _checks(
    revocation: Sequence[RevocationSetting], clock: Clock
) -> Mapping[AuthorityId, RevocationCheck]:
    """The check of each CA. Settings for certificates of one CA are checked together."""
    checks: dict[AuthorityId, RevocationCheck] = {}
    for setting in revocation:
        check = RevocationCheck(_sources(setting, clock), setting.soft_fail)
        # A file with two certificates of one CA is one setting for it, with its sources once.
        for authority in frozenset(map(AuthorityId.of, authorities_in(setting.ca_file))):
            before = checks.get(authority)
            checks[authority] = before.together_with(check) if before else check
    return checks


def _sources(setting: RevocationSetting, clock: Clock) -> tuple[RevocationSource, ...]:
    sources: list[RevocationSource] = []
    if setting.list_file is not None:
        sources.append(RevocationLists(setting.list_file))
    if setting.ocsp_address is not None:
        sources.append(OcspResponder(setting.ocsp_address, setting.ocsp_timeout_seconds, clock))
    return tuple(sources)
