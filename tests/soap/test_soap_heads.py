"""Journal heads at the SOAP endpoint: spliced in for those that agreed, and never in the way."""

import pytest
from lxml import etree

from gateway.exchange.ports import HeadOffer
from gateway.wire.journal_heads import read, written
from gateway.wire.namespaces import JOURNAL_HEADS, SOAP_11, SOAP_12
from tests.soap.endpoint import PLAIN_TYPE, Endpoint
from tests.wire.test_journal_heads import BEYOND_THE_SCHEMA, HEAD, HOSTILE, RECEIPT, Heads, as_block

OFFER = HeadOffer(HEAD, RECEIPT)
BLOCK = f"{{{JOURNAL_HEADS}}}JournalHeads"


@pytest.fixture
def heads() -> Heads:
    return Heads(OFFER)


@pytest.fixture
def agreed(heads: Heads) -> Endpoint:
    return Endpoint(heads={"za": heads})


def header_of(body: bytes) -> list[etree._Element]:
    (header,) = etree.fromstring(body).findall("{*}Header")
    return list(header)


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_an_answer_carries_our_head(agreed: Endpoint, soap: str) -> None:
    answer = agreed.raw("POST", body=agreed.plain(soap).encode(), content_type=PLAIN_TYPE[soap])
    (block,) = header_of(answer.body)
    assert read(block) == OFFER
    without = Endpoint().raw(
        "POST", body=agreed.plain(soap).encode(), content_type=PLAIN_TYPE[soap]
    )
    assert b"Header" not in without.body.split(b"Body", 1)[0]
    prefix = b"<soap:Header>" + written(OFFER) + b"</soap:Header>"
    assert answer.body.replace(prefix, b"") == without.body, "nothing else differs"


def test_a_partner_that_did_not_agree_gets_none_and_is_not_read(heads: Heads) -> None:
    endpoint = Endpoint(heads={"ch": heads})
    request = endpoint.envelope(endpoint.request(), header=written(OFFER).decode())
    answer = endpoint.raw("POST", body=request.encode(), content_type=PLAIN_TYPE[SOAP_11])
    assert answer.status == 200
    assert JOURNAL_HEADS.encode() not in answer.body
    assert heads.taken == heads.refused == []


def test_a_request_hands_its_head_over_also_when_its_structure_is_known(
    agreed: Endpoint, heads: Heads
) -> None:
    request = agreed.envelope(agreed.request(), header=written(OFFER).decode())
    for _ in range(3):
        answer = agreed.raw("POST", body=request.encode(), content_type=PLAIN_TYPE[SOAP_11])
        assert answer.status == 200
    ids = [exchange.id for exchange in agreed.backend.journal]
    assert heads.taken == [(OFFER, identity) for identity in ids]


def test_a_request_that_is_refused_has_no_effect_on_heads(agreed: Endpoint, heads: Heads) -> None:
    header = written(OFFER).decode()
    mandatory = '<m:x xmlns:m="urn:m" s:mustUnderstand="1"/>'
    for request in (
        agreed.envelope(agreed.request(), header=header + mandatory),
        agreed.envelope("<v2:Unknown/>", header=header),
        agreed.envelope(agreed.request(number=""), header=header),
    ):
        answer = agreed.raw("POST", body=request.encode(), content_type=PLAIN_TYPE[SOAP_11])
        assert answer.status == 500
    assert heads.taken == heads.refused == []


MALFORMED = HOSTILE | BEYOND_THE_SCHEMA


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_header_does_not_fail_the_permit(
    agreed: Endpoint, heads: Heads, content: str
) -> None:
    request = agreed.envelope(agreed.request(), header=as_block(content).decode())
    answer = agreed.raw("POST", body=request.encode(), content_type=PLAIN_TYPE[SOAP_11])
    assert answer.status == 200
    assert len(heads.refused) == 1
    assert heads.taken == []
