"""Declarations on the customs desk: what they hold of a permit, what remains, and acts on them."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.declarations.line import CustomsDeclaration
from gateway.exchange.declarations.acting import ActedBy
from tests.web.customs.conftest import Desk
from tests.web.customs.test_desk_pages import filled, looked_up, path_of

pytestmark = pytest.mark.slow

OWN, OTHER = ActedBy("ZA/MA", "T. <Nkosi>"), ActedBy("ZA/PORT", "A. Naidoo")


def declared(desk: Desk, number: str, amount: str) -> CustomsDeclaration:
    line = {"item": "1", "country": "MZ", "number": "MZ26EX000001", "position": "A"}
    document: dict[str, Any] = {"form": "plain", "declaration": number}
    document["lines"] = [line | {"quantity": amount, "unit": "NAR"}]
    return desk.gateway.declarations.of_object(document)


def reserved(desk: Desk, number: str, amount: str, by: ActedBy) -> None:
    desk.gateway.declarations.act.reserve(declared(desk, number, amount), by)


def test_what_is_reserved_does_not_remain(desk: Desk) -> None:
    officer = desk.officer()
    page = looked_up(officer)
    path = path_of(page, "/count")
    assert "remaining: 5" in officer.get(path).words
    reserved(desk, "26ZA1", "3", OTHER)
    assert "remaining: 2" in officer.get(path).words
    refused = filled(officer, path, {"counted-0": "3"})
    assert (refused.status, "only 2 NAR remain" in refused.words) == (422, True), refused.words
    assert filled(officer, path, {"counted-0": "2"}).status == 303


def test_an_officer_sees_every_declaration_and_acts_on_those_of_the_own_authority(
    desk: Desk,
) -> None:
    officer = desk.officer()
    path = path_of(looked_up(officer), "/declarations")
    assert "No declaration holds anything" in officer.get(path).words
    reserved(desk, "26ZA1", "2", OWN)
    reserved(desk, "26ZA2", "1", OTHER)
    page = officer.get(path)
    for words in ("26ZA1", "26ZA2", "T. <Nkosi>, ZA/MA", "A. Naidoo, ZA/PORT", "2 NAR", "lapses:"):
        assert words in page.words, words
    assert "<Nkosi>" not in page.text
    assert page.words.count("The whole declaration") == 1
    for fields in (
        {"declaration": "26ZA2", "act": "release"},
        {"declaration": "26ZA1", "act": "erase"},
        {"declaration": "none", "act": "write-off"},
    ):
        refused = officer.post(path, fields)
        assert (refused.status, "Choose a declaration" in refused.words) == (422, True)
    done = officer.post(path, {"declaration": "26ZA1", "act": "write-off", "reason": "cleared"})
    assert done.status == 303, done.words
    assert "written off" in officer.get(path).words
    last = desk.gateway.store.declared.of_declaration("26ZA1")[-1]
    assert (last.act.value, last.officer, last.reason) == (
        "written-off",
        full_name(desk),
        "cleared",
    )
    again = officer.post(path, {"declaration": "26ZA1", "act": "release"})
    assert (again.status, "This was not done" in again.words) == (422, True)


def test_a_confirmation_that_cannot_be_sent_in_another_form_is_named(desk: Desk) -> None:
    officer = desk.officer()
    path = path_of(looked_up(officer), "/declarations")
    reserved(desk, "26ZA1", "2", OWN)
    for act in ("write-off", "confirm"):
        assert officer.post(path, {"declaration": "26ZA1", "act": act}).status == 303
    outbox = desk.gateway.store.outbox
    (booked,) = outbox.of_permit("MZ", "MZ26EX000001")
    assert outbox.claim(booked, booked.created_at)
    recounted = replace(OWN, reason="recounted")
    desk.gateway.declarations.act.amend(declared(desk, "26ZA1", "1"), recounted)
    assert "Confirm to the issuing country" in officer.get(path).words
    told = officer.post(path, {"declaration": "26ZA1", "act": "confirm"})
    assert (told.status, "Nothing was sent: the issuing country may know" in told.words) == (
        422,
        True,
    )
    assert len(outbox.of_permit("MZ", "MZ26EX000001")) == 1


def full_name(desk: Desk) -> str:
    account = desk.gateway.people.accounts.named("customs")
    assert account
    return account.person.full_name


@pytest.mark.parametrize("name", ["authority", "operator", "auditor", "administrator"])
def test_no_other_role_opens_the_page(desk: Desk, name: str) -> None:
    path = path_of(looked_up(desk.officer()), "/declarations")
    assert desk.officer(name).get(path).status == 403
