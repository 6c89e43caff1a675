"""Token that a provider signed (a JWT): verified by its key before any claim of it counts.

The algorithm must stand in our list and fit the key, whatever the token says of itself: `none`,
HMAC, and keys or addresses of keys inside the token never count.
Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey

from gateway.exchange.ports.people.sign_on import SignOnRefused
from gateway.identity.sign_on.signing_keys import ALGORITHMS, SigningKey

MOST_AGE_SECONDS = 600
"""Age of a token by its `iat`: each is made for the moment."""
_LONGEST_TOKEN = 32 * 1024
_LONGEST_NAME = 255
_LATEST_SECONDS = 1e11

Claims = Mapping[str, Any]
FindKeys = Callable[[str | None], Sequence[SigningKey]]
"""Returns the keys with an id; all where it is None."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Claims that every token must have. skew_seconds: between the clocks."""

    issuer: str
    client_id: str
    skew_seconds: int


def verified(
    token: object,
    find_keys: FindKeys,
    expected: Expected,
    now: datetime,
    types: Sequence[str] | None = None,
) -> Claims:
    """The claims of a token of this issuer for this client, of this moment.

    types: the header's `typ` that it may have, in lower case; None: any.
    Raises SignOnRefused, and what find_keys raises.
    """
    if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST_TOKEN:
        raise SignOnRefused("no token")
    claims = _signed_claims(token, find_keys, types)
    _require_addressed(claims, expected)
    _require_in_time(claims, now.timestamp(), expected.skew_seconds)
    return claims


def name_in(claims: Claims, claim: str) -> str | None:
    """A short text of ASCII, such as `sub`; None where the claim is absent or none."""
    value = claims.get(claim)
    is_text = isinstance(value, str) and value.isascii() and value.isprintable()
    return str(value) if is_text and 0 < len(str(value)) <= _LONGEST_NAME else None


def _signed_claims(token: str, find_keys: FindKeys, types: Sequence[str] | None) -> Claims:
    def key_of(signed: GuestProtocol) -> RSAKey | ECKey:
        header = signed.headers()
        if types is not None and str(header.get("typ", "JWT")).lower() not in types:
            raise SignOnRefused("typ")
        key_id = header.get("kid")
        if key_id is not None and not isinstance(key_id, str):
            raise SignOnRefused("kid")
        fitting = [each.key for each in find_keys(key_id) if header.get("alg") in each.algorithms]
        if len(fitting) != 1:  # without an id, a set of several keys names none
            raise SignOnRefused("no key of the provider fits")
        return fitting[0]

    try:
        return jwt.decode(token, key_of, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SignOnRefused(f"signature ({type(error).__name__})") from None


def _require_addressed(claims: Claims, expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise SignOnRefused("iss")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in audiences or not all(isinstance(one, str) for one in audiences):
        raise SignOnRefused("aud")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise SignOnRefused("azp")


def _require_in_time(claims: Claims, now: float, skew: int) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires is None or now >= expires + skew:
        raise SignOnRefused("exp")
    if issued is None or not now - MOST_AGE_SECONDS - skew <= issued <= now + skew:
        raise SignOnRefused("iat")
    if "nbf" in claims:
        begins = _seconds(claims, "nbf")
        if begins is None or begins > now + skew:
            raise SignOnRefused("nbf")


def _seconds(claims: Claims, name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LATEST_SECONDS else None  # NaN is no less than anything
