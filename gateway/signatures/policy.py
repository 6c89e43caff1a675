"""Which algorithms and keys do we sign with and accept? One list by URI, and what is not on it is refused.

Not on it: SHA-1 and MD5, HMAC (whoever knows a public key could forge it), DSA, canonicalisation that keeps comments or
pulls in the surroundings, and every transform that computes (XPath, XSLT, base64, enveloped).
"""

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from gateway.domain.errors import AlgorithmRefused

CANONICALISATION = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
"""Exclusive, without comments: what is signed means the same wherever it stands. Also the only transform."""

DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})

SIGNATURES = frozenset(
    {
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
    }
)

_BY_CURVE = {
    "secp256r1": (SignatureMethod.ECDSA_SHA256, DigestAlgorithm.SHA256),
    "secp384r1": (SignatureMethod.ECDSA_SHA384, DigestAlgorithm.SHA384),
    "secp521r1": (SignatureMethod.ECDSA_SHA512, DigestAlgorithm.SHA512),
}
_RSA_BITS = range(3072, 8192 + 1)
_LEAST_RSA_EXPONENT = 65537

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_SIGNATURE_URIS = frozenset(method.value for method in SIGNATURES)
_DIGEST_URIS = frozenset(digest.value for digest in DIGESTS)


def require_signature(uri: str) -> None:
    """Raises AlgorithmRefused for a signature algorithm that is not accepted."""
    _require(uri, _SIGNATURE_URIS, "signature algorithm")


def require_digest(uri: str) -> None:
    """Raises AlgorithmRefused for a digest algorithm that is not accepted."""
    _require(uri, _DIGEST_URIS, "digest algorithm")


def require_canonicalisation(uri: str) -> None:
    """Raises AlgorithmRefused for any canonicalisation or transform but the one."""
    _require(uri, frozenset({CANONICALISATION.value}), "canonicalisation or transform")


def _require(uri: str, accepted: frozenset[str], kind: str) -> None:
    if uri not in accepted:
        raise AlgorithmRefused(f"It uses a {kind} that is not accepted: {uri[:100] or 'none is named'}.")


def require_key(key: object) -> None:
    """Raises AlgorithmRefused for a public key that is neither EC P-256/384/521 nor RSA of 3072 to 8192 bits."""
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _BY_CURVE:
        return
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        if key.public_numbers().e >= _LEAST_RSA_EXPONENT:
            return
        raise AlgorithmRefused("It is signed with an RSA key whose exponent is too small.")
    raise AlgorithmRefused(
        "It is signed with a key that is neither EC P-256, P-384, P-521 nor RSA of 3072 bits or more."
    )


def produced_with(key: PrivateKey) -> tuple[SignatureMethod, DigestAlgorithm]:
    """What we sign with, by the kind of our key, which `require_key` has accepted."""
    if isinstance(key, rsa.RSAPrivateKey):
        return SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256
    return _BY_CURVE[key.curve.name]
