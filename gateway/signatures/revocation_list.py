"""What does an authority's revocation list say (RFC 5280, section 5)? Its file is read again whenever it changes."""

import re
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.domain.errors import SettingsInvalid
from gateway.signatures.revocation import Standing, log

_PEM = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
_UNDERSTOOD = (x509.IssuingDistributionPoint, x509.AuthorityKeyIdentifier, x509.CRLNumber)

Stamp = tuple[int, int, int]


class RevocationLists:
    """The lists in one file, PEM (several, one after another) or DER.

    A file that can no longer be read leaves what it held before in force, as long as that is current.
    """

    def __init__(self, file: Path) -> None:
        """Raises SettingsInvalid for a file that holds no list now."""
        try:
            lists_in(file.read_bytes())
        except (OSError, ValueError):
            raise SettingsInvalid(f"{file} holds no revocation list, PEM or DER.", file=str(file)) from None
        self._file = file
        self._stamp: Stamp | None = None
        self._lists: tuple[x509.CertificateRevocationList, ...] = ()
        self._by_issuer: dict[x509.Certificate, tuple[x509.CertificateRevocationList, ...]] = {}

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Standing:
        """See RevocationSource. Who stands on a list stays revoked when the list has run out."""
        self._reread()
        said = {_standing(revocations, certificate, now) for revocations in self._signed_by(issuer)}
        for word in (Standing.REVOKED, Standing.GOOD):
            if word in said:
                return word
        log.warning("%s holds no current revocation list of %s", self._file, issuer.subject.rfc4514_string())
        return Standing.SILENT

    def _reread(self) -> None:
        try:
            about = self._file.stat()
            stamp = (about.st_mtime_ns, about.st_size, about.st_ino)
            if stamp == self._stamp:
                return
            self._lists = lists_in(self._file.read_bytes())
        except (OSError, ValueError):
            log.warning("revocation lists in %s cannot be read; those read before stay in force", self._file)
            return
        self._stamp, self._by_issuer = stamp, {}

    def _signed_by(self, issuer: x509.Certificate) -> tuple[x509.CertificateRevocationList, ...]:
        found = self._by_issuer.get(issuer)
        if found is None:
            found = tuple(one for one in self._lists if _is_by(one, issuer))
            self._by_issuer[issuer] = found
        return found


def lists_in(content: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    """Every list of a file. Raises ValueError where there is none, or one cannot be read."""
    if not content.lstrip().startswith(b"-----"):
        return (x509.load_der_x509_crl(content),)
    lists = tuple(x509.load_pem_x509_crl(pem) for pem in _PEM.findall(content))
    if not lists:
        raise ValueError("no revocation list")
    return lists


def _is_by(revocations: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if revocations.issuer != issuer.subject:
        return False
    try:
        return revocations.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # it says TypeError itself
    except (TypeError, ValueError):
        return False


def _standing(revocations: x509.CertificateRevocationList, certificate: x509.Certificate, now: datetime) -> Standing:
    if not _covers(revocations, certificate):
        return Standing.SILENT
    entry = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        return Standing.REVOKED
    until = revocations.next_update_utc
    return Standing.GOOD if revocations.last_update_utc <= now and until and now < until else Standing.SILENT


def _covers(revocations: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a list speaks of this certificate: not one of changes only, of CAs only, or of another part of all."""
    try:
        extensions = revocations.extensions
    except (ValueError, x509.DuplicateExtension):
        return False
    for extension in extensions:
        point = extension.value
        if extension.critical and not isinstance(point, _UNDERSTOOD):
            return False
        if isinstance(point, x509.IssuingDistributionPoint):
            of_others = point.indirect_crl or point.only_contains_ca_certs or point.only_contains_attribute_certs
            if of_others or point.only_some_reasons or point.relative_name:
                return False
            if point.full_name and not set(point.full_name) & _points_of(certificate):
                return False
    return True


def _points_of(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}
