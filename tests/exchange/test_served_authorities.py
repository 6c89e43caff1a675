"""Served authorities: the country of a request is compared exactly."""

import pytest

from gateway.domain.errors import CalleeNotFound
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.exchange.service.served_authorities import ServedAuthorities

MZ, ZA = IsoCountryCode("MZ"), IsoCountryCode("ZA")
SERVED = ServedAuthorities((Authority(MZ, "ANAC"), Authority(ZA, "DFFE")))


@pytest.mark.parametrize("text", ["MZ", " MZ ", "\t\r\nMZ\n"])
def test_white_space_of_xml_around_a_country_says_nothing(text: str) -> None:
    assert SERVED.country(text) == MZ


@pytest.mark.parametrize(
    "text", ["MZ\u00a0", "\u2003MZ", "MZ\u2028", "MZ\x0b", "MZ\x1f", "MZ\x85", "mz", "\u00a0"]
)
def test_any_other_country_is_not_served(text: str) -> None:
    with pytest.raises(CalleeNotFound):
        SERVED.country(text)
