"""Logout token: the verified word of a provider that a person has signed out there.

A token with a nonce is refused, so that no ID token passes for one.
Source: OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gateway.domain.people.sign_on import SignOnLogout
from gateway.exchange.ports.people.sign_on import SignOnRefused
from gateway.identity.sign_on.signed_token import (
    MOST_AGE_SECONDS,
    Expected,
    FindKeys,
    name_in,
    verified,
)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
_BETWEEN_NODES_SECONDS = 60
"""Most difference of our nodes' clocks: the mark of a token outlives it on each of them."""
_TYPES = ("jwt", "logout+jwt", "application/logout+jwt")


def verified_logout(
    token: object, find_keys: FindKeys, expected: Expected, now: datetime
) -> SignOnLogout:
    """The end of a session at the provider. Raises SignOnRefused, and what find_keys raises."""
    claims = verified(token, find_keys, expected, now, _TYPES)
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(EVENT), Mapping):
        raise SignOnRefused("events")
    if "nonce" in claims:
        raise SignOnRefused("nonce")
    token_id = name_in(claims, "jti")
    if token_id is None:
        raise SignOnRefused("jti")
    subject, session = name_in(claims, "sub"), name_in(claims, "sid")
    for claim, value in (("sub", subject), ("sid", session)):
        if claim in claims and value is None:
            raise SignOnRefused(claim)
    if subject is None and session is None:
        raise SignOnRefused("sub and sid")
    issued = datetime.fromtimestamp(claims["iat"], UTC)
    lasts = MOST_AGE_SECONDS + expected.skew_seconds + _BETWEEN_NODES_SECONDS
    until = issued + timedelta(seconds=lasts)
    return SignOnLogout(expected.issuer, subject, session, token_id, until)
