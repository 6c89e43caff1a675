"""Revocation of a sealing certificate: what a revocation list (CRL) says of the signer of a seal.

The time in a seal is the signer's own word, and a thief of the key writes whatever time is useful.
So a certificate that was revoked makes all its seals worthless, those that claim an earlier time
too. The exception are the reasons that say that the key is in nobody else's hands (`superseded`,
`cessationOfOperation`): the seals made before the revocation stay, and later ones do not count.

A list that is not current, or that is not of the signer's CA, proves nothing: the signer counts as
unknown then.

Source: RFC 5280, sections 5.3.1 and 6.3; ETSI EN 319 102-1, section 5.5 (no proof of existence).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.callers.revocation import RevocationStatus
from gateway.crypto.trust import is_issued_by
from gateway.domain.verdict import SealStatus

_KEY_IN_NO_OTHER_HANDS = frozenset(
    {x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation}
)


@dataclass(frozen=True, slots=True)
class Revocation:
    """Status of a seal whose signer is not good by the list. The fields are those of Verdict."""

    at_issue: SealStatus
    now: SealStatus
    reason: str


def revocation_of(
    path: Sequence[x509.Certificate],
    known: Sequence[x509.Certificate],
    lists: RevocationLists,
    sealed_at: datetime,
    now: datetime,
) -> Revocation | None:
    """Judge every certificate of a path; None where the signer is good, and no CA is revoked.

    path: of the signer's certificate, to the anchor.  known: further certificates, among which the
    issuer of the last one may be.  sealed_at, now: aware.
    """
    for certificate in path:
        issuer = _issuer(certificate, (*path, *known))
        entries = lists.entries(certificate, issuer) if issuer else ()
        if entries:
            return _revoked(entries, sealed_at)
    signer = path[0]
    issuer = _issuer(signer, (*path, *known))
    if issuer and lists.status(signer, issuer, now) is RevocationStatus.GOOD:
        return None
    return Revocation(
        SealStatus.SIGNER_UNKNOWN,
        SealStatus.SIGNER_UNKNOWN,
        "Whether the signer's certificate has been revoked cannot be found out: there is no current"
        " revocation list of its CA here.",
    )


def _issuer(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    """The CA whose key signed a certificate; None where it is not there, or it signed itself."""
    return next(
        (
            candidate
            for candidate in candidates
            if candidate != certificate and is_issued_by(certificate, candidate)
        ),
        None,
    )


def _revoked(entries: Sequence[x509.RevokedCertificate], sealed_at: datetime) -> Revocation:
    since = min(entry.revocation_date_utc for entry in entries)
    if sealed_at < since and all(_reason(entry) in _KEY_IN_NO_OTHER_HANDS for entry in entries):
        return Revocation(
            SealStatus.SEALED_VALID,
            SealStatus.EXPIRED,
            "The seal was valid when it was made; the signer's certificate was withdrawn on"
            f" {since:%Y-%m-%d}, when another took its place.",
        )
    return Revocation(
        SealStatus.REVOKED,
        SealStatus.REVOKED,
        f"The certificate of the signer was revoked on {since:%Y-%m-%d}: others may have its key,"
        " and the time in the seal proves nothing.",
    )


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, ValueError):
        return x509.ReasonFlags.unspecified
