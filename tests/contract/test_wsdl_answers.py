"""Answers and faults that the published WSDLs promise, as a client reads them."""

import datetime as dt
from decimal import Decimal

import pytest
from lxml import etree

import schemas
from tests.contract.published import (
    DOCUMENT,
    FAULT,
    PORTS,
    RAM,
    VERSIONS,
    Message,
    client,
    every_version,
    request_schema,
    service,
)

# PermitLookup


@every_version
@pytest.mark.parametrize("operation", ["ConfirmQuantities", "ServiceState"])
def test_an_answer_without_content_is_valid_for_partners_that_want_it_so(
    version: str, operation: str
) -> None:
    assert request_schema(version).validate(
        Message(f"{{{service(version)}}}{operation}Response").root
    )


@every_version
@pytest.mark.parametrize(
    ("operation", "state", "valid"),
    [
        ("ConfirmQuantities", "CONFIRMED", True),
        ("ConfirmQuantities", "ALREADY_CONFIRMED", True),
        ("ConfirmQuantities", "OK", False),
        ("ServiceState", "OK", True),
        ("ServiceState", "DEGRADED", True),
        ("ServiceState", "UNAVAILABLE", True),
        ("ServiceState", "CONFIRMED", False),
    ],
)
def test_a_state_is_one_of_the_published_words(
    version: str, operation: str, state: str, valid: bool
) -> None:
    answer = Message(f"{{{service(version)}}}{operation}Response")
    answer.add("State", state)
    assert request_schema(version).validate(answer.root) is valid


@every_version
def test_a_typed_client_writes_and_reads_a_permit_with_real_types(version: str) -> None:
    zeep_client = client(version)
    issued = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    kind = {"_value_1": 500, "unitCode": "KGM"}
    answer = zeep_client.get_element(f"{{{service(version)}}}GetFinalCertificateResponse")
    document = {
        "SpecifiedExchangedDocumentContext": {},
        "HeaderExchangedDocument": {
            "ID": "MZ26EX000001",
            "IssueDateTime": issued,
            "CopyIndicator": False,
        },
        "SpecifiedSupplyChainConsignment": {
            "IncludedSupplyChainConsignmentItem": [
                {"TransportLogisticsPackage": [{"ItemQuantity": kind}]}
            ]
        },
    }
    attachment = {"AttachmentName": "photo.jpg", "AttachmentContent": b"\xff\xd8"}
    parent = etree.Element("parent")
    value = answer(**{VERSIONS[version]: document, "Attachments": [attachment], "Composite": False})
    answer.render(parent, value)
    (node,) = parent
    strict = request_schema(version)
    assert strict.validate(node), strict.error_log
    assert [child.tag for child in node] == [VERSIONS[version], "Attachments", "Composite"]
    assert node[0][1].tag == f"{{{DOCUMENT[version]}}}HeaderExchangedDocument"
    assert node[0][1][0].tag == f"{{{RAM}}}ID"

    read = answer.parse(node, zeep_client.wsdl.types)
    permit = read[VERSIONS[version]]
    number = permit.HeaderExchangedDocument.ID
    item = permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem[0]
    quantity = item.TransportLogisticsPackage[0].ItemQuantity
    assert (number if version == "v1" else number._value_1) == "MZ26EX000001"
    assert permit.HeaderExchangedDocument.IssueDateTime == issued
    assert (quantity._value_1, quantity.unitCode) == (Decimal(500), "KGM")
    assert (read.Attachments[0].AttachmentContent, read.Composite) == (b"\xff\xd8", False)


# Faults


@every_version
def test_every_operation_declares_the_one_fault(version: str) -> None:
    for port in PORTS:
        for operation in client(version, port).service._binding._operations.values():
            assert list(operation.faults) == ["Fault"]
    assert client(version).get_element(f"{{{FAULT}}}Fault").type.name == "FaultType"


def fault(retry: str = "after-change", code: str = "QuantityExceeded") -> Message:
    message = Message(f"{{{FAULT}}}Fault")
    for name, text in (
        ("Code", code),
        ("Text", "More than remains."),
        ("Retry", retry),
        ("Incident", "0198-77"),
    ):
        message.add(f"{{{FAULT}}}{name}", text)
    return message


def fault_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schemas.directory() / "fault.xsd"))


def test_a_fault_says_code_text_retry_incident_and_where_it_applies_position_and_box() -> None:
    message = fault()
    assert fault_schema().validate(message.root)
    message.add(f"{{{FAULT}}}Position", "B")
    message.add(f"{{{FAULT}}}Box", "11")
    assert fault_schema().validate(message.root)


@pytest.mark.parametrize("retry", ["never", "later", "after-change"])
def test_retry_is_one_of_three_words(retry: str) -> None:
    assert fault_schema().validate(fault(retry=retry).root)
    assert not fault_schema().validate(fault(retry=retry.upper()).root)


def test_a_fault_code_is_one_word() -> None:
    assert not fault_schema().validate(fault(code="Quantity exceeded").root)


@pytest.mark.parametrize("missing", ["Code", "Text", "Retry", "Incident"])
def test_a_fault_without_one_of_its_four_parts_is_refused(missing: str) -> None:
    message = fault()
    part = message.root.find(f"{{{FAULT}}}{missing}")
    assert part is not None
    message.root.remove(part)
    assert not fault_schema().validate(message.root)
