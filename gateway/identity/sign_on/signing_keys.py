"""Signing keys of an OpenID provider (JWKS, RFC 7517): those that may sign an ID token here.

Keys that are symmetric, too short, on another curve, or for encryption are passed over. So a public
key can never be taken for a secret of HMAC (algorithm confusion).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from gateway.exchange.ports.people.sign_on import SignOnUnavailable

RSA_ALGORITHMS = frozenset({"RS256", "PS256"})
EC_ALGORITHMS = frozenset({"ES256"})
ALGORITHMS = RSA_ALGORITHMS | EC_ALGORITHMS
_LEAST_RSA_BITS, _MOST_RSA_BITS = 2048, 8192
_MOST_KEYS = 50
_PUBLIC = ("kty", "n", "e", "crv", "x", "y")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key. algorithms: of signatures that it may make."""

    key_id: str | None
    algorithms: frozenset[str]
    key: RSAKey | ECKey


def signing_keys(fields: Mapping[str, object]) -> Sequence[SigningKey]:
    """The usable keys of a key set. Raises SignOnUnavailable where there is none."""
    listed = fields.get("keys")
    entries = listed[:_MOST_KEYS] if isinstance(listed, list) else []
    read = [_signing_key(each) for each in entries if isinstance(each, dict)]
    found = [each for each in read if each is not None]
    if not found:
        raise SignOnUnavailable("its key set has no usable key")
    return found


def _signing_key(entry: Mapping[str, object]) -> SigningKey | None:
    public = {name: entry[name] for name in _PUBLIC if name in entry}
    if entry.get("use", "sig") != "sig" or not all(isinstance(v, str) for v in public.values()):
        return None
    texts: dict[str, str | list[str]] = {name: str(value) for name, value in public.items()}
    try:
        # The library warns of a short key once it is imported; the modulus says so before.
        if texts.get("kty") == "RSA" and len(texts.get("n", "")) * 6 >= _LEAST_RSA_BITS:
            rsa = RSAKey.import_key(texts)
            if not _LEAST_RSA_BITS <= rsa.raw_value.key_size <= _MOST_RSA_BITS:
                return None
            return _of(entry, rsa, RSA_ALGORITHMS)
        if (texts.get("kty"), texts.get("crv")) == ("EC", "P-256"):
            return _of(entry, ECKey.import_key(texts), EC_ALGORITHMS)
    except (JoseError, ValueError, TypeError):
        return None
    return None


def _of(
    entry: Mapping[str, object], key: RSAKey | ECKey, algorithms: frozenset[str]
) -> SigningKey | None:
    named, key_id = entry.get("alg"), entry.get("kid")
    if named is not None:
        algorithms &= {str(named)}
    if not algorithms:
        return None
    return SigningKey(key_id if isinstance(key_id, str) else None, algorithms, key)
