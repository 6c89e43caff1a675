"""Which authorities may issue certificates to callers, and which of them issued this one?"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gateway.domain.errors import CertificateMissing, SettingsInvalid


def authorities_in(file: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate of a PEM file. Raises SettingsInvalid naming the file."""
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError):
        raise SettingsInvalid(f"{file} holds no PEM certificates of an authority.", file=str(file)) from None


class KnownAuthorities:
    """Each counts by itself, an issuing authority without its root too.

    A caller's certificate must come from one of them directly: what else it shows in its handshake does not count, so
    that one certificate is judged alike whoever ends TLS.
    """

    def __init__(self, authorities: Iterable[x509.Certificate]) -> None:
        self._all = tuple(dict.fromkeys(authorities))
        self._policy = (
            PolicyBuilder()
            .store(Store(list(self._all)))
            .max_chain_depth(0)
            .extension_policies(ca_policy=_MAY_ISSUE, ee_policy=ExtensionPolicy.permit_all())
        )

    def issuer(self, certificate: x509.Certificate, now: datetime) -> x509.Certificate:
        """The authority that issued it, itself in date. now: aware. Raises CertificateMissing."""
        try:
            _, issuer = self._policy.time(now).build_client_verifier().verify(certificate, []).chain
        except (VerificationError, ValueError):
            if any(_issued(certificate, authority) for authority in self._all):
                text = "The client certificate or its authority is not fit for use: extensions, algorithm or dates."
            else:
                text = "The client certificate was issued by an authority that is not known here."
            raise CertificateMissing(text) from None
        return issuer


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signs_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("not for signing certificates")


# National authorities are older than the browsers' rules, so only what makes an authority one is asked of them.
_MAY_ISSUE = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)
)
