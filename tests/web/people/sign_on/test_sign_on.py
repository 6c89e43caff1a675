"""National sign-on end to end, over the HTTP of a strict provider: people in, and people out."""

import json
import logging
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from joserfc.jwk import ECKey

from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor
from gateway.web.people.sign_on.logout_route import LOGOUT
from tests.web.people.conftest import PASSWORD
from tests.web.people.sign_on.conftest import MakeNational, National, path_of
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow

BORDER = {"groups": ["staff", "cites-border"], "name": "Celina Fronteira"}
HERE = Actor("T. Sitoe")


def linked(national: National, name: str, subject: str) -> None:
    people = national.desk.gateway.people
    people.linking.link(HERE, name, national.provider.issuer, subject)


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status == 200


def problem(answer: Answer) -> str:
    assert answer.status == 303
    path, _, word = path_of(answer).partition("?national=")
    assert path == "/sign-in"
    return word


def acts(national: National) -> list[tuple[str, str]]:
    return [(act["act"], act["by"]) for act in national.desk.acts()]


def test_a_person_of_the_provider_gets_the_roles_of_the_claims_and_nothing_more(
    national: National,
) -> None:
    visitor = national.desk.visitor()
    page = visitor.get("/sign-in", "next=/desk")
    assert "Sign in with SSO Moçambique" in page.words
    assert 'href="/sign-in/national?next=/desk"' in page.text
    answer = national.sign_on(visitor, "s-1", "/desk", **BORDER)
    assert path_of(answer) == "/desk"
    assert is_in(visitor)
    assert visitor.get("/desk").status == 200
    assert visitor.get("/people").status == 403
    people = national.desk.gateway.people
    link = people.accounts.linked(national.provider.issuer, "s-1")
    assert link
    person = people.accounts.get(link.person_id).person
    assert person.grants == {Grant(Role.CUSTOMS, "MZ/MA")}
    assert (person.full_name, person.name[:4]) == ("Celina Fronteira", "sso.")
    assert acts(national)[-2:] == [("added", "sign-on"), ("signed-in", person.name)]


def test_the_roles_follow_the_claims_and_the_last_one_that_goes_closes_the_door(
    national: National,
) -> None:
    first, second = national.desk.visitor(), national.desk.visitor()
    national.sign_on(first, "s-1", **BORDER)
    national.sign_on(second, "s-1", **BORDER, realm_access={"roles": ["audit"]})
    assert not is_in(first)
    assert second.get("/acts").status == 200
    assert problem(national.sign_on(national.desk.visitor(), "s-1", groups="staff")) == "no-account"
    assert not is_in(second)
    assert [act for act, _ in acts(national)[-3:]] == [
        *("signed-in", "grants-changed", "sign-in-failed"),
    ]


def test_an_unknown_person_without_a_role_by_claim_gets_nothing_and_no_account(
    national: National,
) -> None:
    before = len(national.desk.gateway.people.accounts.people())
    claims = {"email": "customs@example.org", "preferred_username": "customs", "groups": ["x"]}
    answer = national.sign_on(national.desk.visitor(), "s-9", **claims)
    assert problem(answer) == "no-account"
    assert len(national.desk.gateway.people.accounts.people()) == before


def test_a_linked_person_keeps_the_roles_that_an_administrator_gave(national: National) -> None:
    linked(national, "auditor", "s-2")
    visitor = national.desk.visitor()
    # Neither the claims of another role nor the mail address of another person count.
    answer = national.sign_on(visitor, "s-2", **BORDER, email="administrator@example.org")
    assert path_of(answer) == "/"
    assert visitor.get("/acts").status == 200
    assert visitor.get("/desk").status == 403
    national.desk.gateway.people.linking.unlink(HERE, "auditor")
    assert not is_in(visitor)
    assert problem(national.sign_on(national.desk.visitor(), "s-2")) == "no-account"


def test_a_removed_link_does_not_come_back_by_itself(national: National) -> None:
    visitor = national.desk.visitor()
    national.sign_on(visitor, "s-1", **BORDER)
    (name,) = {each["subject"] for each in national.desk.acts()} - {
        *("customs", "authority", "operator", "auditor", "administrator"),
    }
    national.desk.gateway.people.linking.unlink(HERE, name)
    assert problem(national.sign_on(visitor, "s-1", **BORDER)) == "no-account"


