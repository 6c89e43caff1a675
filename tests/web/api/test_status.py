"""Status of permits of our own authority."""

import json
from urllib.parse import quote

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
