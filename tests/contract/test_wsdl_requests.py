"""Requests that clients write from the published WSDLs, and requests that the schema takes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.published import (
    CERTIFICATE_OPERATIONS,
    ENVELOPE,
    OPERATIONS,
    PORTS,
    POSITIONS,
    XSI,
    Message,
    certificate_request,
    confirmation,
    every_version,
    request_schema,
    sent,
    service,
)

# Requests on the wire


@every_version
@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("operation", CERTIFICATE_OPERATIONS)
def test_a_request_is_qualified_and_its_parameters_are_not(
    version: str, port: str, operation: str
) -> None:
    message = sent(
        version, port, operation, CertificateNumber="XA000000", TokenId="abc", IsoCountryCode="CH"
    )
    (body,) = message.envelope
    (request,) = body
    assert body.tag == f"{{{ENVELOPE[port]}}}Body"
    assert request.tag == f"{{{service(version)}}}{operation}Request"
    assert [(child.tag, child.text) for child in request] == [
        ("CertificateNumber", "XA000000"),
        ("TokenId", "abc"),
        ("IsoCountryCode", "CH"),
    ]
    assert request_schema(version).validate(request)


@every_version
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_action_is_urn_and_operation_quoted_in_a_header_or_in_the_media_type(
    version: str, operation: str
) -> None:
    values: dict[str, Any] = (
        {} if operation == "ServiceState" else {"CertificateNumber": "XA000000"}
    )
    if operation == "ConfirmQuantities":
        values["ConfirmedQuantities"] = POSITIONS
    old = sent(version, "EpixSoap11", operation, **values).headers
    new = sent(version, "EpixSoap12", operation, **values).headers["Content-Type"]
    assert old == {"SOAPAction": f'"urn:{operation}"', "Content-Type": "text/xml; charset=utf-8"}
    assert new == f'application/soap+xml; charset=utf-8; action="urn:{operation}"'


@every_version
@pytest.mark.parametrize("port", PORTS)
def test_a_confirmation_carries_letter_and_decimal_of_every_line(version: str, port: str) -> None:
    message = sent(
        version,
        port,
        "ConfirmQuantities",
        CertificateNumber="XA000000",
        ConfirmedQuantities=POSITIONS,
    )
    request = message.envelope[0][0]
    (position,) = request.findall("ConfirmedQuantities/CitesPosition")
    assert [(child.tag, child.text) for child in position] == [
        ("ID", "A"),
        ("InspectedUnitQuantity", "12.5"),
    ]
    assert request_schema(version).validate(request)


# What a request may and may not be


@every_version
@pytest.mark.parametrize("no_token", ["absent", "empty", "nil"])
def test_no_token_may_be_absent_empty_or_nil(version: str, no_token: str) -> None:
    request = certificate_request(version)
    if no_token != "absent":
        token = request.add("TokenId")
        if no_token == "nil":
            token.set(f"{XSI}nil", "true")
    assert request_schema(version).validate(request.root)


@every_version
def test_the_state_may_be_asked_with_and_without_a_country(version: str) -> None:
    request = Message(f"{{{service(version)}}}ServiceStateRequest")
    assert request_schema(version).validate(request.root)
    request.add("IsoCountryCode", "MZ")
    assert request_schema(version).validate(request.root)


@every_version
def test_a_confirmation_without_quantities_is_refused(version: str) -> None:
    request = certificate_request(version, "ConfirmQuantities")
    assert not request_schema(version).validate(request.root)
    request.add("ConfirmedQuantities")
    assert not request_schema(version).validate(request.root)


@every_version
@pytest.mark.parametrize("quantity", ["12", "12.5", "0"])
def test_a_quantity_is_a_decimal(version: str, quantity: str) -> None:
    assert request_schema(version).validate(confirmation(version, quantity=quantity).root)


@every_version
@pytest.mark.parametrize("quantity", ["", "1e3", "12,5", "NaN", "five", "٣"])
def test_a_quantity_that_is_no_decimal_is_refused(version: str, quantity: str) -> None:
    assert not request_schema(version).validate(confirmation(version, quantity=quantity).root)


@every_version
@pytest.mark.parametrize("position", ["", " ", "A B", "A\tB"])
def test_a_position_with_white_space_inside_or_nothing_in_it_is_refused(
    version: str, position: str
) -> None:
    assert request_schema(version).validate(confirmation(version).root)
    assert not request_schema(version).validate(confirmation(version, position).root)


def qualified_child(request: Message) -> None:
    request.root[0].tag = f"{{{service('v1')}}}CertificateNumber"


def unknown_child(request: Message) -> None:
    request.add("Surprise")


def repeated_child(request: Message) -> None:
    request.add("CertificateNumber", "MZ26EX000002")


def number_missing(request: Message) -> None:
    request.root.remove(request.root[0])


def number_nil(request: Message) -> None:
    request.root[0].text = None
    request.root[0].set(f"{XSI}nil", "true")


def country_before_number(request: Message) -> None:
    request.root.insert(0, request.add("IsoCountryCode", "MZ"))


@every_version
@pytest.mark.parametrize(
    "spoil",
    [
        qualified_child,
        unknown_child,
        repeated_child,
        number_missing,
        number_nil,
        country_before_number,
    ],
)
def test_a_request_off_the_contract_is_refused(
    version: str, spoil: Callable[[Message], None]
) -> None:
    request = certificate_request(version)
    assert request_schema(version).validate(request.root)
    spoil(request)
    assert not request_schema(version).validate(request.root)
