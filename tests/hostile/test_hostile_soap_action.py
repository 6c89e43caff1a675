"""Class: SOAPAction and WS-Addressing. They never select, replace or widen an operation; nothing is sent elsewhere."""

import socket

import pytest

from gateway.domain.partner import OperationName
from gateway.soap.names import SOAP_11, SOAP_12
from tests.soap.knock import Door, the_permit

OTHER = [
    '"urn:ServiceState"',
    "urn:ConfirmQuantities",
    '"ServiceState"',
    "urn:GetFinalCertificate",
    "urn:CitesDataExchange/v1/GetNonFinalCitesCertificate",
    "urn:getnonfinalcitescertificate",
    "urn:GetNonFinalCitesCertificateRequest",
    "urn:urn:GetNonFinalCitesCertificate",
    '"urn:GetNonFinalCitesCertificate',
    "'urn:GetNonFinalCitesCertificate'",
    '""urn:GetNonFinalCitesCertificate""',
    "urn:GetNonFinalCitesCertificate, urn:ServiceState",
    '"urn:GetNonFinalCitesCertificate", "urn:GetNonFinalCitesCertificate"',
    '"',
    "*",
    "x" * 9000,
    "urn:GetNonFinalCitesCertificate\x00",
]


@pytest.mark.parametrize("action", OTHER)
@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_an_action_that_contradicts_the_body_is_refused(door: Door, action: str, soap: str) -> None:
    assert door.post(door.plain(soap), soapaction=action).refuses("InvalidRequest", "action")
    assert not door.house.asked


@pytest.mark.parametrize("action", ["urn:ServiceState", "ServiceState", "http://x/", "urn:GetFinalCertificate"])
def test_so_is_an_action_parameter(door: Door, action: str) -> None:
    answer = door.post(door.plain(SOAP_12), f'application/soap+xml; action="{action}"')
    assert answer.refuses("InvalidRequest", "action")
    assert door.post(door.plain(), f'text/xml; action="{action}"').refuses("InvalidRequest", "action")


def test_a_right_header_does_not_excuse_a_wrong_parameter(door: Door) -> None:
    answer = door.post(
        door.plain(SOAP_12),
        'application/soap+xml; action="urn:ServiceState"',
        soapaction="urn:GetNonFinalCitesCertificate",
    )
    assert answer.refuses("InvalidRequest", "action")


def test_an_action_alone_selects_nothing(door: Door) -> None:
    for content in ("", "<v:Unknown/>", "<CertificateNumber>x</CertificateNumber>"):
        assert door.post(door.envelope(content), soapaction="urn:ServiceState").refuses("InvalidRequest")
    assert not door.house.asked


def test_addressing_headers_neither_select_nor_receive(door: Door) -> None:
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
        assert door.post(door.envelope(door.request(), header)).permit("v1") == the_permit("v1")
        assert door.post(door.envelope(door.request(number="<x/>"), header)).refuses("InvalidRequest")
        assert [asked[0] for asked in door.house.asked] == [OperationName.GET_NON_FINAL]
        with pytest.raises(TimeoutError):
            listener.accept()
