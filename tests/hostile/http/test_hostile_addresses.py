"""Class: addresses. Number and token never stand in one, where every proxy would log them."""

import pytest

from tests.soap.endpoint import NUMBER, TOKEN, Endpoint

QUERIES = [
    f"TokenId={TOKEN}",
    f"CertificateNumber={NUMBER}&TokenId={TOKEN}",
    f"wsdl&TokenId={TOKEN}",
    f"wsdl={TOKEN}",
    TOKEN,
    "a=b",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_request_whose_address_says_more_than_where_to_is_refused_unread(
    endpoint: Endpoint, query: str
) -> None:
    answer = endpoint.raw("POST", query, endpoint.plain().encode(), content_type="text/xml")
    assert answer.status == 500
    assert b"no query" in answer.body
    assert TOKEN.encode() not in answer.body
    assert not endpoint.backend.asked


@pytest.mark.parametrize("query", QUERIES)
def test_nor_is_it_a_way_to_read_anything(endpoint: Endpoint, query: str) -> None:
    answer = endpoint.raw("GET", query)
    assert answer.status == 405
    assert TOKEN.encode() not in answer.body


@pytest.mark.parametrize("query", ["", "wsdl", "WSDL", "wsdl=", "wsdl=1", "singleWsdl"])
def test_who_posts_to_where_the_contract_is_read_is_answered(
    endpoint: Endpoint, query: str
) -> None:
    answer = endpoint.raw("POST", query, endpoint.plain().encode(), content_type="text/xml")
    assert answer.status == 200
