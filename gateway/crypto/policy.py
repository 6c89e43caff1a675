"""Algorithm policy: the algorithms and keys that XML signatures may use, ours and those we verify.

The policy is an allow-list by URI; any other URI is refused. Left out on purpose:

* SHA-1 and MD5: collisions can be computed.
* HMAC: a verifier that takes an HMAC with the public key as its secret can be fooled by anybody.
* DSA: no partner uses it, and its short keys are weak.
* Inclusive canonicalisation: the digest would change when the element moves into another document.
* Canonicalisation with comments: a comment can split a text in two for one reader and not another.
* Transforms that compute (XPath, XSLT, base64, enveloped): they let a signer choose what is
  digested, so that the digest says nothing of the document that is read.
"""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from gateway.domain.errors import AlgorithmRefused

CANONICALISATION = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
"""Exclusive canonicalisation without comments; also the only transform.

Inclusive canonicalisation copies the namespace declarations of the ancestors into what is digested.
A permit signed so would no longer verify once it sits in a SOAP Body. Exclusive canonicalisation
digests only the namespaces that the element uses, so the digest is the same wherever it stands.
"""

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
_MIN_RSA_EXPONENT = 65537

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
    """Raises AlgorithmRefused for any canonicalisation or transform but CANONICALISATION."""
    _require(uri, frozenset({CANONICALISATION.value}), "canonicalisation or transform")


def _require(uri: str, accepted: frozenset[str], kind: str) -> None:
    if uri not in accepted:
        raise AlgorithmRefused(
            f"It uses a {kind} that is not accepted: {uri[:100] or 'none is named'}."
        )


def require_key(key: object) -> None:
    """Raises AlgorithmRefused for a public key of another type or size than is accepted.

    Accepted: EC on P-256, P-384 or P-521; RSA of 3072 to 8192 bits. The upper bound of RSA limits
    the time that one verification may take.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _BY_CURVE:
        return
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        if key.public_numbers().e >= _MIN_RSA_EXPONENT:
            return
        raise AlgorithmRefused("It is signed with an RSA key whose exponent is too small.")
    raise AlgorithmRefused(
        "It is signed with a key that is neither EC P-256, P-384, P-521 nor RSA of 3072 bits or"
        " more."
    )


def is_p256(key: object) -> bool:
    """Whether a key, public or private, is on P-256, as ES256 of permit codes asks."""
    curves = ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey
    return isinstance(key, curves) and key.curve.name == "secp256r1"


def require_key_of(certificate: x509.Certificate) -> None:
    """Raises AlgorithmRefused for a certificate whose key is not accepted or of an unknown type."""
    try:
        key = certificate.public_key()
    except Exception:  # noqa: BLE001  # cryptography raises several for unknown keys
        raise AlgorithmRefused("It is signed with a key of an unknown kind.") from None
    require_key(key)


def algorithms_for(key: PrivateKey) -> tuple[SignatureMethod, DigestAlgorithm]:
    """The signature and digest algorithm that we sign with. key: accepted by `require_key`."""
    if isinstance(key, rsa.RSAPrivateKey):
        return SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256
    return _BY_CURVE[key.curve.name]
