"""Numbers and tokens stand in messages, never in addresses: those end up in the logs of every proxy on the way."""

import pytest

from tests.soap.knock import NUMBER, TOKEN, Door

QUERIES = [
    f"TokenId={TOKEN}",
    f"CertificateNumber={NUMBER}&TokenId={TOKEN}",
    f"wsdl&TokenId={TOKEN}",
    f"wsdl={TOKEN}",
    TOKEN,
    "a=b",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_request_whose_address_says_more_than_where_to_is_refused_unread(door: Door, query: str) -> None:
    answer = door.raw("POST", query, door.plain().encode(), content_type="text/xml")
    assert answer.status == 500
    assert b"no query" in answer.body
    assert TOKEN.encode() not in answer.body
    assert not door.house.asked


@pytest.mark.parametrize("query", QUERIES)
def test_nor_is_it_a_way_to_read_anything(door: Door, query: str) -> None:
    answer = door.raw("GET", query)
    assert answer.status == 405
    assert TOKEN.encode() not in answer.body


@pytest.mark.parametrize("query", ["", "wsdl", "WSDL", "wsdl="])
def test_who_posts_to_where_the_contract_is_read_is_answered(door: Door, query: str) -> None:
    answer = door.raw("POST", query, door.plain().encode(), content_type="text/xml")
    assert answer.status == 200