def test_a_closed_account_stays_out(national: National) -> None:
    linked(national, "customs", "s-3")
    visitor = national.desk.visitor()
    national.sign_on(visitor, "s-3")
    national.desk.gateway.people.administer.disable(HERE, "customs")
    assert not is_in(visitor)
    assert problem(national.sign_on(visitor, "s-3", **BORDER)) == "no-account"
    assert acts(national)[-1] == ("sign-in-failed", "customs")


def test_without_a_second_factor_there_ours_is_asked_for(
    national: National, make_national: MakeNational
) -> None:
    linked(national, "customs", "s-4")
    assert problem(national.sign_on(national.desk.visitor(), "s-4", amr=["pwd"])) == "no-factor"
    people = national.desk.gateway.people
    account = people.accounts.named("customs")
    secret = pyotp.random_base32()
    with people.accounts.begin() as work:
        hidden = people.sign_in.cipher.encrypt(secret, account.person.id)
        work.change(replace(account, totp_secret=hidden))
        work.commit()
    visitor = national.desk.visitor()
    assert path_of(national.sign_on(visitor, "s-4", amr="mfa")) == "/sign-in/code"
    assert not is_in(visitor)
    visitor.get("/sign-in/code")
    code = pyotp.TOTP(secret).at(national.desk.clock())
    assert visitor.post("/sign-in/code", {"code": code}).status == 303
    assert is_in(visitor)
    by_acr = make_national('second_factor_acr = ["gold"]\nsecond_factor_amr = []')
    assert "acr_values=gold" in by_acr.asked(by_acr.desk.visitor())
    for acr, word in (("gold", "/"), ("silver", "no-factor"), (["gold"], "no-factor")):
        answer = by_acr.sign_on(by_acr.desk.visitor(), "s-1", **BORDER, acr=acr)
        assert path_of(answer).endswith(word)


def test_where_a_second_factor_is_only_offered_none_is_needed(make_national: MakeNational) -> None:
    national = make_national(factor="offered")
    assert path_of(national.sign_on(national.desk.visitor(), "s-1", **BORDER, amr=None)) == "/"


def test_signing_out_offers_to_sign_out_there_without_any_token_in_the_address(
    national: National,
) -> None:
    visitor = national.desk.visitor()
    national.sign_on(visitor, "s-1", **BORDER)
    visitor.get("/account")
    answer = visitor.post("/sign-out")
    assert problem(answer) == "signed-out"
    page = visitor.get("/sign-in", "national=signed-out")
    assert f"{national.provider.issuer}/end?client_id=epix&amp;post_logout" in page.text
    assert "id_token" not in page.text
    local = national.desk.visitor()
    local.sign_in("customs", PASSWORD)
    local.get("/account/authenticator")
    assert path_of(local.post("/sign-out")) == "/sign-in"


def test_an_answer_counts_in_the_browser_that_asked_and_once(national: National) -> None:
    asker, stranger = national.desk.visitor(), national.desk.visitor("192.0.2.7")
    fields = national.provider.authorise(national.asked(asker), "s-1")
    national.provider.claims = BORDER
    assert problem(national.came_back(stranger, fields)) == "refused"  # sign-in CSRF
    national.asked(stranger)
    assert problem(national.came_back(stranger, fields)) == "refused"
    assert "/token" not in national.provider.asked
    cookies = dict(asker.cookies)
    assert path_of(national.came_back(asker, fields)) == "/"
    again = national.desk.visitor()
    again.cookies = cookies
    assert problem(national.came_back(again, fields)) == "refused"
    assert national.provider.asked.count("/token") == 1
    assert problem(national.came_back(asker, {})) == "refused"


