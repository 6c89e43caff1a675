"""ServiceState: OK, DEGRADED, UNAVAILABLE."""

import pytest

from gateway.domain.errors import AccessDenied, CalleeNotFound, ServiceUnavailable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Access, OperationName, Partner
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.service.state import ServiceState, StateAnswer
from tests.exchange.conftest import ANAC, NOON, ZA


def broken() -> None:
    raise ServiceUnavailable("gone")


def state(check=lambda: None, degraded: bool = False) -> ServiceState:
    return ServiceState(ServedAuthorities((ANAC,)), check, lambda: degraded, "1.2.3", lambda: NOON)


@pytest.mark.parametrize("country", [None, "", "MZ"])
def test_a_service_that_can_answer_says_so(country) -> None:
    assert state().report(country, ZA) == StateAnswer("OK", "1.2.3", NOON)


def test_a_service_whose_store_is_gone_says_so() -> None:
    assert state(broken).report(None, ZA).state == "UNAVAILABLE"


def test_a_service_that_will_soon_not_answer_says_so_while_it_does() -> None:
    assert state(degraded=True).report(None, ZA).state == "DEGRADED"


def test_a_store_that_is_gone_weighs_more_than_what_is_to_come() -> None:
    assert state(broken, degraded=True).report(None, ZA).state == "UNAVAILABLE"


def test_another_country_has_no_state_here() -> None:
    with pytest.raises(CalleeNotFound):
        state().report("CH", ZA)


def test_the_state_may_be_closed_to_a_partner() -> None:
    with pytest.raises(AccessDenied):
        state().report(
            None, Partner("x", IsoCountryCode("ZA"), Access(frozenset({OperationName.GET_FINAL})))
        )
