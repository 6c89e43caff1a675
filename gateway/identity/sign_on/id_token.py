"""ID token: the verified word of a provider about a person who has just signed in there.

Source: OpenID Connect Core 1.0, section 3.1.3.7.
"""

from datetime import datetime
from hmac import compare_digest

from gateway.exchange.ports.people.sign_on import SignOnRefused
from gateway.identity.sign_on.signed_token import Claims, Expected, FindKeys, name_in, verified


def verified_claims(
    token: object, find_keys: FindKeys, expected: Expected, nonce: str, now: datetime
) -> Claims:
    """The claims of a token. nonce: of the question that it answers.

    Raises SignOnRefused, and what find_keys raises.
    """
    claims = verified(token, find_keys, expected, now)
    said = claims.get("nonce")
    if not isinstance(said, str) or not compare_digest(said.encode(), nonce.encode()):
        raise SignOnRefused("nonce")
    if name_in(claims, "sub") is None:
        raise SignOnRefused("sub")
    return claims