def test_an_answer_that_comes_too_late_or_from_elsewhere_is_refused(national: National) -> None:
    visitor = national.desk.visitor()
    national.provider.claims = BORDER
    honest = national.provider.authorise(national.asked(visitor), "s-1")
    for change in (
        {"state": ""},
        {"state": honest["state"] + "0"},
        {"state": "99999999999." + "0" * 64},
        {"state": "²." + "0" * 64},
        {"iss": "https://other.example.org"},
        {"iss": ""},
    ):
        copy = Visitor(national.desk.application, cookies=dict(visitor.cookies))
        assert problem(national.came_back(copy, {**honest, **change})) == "refused"
    fields = national.provider.authorise(national.asked(visitor), "s-1")
    del fields["iss"]  # the provider says that it names itself (RFC 9207)
    assert problem(national.came_back(visitor, fields)) == "refused"
    assert "/token" not in national.provider.asked
    fields = national.provider.authorise(national.asked(visitor), "s-1")
    national.desk.clock.pass_(minutes=10, seconds=1)
    assert problem(national.came_back(visitor, fields)) == "refused"
    for wrong in ("", "guess", "x" * 5000):
        fields = {**national.provider.authorise(national.asked(visitor), "s-1"), "code": wrong}
        assert problem(national.came_back(visitor, fields)) == "refused"


def test_a_code_of_another_question_is_refused_by_pkce_and_nonce(national: National) -> None:
    victim, thief = national.desk.visitor(), national.desk.visitor()
    national.provider.claims = BORDER
    stolen = national.provider.authorise(national.asked(victim), "s-1")["code"]
    own = national.provider.authorise(national.asked(thief), "s-2")
    assert problem(national.came_back(thief, {**own, "code": stolen})) == "refused"
    own = national.provider.authorise(national.asked(thief), "s-2")
    national.provider.claims = {**BORDER, "nonce": "of another question"}
    assert problem(national.came_back(thief, own)) == "refused"


