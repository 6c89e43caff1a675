"""Who signed a head of the journal? Our key that seals permits; its certificate stands beside the signature."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.domain.errors import SignatureInvalid, SignerNotTrusted
from gateway.signatures import policy


class JournalSigner:
    """The port `HeadSigner`: ECDSA or RSA (PKCS #1 v1.5), with SHA-256."""

    def __init__(self, key: policy.PrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self._pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)

    @property
    def certificates(self) -> bytes:
        """See the port."""
        return self._pem

    def sign(self, message: bytes) -> bytes:
        """See the port."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(message, padding.PKCS1v15(), SHA256())
        return self._key.sign(message, ec.ECDSA(SHA256()))


class JournalVerifier:
    """The port `HeadVerifier`. ours: DER of every certificate that has sealed or seals for us."""

    def __init__(self, ours: frozenset[bytes]) -> None:
        self._ours = ours

    def signer(self, message: bytes, signature: bytes, certificates: bytes, at: datetime) -> str:
        """See the port."""
        try:
            certificate = x509.load_pem_x509_certificates(certificates)[0]
        except ValueError:
            raise SignatureInvalid("The certificate beside it cannot be read.") from None
        name = certificate.subject.rfc4514_string()
        try:
            _verify(certificate.public_key(), signature, message)
        except (InvalidSignature, UnsupportedAlgorithm):
            raise SignatureInvalid(f"It is not a signature of {name} over this head.") from None
        if certificate.public_bytes(Encoding.DER) not in self._ours:
            raise SignerNotTrusted(f"It is signed by {name}, with a certificate that is none of ours.")
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise SignerNotTrusted(f"The certificate of {name} was not valid when it was signed.")
        return name


def _verify(key: object, signature: bytes, message: bytes) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), SHA256())
    else:
        raise InvalidSignature
