"""WSDLs of services: operations as their binding has them; anything else is refused."""

import pytest

import wsdl
from gateway.wire.wsdl_reading import DescribedOperation, NoWsdl, described_operations


def described(name: str) -> dict[str, DescribedOperation]:
    content = (wsdl.directory() / name).read_bytes()
    return {each.name: each for each in described_operations(content)}


def test_a_document_literal_operation_is_described() -> None:
    found = described("czech.wsdl")["GetDocument"]
    assert (found.style, found.action) == (
        "document/literal",
        "urn:CitesDataExchange/v1/GetDocument",
    )
    assert (found.request, found.answer) == ("GetDocument", "GetDocumentResponse")
    assert (found.parameters, found.qualified) == (("ID",), False)
    assert found.namespace == "urn:CitesDataExchange/v1/"


def test_an_rpc_operation_is_described_by_its_parts() -> None:
    found = described("unep-hub.wsdl")["service_state"]
    assert (found.style, found.action) == ("rpc/encoded", "service_state")
    assert (found.request, found.answer) == ("service_state", "service_state_response")
    assert (found.parameters, found.namespace) == (("IsoCountryCode",), "urn:CitesDataExchange")


def test_children_that_a_schema_qualifies_are_qualified() -> None:
    assert described("imsoc.wsdl")["getCitesCertificate"].qualified is True


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<definitions/>", "is no WSDL"),
        (b"no XML", "is not XML"),
        (b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "no binding of SOAP 1.1"),
        (
            b'<!DOCTYPE definitions [<!ENTITY a "b">]>'
            b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">&a;</definitions>',
            "is no WSDL",
        ),
    ],
)
def test_what_is_no_wsdl_says_so(content: bytes, said: str) -> None:
    with pytest.raises(NoWsdl, match=said):
        described_operations(content)
