"""ServiceState and the caller behind a certificate."""

import hashlib

import pytest

from gateway.domain.errors import AccessDenied, CalleeNotFound, CallerNotFound, CertificateMissing, ServiceUnavailable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.know_caller import KnowCaller
from gateway.exchange.served import Served
from gateway.exchange.service_state import ServiceState, StateAnswer
from tests.exchange.conftest import ANAC, NOON, ZA


def broken() -> None:
    raise ServiceUnavailable("gone")


def state(check=lambda: None) -> ServiceState:
    return ServiceState(Served((ANAC,)), check, "1.2.3", lambda: NOON)


@pytest.mark.parametrize("country", [None, "", "MZ"])
def test_a_service_that_can_answer_says_so(country) -> None:
    assert state().tell(country, ZA) == StateAnswer("OK", "1.2.3", NOON)


def test_a_service_whose_store_is_gone_says_so() -> None:
    assert state(broken).tell(None, ZA).state == "UNAVAILABLE"


def test_another_country_has_no_state_here() -> None:
    with pytest.raises(CalleeNotFound):
        state().tell("CH", ZA)


def test_the_state_may_be_closed_to_a_partner() -> None:
    with pytest.raises(AccessDenied):
        state().tell(None, Partner("x", IsoCountryCode("ZA"), frozenset({OperationName.GET_FINAL})))


def test_a_caller_is_known_by_the_fingerprint_of_its_certificate_alone() -> None:
    know = KnowCaller({hashlib.sha256(b"certificate").hexdigest(): ZA})
    assert know.identify(b"certificate") is ZA
    with pytest.raises(CallerNotFound):
        know.identify(b"another")
    with pytest.raises(CertificateMissing):
        know.identify(None)


def test_the_sandbox_takes_everybody() -> None:
    assert KnowCaller({}, ZA).identify(None) is ZA
