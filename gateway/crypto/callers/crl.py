"""Certificate revocation lists (RFC 5280, section 5) from a file, read again whenever it changes.

Only complete lists of the issuing CA count. Delta CRLs, indirect CRLs and lists of some reasons do
not: the absence of an entry in them would not mean that a certificate is good. A list with a
critical extension that is not understood does not count either (section 5.2).
"""

import re
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.crypto.callers.revocation import RevocationStatus, log
from gateway.crypto.x509_reading import crl_of_der, crl_of_pem
from gateway.domain.errors import SettingsInvalid

_PEM = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
_UNDERSTOOD_EXTENSIONS = (
    x509.IssuingDistributionPoint,
    x509.AuthorityKeyIdentifier,
    x509.CRLNumber,
)

FileVersion = tuple[int, int, int]
"""Modification time in ns, size in bytes, inode: differs once a file was written or replaced."""


class RevocationLists:
    """The revocation lists of one file: PEM (several, one after another) or DER.

    If the file can no longer be read, the lists read before stay in force until their nextUpdate.
    """

    def __init__(self, file: Path) -> None:
        """Raises SettingsInvalid for a file that holds no revocation list."""
        try:
            lists_in(file.read_bytes())
        except (OSError, ValueError):
            raise SettingsInvalid(
                f"{file} holds no revocation list, PEM or DER.", file=str(file)
            ) from None
        self._file = file
        self._version: FileVersion | None = None
        self._lists: tuple[x509.CertificateRevocationList, ...] = ()
        self._by_issuer: dict[x509.Certificate, tuple[x509.CertificateRevocationList, ...]] = {}

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        """See RevocationSource.

        A revoked certificate stays revoked after nextUpdate, until a newer list lacks the entry. A
        good one does not stay good: the absence of an entry says nothing of later days.
        """
        self._reload()
        statuses = {_status(crl, certificate, now) for crl in self._signed_by(issuer)}
        for status in (RevocationStatus.REVOKED, RevocationStatus.GOOD):
            if status in statuses:
                return status
        log.warning(
            "%s holds no current revocation list of %s", self._file, issuer.subject.rfc4514_string()
        )
        return RevocationStatus.UNAVAILABLE

    def entries(
        self, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> tuple[x509.RevokedCertificate, ...]:
        """Every entry of a certificate of this issuer: when and why it was revoked."""
        self._reload()
        found = (
            crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            for crl in self._signed_by(issuer)
            if _covers(crl, certificate)
        )
        return tuple(entry for entry in found if entry is not None)

    def _reload(self) -> None:
        try:
            stat = self._file.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if version == self._version:
                return
            self._lists = lists_in(self._file.read_bytes())
        except (OSError, ValueError):
            log.warning(
                "revocation lists in %s cannot be read; those read before stay in force", self._file
            )
            return
        self._version, self._by_issuer = version, {}

    def _signed_by(self, issuer: x509.Certificate) -> tuple[x509.CertificateRevocationList, ...]:
        found = self._by_issuer.get(issuer)
        if found is None:
            found = tuple(crl for crl in self._lists if _is_signed_by(crl, issuer))
            self._by_issuer[issuer] = found
        return found


def lists_in(content: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    """Every revocation list of a file. Raises ValueError for none, or for one that is damaged."""
    if not content.lstrip().startswith(b"-----"):
        return (crl_of_der(content),)
    lists = tuple(crl_of_pem(pem) for pem in _PEM.findall(content))
    if not lists:
        raise ValueError("no revocation list")
    return lists


def _is_signed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if crl.issuer != issuer.subject:
        return False
    try:
        # A key of a type that cannot sign raises TypeError, hence no check of the type before.
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _status(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, now: datetime
) -> RevocationStatus:
    if not _covers(crl, certificate):
        return RevocationStatus.UNAVAILABLE
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        return RevocationStatus.REVOKED
    next_update = crl.next_update_utc
    is_current = crl.last_update_utc <= now and next_update is not None and now < next_update
    return RevocationStatus.GOOD if is_current else RevocationStatus.UNAVAILABLE


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a list is complete for this certificate.

    Not complete: a delta CRL, an indirect CRL, a list of CA or attribute certificates only, of some
    reasons only, or of another distribution point than the certificate names.
    Source: RFC 5280, sections 5.2.4, 5.2.5, 6.3.3.
    """
    try:
        extensions = crl.extensions
    except (ValueError, x509.DuplicateExtension):
        return False
    for extension in extensions:
        value = extension.value
        # A delta CRL has the critical extension deltaCRLIndicator, which is not among those.
        if extension.critical and not isinstance(value, _UNDERSTOOD_EXTENSIONS):
            return False
        if isinstance(value, x509.IssuingDistributionPoint):
            is_partial = (
                value.indirect_crl
                or value.only_contains_ca_certs
                or value.only_contains_attribute_certs
                or value.only_some_reasons
                or value.relative_name
            )
            if is_partial:
                return False
            if value.full_name and not set(value.full_name) & _distribution_points(certificate):
                return False
    return True


def _distribution_points(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}
