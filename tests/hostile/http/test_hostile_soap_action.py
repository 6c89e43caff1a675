"""Class: SOAPAction, WS-Addressing. They never select an operation; nothing is sent elsewhere."""

import socket

import pytest

from gateway.domain.partner import OperationName
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import Endpoint, the_permit

OTHER = [
    '"urn:ServiceState"',
    "urn:ConfirmQuantities",
    '"ServiceState"',
    "urn:GetFinalCertificate",
    "urn:GetFinalCitesCertificate",
    "urn:CitesDataExchange/v1//Epix/ConfirmQuantities",
    "urn:CitesDataExchange/v2/ConfirmQuantitiesRequest",
    "urn:CitesDataExchange/v1/#ServiceState",
    "urn:confirmquantities",
    "urn:CONFIRMQUANTITIESREQUEST",
    '""urn:ServiceState""',
    "'urn:ServiceState'",
    '"urn:ServiceState',
    "urn:GetNonFinalCitesCertificate, urn:ServiceState",
    '"urn:GetNonFinalCitesCertificate", "urn:ServiceState"',
    "urn:GetNonFinalCitesCertificate\x00urn:ServiceState",
    "x" * 9000 + "/ServiceState",
]


@pytest.mark.parametrize("action", OTHER)
@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_an_action_that_contradicts_the_body_is_refused(
    endpoint: Endpoint, action: str, soap: str
) -> None:
    assert endpoint.post(endpoint.plain(soap), soapaction=action).refuses(
        "InvalidRequest", "action"
    )
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    "action",
    [
        '"urn:ServiceState"',
        '"ServiceState"',
        "urn:ServiceState",
        "urn:x/ConfirmQuantitiesRequest; charset=utf-8",
        '"urn:GetFinalCertificate"',
    ],
)
def test_so_is_an_action_parameter(endpoint: Endpoint, action: str) -> None:
    for soap, media in ((SOAP_12, "application/soap+xml"), (SOAP_11, "text/xml")):
        answer = endpoint.post(endpoint.plain(soap), f"{media}; action={action}")
        assert answer.refuses("InvalidRequest", "action")


def test_a_right_header_does_not_excuse_a_wrong_parameter(endpoint: Endpoint) -> None:
    answer = endpoint.post(
        endpoint.plain(SOAP_12),
        'application/soap+xml; action="urn:ServiceState"',
        soapaction="urn:GetNonFinalCitesCertificate",
    )
    assert answer.refuses("InvalidRequest", "action")


def test_an_action_alone_selects_nothing(endpoint: Endpoint) -> None:
    for content in ("", "<v:Unknown/>", "<CertificateNumber>x</CertificateNumber>"):
        assert endpoint.post(endpoint.envelope(content), soapaction="urn:ServiceState").refuses(
            "InvalidRequest"
        )
    assert not endpoint.backend.asked


@pytest.mark.slow
def test_addressing_headers_neither_select_nor_receive(endpoint: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        header = "".join(
            f'<a:{name} xmlns:a="http://www.w3.org/2005/08/addressing">{content}</a:{name}>'
            for name, content in {
                "Action": "urn:ConfirmQuantities",
                "To": address,
                "MessageID": "urn:uuid:1",
                "ReplyTo": f"<a:Address>{address}</a:Address>",
                "FaultTo": f"<a:Address>{address}</a:Address>",
            }.items()
        )
        assert endpoint.post(endpoint.envelope(endpoint.request(), header)).permit(
            "v1"
        ) == the_permit("v1")
        assert endpoint.post(endpoint.envelope(endpoint.request(number="<x/>"), header)).refuses(
            "InvalidRequest"
        )
        assert [asked[0] for asked in endpoint.backend.asked] == [OperationName.GET_NON_FINAL]
        with pytest.raises(TimeoutError):
            listener.accept()
