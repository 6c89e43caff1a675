"""Back-channel logout end to end: the provider ends sessions here, and nobody else does."""

import json
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from gateway.domain.people.refused import PersonInvalid
from gateway.exchange.people.sessions import Origin
from gateway.web.people.visit import SESSION_COOKIE
from tests.web.people.sign_on.conftest import National
from tests.web.people.sign_on.test_sign_on import BORDER, acts, is_in, linked
from tests.web.people.visitor import Visitor

pytestmark = pytest.mark.slow


def came_in(national: National, subject: str, **claims: Any) -> Visitor:
    visitor = national.desk.visitor()
    assert national.sign_on(visitor, subject, **{**BORDER, **claims}).status == 303
    assert is_in(visitor)
    return visitor


def test_the_sessions_of_the_person_end_and_no_others(national: National) -> None:
    linked(national, "customs", "s-1")
    first, second = came_in(national, "s-1"), came_in(national, "s-1")
    other, local = came_in(national, "s-2"), national.desk.signed_in("customs")
    answer = national.sent_logout(national.provider.logout_token(sub="s-1"))
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["cache-control"] == "no-store"
    assert [is_in(each) for each in (first, second, other)] == [False, False, True]
    assert local.get("/account/authenticator").status == 200
    (record,) = [act for act in national.desk.acts() if act["act"] == "session-ended"]
    assert (record["by"], record["subject"]) == ("sign-on", "customs")
    assert (record["address"], record["details"]) == ("198.51.100.1", {"sessions": "2"})
    assert is_in(came_in(national, "s-1"))  # and may come back


def test_a_named_session_ends_alone_also_where_the_person_is_not_named(
    national: National,
) -> None:
    first, second = came_in(national, "s-1", sid="a"), came_in(national, "s-1", sid="b")
    assert national.sent_logout(national.provider.logout_token(sub="s-1", sid="a")).status == 200
    assert (is_in(first), is_in(second)) == (False, True)
    assert national.sent_logout(national.provider.logout_token(sid="c")).status == 200
    assert is_in(second)
    assert national.sent_logout(national.provider.logout_token(sid="b")).status == 200
    assert not is_in(second)


def test_a_session_that_waits_for_the_second_factor_ends_too(national: National) -> None:
    linked(national, "customs", "s-1")
    people = national.desk.gateway.people
    account = people.accounts.named("customs")
    hidden = people.sign_in.cipher.encrypt("JBSWY3DPEHPK3PXP", account.person.id)
    with people.accounts.begin() as work:
        work.change(replace(account, totp_secret=hidden))
        work.commit()
    half = national.desk.visitor()
    national.sign_on(half, "s-1", amr=["pwd"], sid="a")
    assert half.get("/sign-in/code").status == 200
    assert national.sent_logout(national.provider.logout_token(sub="s-1", sid="a")).status == 200
    assert half.get("/sign-in/code").status == 303


def test_a_code_that_is_judged_while_the_session_ends_begins_none(national: National) -> None:
    linked(national, "customs", "s-1")
    people = national.desk.gateway.people
    account = people.accounts.named("customs")
    secret = pyotp.random_base32()
    with people.accounts.begin() as work:
        hidden = people.sign_in.cipher.encrypt(secret, account.person.id)
        work.change(replace(account, totp_secret=hidden))
        work.commit()
    half = national.desk.visitor()
    national.sign_on(half, "s-1", amr=["pwd"])
    person, session = people.sessions.current(half.cookies[SESSION_COOKIE])
    assert national.sent_logout(national.provider.logout_token(sub="s-1")).status == 200
    code = pyotp.TOTP(secret).at(national.desk.clock())
    with pytest.raises(PersonInvalid):
        people.sign_in.with_code(person, session, code, Origin("192.0.2.1"))
    assert people.sessions.of(person) == []


def test_a_token_counts_once(national: National) -> None:
    token = national.provider.logout_token(sub="s-1")
    came_in(national, "s-1")
    assert national.sent_logout(token).status == 200
    visitor = came_in(national, "s-1")
    answer = national.sent_logout(token)
    assert (answer.status, json.loads(answer.text)["error"]) == (400, "invalid_request")
    assert is_in(visitor)


def test_nobody_else_ends_a_session_and_nothing_is_begun(national: National) -> None:
    visitor, provider = came_in(national, "s-1"), national.provider
    keys_asked = provider.asked.count("/jwks")
    honest = provider.logout_token(sub="s-1")
    id_token = provider.signed(
        {"iss": provider.issuer, "aud": "epix", "sub": "s-1", "iat": 1, "exp": 9_999_999_999}
    )
    for token in (
        provider.logout_token(sub="s-1", aud="another client"),
        provider.logout_token(sub="s-1", nonce="n"),
        provider.logout_token(),
        honest[:-8] + "AAAAAAAA",
        id_token,
        "",
        "eyJhbGciOiJub25lIn0.e30.",
        "x" * 9000,
        "\u202e",
    ):
        answer = national.sent_logout(token)
        assert answer.status == 400
        assert "s-1" not in answer.text
    assert national.sent_logout(honest, "text/plain").status == 400
    assert national.sent_logout(honest, "multipart/form-data; boundary=x").status == 400
    repeated = f"logout_token={honest}&logout_token={honest}".encode()
    path, form = "/sign-in/national/logout", "application/x-www-form-urlencoded"
    stranger = national.desk.visitor()
    headers = {"content-type": form}
    for body in (repeated, b"", b"\xff\xfe", b"&" * 60_000):
        assert stranger.send("POST", path, body, headers=headers).status == 400
    assert stranger.get(path).status == 405
    assert stranger.cookies == {}
    assert is_in(visitor)
    assert provider.asked.count("/jwks") == keys_asked  # no token has keys fetched at will
    # A browser that carries a person's cookies is a stranger, too.
    assert visitor.send("POST", path, repeated, headers=headers).status == 400
    assert is_in(visitor)


def test_a_person_of_the_provider_who_is_nobody_here_is_no_failure(national: National) -> None:
    before = len(acts(national))
    assert national.sent_logout(national.provider.logout_token(sub="s-9")).status == 200
    assert len(acts(national)) == before


def test_with_the_provider_away_the_token_may_be_sent_again(national: National) -> None:
    linked(national, "customs", "s-1")
    token = national.provider.logout_token(sub="s-1")
    national.provider.is_away = True
    answer = national.sent_logout(token)
    assert (answer.status, json.loads(answer.text)["error"]) == (400, "temporarily_unavailable")
    national.provider.is_away = False
    discovery = national.desk.gateway.people.sign_on.provider._discovery  # type: ignore[union-attr]
    discovery._failed_at = None  # the pause after a failure is over
    assert national.sent_logout(token).status == 200