def test_a_hostile_token_gives_no_session_and_nothing_of_it_is_logged(
    national: National, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = national.provider
    tokens: list[Any] = [
        lambda claims: provider.signed({**claims, "iss": "https://other.example.org"}),
        lambda claims: provider.signed({**claims, "aud": "other"}),
        lambda claims: provider.signed({**claims, "exp": claims["iat"] - 61}),
        lambda claims: provider.signed(claims, kid="k2"),
        lambda claims: provider.signed(claims)[:-8] + "AAAAAAAA",
        lambda claims: "eyJhbGciOiJub25lIn0.e30.",
        lambda claims: {"id": 1},
        lambda claims: None,
    ]
    for number, token in enumerate(tokens):
        provider.token = token
        visitor = national.desk.visitor(f"192.0.2.{number}")
        assert problem(national.sign_on(visitor, "secret-subject", **BORDER)) == "refused"
        assert not is_in(visitor)
    provider.token = None
    visitor = national.desk.visitor()
    answer = national.sign_on(visitor, "secret-subject", **BORDER)
    assert path_of(answer) == "/"
    for secret in ("secret-subject", "eyJ", "secret-access", "a secret of", "state=", "code="):
        assert secret not in caplog.text
    assert "sign-on refused: aud" in caplog.text


def test_a_provider_that_is_away_is_said_so_and_local_sign_in_stays(
    make_national: MakeNational,
) -> None:
    national = make_national('local_sign_in = "administrators"', factor="offered")
    national.provider.is_away = True
    visitor = national.desk.visitor()
    answer = visitor.get("/sign-in/national")
    assert problem(answer) == "away"
    assert problem(visitor.get("/sign-in/national")) == "away"
    assert len(national.provider.asked) == 1  # it is left alone for some seconds
    page = visitor.get("/sign-in", "national=away")
    assert "does not answer at the moment" in page.words
    assert "Administrators: with an account of this gateway" in page.words
    assert visitor.sign_in("administrator", PASSWORD).status == 303
    officer = national.desk.visitor()
    refused = officer.sign_in("customs", PASSWORD)
    assert (refused.status, is_in(officer)) == (422, False)
    assert "signs in with the national sign-on" in refused.words
    people = national.desk.gateway.people
    code = people.administer.reset(HERE, "customs", factors=False)
    officer.get("/recover")
    new = {"new_password": "nine purple ladders", "repeated_password": "nine purple ladders"}
    assert officer.post("/recover", {"code": code, **new}).status == 422
    assert not is_in(officer)


def test_a_provider_that_goes_away_before_the_token_is_said_so(national: National) -> None:
    visitor = national.desk.visitor()
    fields = national.provider.authorise(national.asked(visitor), "s-1")
    national.provider.is_away = True
    assert problem(national.came_back(visitor, fields)) == "away"


def test_a_new_key_of_the_provider_is_fetched_and_an_unknown_one_once_a_minute(
    national: National,
) -> None:
    provider = national.provider
    assert path_of(national.sign_on(national.desk.visitor(), "s-1", **BORDER)) == "/"
    provider.header = {"kid": "k2"}
    provider.key = ECKey.generate_key("P-256", {"kid": "k2"})
    discovery = national.desk.gateway.people.sign_on.provider._discovery  # type: ignore[union-attr]
    assert problem(national.sign_on(national.desk.visitor(), "s-1", **BORDER)) == "refused"
    assert provider.asked.count("/jwks") == 1  # within the minute
    begun = discovery._seconds()
    discovery._seconds = lambda: begun + 61
    assert path_of(national.sign_on(national.desk.visitor(), "s-1", **BORDER)) == "/"
    assert provider.asked.count("/jwks") == 2
    provider.is_away = True
    discovery._seconds = lambda: begun + 7200
    assert visitor_is_sent(national)  # an older document counts on for a day
    discovery._seconds = lambda: begun + 90_000
    assert problem(national.desk.visitor().get("/sign-in/national")) == "away"


def visitor_is_sent(national: National) -> bool:
    address = national.asked(national.desk.visitor())
    return address.startswith(f"{national.provider.issuer}/authorize?")


def test_the_provider_s_refusal_and_open_redirects_lead_to_our_own_pages(
    national: National,
) -> None:
    visitor = national.desk.visitor()
    fields = national.provider.authorise(national.asked(visitor), "s-1")
    denied = {"error": "access_denied", "error_description": "<b>", "state": fields["state"]}
    assert problem(national.came_back(visitor, denied)) == "cancelled"
    for path in ("https://evil.example", "//evil.example", "/\\evil.example", "/desk?x=1"):
        answer = national.sign_on(national.desk.visitor(), "s-1", path, **BORDER)
        assert path_of(answer) == "/"
    visitor = national.desk.visitor()
    address = national.asked(visitor)
    visitor.cookies["__Host-epix-next"] = "https://evil.example"
    national.provider.claims = BORDER
    answer = national.came_back(visitor, national.provider.authorise(address, "s-1"))
    assert path_of(answer) == "/"
    page = visitor.get("/sign-in", "national=<script>")
    assert "<script>" not in page.text


def test_thirty_failures_make_an_address_wait_at_the_sign_on_alone(national: National) -> None:
    visitor = national.desk.visitor("203.0.113.9")
    for _ in range(30):
        national.came_back(visitor, {"state": "guess", "code": "x"})
    assert national.came_back(visitor, {"state": "guess"}).status == 429
    assert visitor.sign_in("customs", PASSWORD).status == 303


def test_hostile_names_are_one_safe_line(national: National) -> None:
    for number, name in enumerate(("\u202egnp\nx", "<b>" + "y" * 400, "", ["a"], "  ")):
        subject = f"s-{number}"
        answer = national.sign_on(national.desk.visitor(), subject, **{**BORDER, "name": name})
        assert path_of(answer) == "/"
    names = [each.full_name for each in national.desk.gateway.people.accounts.people()]
    assert all(name and name.isprintable() and len(name) <= 70 for name in names)


def test_no_record_of_the_journal_has_a_token_a_code_or_a_secret(national: National) -> None:
    visitor = national.desk.visitor()
    fields = national.provider.authorise(national.asked(visitor), "s-1")
    national.provider.claims = BORDER
    national.came_back(visitor, fields)
    text = json.dumps(national.desk.acts())
    assert "s-1" in text
    for secret in (fields["code"], fields["state"], "eyJ", "secret-access"):
        assert secret not in text


def test_without_a_provider_there_is_no_button_and_no_page(make_desk: Any) -> None:
    visitor = make_desk().visitor()
    assert "Sign in with" not in visitor.get("/sign-in").words.replace("Sign in with a passkey", "")
    assert visitor.get("/sign-in/national").status == 404
    assert visitor.get("/sign-in/national/callback", "code=x").status == 404
    assert visitor.send("POST", LOGOUT, b"logout_token=x").status == 404
