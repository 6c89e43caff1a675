"""How do we sign a message? One signature over Body and Timestamp, exclusive canonicalisation, our own algorithms.

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

from gateway.domain.errors import KeyUnusable
from gateway.exchange.ports import Clock
from gateway.signatures import policy
from gateway.signatures.message_names import (
    BASE64,
    DS,
    SUBJECT_KEY_IDENTIFIER,
    THUMBPRINT,
    WSSE,
    WSU,
    X509_V3,
)
from gateway.signatures.message_signers import may_sign, subject_key_identifier, thumbprint
from gateway.signatures.message_writing import OpenMessage


class KeyReference(StrEnum):
    """How a signature of ours says which certificate it belongs to."""

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
    """What we sign messages with. Raises KeyUnusable for a key that is not the certificate's."""

    key: policy.PrivateKey = field(repr=False)
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        if self.key.public_key() != self.certificate.public_key():
            raise KeyUnusable("message_security.key_file is not the key to message_security.certificate_file.")
        if not may_sign(self.certificate):
            raise KeyUnusable("message_security.certificate_file: its key usage does not allow signatures.")


@dataclass(frozen=True, slots=True)
class MessageSigner:
    """Implements exchange.ports.MessageSecurer. lifetime: how long our messages count.

    mandatory: whether the receiver must process the header: that of a request; an answer's it may pass over.
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
        opened = OpenMessage(message, mandatory=self.mandatory)
        # Ids of their own make every message one of its kind, so that two alike in one second are not a replay.
        body_id, timestamp_id, token_id = (f"{name}-{uuid4()}" for name in ("body", "timestamp", "token"))
        opened.body.set(f"{WSU}Id", body_id)
        timestamp = etree.SubElement(opened.security, f"{WSU}Timestamp", {f"{WSU}Id": timestamp_id})
        etree.SubElement(timestamp, f"{WSU}Created").text = _written(now)
        etree.SubElement(timestamp, f"{WSU}Expires").text = _written(now + self.lifetime)
        key_info = self._key_info(opened.security, token_id)
        method, digest = policy.produced_with(self.key.key)
        signer = XMLSigner(
            method=SignatureConstructionMethod.detached, signature_algorithm=method, digest_algorithm=digest,
            c14n_algorithm=policy.CANONICALISATION,
        )  # fmt: skip
        signature = signer.sign(
            opened.envelope, key=self.key.key, reference_uri=[f"#{body_id}", f"#{timestamp_id}"], key_info=key_info
        )
        opened.security.append(signature)
        return opened.written()

    def _require_in_date(self, now: datetime) -> None:
        certificate = self.key.certificate
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise KeyUnusable(
                "The certificate we sign messages with is not in date "
                f"({certificate.not_valid_before_utc.date()} to {certificate.not_valid_after_utc.date()})."
            )

    def _key_info(self, security: etree._Element, token_id: str) -> etree._Element:
        certificate = self.key.certificate
        key_info = etree.Element(f"{DS}KeyInfo", nsmap={"ds": DS[1:-1]})
        holder = etree.SubElement(key_info, f"{WSSE}SecurityTokenReference", nsmap={"wsse": WSSE[1:-1]})
        match self.reference:
            case KeyReference.CERTIFICATE:
                token = etree.SubElement(
                    security, f"{WSSE}BinarySecurityToken",
                    {f"{WSU}Id": token_id, "ValueType": X509_V3, "EncodingType": BASE64},
                )  # fmt: skip
                token.text = _base64(certificate.public_bytes(Encoding.DER))
                etree.SubElement(holder, f"{WSSE}Reference", URI=f"#{token_id}", ValueType=X509_V3)
            case KeyReference.ISSUER_SERIAL:
                data = etree.SubElement(holder, f"{DS}X509Data")
                named = etree.SubElement(data, f"{DS}X509IssuerSerial")
                etree.SubElement(named, f"{DS}X509IssuerName").text = certificate.issuer.rfc4514_string()
                etree.SubElement(named, f"{DS}X509SerialNumber").text = str(certificate.serial_number)
            case KeyReference.KEY_IDENTIFIER:
                _add_identifier(holder, SUBJECT_KEY_IDENTIFIER, subject_key_identifier(certificate))
            case KeyReference.THUMBPRINT:
                _add_identifier(holder, THUMBPRINT, thumbprint(certificate))
        return key_info


def _add_identifier(holder: etree._Element, kind: str, value: bytes) -> None:
    etree.SubElement(holder, f"{WSSE}KeyIdentifier", ValueType=kind, EncodingType=BASE64).text = _base64(value)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
