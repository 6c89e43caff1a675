"""ID tokens: what verifies, and every way in which a hostile or careless one does not."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gateway.exchange.ports.people.sign_on import SignOnRefused, SignOnUnavailable
from gateway.identity.sign_on.id_token import verified_claims
from gateway.identity.sign_on.signed_token import Expected
from gateway.identity.sign_on.signing_keys import SigningKey, signing_keys

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
EXPECTED = Expected("https://id.example.org", "epix", 60)
CLAIMS = {
    "iss": "https://id.example.org",
    "aud": "epix",
    "sub": "s-1",
    "nonce": "n-1",
    "iat": AT,
    "exp": AT + 300,
}


@cache
def keys() -> dict[str, Any]:
    return {
        "ES256": ECKey.generate_key("P-256", {"kid": "ES256"}),
        "RS256": RSAKey.generate_key(2048, {"kid": "RS256"}),
        "PS256": RSAKey.generate_key(2048, {"kid": "PS256"}),
    }


@cache
def published() -> Sequence[SigningKey]:
    return signing_keys({"keys": [key.as_dict(private=False) for key in keys().values()]})


def find(key_id: str | None) -> Sequence[SigningKey]:
    return [each for each in published() if key_id is None or each.key_id == key_id]


def signed(algorithm: str = "ES256", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    head = {"alg": algorithm, "kid": algorithm, **(header or {})}
    return jwt.encode(head, {**CLAIMS, **claims}, keys()[algorithm], algorithms=[algorithm])


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refused(token: object, at: datetime = NOW) -> str:
    with pytest.raises(SignOnRefused) as refusal:
        verified_claims(token, find, EXPECTED, "n-1", at)
    assert not token or str(token) not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256"])
def test_an_honest_token_verifies(algorithm: str) -> None:
    assert verified_claims(signed(algorithm), find, EXPECTED, "n-1", NOW)["sub"] == "s-1"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://id.example.org/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"iss": ["https://id.example.org"]}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {"epix": 1}}, "aud"),
        ({"aud": ["epix", 7], "azp": "epix"}, "aud"),
        ({"aud": ["epix", "other"]}, "azp"),
        ({"aud": ["epix", "other"], "azp": "other"}, "azp"),
        ({"azp": "other"}, "azp"),
        ({"exp": AT - 60}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "9999999999"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"iat": AT + 61}, "iat"),
        ({"iat": AT - 661}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": AT + 61}, "nbf"),
        ({"nbf": "now"}, "nbf"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n-1"]}, "nonce"),
        ({"nonce": "\u00fc"}, "nonce"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "a\nb"}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": "\u0430dmin"}, "sub"),
    ],
)
def test_a_claim_that_is_not_what_it_must_be_refuses_the_token(
    claims: dict[str, Any], reason: str
) -> None:
    assert refused(signed(**claims)) == reason


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": AT - 59},
        {"iat": AT + 60},
        {"nbf": AT + 60},
        {"aud": ["epix"]},
        {"aud": ["epix", "other"], "azp": "epix"},
    ],
)
def test_what_is_just_allowed_verifies(claims: dict[str, Any]) -> None:
    assert verified_claims(signed(**claims), find, EXPECTED, "n-1", NOW)["sub"] == "s-1"


def test_no_algorithm_of_the_token_s_own_choice_counts() -> None:
    rsa = keys()["RS256"]
    body = b64(CLAIMS)
    public = rsa.as_pem(private=False)
    stolen = [public, b64(rsa.as_dict(private=False)).encode(), b""]
    tokens = [f"{b64({'alg': word, 'kid': 'RS256'})}.{body}." for word in ("none", "None", "nOnE")]
    for secret in stolen:
        head = b64({"alg": "HS256", "kid": "RS256"})
        mac = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
        tokens.append(f"{head}.{body}.{b64(mac)}")
    for token in tokens:
        assert "signature" in refused(token) or "key" in refused(token)
    other = ECKey.generate_key("P-384")
    strong = jwt.encode({"alg": "ES384", "kid": "ES256"}, CLAIMS, other, algorithms=["ES384"])
    refused(strong)


def test_a_key_or_the_address_of_one_inside_the_token_is_not_looked_at() -> None:
    own = ECKey.generate_key("P-256")
    for header in (
        {"jwk": own.as_dict(private=False)},
        {"jku": "https://attacker.example/jwks"},
        {"x5u": "https://attacker.example/cert"},
        {},
    ):
        head = {"alg": "ES256", "kid": "ES256", **header}
        refused(jwt.encode(head, CLAIMS, own, algorithms=["ES256"]))


def test_an_altered_or_malformed_token_is_refused() -> None:
    token = signed()
    head, body, mark = token.split(".")
    other = b64({**CLAIMS, "sub": "s-2"})
    for bad in (
        f"{head}.{other}.{mark}",
        f"{head}.{body}.{mark[:-4]}AAAA",
        f"{head}.{body}",
        f"{head}.{body}.{mark}.x.y",
        "",
        ".",
        "...",
        "\u00e9.a.b",
        "x" * 40_000,
        None,
        7,
        b64(b"[" * 20_000) + ".a.b",
        f"{b64({'alg': 'ES256', 'kid': 7})}.{body}.{mark}",
        f"{b64({'alg': ['ES256'], 'kid': 'ES256'})}.{body}.{mark}",
        f"{b64({'alg': 'ES256', 'kid': 'ES256', 'crit': ['x'], 'x': 1})}.{body}.{mark}",
    ):
        refused(bad)


def test_a_token_without_key_id_fits_where_one_key_can_have_made_it() -> None:
    head = {"alg": "ES256"}
    token = jwt.encode(head, CLAIMS, keys()["ES256"], algorithms=["ES256"])
    assert verified_claims(token, find, EXPECTED, "n-1", NOW)["sub"] == "s-1"
    two = jwt.encode({"alg": "RS256"}, CLAIMS, keys()["RS256"], algorithms=["RS256"])
    assert "no key" in refused(two)  # two RSA keys are published


def test_keys_that_must_not_sign_are_passed_over() -> None:
    good = keys()["ES256"].as_dict(private=False)
    weak = "AQAB" * 43  # 1024 bits
    bad: list[Any] = [
        {"kty": "oct", "k": "AAAA"},
        {"kty": "RSA", "n": weak, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "P-521", "x": good["x"], "y": good["y"]},
        {**good, "use": "enc"},
        {**good, "alg": "HS256"},
        {**good, "x": ["a"]},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        "text",
        None,
    ]
    assert [each.key_id for each in signing_keys({"keys": [*bad, good]})] == ["ES256"]
    for empty in (bad, [], "keys", None, {"a": 1}):
        with pytest.raises(SignOnUnavailable):
            signing_keys({"keys": empty})
