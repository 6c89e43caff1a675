"""Class: a prefix without a namespace, behind which a warning makes lxml take the document."""

import pytest

from adapters.registry import formats
from gateway.crypto.xml import parsed as parsed_by_crypto
from gateway.domain.errors import DocumentInvalid, SignatureInvalid
from gateway.partners.faults import Unreadable
from gateway.partners.xml import parsed as parsed_of_partners
from tests.builders import a_permit
from tests.soap.endpoint import Endpoint

WARNED = '<w xmlns="relative"/>'
"""Libxml2 warns about a namespace that is no absolute URI, and lxml forgets the error before it."""
BROKEN = [
    b"<v:x>%b</v:x>" % WARNED.encode(),
    b"<x><v:y/>%b</x>" % WARNED.encode(),
    b'<x><y v:z="1"/>%b</x>' % WARNED.encode(),
]


@pytest.mark.parametrize("place", ["<no:x/>", '<x no:y="1"/>', "<no:x><y/></no:x>"])
def test_the_endpoint_refuses_it_as_the_senders_fault(endpoint: Endpoint, place: str) -> None:
    header = f"{place}{WARNED}"
    answer = endpoint.post(endpoint.envelope(endpoint.request(), header))
    assert answer.refuses("InvalidRequest", "namespaces")
    assert not endpoint.backend.asked


def test_a_warning_alone_is_none(endpoint: Endpoint) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.request(), WARNED))
    assert answer.permit("v1")


@pytest.mark.parametrize("document", BROKEN)
def test_signatures_answers_and_permits_refuse_it(document: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="namespaces"):
        parsed_by_crypto(document, 10_000, "The message")
    with pytest.raises(Unreadable):
        parsed_of_partners(document, None)
    written = formats()["v2"].write(a_permit())
    end = written.rindex(b"</")
    with pytest.raises(DocumentInvalid, match="namespaces"):
        formats()["v2"].read(written[:end] + document + written[end:])
