"""Hub flavour under damaged messages: a refusal that blames nobody else, and nothing booked."""

from random import Random

import pytest
from lxml import etree

from gateway.http import HttpRequest, settled
from tests.fuzz.mutations import mutated
from tests.long_haul import repetitions
from tests.soap.hub_endpoint import KEY, HubEndpoint, as_php, as_savon, lines

pytestmark = pytest.mark.slow

SEEDS = [
    as_savon("GetNonFinalCitesCertificate").encode(),
    as_savon("confirm_quantities", KEY + lines(("A", "5"))).encode(),
    as_php("ConfirmQuantities", KEY + lines(("A", "2"), ("B", "3"))).encode(),
    as_php("ServiceState", '<IsoCountryCode xsi:type="xsd:string">MZ</IsoCountryCode>').encode(),
]
OURS = {"InternalError", "ServiceUnavailable"}


def test_no_damaged_message_finds_a_defect_or_is_booked_without_an_answer() -> None:
    endpoint, random = HubEndpoint(), Random(1)
    seen = set()
    for _ in range(repetitions(short=400, long=4_500)):
        message = mutated(random, random.choice(SEEDS), SEEDS)
        booked = len(endpoint.backend.booked)
        headers = {"content-type": "text/xml"}
        answer = settled(endpoint.hub(HttpRequest("POST", "/epix/hub", "", headers, message)))
        assert answer.status in (200, 500)
        fault = etree.fromstring(answer.body).findtext(".//faultstring")
        assert fault not in OURS, message
        assert fault is None or len(endpoint.backend.booked) == booked, message
        seen.add(fault)
    assert {None, "Invalid Request"} <= seen
