"""Logout tokens: what verifies, and every way in which a hostile or careless one does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from gateway.domain.people.sign_on import SignOnLogout
from gateway.exchange.ports.people.sign_on import SignOnRefused
from gateway.identity.sign_on.logout_token import EVENT, verified_logout
from gateway.identity.sign_on.signed_token import Expected
from gateway.identity.sign_on.signing_keys import signing_keys
from tests.identity.openid_provider import CLIENT, Provider

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://id.example.org"
EXPECTED = Expected(ISSUER, CLIENT, 60)
PROVIDER = Provider(ISSUER, NOW.timestamp)
KEYS = signing_keys({"keys": [PROVIDER.key.as_dict(private=False)]})


def judged(token: object, now: datetime = NOW) -> SignOnLogout:
    return verified_logout(token, lambda _: KEYS, EXPECTED, now)


def refused(token: object, now: datetime = NOW) -> str:
    with pytest.raises(SignOnRefused) as refusal:
        judged(token, now)
    return str(refusal.value)


@pytest.mark.parametrize("who", [{"sub": "s-1"}, {"sid": "x"}, {"sub": "s-1", "sid": "x"}])
def test_an_honest_token_verifies(who: dict[str, str]) -> None:
    until = NOW + timedelta(seconds=720)  # a minute more than on this node
    expected = SignOnLogout(ISSUER, who.get("sub"), who.get("sid"), "j-1", until)
    assert judged(PROVIDER.logout_token(**who, jti="j-1")) == expected


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://id.example.com"}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": [CLIENT, "other"]}, "azp"),
        ({"iat": None}, "iat"),
        ({"iat": AT - 661}, "iat"),
        ({"iat": AT + 61}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": AT - 60}, "exp"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 256}, "jti"),
        ({"events": None}, "events"),
        ({"events": EVENT}, "events"),
        ({"events": [EVENT]}, "events"),
        ({"events": {EVENT: True}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"nonce": "n-1"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"sub": None}, "sub and sid"),
        ({"sub": 7, "sid": "x"}, "sub"),
        ({"sub": "", "sid": "x"}, "sub"),
        ({"sid": ["x"]}, "sid"),
        ({"sid": "x" * 256}, "sid"),
    ],
)
def test_a_claim_that_is_not_what_it_must_be_refuses_the_token(
    claims: dict[str, Any], reason: str
) -> None:
    assert refused(PROVIDER.logout_token(**{"sub": "s-1", **claims})) == reason


def test_a_token_of_another_kind_or_key_is_refused() -> None:
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "s-1", "iat": AT, "exp": AT + 300, "nonce": "n"}
    assert refused(PROVIDER.signed(claims, typ="JWT")) == "events"  # an ID token
    honest = {**claims, "jti": "j", "events": {EVENT: {}}}
    del honest["nonce"]
    for kind in ("at+jwt", "secevent+jwt", "none"):
        assert refused(PROVIDER.signed(honest, typ=kind)) == "typ"
    assert judged(PROVIDER.signed(honest, typ="LOGOUT+JWT")).subject == "s-1"
    assert judged(PROVIDER.signed(honest)).subject == "s-1"
    other = Provider(ISSUER, NOW.timestamp, ECKey.generate_key("P-256", {"kid": "k1"}))
    assert "signature" in refused(other.logout_token(sub="s-1"))
    for bad in (None, "", "a.b.c", "x" * 40_000, "é"):
        refused(bad)
