"""Trusted signers: finds the certificate of a message's signer among the configured ones.

The key never comes from the message. The reference in a message only selects among the pinned
certificates, or brings a certificate that a configured CA has issued for the configured subject.

Source: X.509 Certificate Token Profile 1.1, section 3.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.trust import is_path_valid
from gateway.crypto.ws_security.names import (
    BASE64,
    DS,
    SUBJECT_KEY_IDENTIFIER,
    THUMBPRINT,
    WSSE,
    X509_V3,
)
from gateway.crypto.x509_reading import certificate_of_der
from gateway.domain.errors import SignatureInvalid, SignerNotTrusted
from gateway.domain.white_space import removed, trimmed


@dataclass(frozen=True, slots=True)
class TrustedSigners:
    """The signers of one partner.

    pinned: its signing certificates.
    anchors, subject: the CA of a certificate that the message carries, and the whole subject that
    the certificate must have (RFC 4514). A CA without a subject would let all its customers sign.
    """

    pinned: tuple[x509.Certificate, ...]
    anchors: tuple[x509.Certificate, ...] = ()
    subject: str | None = None

    def find(
        self, key: etree._Element, token: etree._Element | None, now: datetime
    ) -> x509.Certificate:
        """The certificate of the signer, in date and fit for signing messages.

        key: content of the SecurityTokenReference.  token: the BinarySecurityToken, or None.
        now: aware.
        Raises SignerNotTrusted, SignatureInvalid for a reference that cannot be read.
        """
        certificate = self._carried(token, now) if token is not None else self._referenced(key)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise SignerNotTrusted("The certificate of the signer is not in date.")
        if why_unfit(Purpose.MESSAGE, certificate):
            raise SignerNotTrusted("The certificate of the signer is not one for signatures.")
        return certificate

    def _carried(self, token: etree._Element, now: datetime) -> x509.Certificate:
        if token.get("ValueType") != X509_V3 or token.get("EncodingType", BASE64) != BASE64:
            raise SignatureInvalid(
                "The BinarySecurityToken is not an X509v3 certificate in base64."
            )
        try:
            certificate = certificate_of_der(_decoded(token))
        except ValueError:
            raise SignatureInvalid("The BinarySecurityToken holds no certificate.") from None
        if certificate in self.pinned:
            return certificate
        if self._is_issued(certificate, now):
            return certificate
        raise SignerNotTrusted(
            "The certificate of the signer is not one that is trusted for this party."
        )

    def _is_issued(self, certificate: x509.Certificate, now: datetime) -> bool:
        try:
            has_subject = (
                self.subject is not None and certificate.subject.rfc4514_string() == self.subject
            )
            return has_subject and is_path_valid(self.anchors, certificate, (), now)
        except ValueError:  # a name or an extension cannot be decoded
            return False

    def _referenced(self, key: etree._Element) -> x509.Certificate:
        is_referenced = _selector(key)
        found = [certificate for certificate in self.pinned if is_referenced(certificate)]
        if len(found) != 1:
            raise SignerNotTrusted(
                "The signature names no certificate that is known here for this party."
            )
        return found[0]


def _selector(key: etree._Element) -> Callable[[x509.Certificate], bool]:
    """Whether a certificate is the one that a SecurityTokenReference names.

    Source: X.509 Certificate Token Profile 1.1, sections 3.2.1 to 3.2.3.
    """
    if key.tag == f"{DS}X509Data":
        # The issuer's name is not compared: implementations write it in different ways. The serial
        # number is enough to select among the few certificates of one partner, and a wrong choice
        # only makes the signature invalid.
        serial = trimmed(key[0][1].text or "")
        return lambda certificate: str(certificate.serial_number) == serial
    value_type = key.get("ValueType") if key.tag == f"{WSSE}KeyIdentifier" else None
    if value_type not in _IDENTIFIERS or key.get("EncodingType", BASE64) != BASE64:
        raise SignatureInvalid("The signature names its key in a way that is not accepted.")
    wanted, identifier = _decoded(key), _IDENTIFIERS[value_type]
    return lambda certificate: identifier(certificate) == wanted


def subject_key_identifier(certificate: x509.Certificate) -> bytes:
    """The extension of the certificate, else the SHA-1 of its key (RFC 5280, section 4.2.1.2)."""
    try:
        return certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        ).value.digest
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def thumbprint(certificate: x509.Certificate) -> bytes:
    """SHA-1 of the certificate, as WS-Security 1.1 fixes it.

    SHA-1 only names the certificate here; no security rests on it.
    """
    return hashlib.sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()


_IDENTIFIERS: dict[str | None, Callable[[x509.Certificate], bytes]] = {
    SUBJECT_KEY_IDENTIFIER: subject_key_identifier,
    THUMBPRINT: thumbprint,
}


def _decoded(element: etree._Element) -> bytes:
    try:
        return base64.b64decode(removed(element.text or ""), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid("The Security header holds base64 that cannot be read.") from None
