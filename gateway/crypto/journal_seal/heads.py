"""Head signatures: heads of the journal are signed, and their signatures verified.

The key is the one that seals permits (purpose `seal` in `keys/purposes.py`), so its certificate has
been checked for key usage. The certificate is stored beside each signature, so that a signature can
be verified after the key was renewed. It is trusted only if it is one of our sealing certificates.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto import policy
from gateway.crypto.trust import country_of, is_path_valid
from gateway.crypto.x509_reading import certificate_of_der, certificates_of_pem
from gateway.domain.errors import SignatureInvalid, SignerNotTrusted
from gateway.domain.identifiers import IsoCountryCode


class JournalSigner:
    """The port `HeadSigner`: ECDSA, or RSA (PKCS #1 v1.5), with SHA-256."""

    def __init__(self, key: policy.PrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self._fingerprint = chain[0].fingerprint(SHA256()).hex()
        self._pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)

    @property
    def certificates(self) -> bytes:
        """See the port."""
        return self._pem

    @property
    def fingerprint(self) -> str:
        """See the port."""
        return self._fingerprint

    def sign(self, message: bytes) -> bytes:
        """See the port."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(message, padding.PKCS1v15(), SHA256())
        return self._key.sign(message, ec.ECDSA(SHA256()))


class JournalVerifier:
    """The port `HeadVerifier`.

    ours: DER of every sealing certificate that we use or have used (`keys.configured.our_seals`).
    revoked: those of them that were revoked, with the moment (`keys.configured.revoked_seals`).
    """

    def __init__(
        self, ours: frozenset[bytes], revoked: Mapping[bytes, datetime] | None = None
    ) -> None:
        self._ours = ours
        self._revoked = revoked or {}

    def signer(
        self, message: bytes, signature: bytes, certificates: bytes, at: datetime | None
    ) -> str:
        """See the port."""
        certificate, *_ = _signers(message, signature, certificates)
        name = certificate.subject.rfc4514_string()
        if certificate.public_bytes(Encoding.DER) not in self._ours:
            raise SignerNotTrusted(
                f"It is signed by {name}, with a certificate that is none of ours."
            )
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if at is not None and not begin <= at <= end:
            raise SignerNotTrusted(f"The certificate of {name} was not valid when it was signed.")
        revoked = self.revoked_at(certificates)
        if revoked is not None and at is not None and at >= revoked:
            raise SignerNotTrusted(
                f"The certificate of {name} was revoked on {revoked:%Y-%m-%d}, before that."
            )
        return name

    def revoked_at(self, certificates: bytes) -> datetime | None:
        """See the port."""
        try:
            certificate = certificates_of_pem(certificates)[0]
        except ValueError:
            return None
        return self._revoked.get(certificate.public_bytes(Encoding.DER))


class PartnerHeadVerifier:
    """The port `StatementVerifier`, for heads and receipts of a partner.

    anchors: CAs of its country's sealing certificates, or these certificates themselves.
    country: its certificate must name it.  why_unfit: why a certificate is none for sealing.
    """

    def __init__(
        self,
        anchors: Sequence[x509.Certificate],
        country: IsoCountryCode,
        why_unfit: Callable[[x509.Certificate], object],
    ) -> None:
        self._anchors = tuple(anchors)
        self._country = country
        self._why_unfit = why_unfit

    def signer(self, message: bytes, signature: bytes, certificates: bytes, at: datetime) -> str:
        """See the port."""
        certificate, *others = _signers(message, signature, certificates)
        name = certificate.subject.rfc4514_string()
        if country_of(certificate) != self._country.text or self._why_unfit(certificate):
            raise SignerNotTrusted(f"It is signed by {name}, which does not seal for the partner.")
        if not is_path_valid(self._anchors, certificate, others, at):
            raise SignerNotTrusted(
                f"It is signed by {name}, which the partner's seal_anchors_file does not vouch for."
            )
        return name


def _signers(message: bytes, signature: bytes, certificates: bytes) -> list[x509.Certificate]:
    """The certificate that signed a message, and those beside it. Raises SignatureInvalid."""
    try:
        found = [
            certificate_of_der(each.public_bytes(Encoding.DER))
            for each in certificates_of_pem(certificates)
        ]
    except ValueError:
        raise SignatureInvalid("The certificate beside it cannot be read.") from None
    name = found[0].subject.rfc4514_string()
    try:
        _verify(found[0].public_key(), signature, message)
    except (InvalidSignature, UnsupportedAlgorithm):
        raise SignatureInvalid(f"It is not a signature of {name} over this head.") from None
    return found


class CurrentJournalVerifier:
    """The port `HeadVerifier`, for processes that outlive a rotation of the key.

    read: gives the verifier with the keys of this moment. A signature by another certificate has
    it read again, as the key may have been rotated meanwhile.
    """

    def __init__(self, read: Callable[[], JournalVerifier]) -> None:
        self._read = read
        self._verifier = read()

    def signer(
        self, message: bytes, signature: bytes, certificates: bytes, at: datetime | None
    ) -> str:
        """See the port."""
        try:
            return self._verifier.signer(message, signature, certificates, at)
        except SignerNotTrusted:
            self._verifier = self._read()
            return self._verifier.signer(message, signature, certificates, at)

    def revoked_at(self, certificates: bytes) -> datetime | None:
        """See the port."""
        return self._verifier.revoked_at(certificates)


def _verify(key: object, signature: bytes, message: bytes) -> None:
    """Raises InvalidSignature, also for a key that is neither EC nor RSA."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), SHA256())
    else:
        raise InvalidSignature
