"""Whose signature may it be? The key always comes from configuration; what a message says only chooses among them.

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

from gateway.domain.errors import SignatureInvalid, SignerNotTrusted
from gateway.signatures.message_names import BASE64, DS, SUBJECT_KEY_IDENTIFIER, THUMBPRINT, WSSE, X509_V3
from gateway.signatures.trust import leads_to


@dataclass(frozen=True, slots=True)
class TrustedSigners:
    """Who may sign for one partner.

    pinned: its signing certificates themselves.
    anchors, subject: or the CA of a certificate that the message brings, and the whole subject it must have (RFC 4514).
    """

    pinned: tuple[x509.Certificate, ...]
    anchors: tuple[x509.Certificate, ...] = ()
    subject: str | None = None

    def find(self, key: etree._Element, token: etree._Element | None, now: datetime) -> x509.Certificate:
        """The certificate that a signature means, in date. key: what its SecurityTokenReference holds.

        Raises SignerNotTrusted, SignatureInvalid for a reference that cannot be read.
        """
        certificate = self._brought(token, now) if token is not None else self._named(key)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise SignerNotTrusted("The certificate of the signer is not in date.")
        if not may_sign(certificate):
            raise SignerNotTrusted("The certificate of the signer is not one for signatures.")
        return certificate

    def _brought(self, token: etree._Element, now: datetime) -> x509.Certificate:
        if token.get("ValueType") != X509_V3 or token.get("EncodingType", BASE64) != BASE64:
            raise SignatureInvalid("The BinarySecurityToken is not an X509v3 certificate in base64.")
        try:
            certificate = x509.load_der_x509_certificate(_decoded(token))
        except ValueError:
            raise SignatureInvalid("The BinarySecurityToken holds no certificate.") from None
        if certificate in self.pinned:
            return certificate
        if self._is_issued(certificate, now):
            return certificate
        raise SignerNotTrusted("The certificate of the signer is not one that is trusted for this party.")

    def _is_issued(self, certificate: x509.Certificate, now: datetime) -> bool:
        try:
            named = self.subject is not None and certificate.subject.rfc4514_string() == self.subject
            return named and leads_to(self.anchors, certificate, (), now)
        except ValueError:  # a name or an extension of it is damaged
            return False

    def _named(self, key: etree._Element) -> x509.Certificate:
        fits = _chooser(key)
        found = [certificate for certificate in self.pinned if fits(certificate)]
        if len(found) != 1:
            raise SignerNotTrusted("The signature names no certificate that is known here for this party.")
        return found[0]


def _chooser(key: etree._Element) -> Callable[[x509.Certificate], bool]:
    if key.tag == f"{DS}X509Data":
        # Every implementation spells an issuer's name in its own way. As only certificates of one partner are chosen
        # among, and the signature decides in the end, the serial number is enough.
        serial = (key[0][1].text or "").strip()
        return lambda certificate: str(certificate.serial_number) == serial
    kind = key.get("ValueType") if key.tag == f"{WSSE}KeyIdentifier" else None
    if kind not in _IDENTIFIERS or key.get("EncodingType", BASE64) != BASE64:
        raise SignatureInvalid("The signature names its key in a way that is not accepted.")
    wanted, identifier = _decoded(key), _IDENTIFIERS[kind]
    return lambda certificate: identifier(certificate) == wanted


def subject_key_identifier(certificate: x509.Certificate) -> bytes:
    """As the certificate says it, else the hash of its key (RFC 5280, section 4.2.1.2)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def thumbprint(certificate: x509.Certificate) -> bytes:
    """SHA-1 of the certificate, as the profile fixes it: a name, nothing is protected by it."""
    return hashlib.sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()


_IDENTIFIERS: dict[str | None, Callable[[x509.Certificate], bytes]] = {
    SUBJECT_KEY_IDENTIFIER: subject_key_identifier,
    THUMBPRINT: thumbprint,
}


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its key usage, where it states one, allows signatures. Many partners sign with their TLS certificate."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _decoded(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid("The Security header holds base64 that cannot be read.") from None
