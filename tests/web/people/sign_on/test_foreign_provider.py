"""National sign-on at a provider that others wrote (oidc-provider-mock: Authlib, RS256)."""

import logging
from datetime import UTC, datetime

import pytest
import requests

from tests.web.people.sign_on.conftest import MakeNational, path_of

pytestmark = pytest.mark.slow
provider = pytest.importorskip("oidc_provider_mock", reason="needs Python 3.12")


def test_a_person_signs_in_at_a_foreign_provider(
    make_national: MakeNational, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "werkzeug")
    claims = {"name": "Celina Fronteira", "groups": ["cites-border"], "amr": ["mfa"]}
    users = [provider.User(sub="s-1", claims=claims), provider.User(sub="s-2", claims={})]
    with provider.run_server_in_thread(require_nonce=True, user_claims=users) as server:
        issuer = f"http://localhost:{server.server_port}"
        national = make_national(issuer=issuer)
        national.desk.clock.now = datetime.now(UTC)
        visitor = national.desk.visitor()
        for subject, path in (("s-1", "/desk"), ("s-2", "/sign-in?national=no-account")):
            visitor = national.desk.visitor()
            address = national.asked(visitor, "/desk")
            answer = requests.post(
                address, data={"sub": subject}, allow_redirects=False, timeout=10
            )
            back = answer.headers["Location"]
            assert back.startswith("http://localhost:8081/sign-in/national/callback?code=")
            came = visitor.get("/sign-in/national/callback", back.partition("?")[2])
            assert path_of(came) == path
        denied = requests.post(
            national.asked(visitor), data={"action": "deny"}, allow_redirects=False, timeout=10
        )
        came = visitor.get(
            "/sign-in/national/callback", denied.headers["Location"].partition("?")[2]
        )
        assert path_of(came) == "/sign-in?national=cancelled"
    ended = national.desk.gateway.people.sign_on
    assert ended is not None
    assert (ended.sign_out_address() or "").startswith(
        f"{issuer}/oauth2/end_session?client_id=epix"
    )
