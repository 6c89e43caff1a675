"""Sign-in: password, lockout, second factor, sessions, one-time codes."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest

from gateway.domain.foreign_text import one_line
from gateway.web.people import application
from tests.web.people.conftest import PASSWORD, Desk, MakeDesk
from tests.web.people.visitor import Answer, Visitor

WRONG = "nine purple ladders"
REFUSED = "Name or password is not right."


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status == 200


def test_a_person_signs_in_reaches_the_page_they_asked_for_and_signs_out(desk: Desk) -> None:
    visitor = desk.visitor()
    asked = visitor.get("/account")
    assert (asked.status, asked.headers["location"]) == (303, "/sign-in?next=/account")
    visitor.get("/sign-in", "next=/account")
    answer = visitor.post(
        "/sign-in", {"name": " Customs ", "password": PASSWORD, "next": "/account"}
    )
    assert (answer.status, answer.headers["location"]) == (303, "/account")
    assert "Celeste Border" in visitor.get("/account").words
    secret = visitor.cookies["__Host-epix-session"]
    assert visitor.post("/sign-out").status == 303
    visitor.cookies["__Host-epix-session"] = secret
    assert not is_signed_in(visitor)
    assert [act["act"] for act in desk.acts()[-2:]] == ["signed-in", "signed-out"]


@pytest.mark.parametrize("name", ["customs", "nobody", "CUSTOMS\x00", "x" * 3000, ""])
def test_a_wrong_name_and_a_wrong_password_are_refused_alike_and_nothing_typed_is_lost(
    desk: Desk, name: str
) -> None:
    answer = desk.visitor().sign_in(name, WRONG)
    assert answer.status == 422
    assert answer.words.count(REFUSED) == 2  # in the summary, and beside the field
    assert WRONG not in answer.text
    typed = re.search(r'name="name"[^>]* value="([^"]*)"', answer.text)
    assert typed
    assert typed[1] == one_line(name)


@pytest.mark.slow
def test_five_wrong_passwords_make_an_account_wait_longer_each_time(desk: Desk) -> None:
    visitor = desk.visitor()
    for _ in range(5):
        assert visitor.sign_in("customs", WRONG).status == 422
    assert visitor.sign_in("customs", PASSWORD).status == 422
    desk.clock.pass_(seconds=59)
    assert visitor.sign_in("customs", PASSWORD).status == 422
    desk.clock.pass_(seconds=2)
    assert visitor.sign_in("customs", WRONG).status == 422
    desk.clock.pass_(seconds=61)
    assert visitor.sign_in("customs", PASSWORD).status == 422  # two minutes now
    desk.clock.pass_(seconds=61)
    assert visitor.sign_in("customs", PASSWORD).status == 303
    acts = [act["act"] for act in desk.acts() if act["subject"] == "customs"][1:]
    assert acts == [*["sign-in-failed"] * 4, "locked", "locked", "signed-in"]
    assert desk.visitor().sign_in("customs", PASSWORD).status == 303  # the count began anew


@pytest.mark.slow
def test_tries_at_the_same_moment_from_many_addresses_are_five_and_no_more(desk: Desk) -> None:
    looked_at: list[str] = []
    hasher = desk.gateway.people.sign_in.hasher
    matches = type(hasher).matches

    def counted(self: object, hashed: str | None, password: str) -> bool:
        looked_at.append("known" if hashed else "decoy")
        return matches(self, hashed, password)  # type: ignore[arg-type]

    type(hasher).matches = counted  # type: ignore[method-assign, assignment]
    try:
        visitors = [desk.visitor(f"198.51.100.{number}") for number in range(12)]
        for visitor in visitors:
            visitor.get("/sign-in")
        form = {"name": "customs", "password": WRONG}
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda each: each.post("/sign-in", form), visitors))
    finally:
        type(hasher).matches = matches  # type: ignore[method-assign]
    assert {answer.status for answer in answers} == {422}
    assert looked_at.count("known") == 5
    assert looked_at.count("decoy") == 7  # the same work


@pytest.mark.slow
def test_an_address_with_thirty_wrong_passwords_at_whatever_names_has_to_wait(desk: Desk) -> None:
    visitor = desk.visitor("203.0.113.9")
    for number in range(30):
        assert visitor.sign_in(f"name{number}", WRONG).status == 422
    answer = visitor.sign_in("customs", PASSWORD)
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    assert "Too many tries" in answer.words
    assert desk.visitor("203.0.113.10").sign_in("customs", PASSWORD).status == 303
    desk.clock.pass_(minutes=16)
    assert visitor.sign_in("customs", PASSWORD).status == 303


@pytest.mark.slow
def test_a_network_of_ipv6_counts_as_one_address(desk: Desk) -> None:
    for number in range(30):
        desk.visitor(f"2001:db8:1:1::{number:x}").sign_in("nobody", WRONG)
    assert desk.visitor("2001:db8:1:1:ffff::1").sign_in("customs", PASSWORD).status == 429
    assert desk.visitor("2001:db8:1:2::1").sign_in("customs", PASSWORD).status == 303


@pytest.mark.slow
def test_a_session_ends_when_nothing_is_done_and_at_the_end_of_a_shift(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    for _ in range(10):
        desk.clock.pass_(minutes=29)
        assert is_signed_in(visitor)
    desk.clock.pass_(minutes=31)
    assert not is_signed_in(visitor)
    visitor = desk.signed_in("customs")
    for _ in range(25):
        desk.clock.pass_(minutes=28)
        assert is_signed_in(visitor)
    desk.clock.pass_(minutes=28)  # 12 hours and 8 minutes
    assert not is_signed_in(visitor)


@pytest.mark.slow
def test_the_database_holds_no_secret_of_a_session_and_no_code(desk: Desk) -> None:
    visitor = desk.signed_in("administrator")
    visitor.get("/people/by-name/customs")
    page = visitor.post("/people/by-name/customs/reset")
    code = re.search(r"\b(?:[2-9A-Z]{5}-){4}[2-9A-Z]{5}\b", page.text)
    assert code
    desk.gateway.close()
    content = desk.gateway.settings.database.url
    assert content
    stored = Path(content.removeprefix("sqlite:///")).read_bytes()
    for secret in (visitor.cookies["__Host-epix-session"], code[0], PASSWORD):
        assert secret.encode() not in stored


def added_authenticator(visitor: Visitor, desk: Desk) -> pyotp.TOTP:
    page = visitor.get("/account/authenticator").text
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    proof = re.search(r'name="proof" value="([0-9a-f]+)"', page)
    assert secret and proof
    totp = pyotp.TOTP(secret[1])
    form = {
        "secret": secret[1],
        "proof": proof[1],
        "code": totp.at(desk.clock()),
        "password": PASSWORD,
    }
    answer = visitor.post("/account/authenticator", form)
    assert (answer.status, answer.headers.get("location")) == (303, "/account"), answer.words
    return totp


def with_code(visitor: Visitor, code: str) -> Answer:
    visitor.get("/sign-in/code")
    return visitor.post("/sign-in/code", {"code": code})


@pytest.mark.slow
def test_with_an_authenticator_the_password_alone_opens_nothing(desk: Desk) -> None:
    totp = added_authenticator(desk.signed_in("customs"), desk)
    visitor = desk.visitor()
    answer = visitor.sign_in("customs", PASSWORD)
    assert answer.headers["location"] == "/sign-in/code"
    half = visitor.cookies["__Host-epix-session"]
    for path in ("/", "/account", "/account/authenticator", "/account/password"):
        asked = visitor.get(path)
        assert (asked.status, asked.headers["location"]) == (303, "/sign-in/code")
    assert with_code(visitor, totp.at(desk.clock())).status == 422  # used when it was added
    desk.clock.pass_(seconds=30)
    code = totp.at(desk.clock())
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert with_code(visitor, wrong).status == 422
    answer = with_code(visitor, f"{code[:3]} {code[3:]}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert visitor.cookies["__Host-epix-session"] != half
    assert is_signed_in(visitor)
    again = desk.visitor()
    again.sign_in("customs", PASSWORD)
    assert with_code(again, code).status == 422  # a code counts once


@pytest.mark.slow
def test_codes_are_not_tried_out_by_whoever_knows_the_password(desk: Desk) -> None:
    totp = added_authenticator(desk.signed_in("customs"), desk)
    desk.clock.pass_(minutes=2)
    visitor = desk.visitor()
    for number in range(5):
        visitor.sign_in("customs", PASSWORD)
        if visitor.get("/sign-in/code").status == 200:
            visitor.post("/sign-in/code", {"code": f"{number:06}"})
    assert visitor.sign_in("customs", PASSWORD).status == 422
    assert with_code(visitor, totp.at(desk.clock())).status == 422
    desk.clock.pass_(minutes=2)
    visitor.sign_in("customs", PASSWORD)
    assert with_code(visitor, totp.at(desk.clock())).status == 303


@pytest.mark.slow
def test_where_a_second_factor_is_required_nothing_else_opens_before_it(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(second_factor="required")
    visitor = desk.visitor()
    visitor.sign_in("customs", PASSWORD)
    for path in ("/", "/account", "/account/password"):
        assert visitor.get(path).headers["location"] == "/account/authenticator"
    added_authenticator(visitor, desk)
    assert is_signed_in(visitor)


@pytest.mark.slow
def test_a_secret_that_was_not_made_for_this_session_is_not_taken(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    visitor.get("/account/authenticator")
    secret = pyotp.random_base32(32)
    form = {
        "secret": secret,
        "proof": "0" * 64,
        "code": pyotp.TOTP(secret).at(desk.clock()),
        "password": PASSWORD,
    }
    answer = visitor.post("/account/authenticator", form)
    assert (answer.status, "too old" in answer.words) == (422, True)


@pytest.mark.slow
def test_an_authenticator_is_removed_by_the_password_alone(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    added_authenticator(visitor, desk)
    visitor.get("/account/authenticator/remove")
    assert visitor.post("/account/authenticator/remove", {"password": "wrong one"}).status == 422
    assert visitor.post("/account/authenticator/remove", {"password": PASSWORD}).status == 303
    assert desk.visitor().sign_in("customs", PASSWORD).headers["location"] == "/"


@pytest.mark.slow
def test_a_new_password_ends_the_other_sessions_and_counts_at_once(desk: Desk) -> None:
    here, there = desk.signed_in("customs"), desk.signed_in("customs")
    here.get("/account/password")
    new = "eleven green umbrellas"
    form = {"present_password": PASSWORD, "new_password": new, "repeated_password": new}
    refusals = {
        "present_password": ({**form, "present_password": "wrong"}, "not your present password"),
        "repeated_password": ({**form, "repeated_password": "x"}, "are not the same"),
        "new_password": (
            {**form, "new_password": "Customs12345", "repeated_password": "Customs12345"},
            "easily guessed",
        ),
    }
    for field, (wrong, sentence) in refusals.items():
        answer = here.post("/account/password", wrong)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
        assert f'id="{field}-error"' in answer.text
    assert here.post("/account/password", form).status == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert desk.visitor().sign_in("customs", PASSWORD).status == 422
    assert desk.visitor().sign_in("customs", new).status == 303


@pytest.mark.slow
def test_all_other_sessions_are_ended_by_their_person(desk: Desk) -> None:
    here, there = desk.signed_in("customs"), desk.signed_in("customs", "192.0.2.77")
    assert "192.0.2.77" in here.get("/account").words
    here.post("/account/sessions")
    assert is_signed_in(here)
    assert not is_signed_in(there)


@pytest.mark.slow
def test_an_unknown_name_and_a_wrong_password_are_answered_at_the_same_moments(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.3)
    after_slot: dict[str, list[float]] = {"customs": [], "nobody": []}
    for _ in range(3):
        for name, seen in after_slot.items():
            visitor = desk.visitor()
            visitor.get("/sign-in")
            began = time.monotonic()
            visitor.post("/sign-in", {"name": name, "password": WRONG})
            seen.append((time.monotonic() - began) % 0.3)
    for name, seen in after_slot.items():
        assert min(seen) < 0.05, (name, seen)
