"""An officer of several authorities chooses, once in a session, the one that they act for."""

from dataclasses import replace

import pytest

from gateway.domain.people.roles import Grant, Role
from tests.web.customs.conftest import Desk
from tests.web.customs.test_desk_pages import FORM

OTHER = "ZA/BORDER"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A desk whose officer has the role at two authorities."""
    accounts = desk.gateway.store.accounts
    account = accounts.named("customs")
    assert account is not None
    grants = account.person.grants | {Grant(Role.CUSTOMS, OTHER)}
    with accounts.begin() as work:
        work.change(replace(account, person=replace(account.person, grants=grants)))
        work.commit()
    return desk


def test_nothing_is_done_before_an_authority_is_chosen(two: Desk) -> None:
    officer = two.officer()
    for path in ("/desk", "/desk/look-ups/x/declarations", "/desk/look-ups/x/count"):
        assert officer.get(path).headers["location"] == f"/acting?next={path}"
    officer.get("/acting")
    assert officer.post("/desk", FORM).headers["location"] == "/acting?next=/desk"
    assert not two.acts("looked-up")


def test_the_chosen_authority_is_shown_and_recorded(two: Desk) -> None:
    officer = two.officer()
    page = officer.get("/acting", "next=/desk")
    assert OTHER in page.words
    chosen = officer.post("/acting", {"authority": OTHER, "next": "/desk"})
    assert chosen.headers["location"] == "/desk"
    assert OTHER in officer.get("/desk").words
    officer.post("/desk", FORM)
    assert two.acts("looked-up")[0]["details"]["authority"] == OTHER
    assert two.acts("authority-chosen")[0]["details"] == {"authority": OTHER}


def test_the_choice_is_made_once_in_a_session(two: Desk) -> None:
    officer = two.officer()
    own = next(iter(_authorities(two) - {OTHER}))
    officer.get("/acting")
    officer.post("/acting", {"authority": OTHER})
    again = officer.post("/acting", {"authority": own})
    assert again.status == 422
    assert "sign out and sign in again" in again.words
    assert len(two.acts("authority-chosen")) == 1
    other = two.officer()
    other.get("/acting")
    assert other.post("/acting", {"authority": own}).status == 303


@pytest.mark.parametrize("authority", ["", "MZ/MA", "ZA/BORDER' or 1=1", "x" * 5000])
def test_an_authority_of_others_is_refused(two: Desk, authority: str) -> None:
    officer = two.officer()
    officer.get("/acting")
    assert officer.post("/acting", {"authority": authority}).status == 422
    assert officer.get("/desk").status == 303


def test_a_choice_whose_role_was_taken_away_counts_no_longer(two: Desk) -> None:
    person = two.gateway.store.accounts.named("customs")
    assert person is not None
    assert person.person.authority_acted_for(Role.CUSTOMS, "ZA/GONE") == ""
    assert person.person.authority_acted_for(Role.CUSTOMS, OTHER) == OTHER


def test_the_page_names_the_authority_that_is_acted_for_after_the_chosen_role_is_gone(
    two: Desk,
) -> None:
    own = next(iter(_authorities(two) - {OTHER}))
    officer = two.officer()
    officer.get("/acting")
    officer.post("/acting", {"authority": OTHER})
    accounts = two.gateway.store.accounts
    account = accounts.named("customs")
    assert account is not None
    grants = frozenset({Grant(Role.CUSTOMS, own)})
    with accounts.begin() as work:
        work.change(replace(account, person=replace(account.person, grants=grants)))
        work.commit()
    assert OTHER not in officer.get("/desk").words
    assert own in officer.get("/desk").words
    officer.post("/desk", FORM)
    assert two.acts("looked-up")[0]["details"]["authority"] == own


def test_the_page_leads_to_no_other_site(two: Desk) -> None:
    officer = two.officer()
    assert "evil" not in officer.get("/acting", "next=//evil.example").text
    sent = officer.post("/acting", {"authority": OTHER, "next": "//evil.example"})
    assert sent.headers["location"] == "/"


def test_an_officer_of_one_authority_is_not_asked(desk: Desk) -> None:
    assert desk.officer().get("/desk").status == 200


def _authorities(desk: Desk) -> frozenset[str]:
    account = desk.gateway.store.accounts.named("customs")
    assert account is not None
    return account.person.authorities(Role.CUSTOMS)
