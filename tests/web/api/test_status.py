"""Status of permits of our own authority."""

import json
from urllib.parse import quote

import pytest

from gateway.bootstrap.clock import new_id
from gateway.domain.api.key import Scope
from gateway.exchange.api.administer_keys import AdministerKeys, KeyWish
from gateway.exchange.permits.own_permits import PermitName
from tests.web.api.conftest import ESCAPED, NUMBER, Api


def test_the_status_of_an_own_permit(api: Api) -> None:
    found = json.loads(api.get("/certificates/status", f"country=MZ&number={NUMBER}").text)
    assert found["status"] == "issued"
    assert (found["country"], found["authority"], found["number"]) == ("MZ", "ANAC", NUMBER)
    assert found["valid_until"].startswith("2027-04-0")
    assert found["expired_since"] is None
    api.clock.pass_(days=200)
    found = json.loads(api.get("/certificates/status", f"country=MZ&number={NUMBER}").text)
    assert found["expired_since"].startswith("2027-04-0")


def test_a_number_with_slash_and_space_survives_the_address(api: Api) -> None:
    answer = api.get("/certificates/status", f"country=MZ&number={quote(ESCAPED, safe='')}")
    assert json.loads(answer.text)["number"] == ESCAPED
    assert api.gateway.permits.show.show(PermitName("MZ", ESCAPED)).permit.number.text == ESCAPED


def test_permits_of_others_are_not_there(api: Api) -> None:
    for country, number, status in (("MZ", "MZ26EX000102", 404), ("ZA", NUMBER, 404)):
        answer = api.get("/certificates/status", f"country={country}&number={number}")
        assert answer.status == status


@pytest.mark.slow
def test_a_key_of_another_country_that_is_served_here_sees_nothing(api: Api) -> None:
    administer = AdministerKeys(
        api.gateway.store.api.keys, {"ZA/ANAC": "South Africa"}, api.clock, new_id
    )
    api.key = administer.add(KeyWish("Single Window", (Scope.READ,)), "T. Sitoe")[1]
    for path in ("/certificates/status", "/ledger", "/certificates", "/certificates/document"):
        answer = api.get(path, f"country=MZ&number={NUMBER}")
        assert answer.status == 404, path


@pytest.mark.slow
def test_a_number_that_nobody_can_see_is_refused_and_not_recorded(api: Api) -> None:
    for path in ("/certificates/status", "/certificates", "/ledger"):
        assert api.get(path, "country=MZ&number=MZ%00%0A").status == 422
    assert api.get("/declarations", "number=26%00").status == 422
    assert [call["subject"] for call in api.calls()] == [{}] * 4
