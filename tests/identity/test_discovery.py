"""Discovery of an OpenID provider: a document that must not be used, answers that are none."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.exchange.ports.people.sign_on import SignOnRequest, SignOnUnavailable
from gateway.identity.sign_on.discovery import Transport
from gateway.identity.sign_on.provider import OpenIdClient, OpenIdProvider
from tests.identity.openid_provider import CLIENT, SECRET, Provider, running_provider

pytestmark = pytest.mark.slow

REQUEST = SignOnRequest("state", "nonce", "v" * 64)


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Iterator[Provider]:
    yield running
    running.document, running.asked = {}, []


def asking(provider: Provider, issuer: str = "") -> OpenIdProvider:
    client = OpenIdClient(
        issuer or provider.issuer, CLIENT, lambda: SECRET, "https://desk.example.org", "/back"
    )
    return OpenIdProvider(client, Transport(2.0), lambda: datetime.now(UTC))


def test_an_honest_document_is_fetched_once(provider: Provider) -> None:
    ours = asking(provider)
    for _ in range(3):
        address = ours.address(REQUEST)
    assert "redirect_uri=https%3A%2F%2Fdesk.example.org%2Fback" in address
    assert "code_challenge_method=S256" in address
    assert REQUEST.verifier not in address
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example.org"},
        {"issuer": None},
        {"token_endpoint": "http://other.example.org/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://user@other.example.org/"},
        {"authorization_endpoint": "https://other.example.org/\r\nX: y"},
        {"authorization_endpoint": "https://other.example.org/#fragment"},
        {"authorization_endpoint": "https://other.example.org:x/"},
        {"authorization_endpoint": "https://[/"},
        {"authorization_endpoint": "https://other.example.org/" + "x" * 1000},
        {"jwks_uri": None},
        {"end_session_endpoint": ["x"]},
    ],
)
def test_a_document_that_must_not_be_used_is_not_used(
    provider: Provider, document: dict[str, Any]
) -> None:
    provider.document = document
    with pytest.raises(SignOnUnavailable):
        asking(provider).address(REQUEST)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{" * 50_000, b"\xff", b"x" * 300_000, b"[" * 50_000]
)
def test_an_answer_that_is_no_document_is_a_provider_that_is_away(
    provider: Provider, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "answer", lambda *_: (200, body))
    ours = asking(provider)
    with pytest.raises(SignOnUnavailable):
        ours.address(REQUEST)
    assert ours.sign_out_address() is None


def test_an_issuer_differs_by_a_stroke_and_is_another(provider: Provider) -> None:
    with pytest.raises(SignOnUnavailable, match="another issuer"):
        asking(provider, f"{provider.issuer}/").address(REQUEST)


def test_further_fields_of_an_address_stay(provider: Provider) -> None:
    provider.document = {"authorization_endpoint": f"{provider.issuer}/authorize?tenant=mz"}
    assert "/authorize?tenant=mz&response_type=code&" in asking(provider).address(REQUEST)
