"""JWS of a verifiable credential: compact form, ES256, the enveloping proof of VC-JOSE-COSE.

    {"alg": "ES256", "typ": "vc+jwt", "cty": "vc",
     "kid": "did:web:permits.example.mz#0f1e2d3c4b5a6978"}

The header has these members and no other, and each value is fixed but the last. So `none`, an HMAC
with the public key as its secret, an embedded key (`jwk`, `x5c`, `jku`) and `crit` have no way in.
The key is the paper key; its id is that of permit codes. A JWS signs text in base64url with a dot,
and a permit code signs CBOR that begins with an array: neither signature fits the other.

The signature is made by `cryptography`, which reaches keys in PKCS #11 tokens as well. Libraries
for JOSE as a whole take key material only; one of them verifies our tokens in the tests.
Source: RFC 7515, sections 3.1, 5 and 7.1; RFC 7518, section 3.4; W3C VC-JOSE-COSE, section 3.1.1.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from gateway.crypto.paper.cose import KEY_ID_BYTES, key_id
from gateway.crypto.policy import is_p256
from gateway.domain.errors import AlgorithmRefused, DocumentInvalid, KeyUnusable, SignatureInvalid

MOST_CHARACTERS = 6 * 1024 * 1024
"""Of a token: a status list of 2 MiB that does not compress, twice in base64url."""
_ALGORITHM = "ES256"
_FIXED = {"alg": _ALGORITHM, "typ": "vc+jwt", "cty": "vc"}
_MOST_HEADER = 2048
_HALF_BYTES = 32
_PART = re.compile(r"[A-Za-z0-9_-]+")
_KID = re.compile(rf"(?P<issuer>[^#\s]{{1,1000}})#(?P<key>[0-9a-f]{{{2 * KEY_ID_BYTES}}})")


@dataclass(frozen=True, slots=True)
class ReceivedJws:
    """The port `ReceivedToken`. signed: the text that the signature covers."""

    key_id: bytes
    issuer: str
    signed: bytes
    content: bytes
    signature: bytes

    def payload(self, public_key: bytes) -> bytes:
        """See the port."""
        key = load_der_public_key(public_key)
        if not isinstance(key, ec.EllipticCurvePublicKey) or not is_p256(key):
            raise SignatureInvalid("The key of this credential is not on P-256.")
        try:
            key.verify(_der(self.signature), self.signed, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            raise SignatureInvalid("The signature does not fit the credential.") from None
        return self.content


class JwsCodec:
    """The port `TokenCodec`."""

    def open(self, text: str) -> ReceivedJws:
        """See the port."""
        parts = text.split(".") if len(text) <= MOST_CHARACTERS else []
        if len(parts) != 3:
            raise _refused("It is no compact JWS of three parts.")
        try:
            header, content, signature = map(_decoded, parts)
            said = _header(header)
        except (ValueError, RecursionError):
            raise _refused("It is no compact JWS in base64url with a header in JSON.") from None
        if said.get("alg") != _ALGORITHM:
            raise AlgorithmRefused("The signature names another algorithm than ES256.")
        kid = said.get("kid")
        named = _KID.fullmatch(kid) if isinstance(kid, str) else None
        if named is None or said != {**_FIXED, "kid": kid}:
            raise _refused("Its header is not that of a verifiable credential (vc+jwt).")
        signed = f"{parts[0]}.{parts[1]}".encode()
        return ReceivedJws(bytes.fromhex(named["key"]), named["issuer"], signed, content, signature)


class JwsSigner:
    """The port `TokenSigner`. chain: our paper certificate, then those above it."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self._certificate = chain[0]
        self._key_id = key_id(chain[0].public_bytes(Encoding.DER))

    @property
    def valid_until(self) -> datetime:
        """See the port."""
        return self._certificate.not_valid_after_utc

    def sign(self, payload: bytes, issuer: str, at: datetime) -> str:
        """See the port."""
        begin, end = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        if not begin <= at <= end:
            raise KeyUnusable(
                f"The paper certificate is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}; no"
                " credential can be signed now."
            )
        header = json.dumps({**_FIXED, "kid": f"{issuer}#{self._key_id.hex()}"}).encode()
        signed = f"{_encoded(header)}.{_encoded(payload)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = r.to_bytes(_HALF_BYTES) + s.to_bytes(_HALF_BYTES)
        return f"{signed}.{_encoded(signature)}"


def public_jwk(public_key: bytes) -> dict[str, str]:
    """A key as JWK. public_key: SubjectPublicKeyInfo on P-256, DER. Source: RFC 7518, 6.2.1."""
    key = load_der_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not is_p256(key):
        raise KeyUnusable("A paper key is on P-256.")
    numbers = key.public_numbers()
    x, y = (_encoded(number.to_bytes(_HALF_BYTES)) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _header(text: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    if len(text) > _MOST_HEADER:
        raise ValueError("too long")
    said = json.loads(text, object_pairs_hook=_once)
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    """Raises ValueError, also for bits that no byte needs: a token has one form."""
    if not _PART.fullmatch(part):
        raise ValueError("not base64url")
    data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if _encoded(data) != part:
        raise ValueError("written in another way")
    return data


def _der(signature: bytes) -> bytes:
    """The signature as `cryptography` takes it. Raises ValueError."""
    if len(signature) != 2 * _HALF_BYTES:
        raise ValueError("no ES256 signature")
    r, s = (int.from_bytes(signature[at : at + _HALF_BYTES]) for at in (0, _HALF_BYTES))
    return encode_dss_signature(r, s)


def _refused(text: str) -> DocumentInvalid:
    return DocumentInvalid(text)
