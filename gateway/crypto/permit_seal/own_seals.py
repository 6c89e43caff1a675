"""Seals of our own making: which certificate made one, and whether it still covers its document."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.keys.certificates import fingerprint
from gateway.crypto.permit_seal.structure import read_structure
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.crypto.x509_reading import certificate_of_der
from gateway.domain.errors import SignatureInvalid, SignerNotTrusted, TrustRefused
from gateway.domain.verdict import SealStatus
from gateway.exchange.ports import Clock


class OwnSealVerifier:
    """The port `OwnSeals`. ours: by SHA-256, each certificate that seals for us, or has."""

    def __init__(self, ours: Mapping[str, x509.Certificate], clock: Clock) -> None:
        self._ours = ours
        self._clock = clock

    @classmethod
    def of(cls, ours: Collection[bytes], clock: Clock) -> Self:
        """From the DER of the certificates."""
        return cls({fingerprint(der): certificate_of_der(der) for der in ours}, clock)

    def signer(self, seal: bytes) -> str | None:
        """See the port."""
        try:
            certificate = read_structure(seal).certificates[0]
        except TrustRefused:
            return None
        return fingerprint(certificate.public_bytes(Encoding.DER))

    def sealed_at(self, document: bytes, seal: bytes) -> datetime:
        """See the port."""
        signer = self._ours.get(self.signer(seal) or "")
        if signer is None:
            raise SignerNotTrusted("Its seal was made with a certificate that is none of ours.")
        verdict = PermitSealVerifier((signer,), None, self._clock).judge(document, [seal]).verdict
        if verdict.at_issue is not SealStatus.SEALED_VALID or verdict.sealed_at is None:
            raise SignatureInvalid(f"Its seal does not hold. {verdict.reason}")
        return verdict.sealed_at
