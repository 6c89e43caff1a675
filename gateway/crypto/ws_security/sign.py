"""Signing messages: an XML signature over Body and Timestamp, in the Security header.

Exclusive canonicalisation keeps the signature valid while intermediaries add headers and declare
namespaces on the Envelope.

Source: docs/ws-security.md; X.509 Certificate Token Profile 1.1.
"""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

from gateway.crypto import policy
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.ws_security.names import (
    BASE64,
    DS,
    SUBJECT_KEY_IDENTIFIER,
    THUMBPRINT,
    WSSE,
    WSU,
    X509_V3,
)
from gateway.crypto.ws_security.signers import subject_key_identifier, thumbprint
from gateway.crypto.ws_security.writing import OutgoingMessage, add_timestamp
from gateway.domain.errors import KeyUnusable
from gateway.exchange.ports import Clock


class KeyReference(StrEnum):
    """How a signature of ours names its certificate.

    Source: X.509 Certificate Token Profile 1.1, section 3.
    """

    CERTIFICATE = "certificate"
    """The certificate goes along, as a BinarySecurityToken."""
    KEY_IDENTIFIER = "key-identifier"
    """By the subject key identifier of the certificate, which the partner has."""
    ISSUER_SERIAL = "issuer-serial"
    """By the certificate's issuer and serial number."""
    THUMBPRINT = "thumbprint"
    """By the hash of the certificate (WS-Security 1.1)."""


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Our key for messages and its certificate.

    key: a key object, never PEM, which signxml would parse at every signature (20 times slower).
    Raises KeyUnusable for a key that is not the certificate's, or for a certificate whose key usage
    does not allow signatures.
    """

    key: policy.PrivateKey = field(repr=False)
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        if self.key.public_key() != self.certificate.public_key():
            raise KeyUnusable(
                "message_security.key_file is not the key to message_security.certificate_file."
            )
        if why_unfit(Purpose.MESSAGE, self.certificate):
            raise KeyUnusable(
                "message_security.certificate_file: its key usage does not allow signatures."
            )


@dataclass(frozen=True, slots=True)
class MessageSigner:
    """Implements exchange.ports.MessageSecurer with an X.509 signature.

    lifetime: from Created to Expires of our messages.
    mandatory: whether the header has mustUnderstand: on requests yes; on answers no, because a
    client that does not verify them should still be able to read them.
    """

    key: MessageKey
    reference: KeyReference
    lifetime: timedelta
    mandatory: bool
    clock: Clock

    def secured(self, message: bytes) -> bytes:
        """See the port."""
        now = self.clock().astimezone(UTC)
        self._require_in_date(now)
        outgoing = OutgoingMessage(message, mandatory=self.mandatory)
        # Random Ids make each message unique, so that two equal requests within one millisecond are
        # not taken for a replay.
        body_id, timestamp_id, token_id = (
            f"{name}-{uuid4()}" for name in ("body", "timestamp", "token")
        )
        outgoing.body.set(f"{WSU}Id", body_id)
        timestamp = add_timestamp(outgoing.security, now, self.lifetime)
        timestamp.set(f"{WSU}Id", timestamp_id)
        key_info = self._key_info(outgoing.security, token_id)
        method, digest = policy.algorithms_for(self.key.key)
        signer = XMLSigner(
            method=SignatureConstructionMethod.detached,
            signature_algorithm=method,
            digest_algorithm=digest,
            c14n_algorithm=policy.CANONICALISATION,
        )
        signature = signer.sign(
            outgoing.envelope,
            key=self.key.key,
            reference_uri=[f"#{body_id}", f"#{timestamp_id}"],
            key_info=key_info,
        )
        outgoing.security.append(signature)
        return outgoing.written()

    def _require_in_date(self, now: datetime) -> None:
        certificate = self.key.certificate
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise KeyUnusable(
                "The certificate we sign messages with is not in date"
                f" ({certificate.not_valid_before_utc.date()} to"
                f" {certificate.not_valid_after_utc.date()})."
            )

    def _key_info(self, security: etree._Element, token_id: str) -> etree._Element:
        certificate = self.key.certificate
        key_info = etree.Element(f"{DS}KeyInfo", nsmap={"ds": DS[1:-1]})
        holder = etree.SubElement(
            key_info, f"{WSSE}SecurityTokenReference", nsmap={"wsse": WSSE[1:-1]}
        )
        match self.reference:
            case KeyReference.CERTIFICATE:
                token = etree.SubElement(
                    security,
                    f"{WSSE}BinarySecurityToken",
                    {f"{WSU}Id": token_id, "ValueType": X509_V3, "EncodingType": BASE64},
                )
                token.text = _base64(certificate.public_bytes(Encoding.DER))
                etree.SubElement(holder, f"{WSSE}Reference", URI=f"#{token_id}", ValueType=X509_V3)
            case KeyReference.ISSUER_SERIAL:
                data = etree.SubElement(holder, f"{DS}X509Data")
                named = etree.SubElement(data, f"{DS}X509IssuerSerial")
                etree.SubElement(
                    named, f"{DS}X509IssuerName"
                ).text = certificate.issuer.rfc4514_string()
                etree.SubElement(named, f"{DS}X509SerialNumber").text = str(
                    certificate.serial_number
                )
            case KeyReference.KEY_IDENTIFIER:
                _add_identifier(holder, SUBJECT_KEY_IDENTIFIER, subject_key_identifier(certificate))
            case KeyReference.THUMBPRINT:
                _add_identifier(holder, THUMBPRINT, thumbprint(certificate))
        return key_info


def _add_identifier(holder: etree._Element, kind: str, value: bytes) -> None:
    etree.SubElement(
        holder, f"{WSSE}KeyIdentifier", ValueType=kind, EncodingType=BASE64
    ).text = _base64(value)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
