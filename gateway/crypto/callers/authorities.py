"""Certification authorities of callers: the configured CAs, and the one that issued a certificate.

A chain has length one. The CA that issued the caller's certificate must itself be configured, and
intermediates that the caller sends in the handshake do not count. A reverse proxy forwards the
caller's certificate without its chain, so any other rule would judge the same certificate
differently behind a proxy and in direct TLS.

A CA is its name and its public key, not one certificate: it may be certified anew, and both
certificates may be configured side by side. Path validation then finds either of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import (
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gateway.crypto.trust import CA_POLICY, are_subject_mails_allowed, is_issued_by
from gateway.crypto.x509_reading import certificates_of_pem
from gateway.domain.errors import CertificateMissing, SettingsInvalid


def authorities_in(file: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate of a PEM file. Raises SettingsInvalid naming the file."""
    try:
        return tuple(certificates_of_pem(file.read_bytes()))
    except (OSError, ValueError):
        raise SettingsInvalid(
            f"{file} holds no PEM certificates of an authority.", file=str(file)
        ) from None


@dataclass(frozen=True, slots=True)
class AuthorityId:
    """Identity of a CA: its name and its public key, the same in each of its certificates.

    Whatever is configured for a CA is looked up by it: revocation, and rules of partners. Looked
    up by certificate, it would not be found where the CA has been certified anew with the same key.
    public_key: SubjectPublicKeyInfo, DER.
    Source: RFC 5280, section 6.1.1 (d): a trust anchor is a name and a key.
    """

    name: x509.Name
    public_key: bytes

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Self:
        """The identity of the CA that a certificate is of."""
        try:
            key = certificate.public_key()
            spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except (ValueError, UnsupportedAlgorithm):
            # A key of an unknown type verifies nothing, so such a CA is only ever itself.
            spki = certificate.public_bytes(Encoding.DER)
        return cls(certificate.subject, spki)


class KnownAuthorities:
    """The CAs that may issue certificates to callers. An issuing CA is enough without its root."""

    def __init__(self, authorities: Iterable[x509.Certificate]) -> None:
        self._all = tuple(dict.fromkeys(authorities))
        self._policy = (
            PolicyBuilder()
            .store(Store(list(self._all)))
            .max_chain_depth(0)
            .extension_policies(ca_policy=CA_POLICY, ee_policy=ExtensionPolicy.permit_all())
        )

    @property
    def ids(self) -> frozenset[AuthorityId]:
        """The identities of these CAs."""
        return frozenset(map(AuthorityId.of, self._all))

    def issuer(self, certificate: x509.Certificate, now: datetime) -> x509.Certificate:
        """The CA that issued a certificate, both of them in date.

        now: aware. Raises CertificateMissing.
        """
        try:
            path = self._policy.time(now).build_client_verifier().verify(certificate, []).chain
            _, issuer = path
            if not are_subject_mails_allowed(path):
                raise ValueError("a name constraint of the authority")
        except (VerificationError, ValueError):
            # The library does not say which check failed; the two cases need different remedies.
            if any(is_issued_by(certificate, authority) for authority in self._all):
                text = (
                    "The client certificate or its authority is not fit for use: extensions,"
                    " algorithm, dates or names."
                )
            else:
                text = "The client certificate was issued by an authority that is not known here."
            raise CertificateMissing(text) from None
        return issuer
